package projection_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
)

// TestRecordsRefuse: what is not the stream's next event, or cannot be in it, is
// an error that names the place, and the record stays as it was.
func TestRecordsRefuse(t *testing.T) {
	id := projectiontest.Named("id")
	invite, contract, client, freelancer := event.InviteStream(id), event.ContractStream(id), event.ClientStream(id), event.FreelancerStream(id)
	started := &event.ContractStarted{Via: event.ViaInvite}
	feedback := &event.FeedbackSubmitted{By: event.SideClient, Overall: 400}
	revised := &event.FeedbackRevised{By: event.SideClient, Overall: 300}
	offered, hired := &event.ContractOffered{}, &event.ContractStarted{Via: event.ViaDirect}
	lapsed, accepted := &event.DisputeLapsed{Dispute: id}, &event.DisputeAnswered{Dispute: id, Answer: event.AnswerAccept}
	job, proposal := event.JobStream(id), event.ProposalStream(id)
	posted, submitted := &event.JobPosted{}, &event.ProposalSubmitted{Via: event.ViaInvite}
	interview, week := event.InterviewStream(id), event.WorkWeekStream(id, event.WeekOf(projectiontest.June))
	meeting := &event.InterviewScheduled{Kind: event.FormatPanel, Channel: event.ChannelChat, Proposals: []uuid.UUID{id}}
	invoiced := &event.WeekInvoiced{Minutes: 60}
	quarrel, resolved := &event.DisputeOpened{By: event.SideClient, Dispute: id}, &event.DisputeResolved{Dispute: id, ToFreelancer: 1, ToClient: 2}
	for _, c := range []struct {
		name     string
		record   string // the stream of what is given
		given    []event.Event
		stream   string
		revision uint64
		when     event.Event
		then     error
	}{
		{"a gap at the start", invite, nil, invite, 1, projectiontest.Sent(true), projection.ErrGap},
		{"a gap later", invite, []event.Event{projectiontest.Sent(true)}, invite, 2, &event.InviteAccepted{}, projection.ErrGap},
		{"an event twice", invite, []event.Event{projectiontest.Sent(true), &event.InviteArchived{}}, invite, 1, &event.InviteArchived{}, projection.ErrRepeated},
		{"a gap in what does not matter", freelancer, []event.Event{&event.FreelancerRegistered{}}, freelancer, 2, &event.PhoneVerified{}, projection.ErrGap},
		{"a gap in a client", client, []event.Event{&event.ClientRegistered{}}, client, 3, &event.ClientBarred{}, projection.ErrGap},
		{"another's event", invite, []event.Event{projectiontest.Sent(true)}, invite, 1, &event.ContractEnded{}, projection.ErrForeignEvent},
		{"another's stream", invite, []event.Event{projectiontest.Sent(true)}, contract, 1, &event.InviteAccepted{}, projection.ErrForeignEvent},
		{"a host's stream", invite, nil, "tickets-1", 0, projectiontest.Sent(true), nil},
		{"a stream without an id", invite, nil, "invite-1", 0, projectiontest.Sent(true), projection.ErrStreamName},
		{"a diary's event in a contract", contract, []event.Event{started}, contract, 1, &event.WeekInvoiced{}, projection.ErrForeignEvent},
		{"terms in a contract", contract, []event.Event{started}, contract, 1, &event.TermsAccepted{}, projection.ErrForeignEvent},
		{"no opening event", contract, nil, contract, 0, &event.ContractEnded{}, projection.ErrContradiction},
		{"a second opening", contract, []event.Event{started}, contract, 1, started, projection.ErrContradiction},
		{"a second registration", client, []event.Event{&event.ClientRegistered{}}, client, 1, &event.ClientRegistered{}, projection.ErrContradiction},
		{"an unknown origin", contract, nil, contract, 0, &event.ContractStarted{Via: "luck"}, projection.ErrContradiction},
		{"a second end", contract, []event.Event{started, &event.ContractEnded{}}, contract, 2, &event.ContractEnded{}, projection.ErrContradiction},
		{"a reply to a closed invite", invite, []event.Event{projectiontest.Sent(true), &event.InviteExpired{}}, invite, 2, &event.InviteAccepted{}, projection.ErrContradiction},
		{"a second feedback of the client", contract, []event.Event{started, feedback}, contract, 2, feedback, projection.ErrContradiction},
		{"feedback by nobody", contract, []event.Event{started}, contract, 1, &event.FeedbackSubmitted{Overall: 400}, projection.ErrContradiction},
		{"no star", contract, []event.Event{started}, contract, 1, &event.FeedbackSubmitted{By: event.SideClient, Overall: 99}, projection.ErrContradiction},
		{"six stars", contract, []event.Event{started}, contract, 1, &event.FeedbackSubmitted{By: event.SideClient, Overall: 600}, projection.ErrContradiction},
		{"recommended 11", contract, []event.Event{started}, contract, 1, &event.FeedbackSubmitted{By: event.SideClient, Overall: 400, Recommend: projectiontest.Ptr(11)}, projection.ErrContradiction},
		{"a second exclusion", contract, []event.Event{started, &event.FeedbackExcluded{}}, contract, 2, &event.FeedbackExcluded{}, projection.ErrContradiction},
		{"a dispute opened twice", contract, []event.Event{started, &event.DisputeOpened{By: event.SideClient, Dispute: id}}, contract, 2, &event.DisputeOpened{By: event.SideClient, Dispute: id}, projection.ErrContradiction},
		{"cancelling no dispute", contract, []event.Event{started}, contract, 1, &event.DisputeCancelled{Dispute: id}, projection.ErrContradiction},
		{"resolving no dispute", contract, []event.Event{started}, contract, 1, resolved, projection.ErrContradiction},
		{"resolving what was cancelled", contract, []event.Event{started, quarrel, &event.DisputeCancelled{Dispute: id}}, contract, 3, resolved, projection.ErrContradiction},
		{"cancelling what was resolved", contract, []event.Event{started, quarrel, resolved}, contract, 3, &event.DisputeCancelled{Dispute: id}, projection.ErrContradiction},
		{"a second feedback of the freelancer", contract, []event.Event{started, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 300}}, contract, 2,
			&event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 300}, projection.ErrContradiction},
		{"feedback published twice", contract, []event.Event{started, &event.FeedbackPublished{}}, contract, 2, &event.FeedbackPublished{}, projection.ErrContradiction},
		{"what was not given is not revised", contract, []event.Event{started}, contract, 1, revised, projection.ErrContradiction},
		{"revised twice", contract, []event.Event{started, feedback, revised}, contract, 3, revised, projection.ErrContradiction},
		{"revised to no star", contract, []event.Event{started, feedback}, contract, 2, &event.FeedbackRevised{By: event.SideClient, Overall: 99}, projection.ErrContradiction},
		{"revised by nobody", contract, []event.Event{started, feedback}, contract, 2, &event.FeedbackRevised{Overall: 300}, projection.ErrContradiction},
		{"a dispute of nobody", contract, []event.Event{started}, contract, 1, &event.DisputeOpened{Dispute: id}, projection.ErrContradiction},
		{"a lapse of no dispute", contract, []event.Event{started}, contract, 1, lapsed, projection.ErrContradiction},
		{"a second lapse", contract, []event.Event{started, quarrel, lapsed}, contract, 3, lapsed, projection.ErrContradiction},
		{"accepting what lapsed", contract, []event.Event{started, quarrel, lapsed}, contract, 3, accepted, projection.ErrContradiction},
		{"a lapse of what was accepted", contract, []event.Event{started, quarrel, accepted}, contract, 3, lapsed, projection.ErrContradiction},
		{"accepting what was resolved", contract, []event.Event{started, quarrel, resolved}, contract, 3, accepted, projection.ErrContradiction},
		{"an offer later", contract, nil, contract, 1, offered, projection.ErrGap},
		{"an offer of what has started", contract, []event.Event{started}, contract, 1, offered, projection.ErrContradiction},
		{"an offer again", contract, []event.Event{offered, hired}, contract, 0, offered, projection.ErrRepeated},
		{"the end of no offer", contract, nil, contract, 0, &event.ContractOfferClosed{}, projection.ErrContradiction},
		{"the end of an offer later", contract, []event.Event{offered}, contract, 2, &event.ContractOfferClosed{}, projection.ErrGap},
		{"the end of an accepted offer", contract, []event.Event{offered, hired}, contract, 2, &event.ContractOfferClosed{}, projection.ErrContradiction},
		{"work on an offer", contract, []event.Event{offered}, contract, 1, &event.BonusPaid{Amount: 1}, projection.ErrGap},
		{"an offer that a proposal accepts", contract, []event.Event{offered}, contract, 1, started, projection.ErrGap},
		{"a start after the end of an offer", contract, []event.Event{offered, &event.ContractOfferClosed{}}, contract, 2, hired, projection.ErrGap},
		{"contacts twice", invite, []event.Event{projectiontest.Sent(true), &event.ContactExchanged{}}, invite, 2, &event.ContactExchanged{}, projection.ErrContradiction},
		{"contacts twice on a proposal", proposal, []event.Event{submitted, &event.ContactExchanged{}}, proposal, 2, &event.ContactExchanged{}, projection.ErrContradiction},
		{"a hold on what nobody knows", freelancer, []event.Event{&event.FreelancerRegistered{}}, freelancer, 1, &event.HoldPlaced{Blocks: []event.HoldBlock{"luck"}}, projection.ErrContradiction},
		{"a gap before a meeting", interview, nil, interview, 1, meeting, projection.ErrGap},
		{"no meeting to hold", interview, nil, interview, 0, &event.InterviewHeld{}, projection.ErrContradiction},
		{"a meeting in no format there is", interview, nil, interview, 0, &event.InterviewScheduled{Kind: "letter", Channel: event.ChannelChat}, projection.ErrContradiction},
		{"a meeting by no channel there is", interview, nil, interview, 0, &event.InterviewScheduled{Kind: event.FormatPanel, Channel: "smoke"}, projection.ErrContradiction},
		{"a meeting held twice", interview, []event.Event{meeting, &event.InterviewHeld{}}, interview, 2, &event.InterviewHeld{}, projection.ErrContradiction},
		{"a meeting held and cancelled", interview, []event.Event{meeting, &event.InterviewHeld{}}, interview, 2, &event.InterviewCancelled{}, projection.ErrContradiction},
		{"a cancelled meeting moved", interview, []event.Event{meeting, &event.InterviewCancelled{}}, interview, 2, &event.InterviewRescheduled{}, projection.ErrContradiction},
		{"a week invoiced again", week, []event.Event{invoiced}, week, 1, invoiced, projection.ErrContradiction},
		{"an invoice twice", week, []event.Event{invoiced}, week, 0, invoiced, projection.ErrRepeated},
		{"S2 no format there is on a proposal", proposal, []event.Event{submitted}, proposal, 1, &event.InterviewScheduled{Kind: "letter", Channel: event.ChannelChat}, projection.ErrContradiction},
		{"a meeting's event in a proposal", proposal, []event.Event{submitted}, proposal, 1, &event.InterviewRescheduled{}, projection.ErrForeignEvent},
		{"a gap in a job", job, []event.Event{posted}, job, 2, &event.JobClosed{}, projection.ErrGap},
		{"no job to close", job, nil, job, 0, &event.JobClosed{}, projection.ErrContradiction},
		{"a job closed twice", job, []event.Event{posted, &event.JobClosed{}}, job, 2, &event.JobClosed{}, projection.ErrContradiction},
		{"a job closed when it was removed", job, []event.Event{posted, &event.JobRemoved{}}, job, 2, &event.JobClosed{}, projection.ErrContradiction},
		{"a job removed twice", job, []event.Event{posted, &event.JobRemoved{}}, job, 2, &event.JobRemoved{}, projection.ErrContradiction},
		{"a job's event in a proposal", proposal, []event.Event{submitted}, proposal, 1, &event.JobClosed{}, projection.ErrForeignEvent},
		{"a proposal's event twice", proposal, []event.Event{submitted, &event.OfferMade{}}, proposal, 1, &event.OfferMade{}, projection.ErrRepeated},
		{"a proposal by no way there is", proposal, nil, proposal, 0, &event.ProposalSubmitted{Via: event.ViaDirect}, projection.ErrContradiction},
		{"cancelling twice", contract, []event.Event{started, &event.DisputeOpened{By: event.SideClient, Dispute: id}, &event.DisputeCancelled{Dispute: id}}, contract, 3, &event.DisputeCancelled{Dispute: id}, projection.ErrContradiction},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, untouched := projectiontest.NewWorld(t), projectiontest.NewWorld(t)
			w.On(c.record, 0, c.given...)
			untouched.On(c.record, 0, c.given...)
			err := w.Fold(&event.Envelope{Stream: c.stream, Revision: c.revision, Position: 77, Event: c.when})
			require.Equal(t, untouched.Records, w.Records)
			if c.then == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.then)
			var fold *projection.FoldError
			require.ErrorAs(t, err, &fold)
			require.Equal(t, projection.FoldError{Type: c.when.EventType(), Stream: c.stream, Revision: c.revision, Position: 77,
				Want: fold.Want, Err: c.then}, *fold)
			require.Equal(t, "unfoldable_event", fold.Code())
			require.Contains(t, err.Error(), "position 77")
		})
	}
}

// TestPaymentsKeepTheOrderOfTime: quarters are counted by it.
func TestPaymentsKeepTheOrderOfTime(t *testing.T) {
	w := projectiontest.NewWorld(t)
	w.OnContract("job", projectiontest.June, &event.ContractStarted{Via: event.ViaDirect})
	w.OnContract("job", projectiontest.Noon, &event.BonusPaid{Amount: 1})
	err := w.Fold(w.Envelope(event.ContractStream(projectiontest.Named("job")), projectiontest.Noon-1, &event.BonusPaid{Amount: 1}))
	require.ErrorIs(t, err, projection.ErrContradiction)
}

// TestEveryEventHasItsStream: each of the library's events can be folded in the
// stream of its family, so none is forgotten where events are told apart.
func TestEveryEventHasItsStream(t *testing.T) {
	id := projectiontest.Named("id")
	openings := map[string]event.Event{
		event.InviteStream(id): projectiontest.Sent(true), event.ContractStream(id): &event.ContractStarted{Via: event.ViaDirect},
		event.ClientStream(id): &event.ClientRegistered{}, event.FreelancerStream(id): &event.FreelancerRegistered{},
		event.JobStream(id): &event.JobPosted{}, event.ProposalStream(id): &event.ProposalSubmitted{Via: event.ViaProposal},
		event.InterviewStream(id):                                   &event.InterviewScheduled{Kind: event.FormatPanel, Channel: event.ChannelChat},
		event.WorkWeekStream(id, event.WeekOf(projectiontest.June)): &event.WeekInvoiced{},
	}
	unrecorded := map[string]string{} // the streams of events that change no record
	for stream, names := range map[string]string{
		event.ImportStream(id): "ImportLineRejected",
	} {
		for _, name := range strings.Fields(names) {
			unrecorded[name] = stream
		}
	}
	ofTwo := map[string]bool{
		"TermsAccepted": true, "TermsViolationRecorded": true, // of either kind of accounts
		"IdentityVerified": true, "IdentityVerificationRevoked": true, "PhoneVerified": true, "PhoneVerificationRevoked": true,
		"ContactExchanged":   true,
		"InterviewScheduled": true, "InterviewHeld": true, "InterviewCancelled": true, // on proposals in a log of the first edition
	}
	for _, typ := range event.Types() {
		homes := 0
		for stream, opening := range openings {
			w := projectiontest.NewWorld(t)
			w.On(stream, 0, opening)
			err := w.Fold(&event.Envelope{Stream: stream, Revision: 1, Event: typ.Event})
			var fold *projection.FoldError
			if err != nil {
				require.ErrorAs(t, err, &fold)
			}
			if err == nil || fold.Err != projection.ErrForeignEvent {
				homes++
			}
		}
		name := typ.Event.EventType()
		switch {
		case unrecorded[name] != "":
			require.Zero(t, homes, name)
			log := projectiontest.NewLog()
			last := projectiontest.Write(t, log, unrecorded[name], projectiontest.Encoded(t, projectiontest.June, typ.Event))
			require.Equal(t, last, projectiontest.Loaded(t, log).Position(), name)
		case ofTwo[name]:
			require.Equal(t, 2, homes, name)
		default:
			require.Equal(t, 1, homes, name)
		}
	}
}

// TestPaid: released + hours + bonuses - refunds, at or before the moment.
func TestPaid(t *testing.T) {
	w := projectiontest.NewWorld(t)
	w.OnContract("job", projectiontest.June, &event.ContractStarted{Via: event.ViaDirect},
		&event.MilestoneFunded{Amount: 1_000_00}, &event.MilestoneReleased{Amount: 100_00, Cause: event.ReleasedAuto},
		&event.MilestoneReleased{Amount: 200_00, Cause: event.ReleasedByDispute}, &event.EscrowRefunded{Amount: 700_00})
	w.OnContract("job", projectiontest.June+1, &event.HoursPaid{Amount: 50_00})
	w.OnContract("job", projectiontest.June+2, &event.BonusPaid{Amount: 7_00})
	w.OnContract("job", projectiontest.June+3, &event.RefundGiven{Amount: 20_00})
	for when, want := range map[event.Time]event.Money{projectiontest.June - 1: 0, projectiontest.June: 300_00, projectiontest.June + 1: 350_00, projectiontest.June + 2: 357_00, projectiontest.June + 3: 337_00, event.Never: 337_00} {
		require.Equal(t, want, w.Contract("job").Paid(when), when)
	}
}
