package event

import (
	"fmt"
	"io"
	"log/slog"
	"reflect"
)

// What goes to a log shows where an event stands and never a person's words. A
// Text hides itself; here is what holds the bytes of one.

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

// MarshalText shows what LogValue shows: JSON that others make is for logs too.
func (e Envelope) MarshalText() ([]byte, error) { return []byte(e.LogValue().String()), nil }

// MarshalText shows what LogValue shows.
func (r Record) MarshalText() ([]byte, error) { return []byte(r.LogValue().String()), nil }

// MarshalText shows what LogValue shows.
func (p Proposed) MarshalText() ([]byte, error) { return []byte(p.LogValue().String()), nil }

// fmt asks nobody how they look when a verb does not fit the pointer to them that
// is in a list: it shows what is there, text and all. So an event with text has a
// Format, beside its EventType, which calls this: with every verb it looks as the
// struct that it is.
func format(f fmt.State, verb rune, e Event) {
	_, _ = fmt.Fprintf(f, "&"+fmt.FormatString(f, verb), reflect.ValueOf(e).Elem().Interface())
}
