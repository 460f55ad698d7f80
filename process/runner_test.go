package process_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

var people = []aggregate.Command{
	aggregate.RegisterClient{Client: named("carl")}, aggregate.RegisterFreelancer{Freelancer: named("ann")},
}

// until waits for an event of a type, as any reader of the log may.
func until(t *testing.T, s store.Store, eventType string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience)
	defer cancel()
	for n, err := range s.Subscribe(ctx, 0) {
		require.NoError(t, err)
		if !n.CaughtUp() && n.Record.Type == eventType {
			return
		}
	}
}

// running runs the host's processes until the test ends them.
func (h *host) running() (stop func() error) {
	ctx, cancel := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.p.Run(ctx) }()
	return sync.OnceValue(func() error { cancel(); return <-ended })
}

func TestRunFollowsLogAndClock(t *testing.T) {
	h := newHost(t)
	stop := h.running()
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent, fixed, added, funded, submitted)
	require.NoError(t, h.p.Settle(t.Context()))
	require.Equal(t, at("2024-01-08T00:00:00Z"), h.p.Status().NextDue)
	h.clock.Set(at("2024-01-20T10:00:00Z").Std()) // wakes it
	until(t, h.store, "MilestoneReleased")
	h.clock.Set(at("2024-02-04T10:00:00Z").Std())
	until(t, h.store, "InviteExpired")
	h.steps(complaint("2024-02-04T10:00:00Z", "ann")) // so does news
	for _, f := range []string{"ben", "cem"} {
		h.do("2024-02-04T10:00:00Z", aggregate.RegisterFreelancer{Freelancer: named(f)})
		h.steps(complaint("2024-02-04T10:00:00Z", f))
	}
	until(t, h.store, "ClientContacted")
	require.NoError(t, stop())
	require.NoError(t, h.p.Status().Err)
}

func TestRunWaitsForTheStore(t *testing.T) {
	faulty := storetest.NewFaulty(newLog())
	h := newHostOn(t, faulty, process.Options{})
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent)
	faulty.FailAppends(2)
	faulty.CutReads(2, 1)
	h.clock.Set(at("2024-03-01T00:00:00Z").Std())
	stop := h.running()
	until(t, faulty.Store, "InviteExpired")
	require.NoError(t, stop())
	require.Equal(t, map[process.Outcome]uint64{{Kind: process.ExpireInvite, What: process.OutcomeDone}: 1}, h.outcomes())
}

// Whatever cannot be mended stops Run, and is told by Status too.
func TestRunStops(t *testing.T) {
	t.Run("at an event that cannot be decoded", func(t *testing.T) {
		h := newHost(t)
		h.do("2024-01-01T00:00:00Z", people...)
		h.steps(sent)
		before := h.head()
		poison := event.Proposed{ID: uuid.New(), Type: "InviteTwisted", Data: []byte("{}"), Metadata: []byte("{}")}
		bad, err := h.store.Append(t.Context(), store.Write{Stream: event.InviteStream(uuid.New()), Expected: store.NoStream, Events: []event.Proposed{poison}})
		require.NoError(t, err)
		h.clock.Set(at("2024-03-01T00:00:00Z").Std())
		err = h.p.Run(t.Context())
		var undecodable *event.DecodeError
		require.ErrorAs(t, err, &undecodable)
		require.Equal(t, bad.Position, undecodable.Position)
		require.Equal(t, err, h.p.Status().Err)
		require.Equal(t, before, h.p.Status().Position)
		require.Equal(t, bad.Position, h.head(), "nothing is done before the log is known to its end")
	})
	t.Run("at a closed store", func(t *testing.T) {
		h := newHost(t)
		stop := h.running()
		require.NoError(t, h.p.Settle(t.Context()))
		require.NoError(t, h.store.Close())
		require.ErrorIs(t, h.p.Run(t.Context()), store.ErrClosed)
		_ = stop() // it has met the same end, or its context's
	})
	t.Run("at a store that is only read", func(t *testing.T) {
		h := newHost(t)
		h.do("2024-01-01T00:00:00Z", people...)
		h.steps(sent)
		p, err := process.New(h.store, func(context.Context, aggregate.Command, process.Request) (bool, error) {
			return false, store.ErrReadOnly
		}, process.Options{Clock: h.clock})
		require.NoError(t, err)
		h.clock.Set(at("2024-03-01T00:00:00Z").Std())
		require.ErrorIs(t, p.Run(t.Context()), store.ErrReadOnly)
	})
}

// A Runner whose context has ended returns nil, whatever the context's cause, and
// has saved what it knows.
func TestRunEndsWithItsContext(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	stop := h.running()
	require.NoError(t, h.p.Settle(t.Context()))
	require.NoError(t, stop())

	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the host goes home"))
	require.NoError(t, h.p.Run(ended), "before it begins")
	require.NoError(t, h.p.Status().Err)
}

// A rejection is an outcome: it is logged by its code, without a person's words.
func TestRejectionIsAnOutcome(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent)
	var logged bytes.Buffer
	p, err := process.New(h.store, func(_ context.Context, c aggregate.Command, _ process.Request) (bool, error) {
		return false, &aggregate.Rejection{Code: aggregate.WrongState, Command: aggregate.CommandName(c), Stream: aggregate.Stream(c), Detail: "said the test"}
	}, process.Options{Clock: h.clock, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	require.NoError(t, err)
	h.clock.Set(at("2024-03-01T00:00:00Z").Std())
	require.NoError(t, p.Settle(t.Context()))
	require.Equal(t, map[process.Outcome]uint64{
		{Kind: process.ExpireInvite, What: "wrong_state"}: 1, {Kind: process.AssessJobSuccess, What: "wrong_state"}: 1,
	}, p.Status().Outcomes)
	require.Zero(t, p.Status().Open)
	require.Contains(t, logged.String(), "kind=expire_invite stream=invite-"+named("invite").String())
	require.Contains(t, logged.String(), "code=wrong_state")
}

// Another host's clock is ahead: the task waits for a minute and is done then.
func TestStreamIsAhead(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(fixed, added, funded, submitted, on("2024-01-20T10:00:30Z", aggregate.PayBonus{Contract: named("fixed"), Amount: 1}))
	require.Empty(t, h.settle("2024-01-20T10:00:00Z"))
	require.Equal(t, at("2024-01-20T10:01:00Z"), h.p.Status().NextDue)
	require.Equal(t, []string{"2024-01-20T10:01:00Z MilestoneReleased"}, h.settle("2024-01-20T10:01:00Z"))
}

// A store that fails with what no one knows stops Settle, and the task stays.
func TestSettleFails(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent)
	failure := errors.New("no such thing")
	do := func(context.Context, aggregate.Command, process.Request) (bool, error) { return false, failure }
	p, err := process.New(h.store, do, process.Options{Clock: h.clock})
	require.NoError(t, err)
	h.clock.Set(at("2024-03-01T00:00:00Z").Std())
	require.ErrorIs(t, p.Settle(t.Context()), failure)
	require.ErrorIs(t, p.Run(t.Context()), failure)
	require.Equal(t, 2, p.Status().Open)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, p.Settle(cancelled))
	require.NoError(t, p.Run(cancelled))
}

func TestOptionsAreChecked(t *testing.T) {
	m, err := marketplace.New(newLog(), marketplace.Options{})
	require.NoError(t, err)
	defer m.Close()
	_, err = m.Processes(process.Options{SaveEvery: -1})
	require.ErrorContains(t, err, "SaveEvery")
	standing := statistics.DefaultStanding()
	standing.SuspendDays = -1
	_, err = m.Processes(process.Options{Standing: standing})
	require.ErrorContains(t, err, "standing")
}

// Listeners hear of each task once, with when it was due, until they stop.
func TestOnFinished(t *testing.T) {
	h := newHost(t)
	heard := map[process.Outcome]uint64{}
	var expired process.Finished
	stop := h.p.OnFinished(func(_ context.Context, f process.Finished) {
		heard[f.Outcome]++
		if f.Kind == process.ExpireInvite {
			expired = f
		}
	})
	others := 0
	defer h.p.OnFinished(func(context.Context, process.Finished) { others++ })()
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent)
	require.Len(t, h.settle("2024-02-04T10:00:07Z"), 1)
	require.Equal(t, h.p.Status().Outcomes, heard)
	require.Len(t, heard, 3)
	require.EqualValues(t, 1, heard[process.Outcome{Kind: process.ExpireInvite, What: process.OutcomeDone}])
	require.EqualValues(t, 2, heard[process.Outcome{Kind: "review_badge", What: process.OutcomeMoot}], "there are two badges")
	require.Equal(t, at("2024-02-04T10:00:00Z"), expired.Due)
	require.Equal(t, at("2024-02-04T10:00:07Z"), expired.At)

	stop()
	before, told := maps.Clone(heard), others
	h.settle("2024-03-04T10:00:07Z")
	require.Equal(t, before, heard, "who has stopped hears nothing more")
	require.Greater(t, others, told, "others do")
}
