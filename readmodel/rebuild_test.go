package readmodel_test

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
)

// TestRebuild: whatever the numbers of partitions and passes, a rebuild makes
// what runners make, event by event, and puts it under the stable names.
func TestRebuild(t *testing.T) {
	log := small(t)
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		ctx := t.Context()
		db := empty(t)()
		m := model(t, db, readmodel.Options{Partitions: 2})
		follow(t, m, log, 2)
		for i, partitions := range []int{1, 2, 7, 0} {
			done, err := m.Rebuild(ctx, log, readmodel.RebuildOptions{Partitions: partitions, Workers: 2})
			require.NoError(t, err)
			require.EqualValues(t, i+2, done.Version.Number)
			require.Equal(t, readmodel.Live, done.Version.State)
			if partitions == 0 {
				partitions = 7 // as before
			}
			require.EqualValues(t, partitions, done.Version.Partitions)
			c := done.Comparison
			require.True(t, c.Equal(), "%+v", c)
			require.EqualValues(t, i+1, c.Was)
			require.NotZero(t, c.Entities)
			for _, n := range c.Rows {
				require.NotZero(t, n.Was, n.Table)
			}
			first, err := m.Compare(ctx, 1, done.Version.Number)
			require.NoError(t, err)
			require.True(t, first.Equal(), "%+v", first)
			head, err := log.Head(ctx)
			require.NoError(t, err)
			require.Equal(t, head, first.Through)
			position, err := m.Position(ctx)
			require.NoError(t, err)
			require.Equal(t, head, position)
		}
		all, err := m.Versions(ctx)
		require.NoError(t, err)
		require.Len(t, all, 5)
		require.ErrorIs(t, m.Drop(ctx, 1, 5), readmodel.ErrNotFound, "5 is live")
		require.NoError(t, m.Drop(ctx, 2))
		require.NoError(t, m.Drop(ctx))
		all, err = m.Versions(ctx)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.ErrorIs(t, m.Drop(ctx, 9), readmodel.ErrNotFound)
		_, err = m.Compare(ctx, 1, 5)
		require.ErrorIs(t, err, readmodel.ErrNotFound)
	})
}

// TestRebuildIntoNothing: the first rebuild makes the first version.
func TestRebuildIntoNothing(t *testing.T) {
	log := small(t)
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		m := model(t, empty(t)(), readmodel.Options{})
		done, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{Accept: func(*readmodel.Comparison) error { return io.EOF }})
		require.NoError(t, err)
		require.Nil(t, done.Comparison)
		require.EqualValues(t, 1, done.Version.Number)
		follow(t, m, log, 1)
		again, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		require.True(t, again.Comparison.Equal())
		other := model(t, empty(t)(), readmodel.Options{})
		done, err = other.Rebuild(t.Context(), strictLog(), readmodel.RebuildOptions{})
		require.NoError(t, err, "an empty log")
		require.Equal(t, readmodel.Live, done.Version.State)
	})
}

// TestRebuildTellsDifferences: what the live version says otherwise than the log
// is told by event; a refusal leaves it live, and the next rebuild goes on with
// what is made.
func TestRebuildTellsDifferences(t *testing.T) {
	log := small(t)
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		ctx, db := t.Context(), empty(t)()
		m := model(t, db, readmodel.Options{})
		follow(t, m, log, 1)
		// One payment more, one of another amount, one less.
		exec(t, db, 1, "UPDATE @payments SET amount = amount + 1 WHERE position = (SELECT min(position) FROM @payments)")
		exec(t, db, 1, "DELETE FROM @payments WHERE position = (SELECT max(position) FROM @payments)")
		exec(t, db, 1, "UPDATE @invites SET available = NOT available WHERE sent_position = (SELECT min(sent_position) FROM @invites)")
		refusal := errors.New("let me look first")
		var seen *readmodel.Comparison
		_, err := m.Rebuild(ctx, log, readmodel.RebuildOptions{Accept: func(c *readmodel.Comparison) error {
			seen = c
			return refusal
		}})
		require.ErrorIs(t, err, refusal)
		require.False(t, seen.Equal())
		require.EqualValues(t, 1, seen.Extra)
		require.EqualValues(t, 2, seen.Different)
		require.Zero(t, seen.Missing)
		require.EqualValues(t, 3, seen.Changed)
		require.Len(t, seen.Differences, 3)
		require.Equal(t, "available", seen.Differences[0].Field)
		for _, d := range seen.Differences {
			require.NotZero(t, d.Position)
			require.NotEmpty(t, d.Type)
		}
		for _, n := range seen.Rows {
			require.Equal(t, n.Table == "payments", n.Was != n.Is, n.Table)
		}
		all, err := m.Versions(ctx)
		require.NoError(t, err)
		require.Equal(t, []readmodel.State{readmodel.Live, readmodel.Building}, []readmodel.State{all[0].State, all[1].State})

		phases := map[readmodel.RebuildPhase]bool{}
		done, err := m.Rebuild(ctx, log, readmodel.RebuildOptions{Progress: func(p readmodel.RebuildProgress) { phases[p.Phase] = true }})
		require.NoError(t, err)
		require.EqualValues(t, 2, done.Version.Number)
		require.False(t, phases[readmodel.RebuildFolding], "it was folded before")
		require.Equal(t, seen.Differences, done.Comparison.Differences)
		done, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		require.True(t, done.Comparison.Equal())
	})
}

// TestRebuildOfWhatCannotBeCompared: a damaged live version, or one of another
// schema, is no hindrance.
func TestRebuildOfWhatCannotBeCompared(t *testing.T) {
	log := small(t)
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		ctx, db := t.Context(), empty(t)()
		m := model(t, db, readmodel.Options{})
		follow(t, m, log, 1)
		exec(t, db, 1, "UPDATE @payments SET kind = 'theft' WHERE position = (SELECT min(position) FROM @payments)")
		done, err := m.Rebuild(ctx, log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		require.ErrorIs(t, done.Comparison.Err, readmodel.ErrCorrupt)
		require.False(t, done.Comparison.Equal())

		exec(t, db, 0, "UPDATE #model_versions SET schema = 0 WHERE state = 'live'")
		_, err = m.Position(ctx)
		require.ErrorIs(t, err, readmodel.ErrSchema)
		done, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		require.ErrorIs(t, done.Comparison.Err, readmodel.ErrSchema)
		_, err = m.Position(ctx)
		require.NoError(t, err)
	})
}

// TestOlderSchema: after an update of the library with other tables the runners
// make the read model anew, whoever of them is first, and go on.
func TestOlderSchema(t *testing.T) {
	log := small(t)
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		db := empty(t)()
		m := model(t, db, readmodel.Options{Partitions: 2})
		follow(t, m, log, 2)
		exec(t, db, 0, "UPDATE #model_versions SET schema = 0 WHERE state = 'live'")
		_, err := m.Position(t.Context())
		require.ErrorIs(t, err, readmodel.ErrSchema)

		follow(t, m, log, 2)
		versions, err := m.Versions(t.Context())
		require.NoError(t, err)
		require.Len(t, versions, 2)
		require.Equal(t, readmodel.Old, versions[0].State)
		require.Equal(t, readmodel.Live, versions[1].State)
		require.EqualValues(t, readmodel.Schema, versions[1].Schema)
		require.EqualValues(t, 2, versions[1].Partitions)
		done, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		require.True(t, done.Comparison.Equal())
	})
}

// TestRebuildInPasses: with less memory than the records take, the log is folded
// in several passes; after an interruption those that are finished are kept.
func TestRebuildInPasses(t *testing.T) {
	if testing.Short() {
		t.Skip("takes the medium history; that two workers fold at once, TestRebuild has too")
	}
	log := imported(t, "medium.ndjson.zst")
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		m := model(t, empty(t)(), readmodel.Options{})
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough for today")
		options := readmodel.RebuildOptions{Memory: 2 << 20, Workers: 2, Progress: func(p readmodel.RebuildProgress) {
			if p.Pass == 3 && p.Passes > 3 && p.Phase == readmodel.RebuildWriting {
				cancel(enough)
			}
		}}
		_, err := m.Rebuild(ctx, log, options)
		require.ErrorIs(t, err, enough)
		_, err = m.Position(t.Context())
		require.ErrorIs(t, err, readmodel.ErrNotFound, "nothing is live")

		first := readmodel.RebuildProgress{}
		options.Progress = func(p readmodel.RebuildProgress) {
			if first == (readmodel.RebuildProgress{}) {
				first = p
			}
		}
		done, err := m.Rebuild(t.Context(), log, options)
		require.NoError(t, err)
		require.Equal(t, 3, first.Pass, "the first two are kept")
		require.EqualValues(t, 1, done.Version.Number)
		whole, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		require.True(t, whole.Comparison.Equal(), "%+v", whole.Comparison)

		_, err = m.Rebuild(t.Context(), log, readmodel.RebuildOptions{Memory: 1})
		require.ErrorIs(t, err, readmodel.ErrMemory)
	})
}

// TestRebuildAnew: what an earlier rebuild left is discarded when it is of no
// use: by wish, for another number of partitions, or if the log is another one.
func TestRebuildAnew(t *testing.T) {
	log := small(t)
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		ctx := t.Context()
		m := model(t, empty(t)(), readmodel.Options{})
		half := func(log store.Store, o readmodel.RebuildOptions) (folded bool) {
			ctx, cancel := context.WithCancel(ctx)
			o.Progress = func(p readmodel.RebuildProgress) {
				folded = folded || p.Phase == readmodel.RebuildWriting
				if p.Phase == readmodel.RebuildCatchingUp {
					cancel()
				}
			}
			_, err := m.Rebuild(ctx, log, o)
			require.ErrorIs(t, err, context.Canceled)
			return folded
		}
		require.True(t, half(log, readmodel.RebuildOptions{}))
		require.False(t, half(log, readmodel.RebuildOptions{}))
		require.True(t, half(log, readmodel.RebuildOptions{Anew: true}))
		require.True(t, half(log, readmodel.RebuildOptions{Partitions: 3}))
		require.False(t, half(log, readmodel.RebuildOptions{Partitions: 3}))
		require.True(t, half(cut{log, positions(t, log)[99]}, readmodel.RebuildOptions{}), "a log that was cut")
		all, err := m.Versions(ctx)
		require.NoError(t, err)
		require.Len(t, all, 1)
	})
}

// TestRebuildThatCannotBeSwapped: a rebuild that others keep from being swapped in
// ends with that, some attempts later, and leaves what it made for the next one.
func TestRebuildThatCannotBeSwapped(t *testing.T) {
	log := small(t)
	for _, c := range []struct {
		name     string
		err      error
		attempts int
	}{
		{"writers in the way", readmodel.ErrConflict, 10},
		{"readers in the way", readmodel.ErrBusy, 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
				db := &contested{Database: empty(t)(), err: c.err}
				m := model(t, db, readmodel.Options{After: atOnce})
				attempts, folded := 0, 0
				o := readmodel.RebuildOptions{Progress: func(p readmodel.RebuildProgress) {
					db.swapping.Store(p.Phase == readmodel.RebuildSwapping)
					switch p.Phase {
					case readmodel.RebuildSwapping:
						attempts++
					case readmodel.RebuildWriting:
						folded++
					}
				}}
				_, err := m.Rebuild(t.Context(), log, o)
				require.ErrorIs(t, err, c.err)
				require.Equal(t, c.attempts, attempts)
				folded, db.quiet = 0, true
				done, err := m.Rebuild(t.Context(), log, o)
				require.NoError(t, err)
				require.Equal(t, readmodel.Live, done.Version.State)
				require.Zero(t, folded, "the tables were there")
			})
		})
	}
}

// atOnce is a timer on which pauses take no time.
func atOnce(time.Duration) <-chan time.Time {
	over := make(chan time.Time)
	close(over)
	return over
}

// contested is a database in which somebody else is faster whenever a version is
// swapped in.
type contested struct {
	readmodel.Database
	swapping atomic.Bool
	quiet    bool
	err      error // what it comes to
}

func (c *contested) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	if c.swapping.Load() && !c.quiet {
		return c.err
	}
	return c.Database.Write(ctx, do)
}

// TestRebuildOfBadLog: an event that cannot be folded is named, and nothing is
// swapped.
func TestRebuildOfBadLog(t *testing.T) {
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		log, ctx := strictLog(), t.Context()
		done, err := log.Append(ctx, store.Write{Stream: event.ClientStream(named("bob")), Expected: store.Any, Events: []event.Proposed{
			{ID: named("e"), Type: "ClientRegistered", Data: []byte(`{"surprise":1}`), Metadata: []byte("{}")}}})
		require.NoError(t, err)
		m := model(t, empty(t)(), readmodel.Options{})
		_, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{})
		require.ErrorIs(t, err, readmodel.ErrStopped)
		var stopped *fault.Error
		require.ErrorAs(t, err, &stopped)
		require.EqualValues(t, done.Position, stopped.Position)
		require.ErrorIs(t, err, projection.ErrStopped)
	})
}

// positions are those of a log's events.
func positions(t *testing.T, log store.Store) (all []event.Position) {
	t.Helper()
	for rec, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		all = append(all, rec.Position)
	}
	return all
}

func named(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)) }
