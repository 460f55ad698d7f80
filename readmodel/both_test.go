package readmodel_test

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
	"github.com/marketcore/marketplace/readmodel/sqlite"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// shared is the PostgreSQL of all tests but those that kill it: one start is
// dearer than most tests. Each test has databases of its own.
var shared postgrestest.Shared

func TestMain(m *testing.M) { os.Exit(shared.Main(m)) }

// onBoth runs a test on SQLite and on PostgreSQL, with a function that makes an
// empty database and one that opens it.
func onBoth(t *testing.T, test func(t *testing.T, empty func(testing.TB) func() readmodel.Database)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, func(t testing.TB) func() readmodel.Database {
			path := filepath.Join(t.TempDir(), "model.db")
			return func() readmodel.Database {
				db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, db.Close()) })
				return db
			}
		})
	})
	if testing.Short() {
		return // under the race detector: what each database does is tested in its own package
	}
	t.Run("PostgreSQL", func(t *testing.T) {
		test(t, func(t testing.TB) func() readmodel.Database {
			url := shared.Database(t)
			return func() readmodel.Database {
				db, err := postgres.Open(t.Context(), url, postgres.Options{})
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, db.Close()) })
				return db
			}
		})
	})
}

// imported is a log with one of the sample histories, and what they have none of: a job with
// all that belongs to it.
func imported(t testing.TB, name string) store.Store {
	t.Helper()
	m := marketWith(t, name)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m.Store()
}

// marketWith is a marketplace in memory with what imported says.
func marketWith(t testing.TB, name string) *marketplace.Marketplace {
	t.Helper()
	log := strictLog()
	m, err := marketplace.New(log, marketplace.Options{})
	require.NoError(t, err)
	f, err := scriptfile.Open("../examples/history/" + name)
	require.NoError(t, err)
	defer f.Close()
	_, err = m.Import(t.Context(), f, marketplace.ImportOptions{})
	require.NoError(t, err)
	client, freelancer, job, proposal, question := uuid.New(), uuid.New(), uuid.New(), uuid.New(), uuid.New()
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.PostJob{Job: job, Client: client, Kind: event.KindFixed, Connects: 2}, aggregate.PurchaseConnects{Freelancer: freelancer, N: 10},
		aggregate.ReportJob{Job: job, Freelancer: freelancer, Reason: event.ReportOther},
		aggregate.AskQuestion{Job: job, Question: question, Freelancer: freelancer, Text: "How large?"},
		aggregate.AnswerQuestion{Job: job, Question: question, Text: "Ten pages."},
		aggregate.SubmitProposal{Proposal: proposal, Job: job, Freelancer: freelancer, CoverLetter: "Dear client"},
		aggregate.StartInterview{Proposal: proposal},
		aggregate.ScheduleInterview{
			Interview: uuid.New(), Job: job, Proposals: []uuid.UUID{proposal}, Interviewers: []event.Text{"Carl"},
			Format: event.FormatOneOnOne, Channel: event.ChannelVideo, ScheduledAt: event.At(time.Now().Add(time.Hour)),
		},
	} {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err)
	}
	return m
}

// strictLog is an empty log, whose positions are names as EventStoreDB's are.
func strictLog() store.Store { return storetest.Strict(memory.New(), 5) }

var smallLog struct {
	once sync.Once
	log  store.Store
}

// small is a log with the small history, imported once for all tests: they read it
// and nothing else.
func small(t testing.TB) store.Store {
	t.Helper()
	smallLog.once.Do(func() { smallLog.log = marketWith(t, "small.ndjson").Store() })
	require.NotNil(t, smallLog.log, "its import has failed")
	return smallLog.log
}

func model(t testing.TB, db readmodel.Database, options readmodel.Options) *readmodel.ReadModel {
	t.Helper()
	m, err := readmodel.New(db, options)
	require.NoError(t, err)
	return m
}

// follow follows a log with a runner for each partition until they have the
// events up to its head.
func follow(t testing.TB, m *readmodel.ReadModel, log store.Store, partitions int) {
	t.Helper()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	for p := range partitions {
		r, err := m.NewRunner(log, readmodel.RunnerOptions{Partition: p})
		require.NoError(t, err)
		all.Go(func() { _ = r.Run(ctx) })
		require.NoError(t, r.WaitFor(t.Context(), head))
	}
}

func exec(t testing.TB, db readmodel.Database, version int64, statement string, args ...any) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), func(tx readmodel.Tx) error {
		n, err := tx.Exec(db.Dialect().SQL(version, statement), args...)
		require.NotZero(t, n)
		return err
	}))
}

// cut is a log that ends with its n-th event.
type cut struct {
	store.Store
	head event.Position
}

func (c cut) Head(context.Context) (event.Position, error) { return c.head, nil }

func (c cut) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	if err := store.Known(span.Begin(), c.head); err != nil {
		return func(yield func(event.Record, error) bool) { yield(event.Record{}, err) }
	}
	if span.Through == 0 || span.Through > c.head {
		span.Through = c.head
	}
	return c.Store.ReadAll(ctx, span)
}
