// Package aggregate takes the decisions of the marketplace: a command and the
// state of what it is about go in, events or a rejection come out.
//
// A command is a struct such as AcceptInvite. It writes one stream, that of its
// aggregate: a client's or freelancer's account, a job, invite, proposal, interview or
// contract, or a week of one's Work Diary. An aggregate is a State, the fold of its
// stream's events, and knows only what decisions need. Decide is the way in; it reads other aggregates (is this client
// suspended?) through a function of the caller's and does no I/O itself.
//
// The rules are in docs/rules.md and docs/fine-print.md; code and tests cite them
// as rules 3 (docs/rules.md#rules-3) and fine print F9 (docs/fine-print.md#f9).
// Decisions follow rules 0 to 3 and 6 to 8; every check is made in the order of
// fine print A1. What each command can come to is in docs/catalogue.md.
//
// # Facts in two streams
//
// One command writes one stream, because no more than that can be atomic on
// every store. What follows in other streams is a command of its own, sent later
// by a process manager: an accepted offer starts the contract, a cancelled job
// returns Connects.
//
// One rule cannot wait for what follows: a proposal costs Connects, and Connects
// must never be spent that are not there. So the spending comes first. It is
// decided in the one stream that knows the balance, the freelancer's, by a
// command of its own, the freelancer's application to the job, which the expected
// revision guards against every race: nobody spends what is not there, and nobody
// applies twice to a job. Then the proposal opens in its stream. SubmitProposal makes
// the checks of both and names the first as Decision.Before. A store.Transactor
// writes both at once. On another store a crash may come between the two: then
// the Connects are spent on a proposal that is not there yet. Sending
// SubmitProposal again goes on from there and spends nothing again; where nobody
// does, or the proposal's id was taken meanwhile, ReturnConnects gives the
// Connects back. At no moment and on no store is more spent than there was.
package aggregate

import (
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Command asks for a change of one aggregate. Only the structs of this package
// implement it: what they have of their own are fields. CommandName, Stream and
// Validate tell the rest.
type Command interface {
	stream() string
	validate() error
	// decide makes every check that needs state, in the order of the rules.
	decide(*decision) ([]event.Event, error)
}

// CommandName is the command's name in the rules, in scripts and in rejections,
// such as "SendInvite": that of its type.
func CommandName(c Command) string {
	switch part := c.(type) {
	case assessment:
		c = part.AssessJobSuccess
	case jobApplication: // the part of it on the account
		c = SubmitProposal{}
	}
	t := reflect.TypeOf(c)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// Stream is the one stream that the command writes.
func Stream(c Command) string { return c.stream() }

// Validate checks what the command alone can tell: fields that are missing or
// malformed, amounts, the cover letter. Its error is a *Rejection. Decide asks it.
func Validate(c Command) error { return c.validate() }

// ValidateAt is Validate of a command at its moment: some name another, which must not
// be past.
func ValidateAt(c Command, at event.Time) error {
	if err := c.validate(); err != nil {
		return err
	}
	if timed, ok := c.(interface{ validateAt(event.Time) error }); ok {
		return timed.validateAt(at)
	}
	return nil
}

// State is an aggregate: what its stream's events have made of it so far.
type State interface {
	// Evolve folds one event of the stream and keeps no part of its memory. It
	// fails with an *InvariantError for an event that cannot stand where it is;
	// the state must not be used after that.
	Evolve(at event.Time, e event.Event) error
	// Clone is a copy that shares nothing which Evolve changes: to see what
	// events come to before they are written.
	Clone() State
	// Exists reports whether the stream has an event.
	Exists() bool
	// Clock is the moment of the stream's last event; inside one stream time
	// never goes back.
	Clock() event.Time
}

// NewState makes the empty aggregate of a stream. It fails for a stream that
// belongs to no aggregate.
func NewState(stream string) (State, error) {
	category, id, week, ok := event.ParseStream(stream)
	if ok {
		switch category {
		case event.CategoryClient:
			return &clientAggregate{}, nil
		case event.CategoryFreelancer:
			return &freelancerAggregate{}, nil
		case event.CategoryInvite:
			return &inviteAggregate{}, nil
		case event.CategoryJob:
			return &jobAggregate{}, nil
		case event.CategoryProposal:
			return &proposalAggregate{id: id}, nil
		case event.CategoryInterview:
			return &interviewAggregate{}, nil
		case event.CategoryContract:
			return &contractAggregate{}, nil
		case event.CategoryWorkWeek:
			return &workWeekAggregate{week: week}, nil
		}
	}
	return nil, fmt.Errorf("aggregate: no aggregate lives in stream %q", stream)
}

// Read gives the aggregate of a stream, the empty one of a stream that does not
// exist. The caller loads it from a store or a cache, or folds a test's events.
type Read func(stream string) (State, error)

// Decision is what a command comes to.
type Decision struct {
	Actor  event.Actor
	Events []event.Event // at least one, of the command's stream
	// Before is a command on another stream that must be written first, under
	// an id that follows from the command's (event.FollowUpID). Nil for all but
	// a SubmitProposal that is not yet paid; decided at the same moment, it is
	// not rejected.
	Before Command
}

// Decide validates the command and decides it at a moment, under the terms. A
// moment outside the years 0001 to 9999 is Invalid: no event could show it. An
// error is a *Rejection or one of read.
func Decide(read Read, terms Terms, at event.Time, c Command) (Decision, error) {
	d := &decision{read: read, terms: terms, at: at, command: c, actor: event.ActorPlatform}
	if !shown(at) {
		return Decision{}, d.reject(Invalid, "at is outside the years 0001 to 9999")
	}
	if err := ValidateAt(c, at); err != nil {
		return Decision{}, err
	}
	events, err := c.decide(d)
	if err != nil {
		return Decision{}, err
	}
	return Decision{Actor: d.actor, Events: events, Before: d.before}, nil
}

// decision is one command being decided.
type decision struct {
	read    Read
	terms   Terms
	at      event.Time
	command Command
	actor   event.Actor
	before  Command
}

func (d *decision) reject(code Code, format string, args ...any) error {
	return &Rejection{Code: code, Command: CommandName(d.command), Stream: d.command.stream(), Detail: fmt.Sprintf(format, args...)}
}

// inOrder refuses a command that is earlier than the last event of the stream
// that it would write.
func (d *decision) inOrder(s State) error {
	if s.Exists() && d.at < s.Clock() {
		return d.reject(OutOfOrder, "at %v is before the stream's last event at %v", d.at, s.Clock())
	}
	return nil
}

func read[S State](d *decision, stream string) (S, error) {
	var none S
	s, err := d.read(stream)
	if err != nil {
		return none, err
	}
	typed, ok := s.(S)
	if !ok {
		return none, fmt.Errorf("aggregate: read of %q gave a %T", stream, s)
	}
	return typed, nil
}

// existing reads the aggregate that must be there. A contract is there from its start
// on, not when it is offered (fine print F15).
func existing[S State](d *decision, stream string) (S, error) {
	s, err := read[S](d, stream)
	if err != nil {
		return s, err
	}
	k, isContract := any(s).(*contractAggregate)
	if !s.Exists() || isContract && !k.started() {
		return s, d.reject(NotFound, "there is no %s", stream)
	}
	return s, nil
}

func absent[S State](d *decision, stream string) (S, error) {
	s, err := read[S](d, stream)
	if err == nil && s.Exists() {
		return s, d.reject(AlreadyExists, "%s exists", stream)
	}
	return s, err
}

// loadTarget reads the aggregate that the command writes, which must be there, and
// checks the clock: the whole beginning of a command on one aggregate alone.
func loadTarget[S State](d *decision) (S, error) {
	s, err := existing[S](d, d.command.stream())
	if err != nil {
		return s, err
	}
	return s, d.inOrder(s)
}

func (d *decision) client(id uuid.UUID) (*clientAggregate, error) {
	return existing[*clientAggregate](d, event.ClientStream(id))
}

func (d *decision) freelancer(id uuid.UUID) (*freelancerAggregate, error) {
	return existing[*freelancerAggregate](d, event.FreelancerStream(id))
}

// base is what every aggregate knows.
type base struct {
	exists bool
	clock  event.Time
}

func (b *base) Exists() bool      { return b.exists }
func (b *base) Clock() event.Time { return b.clock }

// begin checks that the first event opens the stream, that no later one does
// and that time does not go back.
func (b *base) begin(at event.Time, e event.Event, opens bool) error {
	switch {
	case opens && b.exists:
		return invariantError(e, "only a stream's first event opens it")
	case !opens && !b.exists:
		return invariantError(e, "it cannot open a stream")
	case b.exists && at < b.clock:
		return invariantError(e, "it is at %v, before the stream's last event at %v", at, b.clock)
	}
	b.exists, b.clock = true, at
	return nil
}

func errUnexpectedEvent(e event.Event) error { return invariantError(e, "it cannot be in this stream") }

func invariantError(e event.Event, format string, args ...any) error {
	return &InvariantError{Event: e.EventType(), What: fmt.Sprintf(format, args...)}
}

// ensure is for what an event needs and what a fold cannot go on without.
func ensure(ok bool, e event.Event, what string) error {
	if ok {
		return nil
	}
	return invariantError(e, "%s", what)
}

// InvariantError says that an event cannot stand where it is: the log holds
// what no decision of this library wrote.
type InvariantError struct {
	Event string // the event's type
	What  string // a sentence; it holds no personal text
}

func (e *InvariantError) Error() string {
	return fmt.Sprintf("aggregate: %s breaks an invariant: %s", e.Event, e.What)
}

// Code is "invariant_broken", for logs and for callers that switch on codes.
func (e *InvariantError) Code() string { return "invariant_broken" }
