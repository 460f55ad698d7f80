package event

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

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
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Type().Elem() != t.shape.typ {
		return Proposed{}, fmt.Errorf("%w: %T is not what the registry holds as %s", ErrNotEncodable, e, e.EventType())
	}
	// Metadata and data share their memory: one allocation for most events.
	b, err := appendMeta(make([]byte, 0, 512), t.version, m)
	if err != nil {
		return Proposed{}, fmt.Errorf("%w: %s: %w", ErrNotEncodable, e.EventType(), err)
	}
	n := len(b)
	if b, err = t.shape.append(b, v.Elem()); err != nil {
		return Proposed{}, fmt.Errorf("%w: %s: %w", ErrNotEncodable, e.EventType(), err)
	}
	return Proposed{ID: id, Type: e.EventType(), Data: b[n:], Metadata: b[:n:n]}, nil
}

func (s *shape) append(b []byte, v reflect.Value) ([]byte, error) {
	b = append(b, '{')
	start := len(b)
	for i := range s.fields {
		f := &s.fields[i]
		fv := v.Field(f.index)
		if f.optional && fv.IsZero() {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, f.key...)
		var err error
		if b, err = f.append(b, fv); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return append(b, '}'), nil
}

func (f *field) append(b []byte, v reflect.Value) ([]byte, error) {
	switch f.kind {
	case kindString, kindText:
		return appendString(b, v.String())
	case kindInt, kindInt64:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case kindIntPtr:
		return strconv.AppendInt(b, v.Elem().Int(), 10), nil
	case kindBool:
		return strconv.AppendBool(b, v.Bool()), nil
	case kindUUID:
		return append(appendUUID(append(b, '"'), *v.Addr().Interface().(*uuid.UUID)), '"'), nil
	case kindTime:
		t := *v.Addr().Interface().(*Time)
		if t < Earliest || t > Latest {
			return nil, fmt.Errorf("moment %d is outside the years 0001 to 9999", int64(t))
		}
		return append(t.append(append(b, '"')), '"'), nil
	case kindWeek:
		text, err := v.Addr().Interface().(*Week).MarshalText()
		return append(append(append(b, '"'), text...), '"'), err
	case kindStrings, kindTexts:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendString(b, v.Index(i).String()); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	default: // kindStruct
		return f.nested.append(b, v)
	}
}

func appendUUID(b []byte, u uuid.UUID) []byte {
	b = append(hex.AppendEncode(b, u[:4]), '-')
	b = append(hex.AppendEncode(b, u[4:6]), '-')
	b = append(hex.AppendEncode(b, u[6:8]), '-')
	b = append(hex.AppendEncode(b, u[8:10]), '-')
	return hex.AppendEncode(b, u[10:])
}

func appendString(b []byte, s string) ([]byte, error) {
	plain, ascii := true, true
	for i := range len(s) {
		c := s[i]
		if c < 0x20 || c == '"' || c == '\\' {
			plain = false
		}
		if c >= utf8.RuneSelf {
			ascii = false
		}
	}
	if !ascii {
		if !utf8.ValidString(s) {
			return nil, errors.New("text is not UTF-8")
		}
		// JavaScript takes these two for ends of lines: encoding/json escapes them.
		plain = plain && !strings.ContainsAny(s, "\u2028\u2029")
	}
	if plain {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"'), nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	return append(b, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...), nil
}
