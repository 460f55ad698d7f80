package repository_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/repository"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

var now = event.MustParseTime("2020-01-01T00:00:00Z")

// commands is a group of commands, each of which must be accepted.
type commands struct {
	session *repository.Session
	all     []aggregate.Command
	ids     []uuid.UUID
	told    []string
	instead aggregate.Command // of one that is refused
	narrow  []int
}

func newCommands(all ...aggregate.Command) *commands {
	g := &commands{all: all}
	for range all {
		g.ids = append(g.ids, uuid.New())
	}
	return g
}

func (g *commands) Len() int                        { return len(g.all) }
func (g *commands) Command(i int) aggregate.Command { return g.all[i] }
func (g *commands) CatchUp() error {
	return g.session.CatchUp(func(*event.Record, event.Meta) error { return nil })
}
func (g *commands) Decide(i int) ([]store.Write, error) {
	id := g.ids[i]
	writes, _, err := g.session.Decide(repository.Request{ID: id, Correlation: id, Causation: id, At: now, Now: now, Command: g.all[i]})
	return writes, err
}
func (g *commands) Refuse(i int, err error) bool {
	g.told = append(g.told, fmt.Sprintf("refuse %d", i))
	if g.instead == nil {
		return false
	}
	g.all[i] = g.instead
	return true
}
func (g *commands) Undo(first, end int)             { g.tell("undo", first, end) }
func (g *commands) Wrote(first, end int) error      { g.tell("wrote", first, end); return nil }
func (g *commands) Narrow(_ context.Context, i int) { g.narrow = append(g.narrow, i) }
func (g *commands) tell(what string, first, end int) {
	g.told = append(g.told, fmt.Sprintf("%s %d-%d", what, first, end))
}

func write(t *testing.T, s store.Store, attempts int, g *commands) error {
	r, err := repository.New(s, repository.Options{
		Attempts: attempts, CachedAggregates: 10, Terms: aggregate.DefaultTerms(),
		Score: func(context.Context, uuid.UUID, event.Time) (event.JobSuccessAssessed, error) {
			return event.JobSuccessAssessed{Policy: "2024-09"}, nil
		},
	})
	require.NoError(t, err)
	g.session = r.NewSession(t.Context())
	defer g.session.End()
	return g.session.WriteGroup(g)
}

// transactions counts the transactions that were tried; the first fail.
type transactions struct {
	store.Transactor
	tried, lost int
	most        int // events at once, if not 0
}

func (s *transactions) AppendAll(ctx context.Context, w []store.Write) ([]store.Appended, error) {
	if s.tried++; s.tried <= s.lost {
		return nil, store.Conflict(w[0].Stream, w[0].Expected, 0)
	}
	events := 0
	for _, w := range w {
		if events += len(w.Events); s.most > 0 && events > s.most {
			return nil, store.ErrTooLarge.In(w.Stream)
		}
	}
	return s.Transactor.AppendAll(ctx, w)
}

func (s *transactions) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	done, err := s.AppendAll(ctx, []store.Write{w})
	if err != nil {
		return store.Appended{}, err
	}
	return done[0], nil
}

func newLog(lost int) *transactions {
	return &transactions{Transactor: storetest.Strict(memory.New(), 7).(store.Transactor), lost: lost}
}

func length(t *testing.T, s store.Store) (n int) {
	for _, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		n++
	}
	return n
}

// people are registered, and one of them flagged, which an item on top of theirs decides.
func people() []aggregate.Command {
	client, freelancer := uuid.New(), uuid.New()
	return []aggregate.Command{
		aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.FlagClient{Client: client, Reason: "poor_collaboration"},
	}
}

func TestWriteGroup(t *testing.T) {
	t.Run("in one transaction", func(t *testing.T) {
		s, g := newLog(0), newCommands(people()...)
		require.NoError(t, write(t, s, 1, g))
		require.Equal(t, []string{"wrote 0-3"}, g.told)
		require.Equal(t, 1, s.tried)
		require.Equal(t, 3, length(t, s))
	})
	t.Run("one by one", func(t *testing.T) {
		s, g := newLog(0), newCommands(people()...)
		require.NoError(t, write(t, struct{ store.Store }{s}, 1, g))
		require.Equal(t, []string{"wrote 0-1", "wrote 1-2", "wrote 2-3"}, g.told)
		require.Equal(t, 3, length(t, s))
	})
	t.Run("a score waits for what comes before it", func(t *testing.T) {
		all := people()
		assess := aggregate.AssessJobSuccess{Freelancer: all[1].(aggregate.RegisterFreelancer).Freelancer}
		s, g := newLog(0), newCommands(append(all, assess)...)
		require.NoError(t, write(t, s, 1, g))
		require.Equal(t, []string{"wrote 0-3", "wrote 3-4"}, g.told)
	})
	t.Run("decided again after a conflict", func(t *testing.T) {
		s, g := newLog(2), newCommands(people()...)
		require.NoError(t, write(t, s, 3, g))
		require.Equal(t, []string{"undo 0-3", "undo 0-3", "wrote 0-3"}, g.told)
		require.Equal(t, 3, length(t, s))
	})
	t.Run("one by one after many", func(t *testing.T) {
		s, g := newLog(8), newCommands(people()...)
		require.NoError(t, write(t, s, 100, g))
		require.Equal(t, []int{0}, g.narrow)
		require.Equal(t, []string{"wrote 0-1", "wrote 1-2", "wrote 2-3"}, g.told[8:])
	})
	t.Run("more than the store takes", func(t *testing.T) {
		for name, one := range map[string]bool{"in groups": false, "one by one": true} {
			t.Run(name, func(t *testing.T) {
				log := newLog(0)
				log.most = 1 // each item comes to one event, but for the end, which comes to three
				client, freelancer, contract := uuid.New(), uuid.New(), uuid.New()
				all := []aggregate.Command{aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
					aggregate.StartContract{Contract: contract, Job: uuid.New(), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaInvite}}
				for range 2 {
					m := uuid.New()
					all = append(all, aggregate.AddMilestone{Contract: contract, Milestone: m, Amount: 1}, aggregate.FundMilestone{Contract: contract, Milestone: m})
				}
				end := aggregate.EndContract{Contract: contract, By: "freelancer", Reason: "x"}
				all = append(all, end, aggregate.RegisterClient{Client: uuid.New()})
				var s store.Store = log
				if one {
					s = struct{ store.Store }{s}
				}
				g := newCommands(all...)
				require.ErrorIs(t, write(t, s, 1, g), store.ErrTooLarge)
				require.Equal(t, "refuse 7", g.told[len(g.told)-1])
				require.Equal(t, 7, length(t, log), "what is before it is written")

				log, g = newLog(0), newCommands(all...)
				log.most = 1
				g.instead = aggregate.PauseContract{Contract: contract}
				require.NoError(t, write(t, log, 1, g))
				require.Equal(t, 9, length(t, log))
			})
		}
	})
	t.Run("lost each time", func(t *testing.T) {
		s, g := newLog(3), newCommands(people()...)
		err := write(t, s, 3, g)
		require.ErrorIs(t, err, store.ErrConflict)
		var lost *repository.LostError
		require.ErrorAs(t, err, &lost)
		require.Zero(t, lost.Item)
		require.Contains(t, err.Error(), "lost the race 3 times")
		require.Zero(t, length(t, s))
	})
}
