package simulate_test

import (
	"bytes"
	"iter"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/store/memory"
)

// requireEscrow: what was funded was released, refunded, or is held, milestone
// by milestone, from the events alone.
func requireEscrow(t *testing.T, all iter.Seq[event.Envelope]) {
	held := map[uuid.UUID]event.Money{}
	var funded, released, refunded event.Money
	for env := range all {
		switch e := env.Event.(type) {
		case *event.MilestoneFunded:
			require.Zero(t, held[e.Milestone], "position %d", env.Position)
			held[e.Milestone] = e.Amount
			funded += e.Amount
		case *event.MilestoneReleased:
			held[e.Milestone] -= e.Amount
			released += e.Amount
			require.GreaterOrEqual(t, held[e.Milestone], event.Money(0), "position %d", env.Position)
		case *event.EscrowRefunded:
			held[e.Milestone] -= e.Amount
			refunded += e.Amount
			require.GreaterOrEqual(t, held[e.Milestone], event.Money(0), "position %d", env.Position)
		}
	}
	var left event.Money
	for _, h := range held {
		left += h
	}
	require.Equal(t, funded, released+refunded+left)
	require.Positive(t, released)
	require.Positive(t, refunded)
}

// deadline is a moment that was frozen: of what, of whose stream, of which part.
type deadline struct {
	what string
	id   uuid.UUID
	part any // a milestone, dispute, week or lot
}

// deadlines are those that were seen, and which of them are open.
type deadlines struct {
	t            *testing.T
	frozen, open map[deadline]event.Time
	disputed     map[uuid.UUID]bool // contracts that were ever in dispute; true while they are
	lapses       int
}

func (d *deadlines) opens(at event.Time, what string, id uuid.UUID, part any) {
	d.freezes(at, what, id, part)
	d.open[deadline{what, id, part}] = at
}

// freezes is opens for what need not lapse.
func (d *deadlines) freezes(at event.Time, what string, id uuid.UUID, part any) {
	d.frozen[deadline{what, id, part}] = at
}

func (d *deadlines) closes(what string, id uuid.UUID, part any) {
	delete(d.open, deadline{what, id, part})
}

// lapsed closes what a timer has let lapse, in the second that was frozen. Only
// what a dispute has kept back was late.
func (d *deadlines) lapsed(env *event.Envelope, what string, id uuid.UUID, part any) {
	d.lapses++
	due := d.frozen[deadline{what, id, part}]
	_, late := d.disputed[id]
	if env.OccurredAt != due && (!late || what == "dispute" || env.OccurredAt < due) {
		require.Fail(d.t, "not in its second", "%s of %v %v was due at %v, is at %v, position %d", what, id, part, due, env.OccurredAt, env.Position)
	}
	d.closes(what, id, part)
}

// requireDeadlines: nothing is open whose moment has come, by the agenda of
// package process and by the events alone, but what an open dispute keeps back;
// and every lapse has its own second.
func requireDeadlines(t *testing.T, l *lived, all iter.Seq[event.Envelope]) {
	until := event.At(l.o.Until)
	require.Greater(t, l.result.NextDue, until)
	require.Positive(t, l.result.Open)
	d := &deadlines{t: t, frozen: map[deadline]event.Time{}, open: map[deadline]event.Time{}, disputed: map[uuid.UUID]bool{}}
	for env := range all {
		env := &env
		_, id, week, _ := event.ParseStream(env.Stream)
		switch e := env.Event.(type) {
		case *event.InviteSent:
			d.opens(e.ExpiresAt, "invite", id, nil)
		case *event.InviteAccepted, *event.InviteDeclined, *event.InviteReported, *event.InviteWithdrawn:
			d.closes("invite", id, nil)
		case *event.InviteExpired:
			d.lapsed(env, "invite", id, nil)
		case *event.OfferMade:
			d.opens(e.ExpiresAt, "offer", id, nil)
		case *event.OfferAccepted, *event.OfferDeclined, *event.OfferWithdrawn:
			d.closes("offer", id, nil)
		case *event.OfferExpired:
			d.lapsed(env, "offer", id, nil)
		case *event.ContractOffered:
			d.opens(e.ExpiresAt, "direct offer", id, nil)
		case *event.ContractStarted:
			d.closes("direct offer", id, nil)
		case *event.ContractOfferClosed:
			if e.Cause == event.OfferClosedExpired {
				d.lapsed(env, "direct offer", id, nil)
			}
			d.closes("direct offer", id, nil)
		case *event.WorkSubmitted:
			d.opens(e.AutoReleaseAt, "work", id, e.Milestone)
		case *event.ChangesRequested:
			d.closes("work", id, e.Milestone)
		case *event.EscrowRefundRequested:
			d.closes("work", id, e.Milestone)
			d.opens(e.RespondBy, "refund", id, e.Milestone)
		case *event.EscrowRefundRefused:
			d.closes("refund", id, e.Milestone)
		case *event.MilestoneReleased:
			if e.Cause == event.ReleasedAuto {
				d.lapsed(env, "work", id, e.Milestone)
			}
			d.closes("work", id, e.Milestone)
			d.closes("refund", id, e.Milestone)
		case *event.EscrowRefunded:
			if e.Cause == event.RefundLapsed {
				d.lapsed(env, "refund", id, e.Milestone)
			}
			d.closes("work", id, e.Milestone)
			d.closes("refund", id, e.Milestone)
		case *event.DisputeOpened:
			d.disputed[id] = true
			d.opens(e.RespondBy, "dispute", id, e.Dispute)
		case *event.DisputeAnswered:
			d.opens(event.Never, "dispute", id, e.Dispute)
			if e.Answer == event.AnswerAccept {
				d.closes("dispute", id, e.Dispute)
				d.disputed[id] = false
			}
		case *event.DisputeLapsed:
			d.lapsed(env, "dispute", id, e.Dispute)
			d.disputed[id] = false
		case *event.DisputeResolved:
			d.closes("dispute", id, e.Dispute)
			d.disputed[id] = false
		case *event.DisputeCancelled:
			d.closes("dispute", id, e.Dispute)
			d.disputed[id] = false
		case *event.ContractEnded:
			d.freezes(e.FeedbackClosesAt, "feedback", id, nil)
		case *event.FeedbackSubmitted:
			d.opens(d.frozen[deadline{"feedback", id, nil}], "feedback", id, nil)
		case *event.FeedbackPublished:
			if env.Actor == event.ActorTimer {
				d.lapsed(env, "feedback", id, nil)
			}
			d.closes("feedback", id, nil)
		case *event.SegmentLogged:
			d.opens(week.End().AddHours(12), "week", id, week)
		case *event.WeekInvoiced:
			d.lapsed(env, "week", id, week)
			if e.Amount > 0 {
				d.opens(e.ReviewEndsAt, "payment", id, week)
			}
		case *event.HoursPaid:
			d.lapsed(env, "payment", id, e.Week)
		case *event.FreelancerRegistered:
			d.opens(event.WeekOf(env.OccurredAt).End(), "assessment", id, nil)
		case *event.JobSuccessAssessed:
			d.lapsed(env, "assessment", id, nil)
			d.opens(event.WeekOf(env.OccurredAt).End(), "assessment", id, nil)
		case *event.ConnectsExpired:
			d.lapsed(env, "lot", id, e.Lot)
		case *event.ConnectsGranted:
			d.freezes(e.ExpiresAt, "lot", id, e.Lot)
		case *event.ConnectsPurchased:
			d.freezes(e.ExpiresAt, "lot", id, e.Lot)
		case *event.ConnectsReturned:
			d.freezes(e.ExpiresAt, "lot", id, e.Lot)
		}
	}
	for what, due := range d.open {
		keptBack := d.disputed[what.id] && what.what != "dispute"
		require.True(t, keptBack || due > until, "%+v was due at %v", what, due)
	}
	require.Greater(t, d.lapses, 500)
}

// requireReplay: every command again, in the log's order, with its id and moment,
// on an empty log, comes to every event again.
func requireReplay(t *testing.T, l *lived) {
	s := memory.New()
	m, err := marketplace.New(s, marketplace.Options{})
	require.NoError(t, err)
	defer m.Close()
	for _, d := range l.done {
		_, err := m.Do(t.Context(), d.Command, marketplace.CommandID(d.ID), marketplace.At(d.At.Std()),
			marketplace.CausedBy(event.Envelope{ID: d.Cause, Meta: event.Meta{CorrelationID: d.Correlation}}))
		require.NoError(t, err, aggregate.CommandName(d.Command))
	}
	requireSame(t, l.log, s, true, unrecorded)
}

// requireScript: the commands as a script, imported into an empty log, come to
// the same events. A script knows no causes, so each command is its own.
func requireScript(t *testing.T, l *lived) {
	var b []byte
	for _, d := range l.done {
		var err error
		b, err = script.Append(b, d.ID, d.At, d.Command)
		require.NoError(t, err)
	}
	s := memory.New()
	m, err := marketplace.New(s, marketplace.Options{})
	require.NoError(t, err)
	defer m.Close()
	report, err := m.Import(t.Context(), bytes.NewReader(b), marketplace.ImportOptions{})
	require.NoError(t, err)
	require.Zero(t, report.Rejected)
	require.Equal(t, int64(len(l.done)), report.Applied)
	requireSame(t, l.log, s, true, func(env *event.Envelope) {
		env.RecordedAt, env.CorrelationID, env.CausationID = time.Time{}, uuid.Nil, uuid.Nil
	})
}
