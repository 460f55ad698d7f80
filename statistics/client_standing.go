package statistics

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// StandingPolicy says when a client is consistently negative, and what follows
// (rules 7). A day is 24 hours.
type StandingPolicy struct {
	// FeedbackBelow is the overall, in hundredths of a star, below which a
	// freelancer's feedback is a negative signal. Default 300, ours.
	FeedbackBelow int
	// ContactFreelancers is how many different freelancers' signals within
	// ContactDays lead to a contact. Defaults 3 and 180, ours.
	ContactFreelancers, ContactDays int
	// SuspendFreelancers is how many different freelancers' signals within
	// SuspendDays after the contact lead to a suspension; with fewer the slate
	// is clean again. Defaults 2 and 90, ours.
	SuspendFreelancers, SuspendDays int
}

// DefaultStanding is the rule as published here.
func DefaultStanding() StandingPolicy {
	return StandingPolicy{FeedbackBelow: 300, ContactFreelancers: 3, ContactDays: 180, SuspendFreelancers: 2, SuspendDays: 90}
}

// Validate fails with ErrInvalidPolicy where the values make no sense.
func (p StandingPolicy) Validate() error {
	if p.FeedbackBelow < 0 || p.FeedbackBelow > 501 {
		return invalidPolicy("client standing: FeedbackBelow must be 0 to 501 hundredths of a star")
	}
	if min(p.ContactFreelancers, p.ContactDays, p.SuspendFreelancers, p.SuspendDays) < 1 {
		return invalidPolicy("client standing: every count and period must be at least 1")
	}
	if max(p.ContactDays, p.SuspendDays) > maxMonths*31 {
		return invalidPolicy("client standing: a period is longer than %d days", maxMonths*31)
	}
	return nil
}

// IsNegative reports whether an event of a contract or a client's account is a
// negative signal about the client: a complaint, a freelancer's bad feedback, a
// dispute in which the client got no larger share than the freelancer.
func (p StandingPolicy) IsNegative(e event.Event) bool {
	switch e := e.(type) {
	case *event.ClientComplaintRecorded:
		return true
	case *event.FeedbackSubmitted:
		return e.By == event.SideFreelancer && p.negativeFeedback(e.Overall)
	case *event.DisputeResolved:
		return negativeDispute(e.ToFreelancer, e.ToClient)
	}
	return false
}

func (p StandingPolicy) negativeFeedback(overall int) bool { return overall < p.FeedbackBelow }

func negativeDispute(toFreelancer, toClient event.Money) bool { return toFreelancer >= toClient }

// NegativeSignal is a freelancer's bad experience with a client.
type NegativeSignal struct {
	projection.Moment
	Freelancer uuid.UUID
}

// ClientConduct is what a client's standing rests on, each in the log's order.
type ClientConduct struct {
	Signals  []NegativeSignal
	Contacts []projection.Moment     // for being consistently negative
	Marks    []projection.ClientMark // suspensions, reinstatements and bars; others are ignored
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
)

var stepWords = [...]string{StepNone: "none", StepContact: "contact", StepSuspend: "suspend"}

func (s StandingStep) String() string { return stepWords[s] }

// MarshalText writes the step's word.
func (s StandingStep) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ClientStanding is how a client stands as of a moment.
type ClientStanding struct {
	State   StandingState
	Until   event.Time       // the first second at which a contacted client's slate is clean; else event.Never
	Signals []NegativeSignal // those that count now
	Next    StandingStep     // what is to be done
}

// Standing is how a client stands as of a moment. A reinstatement cleans the
// slate (ours: a client who was let in again would otherwise be suspended for
// the same signals), and nothing is due about a suspended or barred one.
func (p StandingPolicy) Standing(c *ClientConduct, asOf event.Time) ClientStanding {
	asOf = asOf.Bounded()
	s := ClientStanding{State: StandingGood, Until: event.Never}
	clean := projection.Moment{At: event.Earliest} // only what is after it counts
	for _, m := range c.Marks {
		if !m.By(asOf) {
			continue
		}
		switch m.Kind {
		case projection.MarkSuspended:
			s.State = StandingSuspended
		case projection.MarkBarred:
			s.State = StandingBarred
		case projection.MarkReinstated:
			s.State, clean = StandingGood, m.Moment
		}
	}
	window := projection.Moment{At: asOf.AddDays(-p.ContactDays), Position: event.LastPosition}
	enough, next := p.ContactFreelancers, StepContact
	for _, contact := range c.Contacts {
		if !contact.By(asOf) || !contact.After(clean) {
			continue
		}
		over := contact.At.AddDays(p.SuspendDays)
		if asOf >= over {
			window = later(window, projection.Moment{At: over.AddSeconds(-1), Position: event.LastPosition})
			continue
		}
		window, enough, next = contact, p.SuspendFreelancers, StepSuspend
		if s.State != StandingSuspended && s.State != StandingBarred {
			s.State, s.Until = StandingContacted, over
		}
	}
	from := later(window, clean)
	freelancers := map[uuid.UUID]bool{}
	for _, signal := range c.Signals {
		if signal.By(asOf) && signal.After(from) {
			s.Signals = append(s.Signals, signal)
			freelancers[signal.Freelancer] = true
		}
	}
	if len(freelancers) >= enough && (s.State == StandingGood || s.State == StandingContacted) {
		s.Next = next
	}
	return s
}

// Recent leaves out the signals that no standing from the moment on can count,
// for who keeps signals only to ask about the present.
func (p StandingPolicy) Recent(signals []NegativeSignal, now event.Time) []NegativeSignal {
	horizon := now.Bounded().AddDays(-max(p.ContactDays, p.SuspendDays))
	kept := signals[:0]
	for _, s := range signals {
		if s.At > horizon {
			kept = append(kept, s)
		}
	}
	return kept
}

func later(a, b projection.Moment) projection.Moment {
	if a.After(b) {
		return a
	}
	return b
}
