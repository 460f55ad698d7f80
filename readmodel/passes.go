package readmodel

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// A rebuild folds the log in passes, each over the streams of one part, so that
// the records of a part fit in memory. What is to do stands in a table, and a
// pass is done in the transaction that writes its rows, so a rebuild that was
// cut off goes on with the next pass.
var passesTable = newTable(Table{
	Name:           "model_passes",
	Doc:            "What a rebuild has folded into a version and what it has not; empty when all is.",
	Key:            []string{"version", "part", "parts"},
	administrative: true,
},
	integerColumn("version", "that is being built", func(p *loadPass) *int64 { return &p.version }),
	integerColumn("part", "the streams of the pass are those of this part, from 0", func(p *loadPass) *int { return &p.part.Index }),
	integerColumn("parts", "of so many", func(p *loadPass) *int { return &p.part.Of }),
	positionColumn("through_position", "events up to this position", func(p *loadPass) *event.Position { return &p.through }),
	boolColumn("done", "their rows are in the tables", func(p *loadPass) *bool { return &p.done }),
)

// loadPass is one reading of the log.
type loadPass struct {
	version int64
	part    projection.Partition
	through event.Position
	done    bool
}

// passes are those of a version, none when it is loaded.
func (a adminTx) passes(version int64) ([]loadPass, error) {
	return passesTable.read(a, "version = $1", []string{"parts", "part"}, version)
}

func (a adminTx) addPass(p loadPass) error {
	_, err := a.Exec(a.sql(passesTable.insert()), passesTable.row(&p)...)
	return err
}

// finishPass says that a pass is done, unless another rebuild has said so.
func (a adminTx) finishPass(version int64, p loadPass) error {
	n, err := a.Exec(a.sql("UPDATE #model_passes SET done = $1 WHERE version = $2 AND part = $3 AND parts = $4 AND done = $5"),
		true, version, int64(p.part.Index), int64(p.part.Of), false)
	if err == nil && n != 1 {
		err = ErrFenced.With(nil, "another rebuild has taken over version %d", version)
	}
	return err
}

// splitPass puts several passes in the place of one, over the same streams: a
// hash that is i mod n is one of i, i+n, i+2n, … mod a multiple of n.
func (a adminTx) splitPass(version int64, p loadPass, into int) error {
	n, err := a.Exec(a.sql("DELETE FROM #model_passes WHERE version = $1 AND part = $2 AND parts = $3 AND done = $4"),
		version, int64(p.part.Index), int64(p.part.Of), false)
	if err == nil && n != 1 {
		err = ErrFenced.With(nil, "another rebuild has taken over version %d", version)
	}
	for j := 0; j < into && err == nil; j++ {
		err = a.addPass(loadPass{version: version, part: projection.Partition{Index: p.part.Index + j*p.part.Of, Of: p.part.Of * into}, through: p.through})
	}
	return err
}

// forgetPasses is done when a version is loaded, or dropped.
func (a adminTx) forgetPasses(version int64) error {
	_, err := a.Exec(a.sql("DELETE FROM #model_passes WHERE version = $1"), version)
	return err
}
