package readmodeltest

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// roughLog is a log of a market full of disputes, refunds and voided clients.
func roughLog(t testing.TB, seed uint64, freelancers int) (store.Transactor, *market.Market) {
	m := market.New(seed)
	m.Rough = true
	m.RegisterClients(5)
	for range freelancers {
		m.Freelancer(8, 8)
	}
	log := newLog(t, seed)
	m.WriteTo(t, log)
	return log, m
}

// newLog is an empty log, whose positions are names as EventStoreDB's are.
func newLog(t testing.TB, seed uint64) store.Transactor {
	log := storetest.Strict(memory.New(), seed).(store.Transactor)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

// Log is a log of a market, rough enough that it has every kind of record; the
// same for the same seed.
func Log(t testing.TB, seed uint64, freelancers int) store.Store {
	log, _ := roughLog(t, seed, freelancers)
	return log
}

// RequireSameRows requires the first versions of two read models to have the
// same records, row by row.
func RequireSameRows(t testing.TB, want, got readmodel.Database) {
	t.Helper()
	require.Equal(t, dump(t, want, 1), dump(t, got, 1))
}

func folded(t testing.TB, log store.Store) *projection.Model {
	t.Helper()
	m := projection.NewModel()
	require.NoError(t, m.Load(t.Context(), log, 1))
	return m
}

func preset(t testing.TB, name string) statistics.Policy {
	t.Helper()
	p, err := statistics.Preset(name)
	require.NoError(t, err)
	return p
}

func model(t testing.TB, db readmodel.Database, c *clock, partitions int) *readmodel.ReadModel {
	t.Helper()
	m, err := readmodel.New(db, readmodel.Options{After: c.After, Now: c.Now, Partitions: partitions})
	require.NoError(t, err)
	return m
}

func runner(t testing.TB, m *readmodel.ReadModel, log store.Store, o readmodel.RunnerOptions) *readmodel.Runner {
	t.Helper()
	r, err := m.NewRunner(log, o)
	require.NoError(t, err)
	return r
}

// started runs a runner until stop is called, which gives why it ended.
func started(t testing.TB, r *readmodel.Runner) (stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	var once sync.Once
	var err error
	stop = func() error {
		once.Do(func() {
			cancel()
			err = <-ended
		})
		return err
	}
	t.Cleanup(func() { _ = stop() })
	return stop
}

// follow folds the whole log into the read model, by one runner for each
// partition at once.
func follow(t testing.TB, m *readmodel.ReadModel, log store.Store, partitions int, o readmodel.RunnerOptions) {
	t.Helper()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	runners := make([]*readmodel.Runner, partitions)
	stops := make([]func() error, partitions)
	for i := range partitions {
		o.Partition = i
		runners[i] = runner(t, m, log, o)
		stops[i] = started(t, runners[i])
	}
	for i, r := range runners {
		require.NoError(t, r.WaitFor(t.Context(), head))
		require.NoError(t, stops[i]())
	}
}

// refreshed computes the current statistics, also while a runner does.
func refreshed(t testing.TB, m *readmodel.ReadModel) {
	t.Helper()
	for {
		err := m.Refresh(t.Context())
		if err == nil {
			return
		}
		require.ErrorIs(t, err, readmodel.ErrLeased)
	}
}

// scanValues are the values of a row as text; "" is NULL.
func scanValues(row readmodel.Row, columns []readmodel.Column) ([]string, error) {
	targets := make([]any, len(columns))
	for i, c := range columns {
		switch {
		case c.Type == readmodel.ID && c.Null:
			targets[i] = new(*uuid.UUID)
		case c.Type == readmodel.ID:
			targets[i] = new(uuid.UUID)
		case c.Type == readmodel.Moment:
			targets[i] = new(event.Time)
		case c.Type == readmodel.Bool:
			targets[i] = new(bool)
		case c.Type == readmodel.Integer && c.Null:
			targets[i] = new(*int64)
		case c.Type == readmodel.Integer:
			targets[i] = new(int64)
		case c.Null:
			targets[i] = new(*string)
		default:
			targets[i] = new(string)
		}
	}
	if err := row.Scan(targets...); err != nil {
		return nil, err
	}
	values := make([]string, len(columns))
	for i, target := range targets {
		if v := reflect.ValueOf(target).Elem(); v.Kind() != reflect.Pointer {
			values[i] = fmt.Sprint(v.Interface())
		} else if !v.IsNil() {
			values[i] = fmt.Sprint(v.Elem().Interface())
		}
	}
	return values, nil
}

// dump is every row of the tables of records, of one version.
func dump(t testing.TB, db readmodel.Database, version int64) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
		for _, table := range readmodel.Tables() {
			switch table.Name {
			case "freelancer_stats", "client_stats", "marketplace_stats", "marketplace_year", "marketplace_weeks", "stale", "checkpoints":
				continue
			}
			rows, err := tableRows(tx, db.Dialect().Table(version, table.Name), table)
			if err != nil {
				return err
			}
			all[table.Name] = rows
		}
		return nil
	}))
	return all
}

func tableRows(tx readmodel.Tx, name string, table *readmodel.Table) (rows []string, err error) {
	query, key := "", ""
	for _, c := range table.ColumnNames() {
		query += ", " + c
	}
	for _, c := range table.Key {
		key += ", " + c
	}
	for row, err := range tx.Query("SELECT " + query[2:] + " FROM " + name + " ORDER BY " + key[2:]) {
		if err != nil {
			return nil, err
		}
		values, err := scanValues(row, table.Columns)
		if err != nil {
			return nil, err
		}
		text := ""
		for i, value := range values {
			text += table.Columns[i].Name + "=" + value + " "
		}
		rows = append(rows, text)
	}
	return rows, nil
}
