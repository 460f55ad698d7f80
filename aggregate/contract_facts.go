package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// contractFacts are what people want to know of a contract and decisions do not need:
// what was agreed, when things happened, who got what of a dispute, what was said.
type contractFacts struct {
	started    *event.ContractStarted
	milestones map[uuid.UUID]*milestoneFacts
	paid       map[event.Week]event.Money
	bonuses    []Payment
	refunds    []Payment
	disputes   map[uuid.UUID]*Dispute
	feedback   map[event.Side]*Feedback // by who gave it
	published  *event.Time
}

// milestoneFacts are of one milestone.
type milestoneFacts struct {
	released, refunded event.Money
	releasedAt         *event.Time
	due                event.Day
	description        event.Text
}

func newContractFacts() contractFacts {
	return contractFacts{
		milestones: map[uuid.UUID]*milestoneFacts{}, paid: map[event.Week]event.Money{}, bonuses: []Payment{}, refunds: []Payment{},
		disputes: map[uuid.UUID]*Dispute{}, feedback: map[event.Side]*Feedback{},
	}
}

// evolve folds an event that the state has taken in.
func (f *contractFacts) evolve(at event.Time, e event.Event, state *contractAggregate) {
	switch e := e.(type) {
	case *event.ContractStarted:
		started := *e
		f.started = &started
	case *event.MilestoneAdded:
		f.milestones[e.Milestone] = &milestoneFacts{due: e.Due, description: e.Description}
	case *event.MilestoneReleased:
		m := f.milestones[e.Milestone]
		m.released += e.Amount
		m.releasedAt = &at
	case *event.EscrowRefunded:
		f.milestones[e.Milestone].refunded += e.Amount
	case *event.HoursPaid:
		f.paid[e.Week] += e.Amount
	case *event.HoursRefused:
		if d := f.disputes[state.disputes.over(e.Week).id]; d.DecidedBy == nil {
			d.share(d.Amount-e.Amount, e.Amount)
		}
	case *event.BonusPaid:
		f.bonuses = append(f.bonuses, Payment{at, e.Amount})
	case *event.RefundGiven:
		f.refunds = append(f.refunds, Payment{at, e.Amount})
	case *event.FeedbackPublished:
		f.published = &at
	default:
		f.disputed(at, e)
		f.said(at, e)
	}
}

// disputed folds an event of a dispute.
func (f *contractFacts) disputed(at event.Time, e event.Event) {
	switch e := e.(type) {
	case *event.DisputeOpened:
		d := &Dispute{Dispute: e.Dispute, By: e.By, Amount: e.Amount, RespondBy: e.RespondBy, OpenedAt: at, Reason: e.Reason}
		if e.Week != (event.Week{}) {
			d.Week = pointer(e.Week)
		}
		if e.OnLapse != "" {
			d.OnLapse = pointer(e.OnLapse)
		}
		f.disputes[e.Dispute] = d
	case *event.DisputeAnswered:
		d := f.disputes[e.Dispute]
		d.AnsweredAt = &at
		if e.Answer == event.AnswerAccept && d.OnLapse != nil { // it closes none of the first edition
			d.ClosedAt = &at
			d.shareAsAgreed()
		}
	case *event.DisputeLapsed:
		d := f.disputes[e.Dispute]
		d.ClosedAt = &at
		d.shareAsAgreed()
	case *event.DisputeResolved:
		d := f.disputes[e.Dispute]
		d.ClosedAt, d.DecidedBy = &at, pointer(e.DecidedBy)
		d.share(e.ToFreelancer, e.ToClient)
	case *event.DisputeCancelled:
		f.disputes[e.Dispute].ClosedAt = &at
	}
}

// shareAsAgreed shares the amount of a dispute that was accepted or has lapsed. Of a week
// the client gets what is refused of it, which an event of its own says.
func (d *Dispute) shareAsAgreed() {
	switch {
	case d.OnLapse == nil:
	case *d.OnLapse == event.LapseReleases, *d.OnLapse == event.LapseProtects:
		d.share(d.Amount, 0)
	case *d.OnLapse == event.LapseRefunds:
		d.share(0, d.Amount)
	}
}

func (d *Dispute) share(toFreelancer, toClient event.Money) {
	d.ToFreelancer, d.ToClient = &toFreelancer, &toClient
}

// said folds what one side said of the other.
func (f *contractFacts) said(at event.Time, e event.Event) {
	switch e := e.(type) {
	case *event.FeedbackSubmitted:
		f.feedback[e.By] = &Feedback{By: e.By, Overall: e.Overall, Scores: e.Scores, Comment: e.Comment}
	case *event.FeedbackRevised:
		was := f.feedback[e.By]
		was.Overall, was.Scores, was.Comment, was.RevisedAt = e.Overall, e.Scores, e.Comment, &at
	case *event.FeedbackResponded:
		for _, got := range f.feedback {
			if got.By != e.By {
				got.Response, got.RespondedAt = e.Comment, &at
			}
		}
	}
}
