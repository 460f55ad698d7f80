package statistics

import (
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// StandingPolicy says when a client is consistently negative, and what follows
// (rules 7). A day is 24 hours. A source is a freelancer, however many contracts they
// have with the client, or the platform. That such clients are contacted and, if unable
// to improve, no longer permitted is public (2015); every number is ours.
type StandingPolicy struct {
	// FeedbackBelow is the overall, in hundredths of a star, below which a
	// freelancer's feedback is a negative signal. Default 300.
	FeedbackBelow int
	// ContactSources is from how many sources signals within ContactDays lead to a
	// contact. Defaults 3 and 180.
	ContactSources, ContactDays int
	// SuspendSources is from how many sources signals within SuspendDays after the
	// contact lead to a suspension; with fewer the slate is clean again. Defaults 2
	// and 90.
	SuspendSources, SuspendDays int
	// BarDays is how long a suspension for conduct is remembered: once the client is
	// reinstated, what would lead to a contact leads to a bar until then. Default 365.
	BarDays int
}

// DefaultStanding is the rule as published here.
func DefaultStanding() StandingPolicy {
	return StandingPolicy{FeedbackBelow: 300, ContactSources: 3, ContactDays: 180, SuspendSources: 2, SuspendDays: 90, BarDays: 365}
}

// Validate fails with ErrInvalidPolicy where the values make no sense.
func (p StandingPolicy) Validate() error {
	if p.FeedbackBelow < 0 || p.FeedbackBelow > 501 {
		return invalidPolicy("client standing: FeedbackBelow must be 0 to 501 hundredths of a star")
	}
	if min(p.ContactSources, p.ContactDays, p.SuspendSources, p.SuspendDays, p.BarDays) < 1 {
		return invalidPolicy("client standing: every count and period must be at least 1")
	}
	if max(p.ContactDays, p.SuspendDays, p.BarDays) > maxMonths*31 {
		return invalidPolicy("client standing: a period is longer than %d days", maxMonths*31)
	}
	return nil
}

// StandingState is how a client stands.
type StandingState string

// The states of a client.
const (
	StandingGood      StandingState = "good"
	StandingContacted StandingState = "contacted" // for being consistently negative, and still watched
	StandingSuspended StandingState = "suspended"
	StandingBarred    StandingState = "barred"
)

// StandingStep is what a client's standing calls for.
type StandingStep uint8

// The steps.
const (
	StepNone StandingStep = iota
	StepContact
	StepSuspend
	StepBar
)

var stepWords = [...]string{StepNone: "none", StepContact: "contact", StepSuspend: "suspend", StepBar: "bar"}

func (s StandingStep) String() string { return stepWords[s] }

// MarshalText writes the step's word.
func (s StandingStep) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ClientStanding is how a client stands as of a moment.
type ClientStanding struct {
	State   StandingState
	Until   event.Time        // the first second at which a contacted client's slate is clean; else event.Never
	Signals []ConductFact     // those that count now
	Next    StandingStep      // what is to be done
	Due     projection.Moment // when that became due, by the fact that completed it; never if nothing is
}

// Standing is how a client stands as of a moment, by what had happened about them then.
// The facts may be in any order.
func (p StandingPolicy) Standing(facts []ConductFact, asOf event.Time) ClientStanding {
	asOf = asOf.Bounded()
	return p.Conduct(slices.DeleteFunc(slices.Clone(facts), func(f ConductFact) bool { return !f.By(asOf) })).Standing(asOf)
}

// sealedSignals reports whether a freelancer's feedback is a signal from its submission on.
func (p Policy) sealedSignals() bool { return p.JobSuccess.SealedFeedback == SealedCounts }

// NegativeFeedback reports whether a freelancer's feedback of so many hundredths of a star
// is a negative signal about the client, once it counts.
func (p StandingPolicy) NegativeFeedback(overall int) bool { return overall < p.FeedbackBelow }

// Signal is the kind of negative signal about a client that an event is by itself, "" if
// it is none: a complaint, an invite reported, a dispute in which the client got no larger
// share than the freelancer, a job removed for the terms of service. Of feedback its
// publication decides, of a lapse who had opened the dispute, of a violation whose it is.
func (p StandingPolicy) Signal(e event.Event) SignalKind {
	switch e := e.(type) {
	case *event.ClientComplaintRecorded:
		return SignalComplaint
	case *event.InviteReported:
		return SignalInvite
	case *event.DisputeResolved:
		if negativeDispute(e.ToFreelancer, e.ToClient) {
			return SignalDispute
		}
	case *event.JobRemoved:
		if e.Reason == event.RemoveTOS {
			return SignalJob
		}
	}
	return ""
}

func negativeDispute(toFreelancer, toClient event.Money) bool { return toFreelancer >= toClient }
