package process_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
)

// afterAllTime is a moment that no event can show.
var afterAllTime = event.Latest.Std().Add(time.Second)

// A clock that shows what no event can ends Settle and Run, which write nothing. It is
// no matter of waiting.
func TestClockBeyondAllYears(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent)
	before := h.head()
	for _, now := range []time.Time{afterAllTime, time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)} {
		h.clock.Set(now)
		require.ErrorIs(t, h.p.Settle(t.Context()), event.ErrClock)
		require.ErrorIs(t, h.p.Run(t.Context()), event.ErrClock)
		require.Equal(t, before, h.head())
	}
	require.Equal(t, []string{"2024-02-04T10:00:00Z InviteExpired"}, h.settle("2024-02-04T10:00:00Z"), "the clock was set")
}

// In the last week of all years what is due at its end never comes: it stands for
// what is due after it, week by week.
func TestEndOfAllYears(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent)
	h.clock.Set(event.Latest.Std())
	require.NoError(t, h.p.Settle(t.Context()))
	events := len(h.events(0))
	require.Less(t, events, 20)
	require.NoError(t, h.p.Settle(t.Context()))
	require.Len(t, h.events(0), events)
	require.Equal(t, event.Latest, h.p.Status().NextDue)
}

// The processes' clock is the one that their commands go by, whatever the host's.
func TestClocksOfTheirOwn(t *testing.T) {
	log := newLog()
	m, err := marketplace.New(log, marketplace.Options{Now: func() time.Time { return at("2024-01-05T10:00:00Z").Std() }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	for _, c := range append(people[:len(people):len(people)], sent.command) {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err)
	}
	p, err := m.Processes(process.Options{Clock: process.NewManualClock(at("2124-01-01T00:00:00Z").Std())})
	require.NoError(t, err)
	require.NoError(t, p.Settle(t.Context()))
	require.EqualValues(t, 1, p.Status().Outcomes[process.Outcome{Kind: process.ExpireInvite, What: process.OutcomeDone}])
}

// A task whose id another command has was done: whoever did it decided otherwise.
func TestTaskDoneOtherwise(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	freelancer := event.FreelancerStream(named("ann"))
	for _, env := range h.events(0) {
		if env.Stream == freelancer && env.Revision == 0 {
			_, err := h.m.Do(t.Context(), aggregate.SetAvailability{Freelancer: named("ann"), Available: true},
				marketplace.CommandID(event.FollowUpID(env.ID, string(process.AssessJobSuccess)+" ")))
			require.NoError(t, err)
		}
	}
	h.clock.Set(at("2024-01-09T00:00:00Z").Std())
	require.NoError(t, h.p.Settle(t.Context()))
	require.EqualValues(t, 1, h.p.Status().Outcomes[process.Outcome{Kind: process.AssessJobSuccess, What: process.OutcomeRepeated}])
}
