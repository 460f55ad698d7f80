package aggregate

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Contract is one contract as of a moment, for who wants to show it. It is made of the
// events of the contract's stream and of its work weeks', given to Take from wherever
// they are: streams that were read, a log that is gone through, an archive. Report and
// WorkDiary say what rules 3 has a host ask; the other methods say parts of it.
//
//	c := aggregate.NewContract(id, asOf)
//	for env := range events {
//		if err := c.Take(&env); err != nil {
//			return err
//		}
//	}
//	if report := c.Report(); report != nil {
//		...
//	}
//
// The Marketplace of the top folder does this with its log, by its method Contract.
type Contract struct {
	id   uuid.UUID
	asOf event.Time

	state   contractAggregate // what decisions see
	facts   contractFacts     // what they do not need
	diaries map[event.Week]*diary
}

// NewContract begins to make a contract of its events, as of a moment: what occurred
// later is left out.
func NewContract(id uuid.UUID, asOf event.Time) *Contract {
	return &Contract{id: id, asOf: asOf.Bounded(), facts: newContractFacts(), diaries: map[event.Week]*diary{}}
}

// Take takes in an event. Those of one stream come in its order; the streams may come
// in any. Events of other streams, and those that occurred later, are passed over, and
// nothing of the event's memory is kept. It fails with an *InvariantError for an event
// that cannot stand where it is.
func (c *Contract) Take(env *event.Envelope) error {
	category, id, week, ours := event.ParseStream(env.Stream)
	if !ours || id != c.id || env.OccurredAt > c.asOf {
		return nil
	}
	switch category {
	case event.CategoryContract:
		return c.evolve(env.OccurredAt, env.Event)
	case event.CategoryWorkWeek:
		d := c.diaries[week]
		if d == nil {
			d = newDiary(week)
			c.diaries[week] = d
		}
		return d.evolve(env.OccurredAt, env.Event)
	}
	return nil
}

// evolve folds an event of the contract's own stream.
func (c *Contract) evolve(at event.Time, e event.Event) error {
	if err := c.state.Evolve(at, e); err != nil {
		return err
	}
	c.facts.evolve(at, e, &c.state)
	return nil
}

// Started reports whether the contract had started. If not there is nothing to tell.
func (c *Contract) Started() bool { return c.facts.started != nil }

// WeeksUntil are the weeks in which a contract of hourly work may have logged time, up
// to a moment: from its start to its end, and those that its stream names. Who reads
// streams by their names gives Take that of the contract first.
func (c *Contract) WeeksUntil(last event.Time) iter.Seq[event.Week] {
	return func(yield func(event.Week) bool) {
		if !c.Started() || c.facts.started.Kind != event.KindHourly {
			return
		}
		from, through := event.WeekOf(c.state.startedAt).Start(), min(last, c.asOf)
		if c.state.state == contractEnded {
			through = min(through, c.state.endedAt)
		}
		for w := range c.state.weeks {
			from, through = min(from, w.Start()), max(through, w.Start())
		}
		for w := event.WeekOf(from); yield(w) && w.End() <= through; w = event.WeekOf(w.End()) {
			if w.End() == event.Latest { // time ends within the week
				return
			}
		}
	}
}

// The words for what decisions see.
var (
	contractStates = [...]ContractState{
		contractActive: ContractStateActive, contractPaused: ContractStatePaused, contractEnded: ContractStateEnded,
	}
	milestoneStates = [...]MilestoneState{
		milestoneUnfunded: MilestoneStateUnfunded, milestoneFunded: MilestoneStateFunded, milestoneSubmitted: MilestoneStateSubmitted,
		milestoneRefundRequested: MilestoneStateRefundRequested, milestoneClosed: MilestoneStateClosed,
	}
	disputeStates = [...]DisputeState{
		disputeOpen: DisputeStateOpen, disputeAnswered: DisputeStateAnswered, disputeAccepted: DisputeStateAccepted,
		disputeLapsed: DisputeStateLapsed, disputeResolved: DisputeStateResolved, disputeCancelled: DisputeStateCancelled,
	}
)

// State is what may be done on the contract, "" if it had not started.
func (c *Contract) State() ContractState {
	if !c.Started() {
		return ""
	}
	return contractStates[c.state.state]
}

// Paid is what the freelancer got: released + hours + bonuses - refunds given.
func (c *Contract) Paid() event.Money { return c.state.paid() }

// Escrow is what became of the money in escrow.
func (c *Contract) Escrow() Escrow {
	x := &c.state.escrow
	return Escrow{Funded: x.funded, Released: x.released, Refunded: x.refunded, Held: x.held}
}

// Milestones are in the order they were added.
func (c *Contract) Milestones() []Milestone {
	all := make([]Milestone, 0, len(c.state.escrow.milestones))
	for _, m := range c.state.escrow.milestones {
		facts := c.facts.milestones[m.id]
		told := Milestone{
			Milestone: m.id, Amount: m.amount, State: milestoneStates[m.state],
			Released: facts.released, Refunded: facts.refunded, Held: m.held, Attempts: m.attempt,
			ReleasedAt: facts.releasedAt, Description: facts.description,
		}
		switch m.state {
		case milestoneSubmitted:
			told.AutoReleaseAt = pointer(m.autoReleaseAt)
		case milestoneRefundRequested:
			told.RespondBy = pointer(m.respondBy)
		}
		if facts.due != "" {
			told.Due = pointer(facts.due)
		}
		all = append(all, told)
	}
	return all
}

// Weeks are the bills of the weeks with an event, the first first.
func (c *Contract) Weeks() []Week {
	all := make([]Week, 0, len(c.diaries))
	for _, w := range slices.SortedFunc(maps.Keys(c.diaries), func(a, b event.Week) int { return cmp.Compare(a.Start(), b.Start()) }) {
		d := c.WorkDiary(w)
		all = append(all, Week{
			Week: w, Minutes: d.Minutes, Amount: d.Amount, ReviewEndsAt: d.ReviewEndsAt, Refused: d.Refused, Paid: d.Paid,
		})
	}
	return all
}

// Disputes are in the order they were opened.
func (c *Contract) Disputes() []Dispute {
	all := make([]Dispute, 0, len(c.state.disputes.all))
	for _, p := range c.state.disputes.all {
		d := *c.facts.disputes[p.id]
		d.State = disputeStates[p.state]
		all = append(all, d)
	}
	return all
}

// Feedback is what is published of what the two sides said of each other, the client's
// first.
func (c *Contract) Feedback() []Feedback {
	all := []Feedback{}
	for _, by := range []event.Side{event.SideClient, event.SideFreelancer} {
		if f := c.facts.feedback[by]; f != nil && c.facts.published != nil {
			told := *f
			told.PublishedAt = *c.facts.published
			all = append(all, told)
		}
	}
	return all
}

// Report is the whole contract, nil if it had not started.
func (c *Contract) Report() *ContractReport {
	if !c.Started() {
		return nil
	}
	started := c.facts.started
	r := &ContractReport{
		AsOf: c.asOf, Contract: c.id, Client: started.Client, Freelancer: started.Freelancer, Job: started.Job,
		Kind: started.Kind, Via: started.Via, State: c.State(), StartedAt: c.state.startedAt, Paid: c.Paid(), Escrow: c.Escrow(),
		Milestones: c.Milestones(), Weeks: c.Weeks(), Disputes: c.Disputes(), Bonuses: c.facts.bonuses, Refunds: c.facts.refunds,
		Feedback: c.Feedback(), Description: started.Description,
	}
	if r.State == ContractStateEnded {
		r.EndedAt = pointer(c.state.endedAt)
		r.FeedbackClosesAt, r.ResponsesCloseAt = pointer(c.state.feedback.closesAt), pointer(c.state.feedback.responsesCloseAt)
	}
	if r.Kind == event.KindHourly {
		r.HourlyRate, r.WeeklyLimitMinutes = pointer(c.state.rate), pointer(c.state.limitBefore(event.Never))
	}
	return r
}

func pointer[T any](v T) *T { return &v }
