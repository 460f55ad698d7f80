package process

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// foldHiring: an accepted invite opens a proposal, an accepted offer starts the
// contract, offers expire (rules 6).
func (a *agenda) foldHiring(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.InviteAccepted:
		a.open(env, OpenProposal, "", env.OccurredAt)
	case *event.ProposalSubmitted:
		if e.Invite != uuid.Nil {
			a.close(OpenProposal, event.InviteStream(e.Invite), "")
		}
		_, id, _, _ := event.ParseStream(env.Stream)
		a.submitted(id)
	case *event.OfferMade:
		a.open(env, ExpireOffer, "", e.ExpiresAt)
	case *event.OfferDeclined, *event.OfferWithdrawn, *event.OfferExpired:
		a.close(ExpireOffer, env.Stream, "")
	case *event.OfferAccepted:
		a.close(ExpireOffer, env.Stream, "")
		contract := event.ContractStream(e.Contract)
		if a.find(StartContract, contract, "") != nil {
			return // of the first edition, two may name one contract: the first has it (fine print S3)
		}
		a.add(task{
			Kind: StartContract, Stream: contract, Source: env.Stream, Due: env.OccurredAt,
			Position: env.Position, Cause: env.ID, Correlation: env.CorrelationID,
		})
	case *event.ContractOffered:
		a.open(env, ExpireContractOffer, "", e.ExpiresAt)
	case *event.ContractOfferClosed:
		a.close(ExpireContractOffer, env.Stream, "")
	case *event.ContractStarted:
		a.close(ExpireContractOffer, env.Stream, "")
		a.close(StartContract, env.Stream, "")
	case *event.ClientBarred, *event.FreelancerClosed:
		a.ended[env.Stream] = true
		a.release(env.Stream)
	case *event.ClientReinstated, *event.FreelancerReinstated, *event.HoldLifted:
		a.release(env.Stream)
	}
}

// foldStanding: a freelancer is assessed every Sunday 24:00 UTC, and a score ends
// Rising Talent (rules 8).
func (a *agenda) foldStanding(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.FreelancerRegistered:
		a.open(env, AssessJobSuccess, "", event.WeekOf(env.OccurredAt).End())
	case *event.JobSuccessAssessed:
		a.open(env, AssessJobSuccess, "", event.WeekOf(env.OccurredAt).End())
		if e.ScoreBP != nil && a.rising[env.Stream] && a.find(EndRisingTalent, env.Stream, "") == nil {
			a.open(env, EndRisingTalent, "", env.OccurredAt)
		}
	case *event.RisingTalentGranted:
		a.rising[env.Stream] = true
	case *event.RisingTalentEnded:
		delete(a.rising, env.Stream)
		a.close(EndRisingTalent, env.Stream, "")
	}
}
