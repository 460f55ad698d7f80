package aggregate

import (
	"cmp"
	"fmt"
)

// Code is the stable code of a rejection. It is an error itself, so that
// errors.Is(err, aggregate.Expired) tells why a command was rejected.
type Code string

// The whole vocabulary of what Decide rejects.
const (
	Invalid             Code = "invalid"               // a field is missing or malformed
	InvalidAmount       Code = "invalid_amount"        // an amount is not > 0, or shares do not add up
	CoverLetterRequired Code = "cover_letter_required" // a proposal, and accepting an invite, takes one
	AlreadyExists       Code = "already_exists"        // the id is in use
	NotFound            Code = "not_found"             // no such aggregate, or thing in it
	OutOfOrder          Code = "out_of_order"          // earlier than the stream's last event
	ClientSuspended     Code = "client_suspended"      // the client may not start anything new
	FreelancerSuspended Code = "freelancer_suspended"  // nor may the freelancer
	OnHold              Code = "on_hold"               // a hold of the freelancer blocks it
	TermsNotAccepted    Code = "terms_not_accepted"    // who acts has not accepted the version that is required
	ProfilePrivate      Code = "profile_private"       // a private profile gets no invites
	WrongState          Code = "wrong_state"           // the thing may not do that now
	DisputeOpen         Code = "dispute_open"          // an open dispute stands in the way
	NotFunded           Code = "not_funded"            // the milestone has no escrow yet
	EscrowNotEmpty      Code = "escrow_not_empty"      // release or refund first
	ManualTimeForbidden Code = "manual_time_forbidden" // the contract allows tracked time only
	WeekLocked          Code = "week_locked"           // the week was invoiced
	DuplicateSegment    Code = "duplicate_segment"     // these ten minutes are logged already
	AlreadyGiven        Code = "already_given"         // it is done once, and was
	AnswersRequired     Code = "answers_required"      // as many as the job has questions
	Expired             Code = "expired"               // the invite's or the offer's time ran out
	TooEarly            Code = "too_early"             // the deadline has not come
	FeedbackClosed      Code = "feedback_closed"       // the time for feedback ran out
	TooLate             Code = "too_late"              // the time for it ran out
	ExceedsEscrow       Code = "exceeds_escrow"        // more than escrow holds
	ExceedsInvoice      Code = "exceeds_invoice"       // more than the week's invoice
	ExceedsPaid         Code = "exceeds_paid"          // more than was paid, net
	NotEnoughConnects   Code = "not_enough_connects"   // the proposal costs more than the freelancer has
	TooLarge            Code = "too_large"             // what follows from it is more than one append takes
)

// What package marketplace rejects by itself, whatever the command; ten minutes of work
// that are not over yet are InFuture too.
const (
	InFuture Code = "in_future" // the clock is not near the moment yet
	IDReused Code = "id_reused" // another command was done under the id
)

func (c Code) Error() string { return string(c) }

// Code is the code as text, as every error of this module has it.
func (c Code) Code() string { return string(c) }

// Rejection is a command's refusal: nothing was written and nothing changed.
// Find its code with errors.Is, or the whole of it with errors.As.
type Rejection struct {
	Code    Code
	Command string // the command's name
	Stream  string // the stream of the aggregate it was about
	Detail  string // a sentence; it holds no personal text
}

func (r *Rejection) Error() string {
	text := fmt.Sprintf("%s rejected: %s: %s", cmp.Or(r.Command, "command"), r.Code, r.Detail)
	if r.Stream != "" {
		text += " (" + r.Stream + ")"
	}
	return text
}

// Unwrap makes errors.Is(err, aggregate.Expired) work.
func (r *Rejection) Unwrap() error { return r.Code }
