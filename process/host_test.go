package process_test

import (
	"fmt"
	"log/slog"
	"maps"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// named makes an id of a name, so that tests can speak of "ann".
func named(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)) }

func at(s string) event.Time { return event.MustParseTime(s) }

// host is a marketplace whose processes are run step by step by a clock of the
// test's.
type host struct {
	t     testing.TB
	store store.Store
	clock *process.ManualClock
	m     *marketplace.Marketplace
	p     *process.Runner
	seen  event.Position
}

// newLog is an empty log on which nobody can count: its positions are names.
func newLog() store.Store { return storetest.Strict(memory.New(), 7) }

func newHost(t testing.TB) *host { return newHostOn(t, newLog(), process.Options{}) }

func newHostOn(t testing.TB, s store.Store, o process.Options) *host {
	h := &host{t: t, store: s, clock: process.NewManualClock(at("2024-01-01T00:00:00Z").Std())}
	var err error
	h.m, err = marketplace.New(s, marketplace.Options{AllowFuture: true, Now: h.clock.Now, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.m.Close()) })
	h.restart(o)
	return h
}

// restart forgets the runner, as a crash does, and makes another.
func (h *host) restart(o process.Options) {
	o.Clock = h.clock
	var err error
	h.p, err = h.m.Processes(o)
	require.NoError(h.t, err)
}

// do gives a command of a person's, which must be accepted.
func (h *host) do(when string, commands ...aggregate.Command) {
	h.t.Helper()
	for _, c := range commands {
		_, err := h.m.Do(h.t.Context(), c, marketplace.At(at(when).Std()))
		require.NoError(h.t, err)
	}
}

// settle lets the clock stand at a moment, does what is due and tells what came
// of it, each event as its moment, type and the name of its stream's kind.
func (h *host) settle(when string) []string {
	h.t.Helper()
	h.seen = h.head()
	h.clock.Set(at(when).Std())
	require.NoError(h.t, h.p.Settle(h.t.Context()))
	return h.news()
}

func (h *host) head() event.Position {
	head, err := h.store.Head(h.t.Context())
	require.NoError(h.t, err)
	return head
}

func (h *host) news() (told []string) {
	for _, env := range h.events(h.seen) {
		if _, weekly := env.Event.(*event.JobSuccessAssessed); weekly {
			continue // it has tests of its own
		}
		told = append(told, fmt.Sprintf("%v %s", env.OccurredAt, env.Event.EventType()))
	}
	return told
}

// outcomes are what has come of tasks, the weekly assessments and reviews aside.
func (h *host) outcomes() map[process.Outcome]uint64 {
	all := h.p.Status().Outcomes
	maps.DeleteFunc(all, func(o process.Outcome, _ uint64) bool {
		return o.Kind == process.AssessJobSuccess || o.Kind == process.ReviewBadge
	})
	return all
}

func openStore(t testing.TB, url string) store.Store {
	s, err := open.Store(t.Context(), url, false)
	require.NoError(t, err)
	return s
}

// events reads the log after a position.
func (h *host) events(after event.Position) []event.Envelope { return eventsOf(h.t, h.store, after) }

func eventsOf(t testing.TB, s store.Store, after event.Position) (all []event.Envelope) {
	registry := event.Marketplace()
	for rec, err := range s.ReadAll(t.Context(), store.Span{After: after}) {
		require.NoError(t, err)
		env, err := registry.Decode(&rec)
		require.NoError(t, err)
		all = append(all, env)
	}
	return all
}

// step is what a person does at a moment.
type step struct {
	at      string
	command aggregate.Command
}

// moment is what follows by itself when the clock has come to it.
type moment struct {
	at   string
	then []string
}

// scenario reads as the rules do: given what people did, when the clock comes
// to moments, then these events follow.
type scenario struct {
	given   []step
	moments []moment
}

// table holds scenarios by name.
type table map[string]scenario

func (rows table) run(t *testing.T) {
	t.Helper()
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("carl")}, aggregate.RegisterFreelancer{Freelancer: named("ann")})
			for _, s := range row.given {
				h.do(s.at, s.command)
			}
			for _, m := range row.moments {
				require.Equal(t, m.then, h.settle(m.at), "at %s", m.at)
			}
		})
	}
}
