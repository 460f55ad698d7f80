package process

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Kind names a timer or process manager: what its tasks do.
type Kind string

// Timers: a task is due when the deadline comes that its event has frozen.
const (
	ExpireInvite      Kind = "expire_invite"       // InviteSent: expires_at
	AutoRelease       Kind = "auto_release"        // WorkSubmitted: auto_release_at
	LapseEscrowRefund Kind = "lapse_escrow_refund" // EscrowRefundRequested: respond_by
	PublishFeedback   Kind = "publish_feedback"    // ContractEnded: feedback_closes_at
	LapseDispute      Kind = "lapse_dispute"       // DisputeOpened: respond_by
	InvoiceWeek       Kind = "invoice_week"        // SegmentLogged: Monday 12:00 UTC after the week
	PayWeek           Kind = "pay_week"            // WeekInvoiced: review_ends_at
)

// Process managers: a task is due when its event has happened.
const (
	ContactClient Kind = "contact_client" // a third negative signal
	SuspendClient Kind = "suspend_client" // two more after the contact
)

// Task is one thing to be done: a command, from a moment on, because of an
// event.
type Task struct {
	Kind   Kind       `json:"kind"`
	Stream string     `json:"stream"`        // of what the command is about
	Part   uuid.UUID  `json:"part,omitzero"` // the milestone or dispute in it, if the command is about one
	Due    event.Time `json:"due"`           // the first second at which the command may be given

	Position    event.Position `json:"position"` // of the event that opened the task
	Cause       uuid.UUID      `json:"cause"`    // its id
	Correlation uuid.UUID      `json:"correlation"`

	// Idle says that there is nothing to do yet; a task that is still idle when
	// it is due is over.
	Idle bool `json:"idle,omitzero"`
}

// taskSpace is the name space of the ids of commands.
var taskSpace = uuid.MustParse("0b9f5d3e-8f6c-5c1b-9a53-0d7c1a1c7e55")

// CommandID is the id of the task's command: a version 5 UUID of the event that
// opened the task, its kind and part.
func (t *Task) CommandID() uuid.UUID {
	name := append(append(make([]byte, 0, 64), t.Cause[:]...), t.Part[:]...)
	return uuid.NewSHA1(taskSpace, append(name, t.Kind...))
}

// key tells tasks apart: of each there is at most one open.
type key struct {
	kind   Kind
	stream string
	part   uuid.UUID
}

func (t *Task) key() key { return key{t.Kind, t.Stream, t.Part} }

// contract is the stream of the contract whose open dispute keeps the task from
// being done, "" if none can.
func (t *Task) contract() string {
	switch t.Kind {
	case AutoRelease, LapseEscrowRefund:
		return t.Stream
	case PayWeek:
		if _, id, _, ok := event.ParseStream(t.Stream); ok {
			return event.ContractStream(id)
		}
	}
	return ""
}

// before is the order in which tasks are done: by due moment, then by the place
// in the log of the events that opened them. One event opens several tasks in
// the order of their kinds and parts.
func (t *Task) before(u *Task) bool {
	switch {
	case t.Due != u.Due:
		return t.Due < u.Due
	case t.Position != u.Position:
		return t.Position < u.Position
	case t.Kind != u.Kind:
		return t.Kind < u.Kind
	case t.Stream != u.Stream:
		return t.Stream < u.Stream
	}
	return t.Part.String() < u.Part.String()
}
