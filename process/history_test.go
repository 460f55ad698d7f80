package process_test

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/examples/history"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
)

// medium is a host with the medium history, some of whose deadlines are open at
// its end, and with what it has none of open, such as jobs. The import itself
// lets no deadline lapse.
func medium(t *testing.T) *host {
	h := newHost(t)
	h.imports(history.Medium)
	last := event.Time(0)
	for _, env := range h.events(0) {
		last = max(last, env.OccurredAt)
	}
	h.do(last.String(), people...)
	for i := range 2 * kindsOfWork {
		id, when := named(fmt.Sprint("work", i)), last.AddSeconds(int64(i)).String()
		h.do(when, aggregate.GrantConnects{Freelancer: named("ann"), N: event.Connects(i + 1)})
		h.steps(openWork(i, id, named("carl"), named("ann"), at(when))...)
	}
	h.seen = h.head()
	return h
}

// shared is a store that who shares it does not close.
type shared struct{ store.Store }

func (shared) Close() error { return nil }

// imports imports a history, whose lines of the far future are refused.
func (h *host) imports(name string) {
	f, err := history.Files.Open(name)
	require.NoError(h.t, err)
	defer f.Close()
	script, err := zstd.NewReader(f)
	require.NoError(h.t, err)
	defer script.Close()
	m, err := marketplace.New(shared{h.store}, marketplace.Options{Now: h.clock.Now, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(h.t, err)
	_, err = m.Import(h.t.Context(), script, marketplace.ImportOptions{})
	require.NoError(h.t, err)
	require.NoError(h.t, m.Close())
}

// deadlines are what an event freezes, found here without the agenda: the
// moment, and the event that must have followed by then, or another instead.
func deadlines(all []event.Envelope) (open map[string]event.Time) {
	open = map[string]event.Time{}
	left := map[string]event.Connects{} // of lots
	bills := map[string]event.Money{}   // of weeks, less what was refused
	for _, env := range all {
		name := func(what string, part any) string { return fmt.Sprint(what, " ", env.Stream, " ", part) }
		lot := func(n int, amount event.Connects, expires event.Time) {
			left[name("lot", n)], open[name("lot", n)] = amount, expires
		}
		switch e := env.Event.(type) {
		case *event.InviteSent:
			open[name("invite", "")] = e.ExpiresAt
		case *event.InviteAccepted, *event.InviteDeclined, *event.InviteReported, *event.InviteWithdrawn, *event.InviteExpired:
			delete(open, name("invite", ""))
		case *event.WorkSubmitted:
			open[name("submission", e.Milestone)] = e.AutoReleaseAt
		case *event.ChangesRequested:
			delete(open, name("submission", e.Milestone))
		case *event.EscrowRefundRequested:
			delete(open, name("submission", e.Milestone))
			open[name("refund", e.Milestone)] = e.RespondBy
		case *event.EscrowRefundRefused:
			delete(open, name("refund", e.Milestone))
		case *event.MilestoneReleased:
			delete(open, name("submission", e.Milestone))
			delete(open, name("refund", e.Milestone))
		case *event.EscrowRefunded:
			delete(open, name("submission", e.Milestone))
			delete(open, name("refund", e.Milestone))
		case *event.ContractEnded:
			open[name("closing", "")] = e.FeedbackClosesAt
		case *event.FeedbackSubmitted:
			open[name("feedback", "")] = open[name("closing", "")]
		case *event.FeedbackPublished:
			delete(open, name("feedback", ""))
		case *event.DisputeOpened:
			open[name("dispute", e.Dispute)] = e.RespondBy
		case *event.DisputeAnswered:
			delete(open, name("dispute", e.Dispute))
			if e.Answer == event.AnswerContest {
				open[name("disputed", "")] = event.Never
			}
		case *event.DisputeLapsed:
			delete(open, name("dispute", e.Dispute))
		case *event.DisputeResolved:
			delete(open, name("dispute", e.Dispute))
			delete(open, name("disputed", ""))
		case *event.DisputeCancelled:
			delete(open, name("dispute", e.Dispute))
			delete(open, name("disputed", ""))
		case *event.SegmentLogged:
			_, _, week, _ := event.ParseStream(env.Stream)
			open[name("week", "")] = week.End().AddHours(12)
		case *event.WeekInvoiced:
			delete(open, name("week", ""))
			if e.Amount > 0 {
				open["payment "+strings.TrimPrefix(env.Stream, "workWeek-")] = e.ReviewEndsAt
				bills[strings.TrimPrefix(env.Stream, "workWeek-")] = e.Amount
			}
		case *event.OfferMade:
			open[name("offer", "")] = e.ExpiresAt
		case *event.OfferAccepted, *event.OfferDeclined, *event.OfferWithdrawn, *event.OfferExpired:
			delete(open, name("offer", ""))
		case *event.ConnectsGranted:
			lot(e.Lot, e.Amount, e.ExpiresAt)
		case *event.ConnectsReturned:
			lot(e.Lot, e.Amount, e.ExpiresAt)
		case *event.ConnectsSpent:
			if left[name("lot", e.Lot)] -= e.Amount; left[name("lot", e.Lot)] == 0 {
				delete(open, name("lot", e.Lot))
			}
		case *event.ConnectsExpired:
			delete(open, name("lot", e.Lot))
		case *event.FreelancerRegistered, *event.JobSuccessAssessed:
			open[name("assessment", "")] = event.WeekOf(env.OccurredAt).End()
		case *event.HoursRefused:
			week := strings.TrimPrefix(env.Stream, "contract-") + "-" + e.Week.String()
			if bills[week] -= e.Amount; bills[week] == 0 {
				delete(open, "payment "+week)
			}
		case *event.HoursPaid:
			delete(open, "payment "+strings.TrimPrefix(env.Stream, "contract-")+"-"+e.Week.String())
		}
	}
	for what := range open {
		// Only what waits for the timer is left, and no dispute keeps back.
		words := strings.Fields(what)
		if words[0] == "closing" || (words[0] != "disputed" && open["disputed "+contractOf(words[1])+" "] == event.Never) {
			delete(open, what)
		}
	}
	for what := range open {
		if strings.HasPrefix(what, "disputed ") {
			delete(open, what)
		}
	}
	return open
}

func contractOf(stream string) string {
	id := strings.TrimPrefix(stream, "contract-")
	return "contract-" + id[:min(36, len(id))]
}

// TestTwoYears lets the clock go on for a year and a month, in a long run two years, after
// the medium history, from
// one due moment to the next: every deadline lapses in its own second. Short runs,
// under the race detector, see three months, in which everything but Connects falls due.
func TestTwoYears(t *testing.T) {
	h := medium(t)
	before := deadlines(h.events(0))
	for _, kind := range []string{"invite", "submission", "refund", "feedback", "dispute", "week", "payment", "offer", "lot", "assessment"} {
		require.True(t, slices.ContainsFunc(slices.Collect(maps.Keys(before)), func(what string) bool { return strings.HasPrefix(what, kind+" ") }),
			"a history without an open %s proves nothing about it", kind)
	}
	require.Greater(t, len(before), 100, "nor does one with so few open deadlines")
	start := event.Time(0)
	for _, env := range h.events(0) {
		start = max(start, env.OccurredAt)
	}
	h.clock.Set(start.Std())
	require.NoError(t, h.p.Settle(t.Context()))
	months := long.Among(13, 13, 24) // Connects live for a year
	if testing.Short() {
		months = 1
	}
	end := start.AddMonths(months)
	for next := h.p.Status().NextDue; next <= end; next = h.p.Status().NextDue {
		require.Greater(t, next, event.At(h.clock.Now()), "what is due is done")
		seen := h.head()
		h.clock.Set(next.Std())
		require.NoError(t, h.p.Settle(t.Context()))
		for _, env := range h.events(seen) {
			require.Equal(t, next, env.OccurredAt)
		}
	}
	for what, due := range deadlines(h.events(0)) {
		require.Greater(t, due, end, what)
	}
	lapsed := slices.DeleteFunc(h.events(h.seen), func(env event.Envelope) bool { return env.Actor != event.ActorTimer })
	require.GreaterOrEqual(t, len(lapsed), len(before))
	require.True(t, slices.IsSortedFunc(lapsed, func(a, b event.Envelope) int { return int(a.OccurredAt - b.OccurredAt) }))
	for outcome := range h.p.Status().Outcomes {
		require.Contains(t, []string{process.OutcomeDone, process.OutcomeMoot}, outcome.What, "%s", outcome.Kind)
	}
}

// TestTwoYearsOfOutage lets everything become due at once: it is done in the
// order in which it became due.
func TestTwoYearsOfOutage(t *testing.T) {
	if testing.Short() {
		t.Skip("what runs at once in it does in TestTwoYears too")
	}
	h := medium(t)
	past := h.events(0)
	due := map[string]event.Time{} // of what an event has opened, by its id
	for _, env := range past {
		switch e := env.Event.(type) {
		case *event.InviteSent:
			due[env.ID.String()] = e.ExpiresAt
		case *event.WorkSubmitted:
			due[env.ID.String()] = e.AutoReleaseAt
		case *event.EscrowRefundRequested:
			due[env.ID.String()] = e.RespondBy
		case *event.DisputeOpened:
			due[env.ID.String()] = e.RespondBy
		case *event.ContractEnded:
			due[env.ID.String()] = e.FeedbackClosesAt
		case *event.WeekInvoiced:
			due[env.ID.String()] = e.ReviewEndsAt
		case *event.SegmentLogged:
			due[env.ID.String()] = event.WeekOf(e.Start).End().AddHours(12)
		case *event.OfferMade:
			due[env.ID.String()] = e.ExpiresAt
		case *event.ConnectsGranted:
			due[env.ID.String()] = e.ExpiresAt
		case *event.FreelancerRegistered:
			due[env.ID.String()] = event.WeekOf(env.OccurredAt).End()
		}
	}
	now := past[len(past)-1].OccurredAt.AddMonths(24)
	h.clock.Set(now.Std())
	require.NoError(t, h.p.Settle(t.Context()))
	followed := h.events(h.seen)
	require.Greater(t, len(followed), 100)
	last := event.Time(0)
	released := map[string]bool{} // by the end of a dispute, whose lapse came late
	for _, env := range followed {
		require.Equal(t, now, env.OccurredAt)
		if _, ok := env.Event.(*event.DisputeLapsed); ok {
			released[env.Stream] = true
		}
		if d, ok := due[env.CausationID.String()]; ok && env.Actor == event.ActorTimer && !released[contractOf(strings.TrimPrefix(env.Stream, "workWeek-"))] {
			require.GreaterOrEqual(t, d, last, "%s", env.Event.EventType())
			last = d
		}
	}
	seen := h.head()
	for range 2 {
		require.NoError(t, h.p.Settle(t.Context()))
		require.Equal(t, seen, h.head(), "what is done is done, and a replay of it all fires nothing")
		h.restart(process.Options{})
	}
}
