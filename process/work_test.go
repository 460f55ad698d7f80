package process_test

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// kindsOfWork is how many things there are that openWork leaves open.
const kindsOfWork = 10

// openWork is one of them, under an id of its own.
func openWork(i int, id, client, freelancer uuid.UUID, now event.Time) (steps []step) {
	fixed := aggregate.StartContract{Contract: id, Job: named("job"), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal}
	work := []aggregate.Command{fixed, aggregate.AddMilestone{Contract: id, Milestone: named("one"), Amount: 9_00}, aggregate.FundMilestone{Contract: id, Milestone: named("one")}}
	switch i % kindsOfWork {
	case 0:
		work = []aggregate.Command{aggregate.SendInvite{Invite: id, Job: named("job"), Client: client, Freelancer: freelancer}}
	case 1:
		work = append(work, aggregate.SubmitWork{Contract: id, Milestone: named("one")})
	case 2:
		work = append(work, aggregate.RequestEscrowRefund{Contract: id, Milestone: named("one")})
	case 3: // the lapse of the dispute lets the submission go
		work = append(work, aggregate.SubmitWork{Contract: id, Milestone: named("one")},
			aggregate.OpenDispute{Contract: id, Dispute: named("dispute"), By: event.SideClient, Amount: 1_00, Reason: "late"})
	case 4:
		fixed.Kind, fixed.HourlyRate, fixed.WeeklyLimitMinutes = event.KindHourly, ptr(event.Money(60_00)), ptr(int64(600))
		begin := now - now%600 - 600
		steps = []step{on(begin.String(), fixed)}
		work = []aggregate.Command{aggregate.LogSegment{Contract: id, Start: begin, Kind: event.SegmentTracked, Activity: 5}}
	case 5:
		leave := feedback(event.SideClient, 5)
		leave.Contract = id
		work = []aggregate.Command{fixed, aggregate.EndContract{Contract: id, By: event.SideFreelancer, Reason: "done"}, leave}
	case 6: // opens a proposal
		work = []aggregate.Command{aggregate.PostJob{Job: id, Client: client, Kind: event.KindFixed, Connects: 1},
			aggregate.SendInvite{Invite: id, Job: id, Client: client, Freelancer: freelancer},
			aggregate.AcceptInvite{Invite: id, CoverLetter: "Yes."}}
	case 7: // expires
		work = proposal(id, client, freelancer)
	case 8: // starts the contract
		work = append(proposal(id, client, freelancer), aggregate.AcceptOffer{Proposal: id})
	case 9: // gives the Connects back, also those of an offer
		work = append(proposal(id, client, freelancer), aggregate.CloseJob{Job: id, Reason: event.CloseCancelled})
	}
	for _, c := range work {
		steps = append(steps, on(now.String(), c))
	}
	return steps
}

// proposal is a job, what a proposal for it costs, and an offer.
func proposal(id, client, freelancer uuid.UUID) []aggregate.Command {
	return []aggregate.Command{
		aggregate.PostJob{Job: id, Client: client, Kind: event.KindFixed, Connects: 1},
		aggregate.GrantConnects{Freelancer: freelancer, N: 1},
		aggregate.SubmitProposal{Proposal: id, Job: id, Freelancer: freelancer, CoverLetter: "Me!"},
		aggregate.MakeOffer{Proposal: id, Kind: event.KindFixed, Amount: ptr(event.Money(9_00))},
	}
}
