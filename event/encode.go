package event

import (
	"fmt"
	"reflect"

	"github.com/google/uuid"
)

// Encode makes an event ready for a store, in today's schema of its type. The
// bytes are those of encoding/json without HTML escapes: fields in the order of
// the struct, no white space. It fails for a type that the registry does not
// hold and for text that is not UTF-8.
func (r *Registry) Encode(id uuid.UUID, m Meta, e Event) (Proposed, error) {
	if e == nil {
		return Proposed{}, fmt.Errorf("%w: no event", ErrNotEncodable)
	}
	t := r.types[e.EventType()]
	if t == nil {
		return Proposed{}, fmt.Errorf("%w: %s: %w", ErrNotEncodable, e.EventType(), ErrUnknownType)
	}
	v := reflect.ValueOf(e)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Type().Elem() != t.shape.Type {
		return Proposed{}, fmt.Errorf("%w: %T is not what the registry holds as %s", ErrNotEncodable, e, e.EventType())
	}
	// Metadata and data share their memory: one allocation for most events.
	b, err := appendMeta(make([]byte, 0, 576), t.version, m)
	if err != nil {
		return Proposed{}, fmt.Errorf("%w: %s: %w", ErrNotEncodable, e.EventType(), err)
	}
	n := len(b)
	if b, err = t.shape.Append(b, v.Elem()); err != nil {
		return Proposed{}, fmt.Errorf("%w: %s: %w", ErrNotEncodable, e.EventType(), err)
	}
	return Proposed{ID: id, Type: e.EventType(), Data: b[n:], Metadata: b[:n:n]}, nil
}
