package projection

import "slices"

// What is kept of an event has a kind: an invite's outcome, a payment, a step of a
// proposal, a movement of Connects, a mark of an account. Its word, by which tables name it, is beside its
// constant; the event that it comes of is said once, in effects.

// eventsOf lists the events that an action is of, each at the index of its kind.
func eventsOf(a action) (types []string) {
	for _, e := range effects {
		if e.action == a {
			types = append(types, make([]string, max(0, int(e.detail)+1-len(types)))...)
			types[e.detail] = e.event
		}
	}
	return types
}

var (
	outcomeEvents        = eventsOf(inviteClosed)
	paymentEvents        = eventsOf(moneyMoved)
	stepEvents           = eventsOf(proposalMoved)
	markEvents           = append(eventsOf(clientMarked), freelancerMarkEvents[MarkViolation]) // MarkTermsViolation is the last
	freelancerMarkEvents = eventsOf(freelancerMarked)
	connectsEvents       = eventsOf(connectsMoved)
)

// EventType is the type of the event that closed the invite, "" of an open one.
func (o InviteOutcome) EventType() string { return outcomeEvents[o] }

// EventType is the type of the event that moved the money.
func (k PaymentKind) EventType() string { return paymentEvents[k] }

// EventType is the type of the event that was the step.
func (k StepKind) EventType() string { return stepEvents[k] }

// EventType is the type of the event that made the mark.
func (k MarkKind) EventType() string { return markEvents[k] }

// EventType is the type of the event that made the mark.
func (k FreelancerMarkKind) EventType() string { return freelancerMarkEvents[k] }

// EventType is the type of the event that moved the Connects.
func (k ConnectsKind) EventType() string { return connectsEvents[k] }

// Words name the outcomes, each at its index. No word ever changes: tables hold them.
func (InviteOutcome) Words() []string { return slices.Clone(outcomeWords[:]) }

// Words name the kinds of payments, each at its index.
func (PaymentKind) Words() []string { return slices.Clone(paymentWords[:]) }

// Words name the kinds of steps, each at its index.
func (StepKind) Words() []string { return slices.Clone(stepWords[:]) }

// Words name the kinds of a client's marks, each at its index.
func (MarkKind) Words() []string { return slices.Clone(markWords[:]) }

// Words name the kinds of a freelancer's marks, each at its index.
func (FreelancerMarkKind) Words() []string { return slices.Clone(freelancerMarkWords[:]) }

// Words name the kinds of movements of Connects, each at its index.
func (ConnectsKind) Words() []string { return slices.Clone(connectsWords[:]) }
