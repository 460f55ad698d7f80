package statistics

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// SignalKind is what a negative signal about a client is.
type SignalKind string

// The kinds of signals.
const (
	SignalFeedback  SignalKind = "feedback" // of few stars
	SignalComplaint SignalKind = "complaint"
	SignalInvite    SignalKind = "invite"    // reported as spam
	SignalDispute   SignalKind = "dispute"   // resolved, and not in the client's favour, or lapsed where the freelancer had opened it
	SignalJob       SignalKind = "job"       // removed for the terms of service
	SignalViolation SignalKind = "violation" // of the terms, by the client
)

// SignalExplained is a negative signal with what it was.
type SignalExplained struct {
	Freelancer uuid.UUID           `json:"freelancer"`
	Kind       SignalKind          `json:"kind"`
	Contract   uuid.UUID           `json:"contract,omitzero"` // of feedback and disputes
	Fact       projection.Evidence `json:"fact"`
}

// conduct is what a client's record and contracts say of the client's conduct,
// for Standing to judge. It is what package process folds from the log.
func (p StandingPolicy) conduct(client *projection.ClientRecord, contracts []*projection.ContractRecord) *ClientConduct {
	c := &ClientConduct{Marks: client.Marks}
	for _, s := range p.signals(client, contracts) {
		c.Signals = append(c.Signals, NegativeSignal{projection.Moment{At: s.Fact.OccurredAt, Position: s.Fact.Position}, s.Freelancer})
	}
	for _, m := range client.Marks {
		if m.Kind == projection.MarkContacted && m.Reason == string(event.ContactConsistentlyNegative) {
			c.Contacts = append(c.Contacts, m.Moment)
		}
	}
	return c
}

// signals are all negative signals about a client, in the log's order.
func (p StandingPolicy) signals(client *projection.ClientRecord, contracts []*projection.ContractRecord) []SignalExplained {
	var all []SignalExplained
	for _, m := range client.Marks {
		if m.Kind == projection.MarkComplaint {
			all = append(all, SignalExplained{m.Freelancer, SignalComplaint, uuid.Nil, m.Evidence(m.Kind.EventType())})
		}
	}
	for _, r := range contracts {
		if r.Returned.Happened() && p.negativeFeedback(int(r.Returned.Overall)) {
			all = append(all, SignalExplained{r.Freelancer, SignalFeedback, r.ID, r.Returned.Evidence("FeedbackSubmitted")})
		}
		for _, d := range r.Disputes {
			if d.Resolved.Happened() && negativeDispute(d.ToFreelancer, d.ToClient) {
				all = append(all, SignalExplained{r.Freelancer, SignalDispute, r.ID, d.Resolved.Evidence("DisputeResolved")})
			}
		}
	}
	slices.SortFunc(all, func(a, b SignalExplained) int { return cmp.Compare(a.Fact.Position, b.Fact.Position) })
	return all
}
