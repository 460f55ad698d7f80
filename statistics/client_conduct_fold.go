package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// ConductFact is something that a client's standing rests on.
type ConductFact struct {
	projection.Moment
	Kind     ConductKind
	Signal   SignalKind           // of a signal
	Source   uuid.UUID            // of a signal: the freelancer, the nil UUID for the platform
	Contract uuid.UUID            // of a signal, or of one that is taken back, where it is of a contract
	Reason   event.SanctionReason // of a suspension or bar
}

// ConductKind is what a ConductFact is.
type ConductKind uint8

// The kinds of facts.
const (
	ConductSignal     ConductKind = iota // a bad experience with the client
	ConductTakenBack                     // the feedback of a contract, a signal until now, is none any more
	ConductContacted                     // for being consistently negative
	ConductSuspended                     //
	ConductReinstated                    //
	ConductBarred                        //
)

// before is the order in which facts are folded: in time, then in the log (fine print
// O1).
func (f ConductFact) before(g ConductFact) bool { return g.After(f.Moment) }

// inTime are facts in the order in which they are folded.
func inTime(facts []ConductFact) []ConductFact {
	ordered := slices.Clone(facts)
	slices.SortFunc(ordered, func(f, g ConductFact) int {
		if f.before(g) {
			return -1
		}
		return 1
	})
	return ordered
}

// Conduct is the fold of what happened about one client, in the order of time and then
// of the log: a fact costs the same however many came before it.
type Conduct struct {
	policy StandingPolicy
	newest projection.Moment

	state      StandingState
	reason     event.SanctionReason // of the last suspension
	remembered event.Time           // until when a suspension for conduct is

	contact projection.Moment // the last, never if there was none
	running bool              // it has not run out
	clean   event.Time        // when a contact ran out: signals before it count no more

	next StandingStep
	due  projection.Moment

	signals []ConductFact     // kept, in their order
	gone    []bool            // of each of them: it was taken back
	first   int               // of those that are in the window
	sources map[uuid.UUID]int // how many signals of the window each has
}

// NewConduct is the fold of nothing.
func NewConduct(p StandingPolicy) *Conduct {
	never := projection.Moment{At: event.Never}
	return &Conduct{
		policy: p, state: StandingGood, remembered: event.Earliest, contact: never, clean: event.Earliest, due: never,
		newest: projection.Moment{At: event.Earliest}, sources: map[uuid.UUID]int{},
	}
}

// Conduct is the fold of facts in any order.
func (p StandingPolicy) Conduct(facts []ConductFact) *Conduct {
	c := NewConduct(p)
	for _, f := range inTime(facts) {
		c.Fold(f)
	}
	return c
}

// Next is what the client's standing calls for as of the newest fact, and by which fact;
// time alone changes neither. Nothing is to be done about a suspended or barred one.
func (c *Conduct) Next() (StandingStep, projection.Moment) {
	if c.state != StandingGood {
		return StepNone, projection.Moment{At: event.Never}
	}
	return c.next, c.due
}

// Follows reports whether the fact comes after all that were folded. One that does not
// can only be folded with the others, from the beginning.
func (c *Conduct) Follows(f ConductFact) bool { return f.After(c.newest) }

// Fold takes a fact in that Follows.
func (c *Conduct) Fold(f ConductFact) {
	c.newest = f.Moment
	c.runOut(f.At)
	switch f.Kind {
	case ConductSignal:
		c.signals, c.gone = append(c.signals, f), append(c.gone, false)
		c.sources[f.Source]++
		c.ask(f.Moment)
	case ConductTakenBack:
		c.takeBack(f.Contract)
	case ConductContacted:
		c.contacted(f.Moment)
	case ConductSuspended:
		c.state, c.reason = StandingSuspended, f.Reason
		if f.Reason == event.SanctionConduct {
			c.remembered = f.At.AddDays(c.policy.BarDays)
			if c.next != StepContact {
				c.settle()
			}
		}
	case ConductReinstated:
		c.state = StandingGood
		if c.reason == event.SanctionConduct {
			c.settle()
			c.wipe()
		} else {
			c.ask(f.Moment)
		}
	case ConductBarred:
		c.state = StandingBarred
		c.settle()
	}
}

// runOut ends a contact whose days are over, unless a suspension is due (fine print O5).
func (c *Conduct) runOut(t event.Time) {
	if end := c.contact.At.AddDays(c.policy.SuspendDays); c.running && t >= end && c.next != StepSuspend {
		c.running, c.clean = false, end
		c.wipe()
	}
}

func (c *Conduct) contacted(m projection.Moment) {
	if c.next == StepContact {
		c.settle()
	}
	if !c.running {
		c.contact, c.running = m, true
		c.wipe()
	}
}

// settle says that what was due is done, or is due no more.
func (c *Conduct) settle() { c.next, c.due = StepNone, projection.Moment{At: event.Never} }

// wipe lets no signal count that came until now.
func (c *Conduct) wipe() {
	c.first = len(c.signals)
	clear(c.sources)
}

// takeBack takes the feedback of a contract back that was a signal.
func (c *Conduct) takeBack(contract uuid.UUID) {
	for i := len(c.signals) - 1; i >= 0; i-- {
		if s := &c.signals[i]; s.Signal == SignalFeedback && s.Contract == contract && !c.gone[i] {
			c.gone[i] = true
			if i >= c.first {
				c.leave(s.Source)
			}
			return
		}
	}
}

func (c *Conduct) leave(source uuid.UUID) {
	if c.sources[source]--; c.sources[source] == 0 {
		delete(c.sources, source)
	}
}

// ask is whether the fact makes a step due (fine print O2).
func (c *Conduct) ask(m projection.Moment) {
	if c.running {
		c.dueFrom(m, c.policy.SuspendSources, StepSuspend)
		return
	}
	for c.first < len(c.signals) && !c.within(&c.signals[c.first], m.At) {
		if !c.gone[c.first] {
			c.leave(c.signals[c.first].Source)
		}
		c.first++
	}
	step := StepContact
	if m.At < c.remembered {
		step = StepBar
	}
	c.dueFrom(m, c.policy.ContactSources, step)
}

func (c *Conduct) dueFrom(m projection.Moment, enough int, step StandingStep) {
	if c.state == StandingGood && c.next == StepNone && len(c.sources) >= enough {
		c.next, c.due = step, m
	}
}

// within reports whether a signal is recent enough for a contact.
func (c *Conduct) within(s *ConductFact, t event.Time) bool {
	return s.At > t.AddDays(-c.policy.ContactDays) && s.At >= c.clean
}

// Standing is how the client stands as of a moment not before what was folded.
func (c *Conduct) Standing(asOf event.Time) ClientStanding {
	now := *c
	now.sources = map[uuid.UUID]int{} // those of c are not to be changed
	now.runOut(asOf)
	s := ClientStanding{State: now.state, Until: event.Never, Due: projection.Moment{At: event.Never}}
	if now.state != StandingGood {
		return s
	}
	s.Next, s.Due = now.next, now.due
	if now.running {
		s.State, s.Until = StandingContacted, now.contact.At.AddDays(now.policy.SuspendDays)
	}
	for i := now.first; i < len(now.signals); i++ {
		if signal := &now.signals[i]; !now.gone[i] && (now.running || now.within(signal, asOf)) {
			s.Signals = append(s.Signals, *signal)
		}
	}
	return s
}
