package event

import (
	"encoding/json"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// strictInto decodes any valid JSON of the shape into v, whatever its order
// and spacing. Names are exact, every field that must be there is, no other is.
func strictInto(s *shape, data []byte, v reflect.Value) error {
	var fields map[string]json.RawMessage
	// encoding/json would replace what is not UTF-8 without a word.
	if !utf8.Valid(data) || json.Unmarshal(data, &fields) != nil || fields == nil {
		return fmt.Errorf("%w: not a JSON object", errOtherShape)
	}
	v.SetZero()
	found := 0
	for i := range s.Fields {
		f := &s.Fields[i]
		raw, ok := fields[f.Name]
		if ok {
			found++
		}
		if !ok || string(raw) == "null" {
			if !f.Optional {
				return fmt.Errorf("%w: %s", errOtherShape, f.Name)
			}
			continue
		}
		if err := strictField(f, raw, v.Field(i)); err != nil {
			return err
		}
	}
	if found != len(fields) {
		return fmt.Errorf("%w: a field that the type does not have", errOtherShape)
	}
	return nil
}

// strictField decodes a field, or an item of a list, that is not null.
func strictField(f *field, raw []byte, v reflect.Value) error {
	switch f.Kind {
	case jsonform.Struct:
		return strictInto(f.Nested, raw, v)
	case jsonform.List:
		return strictItems(f, raw, v)
	}
	if !strictValue(f, raw, v) {
		return fmt.Errorf("%w: %s", errOtherShape, f.Name)
	}
	return nil
}

// strictValue decodes a value that is not null and has none inside it. The cases are those where
// encoding/json takes more than is ever written.
func strictValue(f *field, raw []byte, v reflect.Value) bool {
	switch f.Kind {
	case jsonform.UUID: // it would take braces, urn: and 32 digits
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return false
		}
		id, ok := jsonform.ParseUUID(text)
		*v.Addr().Interface().(*uuid.UUID) = id
		return ok
	case jsonform.Strings:
		return strictList(raw, v.Addr().Interface().(*[]string))
	case jsonform.Texts:
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
