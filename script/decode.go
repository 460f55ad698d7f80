package script

import (
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
	"github.com/marketcore/marketplace/internal/jsonscan"
)

// target is a struct to decode into: a command's, or one inside it.
type target struct {
	name  string // of the command, or of the field
	form  *jsonform.Form
	into  reflect.Value
	slots []slot
}

// slot is a field of a target.
type slot struct {
	*jsonform.Field
	value  reflect.Value
	ptr    any  // to the field, as a pointer to the basic type of its kind
	choice bool // a word out of a list
	nested *target
	item   *slot // of a list: where each item is decoded before it is copied there
	given  bool
}

func (p *parser) target(command string) *target {
	t := p.targets[command]
	if t == nil {
		f := p.commands[command]
		if f == nil {
			return nil
		}
		t = newTarget(f.name, f.Form, reflect.New(f.Type).Elem())
		p.targets[command] = t
	}
	return t
}

func newTarget(name string, f *jsonform.Form, v reflect.Value) *target {
	t := &target{name: name, form: f, into: v, slots: make([]slot, len(f.Fields))}
	for i := range f.Fields {
		t.slots[i] = newSlot(&f.Fields[i], v.Field(i))
	}
	return t
}

func newSlot(f *jsonform.Field, v reflect.Value) slot {
	s := slot{Field: f, value: v}
	s.choice = s.Kind == jsonform.String && s.Type != reflect.TypeFor[string]()
	switch {
	case s.Pointer: // points to memory of its own each time
	case s.Nested != nil:
		s.nested = newTarget(s.Name, s.Nested, s.value)
	case s.Elem != nil:
		item := newSlot(s.Elem, reflect.New(s.Elem.Type).Elem())
		s.item = &item
	default:
		s.ptr = s.Basic(s.value)
	}
	return s
}

// fill decodes members into a target. It says what is wrong with them, "" if
// nothing is; it quotes nothing of them.
func (p *parser) fill(t *target, members []member) (wrong string) {
	t.into.SetZero()
	for i := range t.slots {
		t.slots[i].given = false
	}
	next := 0 // most lines have the fields in the order of the struct
	for _, m := range members {
		i := next
		if i == len(t.slots) || t.slots[i].Name != string(m.name) {
			if i = t.form.Find(string(m.name)); i < 0 {
				return fmt.Sprintf("a field that %s does not have (byte %d)", t.name, m.at+1)
			}
		}
		next = i + 1
		s := &t.slots[i]
		if s.given {
			return s.Name + " is given twice"
		}
		s.given = true
		if m.value.Kind == jsonscan.Null {
			if !s.Optional {
				return s.Name + " is null"
			}
			continue
		}
		if wrong := p.set(s, m.value); wrong != "" {
			return wrong
		}
	}
	for i := range t.slots {
		if s := &t.slots[i]; !s.given && !s.Optional {
			return s.Name + " is missing"
		}
	}
	return ""
}

// set decodes a value that is not null into a slot.
func (p *parser) set(s *slot, v jsonscan.Value) (wrong string) {
	if s.nested != nil {
		return p.object(s.nested, v)
	}
	if s.item != nil {
		return p.items(s, v)
	}
	ptr := s.ptr
	if s.Pointer {
		fresh := reflect.New(s.Type)
		s.value.Set(fresh)
		ptr = s.Basic(fresh.Elem())
	}
	if wrong := p.decode(s, ptr, v); wrong != "" {
		return s.Name + " " + wrong
	}
	return ""
}

// decode decodes a value by its field's kind; ptr is the field's basic pointer.
func (p *parser) decode(s *slot, ptr any, v jsonscan.Value) (wrong string) {
	text, isText := v.Chars()
	isText = isText && v.Kind == jsonscan.String
	switch s.Kind {
	case jsonform.Text:
		if !isText {
			return "is no text"
		}
		*ptr.(*event.Text) = event.Text(text)
	case jsonform.String:
		switch {
		case !isText:
			return "is no text"
		case s.choice && len(text) == 0:
			// An optional one would pass for left out.
			return "is empty"
		case s.choice:
			*ptr.(*string) = p.words.Of(text)
		default:
			*ptr.(*string) = string(text)
		}
	case jsonform.Int, jsonform.Int64:
		n, ok := integer(v)
		if !ok {
			return "is no integer of 64 bits, without fraction or exponent"
		}
		switch ptr := ptr.(type) {
		case *int64:
			*ptr = n
		case *int:
			if *ptr = int(n); int64(*ptr) != n {
				return "is too large"
			}
		}
	case jsonform.Bool:
		if v.Kind != jsonscan.Bool {
			return "is neither true nor false"
		}
		*ptr.(*bool) = v.Raw[0] == 't'
	case jsonform.UUID:
		id, ok := parseUUID(v)
		if !ok || id == uuid.Nil { // which names nothing, and would pass for left out
			return "is no UUID"
		}
		*ptr.(*uuid.UUID) = id
	case jsonform.Time:
		if !isText || ptr.(*event.Time).UnmarshalText(text) != nil {
			return "is no time of the form YYYY-MM-DDTHH:MM:SSZ"
		}
	case jsonform.Week:
		if !isText || ptr.(*event.Week).UnmarshalText(text) != nil {
			return "is no week that exists, of the form YYYY-Www"
		}
	case jsonform.Strings, jsonform.Texts:
		return list(ptr, v)
	}
	return ""
}

func list(ptr any, v jsonscan.Value) (wrong string) {
	var ok bool
	switch ptr := ptr.(type) {
	case *[]string:
		*ptr, ok = texts[string](v)
	case *[]event.Text:
		*ptr, ok = texts[event.Text](v)
	}
	if !ok {
		return "is no list of texts"
	}
	return ""
}

// items decodes a list of ids, words or objects, in memory of its own; one without
// items is not nil.
func (p *parser) items(s *slot, v jsonscan.Value) (wrong string) {
	if v.Kind != jsonscan.Array {
		return s.Name + " is no list"
	}
	scan := v.Inside()
	scan.Open('[')
	s.value.Set(reflect.MakeSlice(s.Type, 0, 0))
	for first := true; ; first = false {
		if more, _ := scan.More(first, ']'); !more {
			return ""
		}
		item, _ := scan.Value(0)
		if item.Kind == jsonscan.Null {
			wrong = s.Name + " is null"
		} else {
			wrong = p.set(s.item, item)
		}
		if wrong != "" {
			return fmt.Sprintf("item %d of %s", s.value.Len()+1, wrong)
		}
		s.value.Set(reflect.Append(s.value, s.item.value))
	}
}

// object decodes an object inside a command, such as the scores of a feedback.
func (p *parser) object(t *target, v jsonscan.Value) (wrong string) {
	if v.Kind != jsonscan.Object {
		return t.name + " is no object"
	}
	s := v.Inside()
	s.Open('{')
	members := make([]member, 0, len(t.slots))
	for first := true; ; first = false {
		if more, _ := s.More(first, '}'); !more {
			break
		}
		if len(members) > len(t.slots) {
			return t.name + " has too many fields"
		}
		m, _ := readMember(&s, 0)
		members = append(members, m)
	}
	if wrong := p.fill(t, members); wrong != "" {
		return t.name + ": " + wrong
	}
	return ""
}

// texts decodes a list of texts; one without items is not nil.
func texts[T ~string](v jsonscan.Value) (list []T, ok bool) {
	if v.Kind != jsonscan.Array {
		return nil, false
	}
	s := v.Inside()
	s.Open('[')
	list = []T{}
	for first := true; ; first = false {
		if more, _ := s.More(first, ']'); !more {
			return list, true
		}
		item, _ := s.Value(0)
		text, ok := item.Chars()
		if !ok || item.Kind != jsonscan.String {
			return nil, false
		}
		list = append(list, T(text))
	}
}

// integer reads a JSON number that is spelled as an integer of 64 bits.
func integer(v jsonscan.Value) (n int64, ok bool) {
	if v.Kind != jsonscan.Number {
		return 0, false
	}
	digits, negative := v.Raw, false
	if digits[0] == '-' {
		digits, negative = digits[1:], true
	}
	if len(digits) > 19 {
		return 0, false
	}
	var u uint64 // 19 digits fit
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		u = u*10 + uint64(c-'0')
	}
	if negative {
		return -int64(u), u <= 1<<63
	}
	return int64(u), u < 1<<63
}

// parseUUID reads the one spelling of a UUID.
func parseUUID(v jsonscan.Value) (id uuid.UUID, ok bool) {
	text, ok := v.Chars()
	if !ok || v.Kind != jsonscan.String {
		return uuid.Nil, false
	}
	return jsonform.ParseUUID(text)
}
