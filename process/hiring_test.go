package process_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
)

var (
	posted = step{"2024-01-02T10:00:00Z", aggregate.PostJob{
		Job: named("job"), Client: named("carl"), Kind: event.KindHourly, Category: "writing", Connects: 2}}
	granted   = on("2024-01-02T10:00:00Z", aggregate.GrantConnects{Freelancer: named("ann"), N: 5})
	proposed  = on("2024-01-03T10:00:00Z", aggregate.SubmitProposal{Proposal: named("proposal"), Job: named("job"), Freelancer: named("ann"), CoverLetter: "Me!"})
	offered   = on("2024-01-04T10:00:00Z", offer("proposal"))
	hired     = on("2024-01-05T10:00:00Z", aggregate.AcceptOffer{Proposal: named("proposal")})
	cancelled = on("2024-01-06T10:00:00Z", aggregate.CloseJob{Job: named("job"), Reason: event.CloseCancelled})
)

func offer(proposal string) aggregate.MakeOffer {
	return aggregate.MakeOffer{Proposal: named(proposal), Kind: event.KindHourly, HourlyRate: ptr(event.Money(40_00)), WeeklyLimitMinutes: ptr(int64(600))}
}

func TestAcceptedInviteOpensProposal(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(posted, sent, on("2024-01-06T10:00:00Z", aggregate.AcceptInvite{Invite: named("invite"), CoverLetter: "Yes."}))
	require.Equal(t, []string{"2024-01-06T10:00:01Z JobApplied", "2024-01-06T10:00:01Z ProposalSubmitted"}, h.settle("2024-01-06T10:00:01Z"))
	all := h.events(0)
	last := all[len(all)-1]
	require.Equal(t, event.ProposalStream(named("invite")), last.Stream)
	require.Equal(t, &event.ProposalSubmitted{Job: named("job"), Client: named("carl"), Freelancer: named("ann"),
		Via: event.ViaInvite, Invite: named("invite"), CoverLetter: "Yes."}, last.Event)
	require.Empty(t, h.settle("2024-01-06T10:00:02Z"))
}

// A past without jobs, as scripts of contracts alone have it, opens nothing; nor
// does it when the job is posted afterwards, and a runner begins anew.
func TestInviteToNoJob(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent, on("2024-01-06T10:00:00Z", aggregate.AcceptInvite{Invite: named("invite"), CoverLetter: "Yes."}))
	require.Empty(t, h.settle("2024-01-06T10:00:01Z"))
	require.Equal(t, map[process.Outcome]uint64{{Kind: process.OpenProposal, What: process.OutcomeMoot}: 1}, h.outcomes())
	h.do("2024-01-07T10:00:00Z", posted.command)
	h.restart(process.Options{})
	require.Empty(t, h.settle("2024-01-07T10:00:01Z"))
	require.Equal(t, map[process.Outcome]uint64{{Kind: process.OpenProposal, What: process.OutcomeMoot}: 1}, h.outcomes())
}

func TestAcceptedOfferStartsContract(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(posted, granted, proposed, offered, hired)
	require.Equal(t, []string{"2024-01-05T10:00:00Z ContractStarted"}, h.settle("2024-01-05T10:00:00Z"))
	all := h.events(0)
	require.Equal(t, event.ContractStream(named("proposal")), all[len(all)-1].Stream)
	require.Equal(t, &event.ContractStarted{Job: named("job"), Client: named("carl"), Freelancer: named("ann"), Kind: event.KindHourly,
		Via: event.ViaProposal, Proposal: named("proposal"), Category: "writing", HourlyRate: 40_00, WeeklyLimitMinutes: 600}, all[len(all)-1].Event)
}

// An accepted invite comes to a contract via invite, also on a fixed price.
func TestAcceptedInviteComesToContract(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(posted, sent, on("2024-01-06T10:00:00Z", aggregate.AcceptInvite{Invite: named("invite"), CoverLetter: "Yes."}))
	h.settle("2024-01-06T10:00:00Z")
	h.steps(on("2024-01-06T11:00:00Z", aggregate.MakeOffer{Proposal: named("invite"), Kind: event.KindFixed, Amount: ptr(event.Money(9_00))}),
		on("2024-01-06T12:00:00Z", aggregate.AcceptOffer{Proposal: named("invite")}))
	require.Equal(t, []string{"2024-01-06T12:00:01Z ContractStarted", "2024-01-06T12:00:01Z MilestoneAdded"}, h.settle("2024-01-06T12:00:01Z"))
	all := h.events(0)
	require.Equal(t, &event.ContractStarted{Job: named("job"), Client: named("carl"), Freelancer: named("ann"), Kind: event.KindFixed,
		Via: event.ViaInvite, Invite: named("invite"), Category: "writing"}, all[len(all)-2].Event)
	require.Equal(t, &event.MilestoneAdded{Milestone: named("invite"), Amount: 9_00}, all[len(all)-1].Event)
}

// A suspended client may not start contracts (rules 1): an offer that was accepted
// starts its contract when the client is reinstated, and never if barred.
func TestSuspendedClientsContractWaits(t *testing.T) {
	for name, row := range map[string]struct {
		end      aggregate.Command
		then     []string
		outcomes map[process.Outcome]uint64
	}{
		"reinstated": {aggregate.ReinstateClient{Client: named("carl")}, []string{"2024-03-01T10:00:00Z ContractStarted"},
			map[process.Outcome]uint64{{Kind: process.StartContract, What: process.OutcomeDone}: 1}},
		"barred": {aggregate.BarClient{Client: named("carl"), Reason: event.SanctionFraud}, []string{"2024-03-01T10:00:00Z JobClosed"},
			map[process.Outcome]uint64{{Kind: process.StartContract, What: "client_suspended"}: 1, {Kind: process.CloseJobs, What: process.OutcomeDone}: 1,
				{Kind: process.ReturnConnects, What: process.OutcomeMoot}: 1}},
	} {
		for _, restarts := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				checkpoint := &process.MemoryCheckpoint{}
				h := newHostOn(t, newLog(), process.Options{Checkpoint: checkpoint})
				h.do("2024-01-01T00:00:00Z", people...)
				h.steps(posted, granted, proposed, offered,
					hired,
					on("2024-01-05T10:00:00Z", aggregate.SuspendClient{Client: named("carl"), Reason: event.SanctionPayment}))
				require.Empty(t, h.settle("2024-01-05T10:00:00Z"))
				require.Empty(t, h.settle("2024-02-01T10:00:00Z"))
				require.Empty(t, h.outcomes())
				if restarts {
					require.NoError(t, h.p.Save(t.Context()))
					h.restart(process.Options{Checkpoint: checkpoint})
					require.Empty(t, h.settle("2024-02-02T10:00:00Z"))
				}
				h.do("2024-03-01T10:00:00Z", row.end)
				require.Equal(t, row.then, h.settle("2024-03-01T10:00:00Z"))
				require.Empty(t, h.settle("2024-04-01T10:00:00Z"))
				require.Equal(t, row.outcomes, h.outcomes())
				require.Equal(t, 2, h.p.Status().Open, "the next assessment, and what is left of a lot")
			})
		}
	}
}

// What keeps a freelancer from starting contracts keeps the contract of an accepted offer
// back until it is over, and for good if the account is closed meanwhile.
func TestFreelancersContractWaits(t *testing.T) {
	suspend := aggregate.SuspendFreelancer{Freelancer: named("ann"), Reason: event.SanctionPayment}
	hold := aggregate.PlaceHold{Freelancer: named("ann"), Kind: event.HoldQuality, Blocks: []event.HoldBlock{event.BlockContracts}}
	lift := aggregate.LiftHold{Freelancer: named("ann"), Kind: event.HoldQuality}
	starts := []string{"2024-03-01T10:00:00Z ContractStarted"}
	for name, row := range map[string]struct {
		begin, end aggregate.Command
		then       []string
		what       string
	}{
		"R suspended, reinstated": {suspend, aggregate.ReinstateFreelancer{Freelancer: named("ann")}, starts, process.OutcomeDone},
		"R suspended, closed":     {suspend, aggregate.CloseFreelancer{Freelancer: named("ann"), Reason: event.CloseAccountLeft}, nil, "freelancer_suspended"},
		"R under a hold, lifted":  {hold, lift, starts, process.OutcomeDone},
		"R under a hold, closed":  {hold, aggregate.CloseFreelancer{Freelancer: named("ann"), Reason: event.CloseAccountLeft}, nil, "freelancer_suspended"},
	} {
		for _, restarts := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				checkpoint := &process.MemoryCheckpoint{}
				h := newHostOn(t, newLog(), process.Options{Checkpoint: checkpoint})
				h.do("2024-01-01T00:00:00Z", people...)
				h.steps(posted, granted, proposed, offered, hired, on("2024-01-05T10:00:00Z", row.begin))
				require.Empty(t, h.settle("2024-01-05T10:00:00Z"))
				if restarts {
					require.NoError(t, h.p.Save(t.Context()))
					h.restart(process.Options{Checkpoint: checkpoint})
				}
				require.Empty(t, h.settle("2024-02-01T10:00:00Z"))
				require.Empty(t, h.outcomes())
				h.do("2024-03-01T10:00:00Z", row.end)
				require.Equal(t, row.then, h.settle("2024-03-01T10:00:00Z"))
				require.Equal(t, uint64(1), h.outcomes()[process.Outcome{Kind: process.StartContract, What: row.what}], "%v", h.outcomes())
			})
		}
	}
}

func TestHiring(t *testing.T) {
	open := []step{posted, granted, proposed}
	table{
		"an offer expires": {append(open, offered), []moment{
			{"2024-01-11T09:59:59Z", nil},
			{"2024-01-11T10:00:00Z", []string{"2024-01-11T10:00:00Z OfferExpired"}},
			{"2024-02-11T10:00:00Z", nil},
		}},
		"an offer that was declined does not":  {append(open, offered, on("2024-01-05T10:00:00Z", aggregate.DeclineOffer{Proposal: named("proposal")})), []moment{{"2024-02-11T10:00:00Z", nil}}},
		"an offer that was withdrawn does not": {append(open, offered, on("2024-01-05T10:00:00Z", aggregate.WithdrawOffer{Proposal: named("proposal")})), []moment{{"2024-02-11T10:00:00Z", nil}}},
		"what is left of a lot expires": {open, []moment{
			{"2025-01-02T09:59:59Z", nil},
			{"2025-01-02T10:00:00Z", []string{"2025-01-02T10:00:00Z ConnectsExpired"}},
			{"2026-01-02T10:00:00Z", nil},
		}},
		"what was purchased does, on its own day": {append(open, on("2024-02-02T10:00:00Z", aggregate.PurchaseConnects{Freelancer: named("ann"), N: 1})), []moment{
			{"2025-01-02T10:00:00Z", []string{"2025-01-02T10:00:00Z ConnectsExpired"}},
			{"2025-02-02T09:59:59Z", nil},
			{"2025-02-02T10:00:00Z", []string{"2025-02-02T10:00:00Z ConnectsExpired"}},
		}},
		"what came back does, a year after it did": {append(open, cancelled), []moment{
			{"2024-01-06T10:00:00Z", []string{"2024-01-06T10:00:00Z ConnectsReturned"}},
			{"2025-01-02T10:00:00Z", []string{"2025-01-02T10:00:00Z ConnectsExpired"}},
			{"2025-01-06T09:59:59Z", nil},
			{"2025-01-06T10:00:00Z", []string{"2025-01-06T10:00:00Z ConnectsExpired"}},
		}},
		"an empty lot does not": {[]step{posted, on("2024-01-02T10:00:00Z", aggregate.GrantConnects{Freelancer: named("ann"), N: 2}), proposed}, nothing},
		"Connects come back when the job is cancelled": {append(open, cancelled), []moment{
			{"2024-01-06T10:00:00Z", []string{"2024-01-06T10:00:00Z ConnectsReturned"}}, {"2024-02-06T10:00:00Z", nil}}},
		"not when it expires":                {append(open, on("2024-01-06T10:00:00Z", aggregate.CloseJob{Job: named("job"), Reason: event.CloseExpired})), []moment{{"2024-02-06T10:00:00Z", nil}}},
		"not when somebody was hired for it": {append(open, fixed, cancelled), []moment{{"2024-02-06T10:00:00Z", nil}}},
		"not when an offer was accepted, in one outage": {append(open,
			on("2024-01-03T10:00:00Z", aggregate.RegisterFreelancer{Freelancer: named("ben")}), on("2024-01-03T10:00:00Z", aggregate.GrantConnects{Freelancer: named("ben"), N: 2}),
			on("2024-01-03T10:00:00Z", aggregate.SubmitProposal{Proposal: named("other"), Job: named("job"), Freelancer: named("ben"), CoverLetter: "Me!"}),
			offered, hired, cancelled), []moment{{"2024-01-07T00:00:00Z", []string{"2024-01-07T00:00:00Z ContractStarted"}}}},
		"when it is removed for the terms, also after that": {append(open, fixed, cancelled, on("2024-01-07T10:00:00Z", aggregate.RemoveJob{Job: named("job"), Reason: event.RemoveTOS})), []moment{
			{"2024-01-07T10:00:00Z", []string{"2024-01-07T10:00:00Z ConnectsReturned"}}}},
		"not when it is removed for something else": {append(open, on("2024-01-07T10:00:00Z", aggregate.RemoveJob{Job: named("job"), Reason: event.RemoveOther})), []moment{{"2024-02-06T10:00:00Z", nil}}},
	}.run(t)
}

func assessments(h *host) (told []string) {
	for _, env := range h.events(h.seen) {
		if strings.Contains("JobSuccessAssessed RisingTalentEnded", env.Event.EventType()) {
			told = append(told, env.OccurredAt.String()+" "+env.Event.EventType())
		}
	}
	return told
}

func TestWeeklyAssessment(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	for _, m := range []moment{
		{"2024-01-07T23:59:59Z", nil},
		{"2024-01-08T00:00:00Z", []string{"2024-01-08T00:00:00Z JobSuccessAssessed"}},
		{"2024-01-14T23:59:59Z", nil},
		{"2024-02-20T08:00:00Z", []string{"2024-02-20T08:00:00Z JobSuccessAssessed"}}, // missed ones are not made up
		{"2024-02-26T00:00:00Z", []string{"2024-02-26T00:00:00Z JobSuccessAssessed"}},
	} {
		h.settle(m.at)
		require.Equal(t, m.then, assessments(h), m.at)
	}
}

func TestScoreEndsRisingTalent(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("cora")}, aggregate.GrantRisingTalent{Freelancer: named("ann")})
	h.settle("2024-01-08T00:00:00Z")
	require.Equal(t, []string{"2024-01-08T00:00:00Z JobSuccessAssessed"}, assessments(h), "no score ends nothing")
	for _, client := range []string{"carl", "cora"} {
		c := named("contract of " + client)
		leave, answer := feedback(event.SideClient, 5), feedback(event.SideFreelancer, 5)
		leave.Contract, answer.Contract = c, c
		h.do("2024-01-09T00:00:00Z",
			aggregate.StartContract{Contract: c, Job: named("job"), Client: named(client), Freelancer: named("ann"), Kind: event.KindFixed, Via: event.ViaProposal},
			aggregate.PayBonus{Contract: c, Amount: 100_00}, aggregate.EndContract{Contract: c, By: event.SideClient, Reason: "done"}, leave, answer)
	}
	h.settle("2024-01-15T00:00:00Z")
	require.Equal(t, []string{"2024-01-15T00:00:00Z JobSuccessAssessed", "2024-01-15T00:00:00Z RisingTalentEnded"}, assessments(h))
	h.settle("2024-01-22T00:00:00Z")
	require.Equal(t, []string{"2024-01-22T00:00:00Z JobSuccessAssessed"}, assessments(h))
}
