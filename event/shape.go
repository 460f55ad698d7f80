package event

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"
)

// A shape is the ordered list of an event struct's fields. The codec reads and
// writes by it, so that there is one codec for all events and none to generate.
type shape struct {
	typ    reflect.Type
	fields []field
}

type field struct {
	name     string // as stored
	key      string // `"name":`
	index    int
	kind     kind
	optional bool   // left out when zero
	nested   *shape // of kindStruct
}

// kind is how a field is stored.
type kind uint8

const (
	kindString  kind = iota // any string but Text
	kindText                // personal text
	kindInt                 // an int
	kindInt64               // an int64: money, seconds, minutes
	kindBool                //
	kindUUID                //
	kindTime                // YYYY-MM-DDTHH:MM:SSZ
	kindWeek                // YYYY-Www
	kindIntPtr              // an integer that may be absent
	kindStrings             // a list of strings
	kindTexts               // a list of personal texts
	kindStruct              // a struct of such fields
)

var (
	typeUUID    = reflect.TypeFor[uuid.UUID]()
	typeTime    = reflect.TypeFor[Time]()
	typeWeek    = reflect.TypeFor[Week]()
	typeText    = reflect.TypeFor[Text]()
	typeIntPtr  = reflect.TypeFor[*int]()
	typeStrings = reflect.TypeFor[[]string]()
	typeTexts   = reflect.TypeFor[[]Text]()
)

func kindOf(t reflect.Type) (kind, bool) {
	switch t {
	case typeUUID:
		return kindUUID, true
	case typeTime:
		return kindTime, true
	case typeWeek:
		return kindWeek, true
	case typeText:
		return kindText, true
	case typeIntPtr:
		return kindIntPtr, true
	case typeStrings:
		return kindStrings, true
	case typeTexts:
		return kindTexts, true
	}
	switch t.Kind() {
	case reflect.String:
		return kindString, true
	case reflect.Int:
		return kindInt, true
	case reflect.Int64:
		return kindInt64, true
	case reflect.Bool:
		return kindBool, true
	case reflect.Struct:
		return kindStruct, true
	}
	return 0, false
}

func shapeOf(t reflect.Type) (*shape, error) {
	s := &shape{typ: t}
	names := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || !f.IsExported() || (option != "" && option != "omitzero") {
			return nil, fmt.Errorf("field %s needs a json name and no option but omitzero", f.Name)
		}
		if !plainName(name) || names[name] {
			return nil, fmt.Errorf("field %s needs a name of its own, of letters, digits and _", f.Name)
		}
		names[name] = true
		k, ok := kindOf(f.Type)
		if !ok {
			return nil, fmt.Errorf("field %s is of type %v, which the codec does not know", f.Name, f.Type)
		}
		fd := field{name: name, key: `"` + name + `":`, index: i, kind: k, optional: option != ""}
		if k == kindIntPtr && !fd.optional {
			return nil, fmt.Errorf("field %s may be absent, so it needs omitzero", f.Name)
		}
		if k == kindStruct {
			var err error
			if fd.nested, err = shapeOf(f.Type); err != nil {
				return nil, fmt.Errorf("%s.%w", f.Name, err)
			}
		}
		s.fields = append(s.fields, fd)
	}
	return s, nil
}

// plainName keeps JSON names free of what encoding/json would escape or skip.
func plainName(name string) bool {
	for _, c := range []byte(name) {
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
