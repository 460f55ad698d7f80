package statistics

import (
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
	Source   SignalSource        `json:"source"`
	Kind     SignalKind          `json:"kind"`
	Contract uuid.UUID           `json:"contract,omitzero"` // where it is of one
	Fact     projection.Evidence `json:"fact"`
}

// SignalSource is who a signal is from: a freelancer, or the platform, which is the nil
// UUID.
type SignalSource uuid.UUID

// Freelancer is the freelancer's id, nil where it is the platform.
func (s SignalSource) Freelancer() *uuid.UUID {
	if uuid.UUID(s) == uuid.Nil {
		return nil
	}
	id := uuid.UUID(s)
	return &id
}

// String is the freelancer's id, or "platform".
func (s SignalSource) String() string {
	if uuid.UUID(s) == uuid.Nil {
		return "platform"
	}
	return uuid.UUID(s).String()
}

// MarshalText is String.
func (s SignalSource) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// fact is a ConductFact with the type of its event.
type fact struct {
	ConductFact
	event string
}

func (f fact) explained() SignalExplained {
	return SignalExplained{SignalSource(f.Source), f.Signal, f.Contract, f.Moment.Evidence(f.event)}
}

// facts are what a client's records say of the client's conduct, in no order. Package
// process folds the same from the log. Where sealed feedback counts it does so from its
// submission.
func (p StandingPolicy) facts(h projection.ClientHistory, sealedCounts bool) (all []fact) {
	add := func(f ConductFact, event string) { all = append(all, fact{f, event}) }
	ofAccount(h.Account, add)
	for _, r := range h.Invites {
		ofInvite(r, add)
	}
	for _, r := range h.Jobs {
		ofJob(r, add)
	}
	for _, r := range h.Contracts {
		p.ofContract(r, sealedCounts, add)
	}
	return all
}

func ofAccount(r *projection.ClientRecord, add func(ConductFact, string)) {
	for _, m := range r.Marks {
		f := ConductFact{Moment: m.Moment, Source: m.Freelancer}
		switch m.Kind {
		case projection.MarkComplaint:
			f.Signal = SignalComplaint
		case projection.MarkTermsViolation:
			f.Signal = SignalViolation
		case projection.MarkContacted:
			if m.Reason != string(event.ContactConsistentlyNegative) {
				continue
			}
			f.Kind = ConductContacted
		case projection.MarkSuspended:
			f.Kind, f.Reason = ConductSuspended, event.SanctionReason(m.Reason)
		case projection.MarkReinstated:
			f.Kind = ConductReinstated
		case projection.MarkBarred:
			f.Kind, f.Reason = ConductBarred, event.SanctionReason(m.Reason)
		default:
			continue
		}
		add(f, m.Kind.EventType())
	}
}

func ofInvite(r *projection.InviteRecord, add func(ConductFact, string)) {
	if r.Outcome == projection.InviteReported {
		add(ConductFact{Moment: r.Closed, Signal: SignalInvite, Source: r.Freelancer}, "InviteReported")
	}
}

func ofJob(r *projection.JobRecord, add func(ConductFact, string)) {
	if r.Removed.Happened() && r.RemoveReason == event.RemoveTOS {
		add(ConductFact{Moment: r.Removed, Signal: SignalJob}, "JobRemoved")
	}
}

func (p StandingPolicy) ofContract(r *projection.ContractRecord, sealedCounts bool, add func(ConductFact, string)) {
	signal := ConductFact{Signal: SignalFeedback, Source: r.Freelancer, Contract: r.ID}
	counts, name := r.Published, "FeedbackPublished"
	if sealedCounts {
		counts, name = r.Returned.Moment, "FeedbackSubmitted"
	}
	if given := &r.Returned; given.Happened() && counts.Happened() {
		was := p.NegativeFeedback(int(given.Overall))
		if signal.Moment = counts; was {
			add(signal, name)
		}
		if given.Revised.Happened() && p.NegativeFeedback(int(given.RevisedOverall)) != was {
			if signal.Moment = given.Revised; was {
				signal.Kind = ConductTakenBack
			}
			add(signal, "FeedbackRevised")
		}
	}
	for _, d := range r.Disputes {
		signal := ConductFact{Signal: SignalDispute, Source: r.Freelancer, Contract: r.ID}
		switch {
		case d.Resolved.Happened() && negativeDispute(d.ToFreelancer, d.ToClient):
			signal.Moment = d.Resolved
			add(signal, "DisputeResolved")
		case d.Lapsed.Happened() && d.By == event.SideFreelancer:
			signal.Moment = d.Lapsed
			add(signal, "DisputeLapsed")
		}
	}
}
