package process_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
)

var (
	another = on("2024-01-02T11:00:00Z", aggregate.PostJob{Job: named("another job"), Client: named("carl"), Kind: event.KindFixed, Connects: 1})
	direct  = on("2024-01-04T10:00:00Z", aggregate.OfferContract{Contract: named("direct"), Job: named("job"), Client: named("carl"), Freelancer: named("ann"), Kind: event.KindFixed})
	takenUp = on("2024-01-04T09:00:00Z", aggregate.StartInterview{Proposal: named("proposal")})
	meeting = on("2024-01-04T09:00:00Z", aggregate.ScheduleInterview{Interview: named("meeting"), Job: named("job"), Proposals: []uuid.UUID{named("proposal")},
		Interviewers: []event.Text{"u-1"}, Format: event.FormatOneOnOne, Channel: event.ChannelVideo, ScheduledAt: at("2024-02-01T10:00:00Z")})
	toAnother = on("2024-01-05T10:00:00Z", aggregate.SendInvite{Invite: named("to another"), Job: named("another job"), Client: named("carl"), Freelancer: named("ann")})
	archived  = on("2024-01-05T11:00:00Z", aggregate.ArchiveInvite{Invite: named("to another")})
	barred    = on("2024-01-06T10:00:00Z", aggregate.BarClient{Client: named("carl"), Reason: event.SanctionFraud})
	opened    = []step{posted, another, granted, proposed, takenUp, meeting, offered, direct, sent, toAnother, archived}
)

func removed(why event.RemoveReason) step {
	return on("2024-01-07T10:00:00Z", aggregate.RemoveJob{Job: named("job"), Reason: why})
}

func closed(why event.CloseReason) step {
	return on("2024-01-06T10:00:00Z", aggregate.CloseJob{Job: named("job"), Reason: why})
}

// follow are types of events that follow at a moment.
func follow(when string, types ...string) moment {
	m := moment{at: when}
	for _, name := range types {
		m.then = append(m.then, when+" "+name)
	}
	return m
}

func given(steps []step, more ...step) []step { return append(append([]step(nil), steps...), more...) }

// What a bar and the end of a job put away (fine print R), each row of the table.
func TestBusinessIsPutAway(t *testing.T) {
	const hour = "2024-01-06T11:00:00Z"
	table{
		"R a barred client's, in the table's order": {given(opened, barred), []moment{
			follow(hour, "JobClosed", "JobClosed", "OfferWithdrawn", "ContractOfferClosed", "InterviewCancelled", "InviteWithdrawn", "InviteWithdrawn", "ConnectsReturned"),
			{"2024-06-01T00:00:00Z", nil}}},
		"R not what is answered, held, cancelled or ended": {given(opened,
			on("2024-01-05T12:00:00Z", aggregate.DeclineOffer{Proposal: named("proposal")}),
			on("2024-01-05T12:00:00Z", aggregate.CloseContractOffer{Contract: named("direct"), Cause: event.OfferClosedDeclined}),
			on("2024-01-05T12:00:00Z", aggregate.CancelInterview{Interview: named("meeting"), By: event.ActorClient}),
			on("2024-01-05T12:00:00Z", aggregate.DeclineInvite{Invite: named("invite")}), on("2024-01-05T12:00:00Z", aggregate.DeclineInvite{Invite: named("to another")}),
			on("2024-01-05T12:00:00Z", aggregate.CloseJob{Job: named("job"), Reason: event.CloseFilled}),
			on("2024-01-05T12:00:00Z", aggregate.CloseJob{Job: named("another job"), Reason: event.CloseExpired}), barred), []moment{{hour, nil}}},
		"R not what has expired, which the timer says": {given([]step{posted, granted, proposed, offered, direct, sent}, barred), []moment{
			follow("2024-03-01T00:00:00Z", "JobClosed", "OfferExpired", "ContractOfferClosed", "InviteExpired", "ConnectsReturned")}},
		"R a suspension puts nothing away": {given(opened, on("2024-01-06T10:00:00Z", aggregate.SuspendClient{Client: named("carl"), Reason: event.SanctionFraud})), []moment{{hour, nil}}},
		"R a closed job's invites, and no offer": {given(opened, closed(event.CloseFilled)), []moment{follow(hour, "InviteWithdrawn"),
			follow("2024-01-11T10:00:00Z", "OfferExpired", "ContractOfferClosed")}},
		"R a removed job's offers and invites": {given(opened, removed(event.RemoveOther)), []moment{follow("2024-01-07T10:00:00Z", "OfferWithdrawn", "InviteWithdrawn")}},
		"R what was put away in an outage is not put away twice": {given(opened, closed(event.CloseExpired), removed(event.RemoveOther),
			on("2024-01-08T10:00:00Z", barred.command)), []moment{
			follow("2024-01-09T10:00:00Z", "InviteWithdrawn", "OfferWithdrawn", "JobClosed", "ContractOfferClosed", "InterviewCancelled", "InviteWithdrawn")}},

		"R another client's invite to an id that became a job's": {[]step{
			on("2024-01-01T10:00:00Z", aggregate.RegisterClient{Client: named("cora")}),
			on("2024-01-01T10:00:00Z", aggregate.SendInvite{Invite: named("early"), Job: named("job"), Client: named("cora"), Freelancer: named("ann")}),
			posted, closed(event.CloseFilled)}, []moment{{hour, nil}}},

		"N6 cancelled, and then removed for something else, in one outage": {given([]step{posted, granted, proposed}, closed(event.CloseCancelled), removed(event.RemoveOther)), []moment{
			follow("2024-01-08T00:00:00Z", "ConnectsReturned"), {"2024-02-01T00:00:00Z", nil}}},
		"N6 hired in the second of the end": {given([]step{posted, granted, proposed, offered},
			on("2024-01-06T10:00:00Z", aggregate.AcceptOffer{Proposal: named("proposal")}), closed(event.CloseCancelled)), []moment{follow("2024-01-08T00:00:00Z", "ContractStarted")}},
		"N6 hired after the end": {given([]step{posted, granted, proposed, offered}, closed(event.CloseCancelled),
			on("2024-01-06T10:00:01Z", aggregate.AcceptOffer{Proposal: named("proposal")})), []moment{follow("2024-01-08T00:00:00Z", "ConnectsReturned", "ContractStarted")}},
		"N6 withdrawn by the end": {given([]step{posted, granted, proposed},
			on("2024-01-06T10:00:00Z", aggregate.WithdrawProposal{Proposal: named("proposal")}), closed(event.CloseCancelled)), []moment{{"2024-01-08T00:00:00Z", nil}}},
		"N6 withdrawn after the end": {given([]step{posted, granted, proposed}, closed(event.CloseCancelled),
			on("2024-01-06T10:00:01Z", aggregate.WithdrawProposal{Proposal: named("proposal")})), []moment{follow("2024-01-08T00:00:00Z", "ConnectsReturned")}},
		"N6 a removal for the terms, with a hire": {given([]step{posted, granted, proposed, offered, hired}, removed(event.RemoveTOS)), []moment{
			follow("2024-01-08T00:00:00Z", "ContractStarted", "ConnectsReturned")}},
		"N6 nothing was spent": {[]step{on(posted.at, aggregate.PostJob{Job: named("job"), Client: named("carl"), Kind: event.KindHourly}), proposed, closed(event.CloseCancelled)},
			[]moment{{"2024-01-08T00:00:00Z", nil}}},
	}.run(t)
}

// Reasons are the table's, each command has an id of its own, and who begins anew finds
// nothing left to do.
func TestBarredClientsBusiness(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(given(opened, barred)...)
	bar := h.events(0)
	cause := bar[len(bar)-1].ID
	require.NotEmpty(t, h.settle("2024-01-06T11:00:00Z"))
	ids, reasons := map[uuid.UUID]bool{}, map[string]string{}
	for _, env := range h.events(h.seen) {
		require.False(t, ids[env.ID], "%s", env.Event.EventType())
		ids[env.ID] = true
		reason := ""
		switch e := env.Event.(type) {
		case *event.JobClosed:
			reason = string(e.Reason)
		case *event.OfferWithdrawn:
			reason = string(e.Reason)
		case *event.ContractOfferClosed:
			reason = string(e.Cause)
		case *event.InterviewCancelled:
			reason = string(e.Reason)
			require.Equal(t, event.ActorPlatform, e.By)
		case *event.InviteWithdrawn:
			reason = string(e.Reason)
		default:
			continue
		}
		require.Equal(t, cause, env.CausationID)
		reasons[env.Event.EventType()] = reason
	}
	require.Equal(t, map[string]string{
		"JobClosed": "client_sanctioned", "OfferWithdrawn": "client_sanctioned", "ContractOfferClosed": "withdrawn",
		"InterviewCancelled": "client_sanctioned", "InviteWithdrawn": "client_sanctioned",
	}, reasons)
	h.restart(process.Options{})
	require.Empty(t, h.settle("2024-01-06T12:00:00Z"))
}

// What has expired is nobody's rejection: its timer says so.
func TestExpiredIsNotWithdrawn(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(posted, granted, proposed, offered, direct, sent, barred)
	h.settle("2024-03-01T00:00:00Z")
	told := h.outcomes()
	for _, kind := range []process.Kind{process.WithdrawOffers, process.WithdrawContractOffers, process.WithdrawInvites} {
		require.EqualValues(t, 1, told[process.Outcome{Kind: kind, What: process.OutcomeMoot}], kind)
	}
}

// A meeting of the first edition, on its proposal's stream, ends no offer there, and nobody
// cancels it (fine print S2).
func TestFirstEditionsMeetings(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(posted, granted, proposed, takenUp, offered)
	stream := event.ProposalStream(named("proposal"))
	h.record("2024-01-05T09:00:00Z", stream, &event.InterviewScheduled{Kind: event.FormatTelephone, Channel: event.ChannelAudio, ScheduledAt: at("2024-01-05T10:00:00Z")})
	h.record("2024-01-05T10:00:00Z", stream, &event.InterviewHeld{})
	h.steps(barred)
	require.Equal(t, follow("2024-01-06T11:00:00Z", "JobClosed", "OfferWithdrawn", "ConnectsReturned").then, h.settle("2024-01-06T11:00:00Z"))
}

// record writes down what happened without asking whether it might, as a crash between two
// streams or a log of the first edition has it.
func (h *host) record(when, stream string, events ...event.Event) {
	h.t.Helper()
	var all []event.Proposed
	for _, e := range events {
		id := uuid.New()
		p, err := event.Marketplace().Encode(id, event.Meta{OccurredAt: at(when), Actor: event.ActorFreelancer, CommandID: id, CorrelationID: id, CausationID: id}, e)
		require.NoError(h.t, err)
		all = append(all, p)
	}
	_, err := h.store.Append(h.t.Context(), store.Write{Stream: stream, Expected: store.Any, Events: all})
	require.NoError(h.t, err)
}

// A proposal that was paid for and never came to be is given back a day later, and not
// before, though its job ends; one that comes in time is not.
func TestProposalOnItsWay(t *testing.T) {
	for name, row := range map[string]struct {
		then    []step
		moments []moment
	}{
		"N6 it never comes": {nil, []moment{{"2024-01-04T09:59:59Z", nil}, follow("2024-01-04T10:00:00Z", "ConnectsReturned"), {"2024-03-01T00:00:00Z", nil}}},
		"N6 its job ends meanwhile": {[]step{on("2024-01-03T11:00:00Z", aggregate.CloseJob{Job: named("job"), Reason: event.CloseCancelled})}, []moment{
			{"2024-01-04T09:59:59Z", nil}, follow("2024-01-04T10:00:00Z", "ConnectsReturned"), {"2024-03-01T00:00:00Z", nil}}},
		"N6 it comes": {[]step{on("2024-01-03T10:00:01Z", proposed.command)}, []moment{{"2024-03-01T00:00:00Z", nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.do("2024-01-01T00:00:00Z", people...)
			h.steps(posted, granted)
			h.record("2024-01-03T10:00:00Z", event.FreelancerStream(named("ann")),
				&event.JobApplied{Job: named("job"), Proposal: named("proposal"), Connects: 2},
				&event.ConnectsSpent{Proposal: named("proposal"), Job: named("job"), Lot: 1, Amount: 2})
			h.steps(row.then...)
			for _, m := range row.moments {
				require.Equal(t, m.then, h.settle(m.at), m.at)
			}
		})
	}
}
