package readmodel

import (
	"strings"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// A rebuild folds the log in passes, each over the streams of one part, so that
// the records of a part fit in memory. What is to do stands in a table, and a
// pass is done in the transaction that writes its rows, so a rebuild that was
// cut off goes on with the next pass.
var passesTable = &Table{
	Name: "model_passes",
	Doc:  "What a rebuild has folded into a version and what it has not; empty when all is.",
	Columns: []Column{
		column("version", Integer, "that is being built"),
		column("part", Integer, "the streams of the pass are those of this part, from 0"),
		column("parts", Integer, "of so many"),
		column("through_position", Integer, "events up to this position"),
		column("done", Bool, "their rows are in the tables"),
	},
	Key: []string{"version", "part", "parts"},
}

// loadPass is one reading of the log.
type loadPass struct {
	part    projection.Partition
	through event.Position
	done    bool
}

// passes are those of a version, none when it is loaded.
func (a admin) passes(version int64) (all []loadPass, err error) {
	for row, err := range a.Query(a.sql("SELECT part, parts, through_position, done FROM #model_passes WHERE version = $1 ORDER BY parts, part"), version) {
		if err != nil {
			return nil, err
		}
		var part, parts, through int64
		var p loadPass
		if err := row.Scan(&part, &parts, &through, &p.done); err != nil {
			return nil, err
		}
		p.part, p.through = projection.Partition{Index: int(part), Of: int(parts)}, event.Position(through)
		all = append(all, p)
	}
	return all, nil
}

func (a admin) addPass(version int64, p loadPass) error {
	_, err := a.Exec(a.sql(strings.Replace(passesTable.insert(), "@", "#", 1)),
		version, int64(p.part.Index), int64(p.part.Of), positionValue(p.through), p.done)
	return err
}

// finishPass says that a pass is done, unless another rebuild has said so.
func (a admin) finishPass(version int64, p loadPass) error {
	n, err := a.Exec(a.sql("UPDATE #model_passes SET done = $1 WHERE version = $2 AND part = $3 AND parts = $4 AND done = $5"),
		true, version, int64(p.part.Index), int64(p.part.Of), false)
	if err == nil && n != 1 {
		err = ErrFenced.With(nil, "another rebuild has taken over version %d", version)
	}
	return err
}

// splitPass puts several passes in the place of one, over the same streams: a
// hash that is i mod n is one of i, i+n, i+2n, … mod a multiple of n.
func (a admin) splitPass(version int64, p loadPass, into int) error {
	n, err := a.Exec(a.sql("DELETE FROM #model_passes WHERE version = $1 AND part = $2 AND parts = $3 AND done = $4"),
		version, int64(p.part.Index), int64(p.part.Of), false)
	if err == nil && n != 1 {
		err = ErrFenced.With(nil, "another rebuild has taken over version %d", version)
	}
	for j := 0; j < into && err == nil; j++ {
		err = a.addPass(version, loadPass{part: projection.Partition{Index: p.part.Index + j*p.part.Of, Of: p.part.Of * into}, through: p.through})
	}
	return err
}

// forgetPasses is done when a version is loaded, or dropped.
func (a admin) forgetPasses(version int64) error {
	_, err := a.Exec(a.sql("DELETE FROM #model_passes WHERE version = $1"), version)
	return err
}
