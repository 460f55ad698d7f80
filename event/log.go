package event

import (
	"fmt"
	"io"
	"log/slog"
	"reflect"
)

// What goes to a log shows where an event stands and never a person's words.
// The JSON handler of log/slog writes structs as encoding/json does, text and
// all, so whatever holds text has a LogValue of its own.

// LogValue shows which event it is and where it stands, not what it holds.
func (e Envelope) LogValue() slog.Value {
	name := ""
	if e.Event != nil {
		name = e.Event.EventType()
	}
	return place(name, e.Stream, e.Revision, e.Position)
}

// LogValue shows which event it is and where it stands, not what it holds.
func (r Record) LogValue() slog.Value {
	return place(r.Type, r.Stream, r.Revision, r.Position)
}

// LogValue shows which event it is, not what it holds.
func (p Proposed) LogValue() slog.Value {
	return slog.GroupValue(slog.String("type", shown(p.Type)), slog.String("id", p.ID.String()))
}

func place(name, stream string, revision uint64, position Position) slog.Value {
	return slog.GroupValue(slog.String("type", shown(name)), slog.String("stream", shown(stream)),
		slog.Uint64("revision", revision), slog.Uint64("position", uint64(position)))
}

// Format shows what LogValue shows, whatever the verb: fmt prints what is
// behind a pointer, text and all, when a verb does not fit.
func (e Envelope) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.LogValue().String()) }

// Format shows what LogValue shows, whatever the verb.
func (r Record) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.LogValue().String()) }

// Format shows what LogValue shows, whatever the verb.
func (p Proposed) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.LogValue().String()) }

// logged is an event as %+v shows it, which hides every Text.
func logged(e Event) slog.Value {
	return slog.StringValue(fmt.Sprintf("%s%+v", e.EventType(), reflect.Indirect(reflect.ValueOf(e))))
}

// LogValue hides the text.
func (e *ClientComplaintRecorded) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *ClientContacted) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *ClientFlagged) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *ProfileDescribed) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *InviteSent) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *InviteAccepted) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *InviteDeclined) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *InviteReported) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *ContractEnded) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *FeedbackSubmitted) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *DisputeOpened) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *SegmentLogged) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *ProposalSubmitted) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *ProposalWithdrawn) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *ProposalDeclined) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *InterviewHeld) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *InterviewCancelled) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *OfferMade) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *OfferDeclined) LogValue() slog.Value { return logged(e) }

// LogValue hides the text.
func (e *OfferWithdrawn) LogValue() slog.Value { return logged(e) }
