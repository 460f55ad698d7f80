package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Version is one set of tables of the read model.
type Version struct {
	Number     int64
	Schema     int64 // of its tables: see the constant Schema
	Partitions int64
	State      State
	Created    event.Time
}

// State is what a version is for.
type State string

// The states of versions.
const (
	Building State = "building" // by a rebuild, which has not finished
	Live     State = "live"     // it stands under the stable names; at most one is live
	Old      State = "old"      // it was live; nobody writes to it
)

var versionsTable = newTable(Table{
	Name:           "model_versions",
	Doc:            "The versions of the read model.",
	Key:            []string{"version"},
	administrative: true,
},
	integerColumn("version", "1, 2, 3, …; part of the names of its tables", func(v *Version) *int64 { return &v.Number }),
	integerColumn("schema", "of its tables; see readmodel.Schema", func(v *Version) *int64 { return &v.Schema }),
	integerColumn("partitions", "in how many it is divided", func(v *Version) *int64 { return &v.Partitions }),
	textColumn("state", "building, live or old; at most one is live", func(v *Version) *State { return &v.State }),
	timeColumn("created_at", "when it was begun", func(v *Version) *event.Time { return &v.Created }),
)

// adminTx is a transaction on the administrative tables.
type adminTx struct {
	Tx
	dialect *Dialect
}

func (a adminTx) sql(statement string) string { return a.dialect.sql(0, statement) }

func (a adminTx) on(version int64) versionTx { return versionTx{a.Tx, a.dialect, version} }

// versions are all versions, the oldest first.
func (a adminTx) versions() ([]Version, error) {
	return versionsTable.read(a, "1 = 1", versionsTable.Key)
}

// live is the version that is live, nil if none is.
func (a adminTx) live() (*Version, error) {
	all, err := a.versions()
	for i := range all {
		if all[i].State == Live {
			return &all[i], err
		}
	}
	return nil, err
}

// building is the version that is being built, nil if none is.
func (a adminTx) building() (*Version, error) {
	all, err := a.versions()
	for i := range all {
		if all[i].State == Building {
			return &all[i], err
		}
	}
	return nil, err
}

// create makes the tables of a new version, without their indexes, and its
// checkpoints at 0, of a log that is to be loaded up to a place.
func (a adminTx) create(partitions int64, log uuid.UUID, to place, now event.Time) (*Version, error) {
	all, err := a.versions()
	if err != nil {
		return nil, err
	}
	v := &Version{Number: 1, Schema: Schema, Partitions: partitions, State: Building, Created: now}
	if len(all) > 0 {
		v.Number = all[len(all)-1].Number + 1
	}
	prefix := a.dialect.versionPrefix(v.Number)
	there, err := a.relations(prefix)
	if err != nil {
		return nil, err
	}
	_, rest := split(prefix)
	ours := named(Tables())
	// A namespace of its own is to be empty, for it goes with the version.
	if err := there.refuse(prefix, func(name string) bool { return rest == "" || ours(name) }); err != nil {
		return nil, err
	}
	if err := a.createNamespace(prefix, there); err != nil {
		return nil, err
	}
	var statements []string
	for _, t := range Tables() {
		statements = append(statements, a.dialect.createTable(a.dialect.Table(v.Number, t.Name), t))
	}
	if err := a.execAll(statements); err != nil {
		return nil, err
	}
	for p := range partitions {
		c := Checkpoint{Partition: int(p), Log: log, Event: to.event, EventPosition: to.at, EventDigest: to.digest, Head: to.position, Updated: now}
		if _, err := a.Exec(a.on(v.Number).sql(checkpointsTable.insert()), checkpointsTable.row(&c)...); err != nil {
			return nil, err
		}
	}
	_, err = a.Exec(a.sql(versionsTable.insert()), versionsTable.row(v)...)
	return v, err
}

// index makes the indexes of a version's tables, which a bulk load does last.
func (a adminTx) index(version int64) error {
	var statements []string
	for _, t := range Tables() {
		for _, columns := range t.Indexes {
			statements = append(statements, a.dialect.createIndex(version, t, columns))
		}
	}
	return a.execAll(statements)
}

// drop drops the tables of a version that is not live. It fails with ErrBusy while
// others read them, and with ErrNotAReadModel if more would go than is ours.
func (a adminTx) drop(version int64) error {
	all, err := a.versions()
	if err != nil {
		return err
	}
	n, err := a.Exec(a.sql("DELETE FROM #model_versions WHERE version = $1 AND state <> $2"), version, string(Live))
	if err != nil {
		return err
	}
	if n != 1 {
		return ErrNotFound.With(nil, "there is no version %d of the read model that is not live", version)
	}
	for i := range all {
		if all[i].Number == version {
			if err := a.refuseGuests(&all[i]); err != nil {
				return err
			}
		}
	}
	if err := a.limitLocks(swapPatience); err != nil {
		return err
	}
	if err := a.forgetPasses(version); err != nil {
		return err
	}
	var statements []string
	for _, t := range Tables() {
		statements = append(statements, "DROP TABLE IF EXISTS "+a.dialect.Table(version, t.Name))
	}
	return whileRead(a.execAll(append(statements, a.dialect.dropNamespace(a.dialect.versionPrefix(version))...)))
}

func (a adminTx) execAll(statements []string) error {
	for _, s := range statements {
		if _, err := a.Exec(s); err != nil {
			return err
		}
	}
	return nil
}
