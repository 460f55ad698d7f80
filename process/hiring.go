package process

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// pricedJob is a job whose proposals cost Connects.
type pricedJob struct {
	Hired event.Position          `json:"hired,omitzero"` // the event of the first hire, 0 if there is none
	Paid  map[uuid.UUID]uuid.UUID `json:"paid,omitempty"` // freelancers by the proposals for which they have paid
}

// foldHiring: an accepted invite opens a proposal, an accepted offer starts the
// contract, an offer expires (rules 6).
func (a *agenda) foldHiring(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.InviteAccepted:
		a.open(env, OpenProposal, "", env.OccurredAt)
	case *event.ProposalSubmitted:
		if e.Invite != uuid.Nil {
			a.close(OpenProposal, event.InviteStream(e.Invite), "")
		}
		_, id, _, _ := event.ParseStream(env.Stream)
		a.close(ReturnConnects, event.FreelancerStream(e.Freelancer), id.String())
	case *event.OfferMade:
		a.open(env, ExpireOffer, "", e.ExpiresAt)
	case *event.OfferDeclined, *event.OfferWithdrawn, *event.OfferExpired:
		a.close(ExpireOffer, env.Stream, "")
	case *event.OfferAccepted:
		a.close(ExpireOffer, env.Stream, "")
		a.add(task{
			Kind: StartContract, Stream: event.ContractStream(e.Contract), Source: env.Stream, Due: env.OccurredAt,
			Position: env.Position, Cause: env.ID, Correlation: env.CorrelationID,
		})
	case *event.ContractStarted:
		hired := env.Position
		if t := a.find(StartContract, env.Stream, ""); t != nil {
			hired = t.Position // the offer's acceptance is the hire
			a.done(t)
		}
		if j := a.jobs[e.Job]; j != nil && (j.Hired == 0 || hired < j.Hired) {
			j.Hired = hired
		}
	}
}

// orphaned is how long a proposal may be on its way after it was paid: where two
// streams cannot be written at once, a crash may come between (ours).
const orphaned = 24 // hours

// foldConnects: lots expire; what a proposal cost comes back where its job was
// cancelled before any contract or removed for the terms of service, and where
// the proposal never came to be.
func (a *agenda) foldConnects(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.ConnectsGranted:
		a.openLot(env, e.Lot, e.Amount, e.ExpiresAt)
	case *event.ConnectsPurchased:
		a.openLot(env, e.Lot, e.Amount, e.ExpiresAt)
	case *event.ConnectsReturned:
		a.openLot(env, e.Lot, e.Amount, e.ExpiresAt)
		a.close(ReturnConnects, env.Stream, e.Proposal.String())
		if j := a.jobs[a.paidFor[e.Proposal]]; j != nil {
			delete(j.Paid, e.Proposal)
		}
		delete(a.paidFor, e.Proposal)
	case *event.ConnectsExpired:
		a.close(ExpireConnects, env.Stream, strconv.Itoa(e.Lot))
	case *event.ConnectsSpent:
		if t := a.find(ExpireConnects, env.Stream, strconv.Itoa(e.Lot)); t != nil {
			if t.Left -= e.Amount; t.Left <= 0 {
				a.done(t)
			}
		}
		if j := a.jobs[e.Job]; j != nil {
			_, freelancer, _, _ := event.ParseStream(env.Stream)
			j.Paid[e.Proposal] = freelancer
			a.paidFor[e.Proposal] = e.Job
		}
		if a.find(ReturnConnects, env.Stream, e.Proposal.String()) == nil {
			a.open(env, ReturnConnects, e.Proposal.String(), env.OccurredAt.AddHours(orphaned))
		}
	case *event.JobPosted:
		if _, id, _, ok := event.ParseStream(env.Stream); ok && e.Connects > 0 {
			a.jobs[id] = &pricedJob{Paid: map[uuid.UUID]uuid.UUID{}}
		}
	case *event.JobClosed:
		if e.Reason == event.CloseCancelled {
			a.giveBack(env, env.Stream)
		}
	case *event.JobRemoved:
		if e.Reason == event.RemoveTOS {
			a.giveBack(env, "")
		}
	}
}

func (a *agenda) openLot(env *event.Envelope, lot int, amount event.Connects, expiresAt event.Time) {
	a.open(env, ExpireConnects, strconv.Itoa(lot), expiresAt).Left = amount
}

// giveBack opens a task for each proposal to the job that was paid. The source is
// the job where a hire stands in the way.
func (a *agenda) giveBack(env *event.Envelope, source string) {
	_, id, _, _ := event.ParseStream(env.Stream)
	j := a.jobs[id]
	if j == nil {
		return
	}
	for proposal, freelancer := range j.Paid {
		a.add(task{
			Kind: ReturnConnects, Stream: event.FreelancerStream(freelancer), Part: proposal.String(), Source: source,
			Due: env.OccurredAt, Position: env.Position, Cause: env.ID, Correlation: env.CorrelationID,
		})
	}
}

// hiredBefore reports whether somebody had been hired for the job before it was
// cancelled: then Connects stay spent. Hires that the log holds as accepted
// offers have become contracts by now, because they came first.
func (a *agenda) hiredBefore(t *task) bool {
	_, id, _, ok := event.ParseStream(t.Source)
	if !ok {
		return false
	}
	j := a.jobs[id]
	return j != nil && j.Hired != 0 && j.Hired < t.Position
}

// foldStanding: a freelancer is assessed every Sunday 24:00 UTC, and a score ends
// Rising Talent (rules 8).
func (a *agenda) foldStanding(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.FreelancerRegistered:
		a.open(env, AssessJobSuccess, "", event.WeekOf(env.OccurredAt).End())
	case *event.JobSuccessAssessed:
		a.open(env, AssessJobSuccess, "", event.WeekOf(env.OccurredAt).End())
		if e.ScoreBP != nil && a.rising[env.Stream] {
			a.open(env, EndRisingTalent, "", env.OccurredAt)
		}
	case *event.RisingTalentGranted:
		a.rising[env.Stream] = true
	case *event.RisingTalentEnded:
		delete(a.rising, env.Stream)
		a.close(EndRisingTalent, env.Stream, "")
	}
}
