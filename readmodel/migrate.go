package readmodel

import (
	"context"

	"github.com/marketcore/marketplace/event"
)

// migration is one that was made.
type migration struct {
	number int64
	at     event.Time
}

var migrationsTable = newTable(Table{
	Name:           "model_migrations",
	Doc:            "The migrations of the administrative tables that have been made.",
	Key:            []string{"number"},
	administrative: true,
},
	integerColumn("number", "1, 2, 3, …", func(m *migration) *int64 { return &m.number }),
	timeColumn("applied_at", "when", func(m *migration) *event.Time { return &m.at }),
)

// migrations are the changes of the administrative tables, the first makes
// them. What was released is never changed, only added to.
func (d *Dialect) migrations() [][]string {
	var first []string
	for _, t := range []*Table{migrationsTable.Table, versionsTable.Table, passesTable.Table} {
		first = append(first, d.createTable(d.Stable(t.Name), t))
	}
	return [][]string{first}
}

// migrated says how many migrations were made: 0 in an empty database.
func (a adminTx) migrated() (int64, error) {
	there, err := a.exists(migrationsTable.Name)
	if err != nil || !there {
		return 0, err
	}
	var n int64
	for row, err := range a.Query(a.sql("SELECT coalesce(max(number), 0) FROM #model_migrations")) {
		if err != nil {
			return 0, err
		}
		if err := row.Scan(&n); err != nil {
			return 0, err
		}
	}
	if known := int64(len(a.dialect.migrations())); n > known {
		return 0, ErrNewerSchema.With(nil, "its administrative tables are of migration %d, this library knows %d: update the library", n, known)
	}
	return n, nil
}

func (a adminTx) exists(name string) (bool, error) {
	found := false
	for row, err := range a.Query(a.dialect.CountTables, namespace(a.dialect.StablePrefix), name) {
		if err != nil {
			return false, err
		}
		var n int64
		if err := row.Scan(&n); err != nil {
			return false, err
		}
		found = n > 0
	}
	return found, nil
}

func (a adminTx) migrate(now event.Time) error {
	made, err := a.migrated()
	if err != nil {
		return err
	}
	if made == 0 {
		there, err := a.relations(a.dialect.StablePrefix)
		if err != nil {
			return err
		}
		if err := there.refuse(a.dialect.StablePrefix, named(administrativeTables())); err != nil {
			return err
		}
		if err := a.createNamespace(a.dialect.StablePrefix, there); err != nil {
			return err
		}
	}
	for i, statements := range a.dialect.migrations() {
		if number := int64(i) + 1; number > made {
			if err := a.execAll(statements); err != nil {
				return err
			}
			if _, err := a.Exec(a.sql(migrationsTable.insert()), migrationsTable.row(&migration{number, now})...); err != nil {
				return err
			}
		}
	}
	return nil
}

// administer runs do in a writing transaction after the migrations.
func administer(ctx context.Context, db Database, now event.Time, do func(adminTx) error) error {
	return db.Write(ctx, func(tx Tx) error {
		a := adminTx{tx, db.Dialect()}
		if err := a.migrate(now); err != nil {
			return err
		}
		return do(a)
	})
}
