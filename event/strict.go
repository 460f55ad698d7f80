package event

import (
	"encoding/json"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/google/uuid"
)

// strictInto decodes any valid JSON of the shape into v, whatever its order
// and spacing. Names are exact, every field that must be there is, no other is.
func (s *shape) strictInto(data []byte, v reflect.Value) error {
	var fields map[string]json.RawMessage
	// encoding/json would replace what is not UTF-8 without a word.
	if !utf8.Valid(data) || json.Unmarshal(data, &fields) != nil || fields == nil {
		return fmt.Errorf("%w: not a JSON object", errOtherShape)
	}
	v.SetZero()
	found := 0
	for i := range s.fields {
		f := &s.fields[i]
		raw, ok := fields[f.name]
		if ok {
			found++
		}
		if !ok || string(raw) == "null" {
			if !f.optional {
				return fmt.Errorf("%w: %s", errOtherShape, f.name)
			}
			continue
		}
		if f.kind == kindStruct {
			if err := f.nested.strictInto(raw, v.Field(f.index)); err != nil {
				return err
			}
		} else if !f.strictInto(raw, v.Field(f.index)) {
			return fmt.Errorf("%w: %s", errOtherShape, f.name)
		}
	}
	if found != len(fields) {
		return fmt.Errorf("%w: a field that the type does not have", errOtherShape)
	}
	return nil
}

// strictInto decodes a value that is not null. The cases are those where
// encoding/json takes more than is ever written.
func (f *field) strictInto(raw []byte, v reflect.Value) bool {
	switch f.kind {
	case kindUUID: // it would take braces, urn: and 32 digits
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return false
		}
		id, ok := parseUUID([]byte(text))
		*v.Addr().Interface().(*uuid.UUID) = id
		return ok
	case kindStrings:
		return strictList(raw, v.Addr().Interface().(*[]string))
	case kindTexts:
		return strictList(raw, v.Addr().Interface().(*[]Text))
	default:
		return json.Unmarshal(raw, v.Addr().Interface()) == nil
	}
}

// strictList decodes a list, in which encoding/json would take null for "".
func strictList[T ~string](raw []byte, into *[]T) bool {
	var items []*T
	if json.Unmarshal(raw, &items) != nil {
		return false
	}
	*into = make([]T, len(items))
	for i, item := range items {
		if item == nil {
			return false
		}
		(*into)[i] = *item
	}
	return true
}
