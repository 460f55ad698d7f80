package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/jsonscan"
)

// Validate checks what the writes alone can tell, before any stream is looked
// at, so that every store refuses the same writes: ErrInvalidWrite for a
// malformed name, id, expectation or payload, ErrTooLarge for what is over a
// limit. The limits on events and bytes hold for all writes together.
func Validate(writes ...Write) error {
	events, bytes := 0, 0
	for i := range writes {
		w := &writes[i]
		if err := w.validate(); err != nil {
			return err
		}
		events += len(w.Events)
		for j := range w.Events {
			bytes += len(w.Events[j].Data) + len(w.Events[j].Metadata)
		}
		if events > MaxAppendEvents {
			return w.tooLarge("more than %d events", MaxAppendEvents)
		}
		if bytes > MaxAppendBytes {
			return w.tooLarge("more than %d bytes of data and metadata", MaxAppendBytes)
		}
	}
	for i := range writes {
		if err := writes[i].validatePayloads(); err != nil {
			return err
		}
	}
	return nil
}

func (w *Write) validate() error {
	if len(w.Stream) > MaxStreamName {
		return w.tooLarge("a stream's name has more than %d bytes", MaxStreamName)
	}
	if why := malformedName(w.Stream); why != "" {
		return ErrInvalidWrite.With(nil, "the stream's name %s", why)
	}
	if w.Stream[0] == '$' {
		return w.invalid("names that begin with $ are EventStoreDB's own")
	}
	if w.Expected < Any {
		return w.invalid("expected revision %d: use Any, NoStream or Exact", int64(w.Expected))
	}
	if len(w.Events) == 0 {
		return w.invalid("no events")
	}
	if len(w.Events) > MaxAppendEvents {
		return w.tooLarge("more than %d events", MaxAppendEvents)
	}
	var ids map[uuid.UUID]struct{} // of more events than one
	if len(w.Events) > 1 {
		ids = make(map[uuid.UUID]struct{}, len(w.Events))
	}
	for i := range w.Events {
		e := &w.Events[i]
		if e.ID == uuid.Nil {
			return w.invalid("event %d has no id", i)
		}
		if _, twice := ids[e.ID]; twice {
			return w.invalid("event %d repeats the id %s", i, e.ID)
		}
		if ids != nil {
			ids[e.ID] = struct{}{}
		}
		if len(e.Type) > MaxTypeName {
			return w.tooLarge("the type of event %d has more than %d bytes", i, MaxTypeName)
		}
		if why := malformedName(e.Type); why != "" {
			return w.invalid("the type of event %d %s", i, why)
		}
		if e.Type[0] == '$' {
			return w.invalid("the type of event %d begins with $, as EventStoreDB's own do", i)
		}
	}
	return nil
}

// validatePayloads comes last: it is the only check that reads every byte.
func (w *Write) validatePayloads() error {
	for i := range w.Events {
		if !jsonscan.IsObject(w.Events[i].Data) {
			return w.invalid("the data of event %d is not a JSON object in UTF-8", i)
		}
		if !jsonscan.IsObject(w.Events[i].Metadata) {
			return w.invalid("the metadata of event %d is not a JSON object in UTF-8", i)
		}
	}
	return nil
}

func (w *Write) invalid(format string, args ...any) error {
	return ErrInvalidWrite.In(w.Stream).With(nil, format, args...)
}

func (w *Write) tooLarge(format string, args ...any) error {
	return ErrTooLarge.In(w.Stream).With(nil, format, args...)
}

func malformedName(name string) string {
	if name == "" {
		return "is empty"
	}
	ascii := true
	for i := range len(name) {
		switch c := name[i]; {
		case c < ' ' || c == 0x7f:
			return "holds a control character"
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if ascii {
		return ""
	}
	if !utf8.ValidString(name) {
		return "is not UTF-8"
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return "holds a control character"
	}
	return ""
}
