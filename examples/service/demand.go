package main

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// demand is what a token must be to send a command. The zero demand, of no side, is
// met by the platform alone: a new command is nobody else's until somebody has
// thought about it.
//
// What a command begins is checked by what it follows from. An invite, or a
// contract that is offered directly, is for a job of the client's own. A contract follows from an offer that its freelancer accepted, so
// that StartContract is sent by the processes; a client who could send it would have
// contracts with people who never heard of it, and feedback on them. What is offered
// directly is its client's to offer and its freelancer's to accept.
type demand struct {
	side     event.Side
	accounts []uuid.UUID // that the command names as its sender's; each is the token's
	things   []string    // streams of what it is about; the token's account is a party to each
	taken    []string    // the same, if there is such a stream
	opposite uuid.UUID   // the other party to the things, if the command names it
}

// demandOf is what a command demands.
func demandOf(c aggregate.Command) demand {
	const client, freelancer = event.SideClient, event.SideFreelancer
	about := aggregate.Stream(c)
	switch c := c.(type) {
	case aggregate.PostJob:
		return named(client, c.Client)
	case aggregate.SendInvite:
		return demand{side: client, accounts: []uuid.UUID{c.Client}, things: []string{event.JobStream(c.Job)}}
	case aggregate.OfferContract:
		return demand{side: client, accounts: []uuid.UUID{c.Client}, things: []string{event.JobStream(c.Job)}}
	case aggregate.CloseJob:
		if c.Reason == event.CloseExpired || c.Reason == event.CloseSanctioned {
			return demand{} // the log names the timer or the platform as who did it
		}
		return party(client, about)
	case aggregate.ScheduleInterview:
		return party(client, event.JobStream(c.Job)) // whose proposals they are, the rules look at
	case aggregate.WithdrawOffer:
		if c.Reason == event.OfferJobRemoved || c.Reason == event.OfferSanctioned {
			return demand{}
		}
		return party(client, about)
	case aggregate.EditJob, aggregate.AnswerQuestion, aggregate.DeclineProposal, aggregate.StartInterview,
		aggregate.HoldInterview, aggregate.MakeOffer:
		return party(client, about)
	case aggregate.WithdrawInvite:
		if c.Reason == event.WithdrawSanctioned {
			return demand{} // the log names the platform as who did it
		}
		return party(client, about)
	case aggregate.AddMilestone, aggregate.FundMilestone, aggregate.RequestChanges,
		aggregate.ReleaseMilestone, aggregate.RequestEscrowRefund, aggregate.ChangeWeeklyLimit, aggregate.PayBonus:
		return party(client, about)

	case aggregate.SetVisibility:
		return named(freelancer, c.Freelancer)
	case aggregate.SetAvailability:
		return named(freelancer, c.Freelancer)
	case aggregate.DescribeProfile:
		return named(freelancer, c.Freelancer)
	case aggregate.ReportJob:
		return named(freelancer, c.Freelancer)
	case aggregate.AskQuestion:
		return named(freelancer, c.Freelancer)
	case aggregate.SubmitProposal:
		// An accepted invite opens a proposal of the invite's id, which nobody else may take.
		return demand{side: freelancer, accounts: []uuid.UUID{c.Freelancer}, taken: []string{event.InviteStream(c.Proposal)}}
	case aggregate.WithdrawProposal, aggregate.AcceptOffer, aggregate.DeclineOffer, aggregate.AcceptContract:
		return party(freelancer, about)
	case aggregate.RecordComplaint:
		return demand{side: freelancer, accounts: []uuid.UUID{c.Freelancer}, things: []string{event.ContractStream(c.Contract)}, opposite: c.Client}
	case aggregate.AcceptInvite, aggregate.DeclineInvite, aggregate.ReportInvite, aggregate.ArchiveInvite,
		aggregate.SubmitWork, aggregate.AcceptEscrowRefund, aggregate.RefuseEscrowRefund, aggregate.GiveRefund:
		return party(freelancer, about)

	case aggregate.AcceptTerms:
		if c.Client != uuid.Nil {
			return named(client, c.Client)
		}
		return named(freelancer, c.Freelancer)
	case aggregate.CloseContractOffer:
		switch c.Cause {
		case event.OfferClosedDeclined:
			return party(freelancer, about)
		case event.OfferClosedWithdrawn:
			return party(client, about)
		}
		return demand{} // it expires by the timer's word
	case aggregate.RescheduleInterview:
		return meeting(c.By, about)
	case aggregate.CancelInterview:
		return meeting(c.By, about)
	case aggregate.EndContract:
		return party(c.By, about)
	case aggregate.LeaveFeedback:
		return party(c.By, about)
	case aggregate.RespondToFeedback:
		return party(c.By, about)
	case aggregate.EnableFeedbackChange:
		return party(c.By, about)
	case aggregate.ReviseFeedback:
		return party(c.By, about)
	case aggregate.OpenDispute:
		return party(c.By, about)
	}
	return demand{}
}

// named is a command that the account of its field sends.
func named(side event.Side, account uuid.UUID) demand {
	return demand{side: side, accounts: []uuid.UUID{account}}
}

// meeting is a command about an interview, of one side of it.
func meeting(by event.Actor, stream string) demand {
	if by == event.ActorClient || by == event.ActorFreelancer {
		return party(event.Side(by), stream)
	}
	return demand{}
}

// party is a command that a party to what it is about sends.
func party(side event.Side, stream string) demand {
	return demand{side: side, things: []string{stream}}
}
