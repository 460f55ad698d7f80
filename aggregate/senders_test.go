package aggregate

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// bys are the senders of a command, each once.
func bys(c Command) (list []string) {
	for _, claim := range SendersOf(c) {
		list = append(list, string(claim.By))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// TestEveryCommandHasASender: a valid command is somebody's, and whose word each entry of
// the table says it is is an actor.
func TestEveryCommandHasASender(t *testing.T) {
	for _, o := range everyCommand() {
		require.NotEmpty(t, bys(o.cmd), "%s: nobody sends it", CommandName(o.cmd))
	}
	for _, o := range Outlines() {
		name := CommandName(o.Command)
		for _, s := range o.Senders {
			require.Contains(t, []event.Actor{event.ActorClient, event.ActorFreelancer, event.ActorPlatform, event.ActorTimer}, s.By, name)
			require.Contains(t, []event.Actor{s.By, event.ActorClient, event.ActorFreelancer}, s.Actor, name)
			require.Equal(t, s.By == event.ActorClient || s.By == event.ActorFreelancer, s.Which != "", "%s: which %s?", name, s.By)
			if s.Field != "" {
				require.True(t, valueIn(o.Command, s.Field).IsValid(), "%s has no field %s", name, s.Field)
			}
		}
	}
}

// TestSenders is a table of its own: who sends what where rules.md or fine print B13 says
// so, and where a field decides. What it leaves out is of one sender whatever it says.
func TestSenders(t *testing.T) {
	const client, freelancer, platform, timer = "client", "freelancer", "platform", "timer"
	now := event.Time(1)
	for _, c := range []struct {
		rule string
		cmd  Command
		by   string
	}{
		{"rules 2 a reply", AcceptInvite{}, freelancer},
		{"rules 2 withdrawn by the client", WithdrawInvite{Reason: event.WithdrawJobClosed}, client},
		{"rules 2 for the last reason by the platform", WithdrawInvite{Reason: event.WithdrawSanctioned}, platform},
		{"rules 2 for a reason that there is not", WithdrawInvite{Reason: "whim"}, ""},
		{"rules 2 by the timer", ExpireInvite{}, timer},
		{"rules 3 accepted (freelancer)", AcceptContract{}, freelancer},
		{"rules 3 (freelancer, client, timer): declined", CloseContractOffer{Cause: event.OfferClosedDeclined}, freelancer},
		{"rules 3 (freelancer, client, timer): withdrawn", CloseContractOffer{Cause: event.OfferClosedWithdrawn}, client},
		{"rules 3 (freelancer, client, timer): expired", CloseContractOffer{Cause: event.OfferClosedExpired}, timer},
		{"F1 a host's clients send offers", OfferContract{Client: uuid.Max, Job: uuid.Max}, client},
		{"F1 not StartContract", StartContract{Client: uuid.Max}, platform},
		{"rules 3 the client puts the money in escrow", FundMilestone{}, client},
		{"rules 3 released, cause client", ReleaseMilestone{}, client},
		{"rules 3 released by the timer", AutoReleaseMilestone{}, timer},
		{"rules 3 a refund asked for (client)", RequestEscrowRefund{}, client},
		{"rules 3 a refund accepted (freelancer)", AcceptEscrowRefund{}, freelancer},
		{"rules 3 a refund refused", RefuseEscrowRefund{}, freelancer},
		{"rules 3 a refund lapsed (timer)", LapseEscrowRefund{}, timer},
		{"rules 3 manual time", LogSegment{Kind: event.SegmentManual}, freelancer},
		{"rules 3 tracked time", LogSegment{Kind: event.SegmentTracked}, platform},
		{"rules 3 (timer)", InvoiceWeek{}, timer},
		{"B13 the timer by default", PayWeek{}, timer},
		{"B13 the timer", PayWeek{Actor: event.ActorTimer}, timer},
		{"B13 the platform", PayWeek{Actor: event.ActorPlatform}, platform},
		{"B13 no client pays a week", PayWeek{Actor: event.ActorClient}, ""},
		{"rules 3 a bonus", PayBonus{}, client},
		{"rules 3 (freelancer)", GiveRefund{}, freelancer},
		{"rules 3 by", EndContract{By: event.SideClient}, client},
		{"rules 3 by", EndContract{By: event.SideFreelancer}, freelancer},
		{"rules 3 by nobody", EndContract{}, ""},
		{"B13 paused by default", PauseContract{}, platform},
		{"B13 paused", PauseContract{Actor: event.ActorClient}, client},
		{"B13 resumed", ResumeContract{Actor: event.ActorFreelancer}, freelancer},
		{"B13 resumed by the timer", ResumeContract{Actor: event.ActorTimer}, ""},
		{"B13 cancelled by default", CancelDispute{}, platform},
		{"B13 cancelled", CancelDispute{Actor: event.ActorFreelancer}, freelancer},
		{"rules 3 whoever did not open it", AnswerDispute{}, "client freelancer"},
		{"rules 3 (platform mediator)", ProposeSettlement{}, platform},
		{"rules 3 by the timer", PublishFeedback{}, timer},
		{"rules 3 by", LeaveFeedback{By: event.SideClient}, client},
		{"rules 6 removed by the platform", RemoveJob{}, platform},
		{"rules 6 closed", CloseJob{Reason: event.CloseFilled}, client},
		{"rules 6 closed by time", CloseJob{Reason: event.CloseExpired}, timer},
		{"rules 6 closed with its client", CloseJob{Reason: event.CloseSanctioned}, platform},
		{"rules 6 answered by the client", AnswerQuestion{}, client},
		{"rules 6 (freelancer)", WithdrawProposal{}, freelancer},
		{"rules 6 (client)", DeclineProposal{}, client},
		{"rules 6 (client)", StartInterview{}, client},
		{"rules 6 (freelancer)", AcceptOffer{}, freelancer},
		{"rules 6 withdrawn, no reason", WithdrawOffer{}, client},
		{"rules 6 withdrawn with its job", WithdrawOffer{Reason: event.OfferJobRemoved}, platform},
		{"rules 6 (timer)", ExpireOffer{}, timer},
		{"rules 6 by the timer", ExpireConnects{}, timer},
		{"R cancelled by platform", CancelInterview{By: event.ActorPlatform}, platform},
		{"rules 6 moved by", RescheduleInterview{By: event.ActorFreelancer, ScheduledAt: now}, freelancer},
		{"rules 8 by the timer", AssessJobSuccess{}, timer},
		{"rules 1 a freelancer reports", RecordComplaint{Client: uuid.Max, Freelancer: uuid.Max, Contract: uuid.Max}, freelancer},
		{"rules 1 left", CloseFreelancer{Freelancer: uuid.Max, Reason: event.CloseAccountLeft}, freelancer},
		{"rules 1 sanctioned", CloseFreelancer{Freelancer: uuid.Max, Reason: "tos"}, platform},
		{"rules 1 both account kinds", AcceptTerms{Client: uuid.Max}, client},
		{"rules 1 both account kinds", AcceptTerms{Freelancer: uuid.Max}, freelancer},
		{"ours: bought once it is paid for", PurchaseConnects{Freelancer: uuid.Max}, platform},
	} {
		require.Equal(t, c.by, strings.Join(bys(c.cmd), " "), "%s: %s", c.rule, CommandName(c.cmd))
	}
}

// TestMet: what an account must be to send a command, tried on a log.
func TestMet(t *testing.T) {
	id := func(n byte) uuid.UUID { return uuid.UUID{15: n} }
	client, other, freelancer, second := id(1), id(2), id(3), id(4)
	invite, job, proposal, meeting, panel, offered, contract, dispute, opposed := id(10), id(11), id(12), id(13), id(14), id(15), id(16), id(17), id(18)
	log := map[string][]event.Event{
		event.InviteStream(invite):     {&event.InviteSent{Client: client, Freelancer: freelancer}},
		event.JobStream(job):           {&event.JobPosted{Client: client}},
		event.ProposalStream(proposal): {&event.ProposalSubmitted{Client: client, Freelancer: freelancer}},
		event.InterviewStream(meeting): {&event.InterviewScheduled{Client: client, Proposals: []uuid.UUID{proposal}}},
		event.InterviewStream(panel):   {&event.InterviewScheduled{Client: client, Proposals: []uuid.UUID{proposal, invite}}},
		event.ContractStream(offered):  {&event.ContractOffered{Client: client, Freelancer: freelancer}},
		event.ContractStream(contract): {&event.ContractStarted{Client: client, Freelancer: freelancer},
			&event.DisputeOpened{Dispute: dispute, By: event.SideClient}, &event.DisputeOpened{Dispute: opposed, By: event.SideFreelancer}},
	}
	read := func(stream string) iter.Seq2[event.Event, error] {
		return func(yield func(event.Event, error) bool) {
			for _, e := range log[stream] {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
	for _, c := range []struct {
		name string
		cmd  Command
		may  []uuid.UUID // of the four accounts
	}{
		{"an invite", AcceptInvite{Invite: invite}, []uuid.UUID{freelancer}},
		{"an invite that is not there", AcceptInvite{Invite: id(99)}, nil},
		{"a job", EditJob{Job: job}, []uuid.UUID{client}},
		{"an invite to a job", SendInvite{Invite: id(99), Job: job, Client: client, Freelancer: second}, []uuid.UUID{client}},
		{"an invite to another's job", SendInvite{Invite: id(99), Job: job, Client: other, Freelancer: second}, nil},
		{"an invite to no job", SendInvite{Invite: id(99), Job: id(99), Client: client, Freelancer: second}, nil},
		{"an offer to a freelancer", MakeOffer{Proposal: proposal}, []uuid.UUID{client}},
		{"an offer's answer", AcceptOffer{Proposal: proposal}, []uuid.UUID{freelancer}},
		{"a new proposal", SubmitProposal{Proposal: id(99), Freelancer: second}, []uuid.UUID{second}},
		{"a proposal under another's invite", SubmitProposal{Proposal: invite, Freelancer: second}, nil},
		{"a proposal under one's own", SubmitProposal{Proposal: invite, Freelancer: freelancer}, []uuid.UUID{freelancer}},
		{"a meeting of a job", ScheduleInterview{Job: job}, []uuid.UUID{client}},
		{"a meeting, moved by its freelancer", RescheduleInterview{Interview: meeting, By: event.ActorFreelancer}, []uuid.UUID{freelancer}},
		{"a meeting, moved by its client", RescheduleInterview{Interview: meeting, By: event.ActorClient}, []uuid.UUID{client}},
		{"a meeting of several, moved by one", RescheduleInterview{Interview: panel, By: event.ActorFreelancer}, nil},
		{"a meeting of several, moved by its client", RescheduleInterview{Interview: panel, By: event.ActorClient}, []uuid.UUID{client}},
		{"an offered contract", AcceptContract{Contract: offered}, []uuid.UUID{freelancer}},
		{"a contract", SubmitWork{Contract: contract}, []uuid.UUID{freelancer}},
		{"a contract, ended by a side", EndContract{Contract: contract, By: event.SideClient}, []uuid.UUID{client}},
		{"a work week", DeleteSegment{Contract: contract}, []uuid.UUID{freelancer}},
		{"an answer to a client's dispute", AnswerDispute{Contract: contract, Dispute: dispute}, []uuid.UUID{freelancer}},
		{"an answer to a freelancer's dispute", AnswerDispute{Contract: contract, Dispute: opposed}, []uuid.UUID{client}},
		{"an answer to no dispute", AnswerDispute{Contract: contract, Dispute: id(99)}, nil},
		{"a dispute taken back", CancelDispute{Contract: contract, Dispute: dispute, Actor: event.ActorClient}, []uuid.UUID{client}},
		{"a dispute of the other's", CancelDispute{Contract: contract, Dispute: dispute, Actor: event.ActorFreelancer}, nil},
		{"a complaint", RecordComplaint{Client: client, Freelancer: freelancer, Contract: contract}, []uuid.UUID{freelancer}},
		{"a complaint about another client", RecordComplaint{Client: other, Freelancer: freelancer, Contract: contract}, nil},
		{"a complaint about no contract", RecordComplaint{Client: client, Freelancer: freelancer}, nil},
		{"one's own account", SetVisibility{Freelancer: second}, []uuid.UUID{second}},
		{"the platform's word", RecordSkillTest{Freelancer: second}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var may []uuid.UUID
			for _, account := range []uuid.UUID{client, other, freelancer, second} {
				kind := event.ActorFreelancer
				if account == client || account == other {
					kind = event.ActorClient
				}
				for _, claim := range SendersOf(c.cmd) {
					met, err := claim.Met(account, read)
					require.NoError(t, err)
					if claim.By == kind && met {
						may = append(may, account)
					}
				}
			}
			require.Equal(t, c.may, may)
		})
	}

	met, err := SendersOf(RecordSkillTest{})[0].Met(uuid.Nil, read)
	require.NoError(t, err)
	require.True(t, met, "the platform has no account")
	away := errors.New("away")
	for _, claim := range []Claim{SendersOf(AcceptInvite{Invite: invite})[0], {By: event.ActorClient, PartyTo: []string{event.ContractStream(contract)}, Dispute: dispute}} {
		_, err = claim.Met(freelancer, func(string) iter.Seq2[event.Event, error] {
			return func(yield func(event.Event, error) bool) { yield(nil, away) }
		})
		require.ErrorIs(t, err, away, "an answer that is not known is none")
	}
}
