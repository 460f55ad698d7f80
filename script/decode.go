package script

import (
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonscan"
)

// target is a struct to decode into: a command's, or one inside it.
type target struct {
	form  *form
	into  reflect.Value
	slots []slot
}

// slot is a field of a target.
type slot struct {
	*field
	value  reflect.Value
	ptr    any // to the field, as a pointer to the basic type of its kind
	nested *target
	given  bool
}

func (p *parser) target(command string) *target {
	t := p.targets[command]
	if t == nil {
		f := p.commands[command]
		if f == nil {
			return nil
		}
		t = newTarget(f, reflect.New(f.typ).Elem())
		p.targets[command] = t
	}
	return t
}

func newTarget(f *form, v reflect.Value) *target {
	t := &target{form: f, into: v, slots: make([]slot, len(f.fields))}
	for i := range f.fields {
		s := &t.slots[i]
		s.field, s.value = &f.fields[i], v.Field(i)
		switch {
		case s.pointer: // points to memory of its own each time
		case s.kind == kindObject:
			s.nested = newTarget(s.field.nested, s.value)
		default:
			s.ptr = s.basic(s.value)
		}
	}
	return t
}

// basic is a pointer to v as the type that its kind is decoded into.
func (f *field) basic(v reflect.Value) any {
	ptr := v.Addr()
	switch {
	case f.kind == kindText:
		ptr = ptr.Convert(reflect.TypeFor[*string]())
	case f.kind == kindBool:
		ptr = ptr.Convert(reflect.TypeFor[*bool]())
	case f.kind == kindInteger && v.Kind() == reflect.Int:
		ptr = ptr.Convert(reflect.TypeFor[*int]())
	case f.kind == kindInteger:
		ptr = ptr.Convert(reflect.TypeFor[*int64]())
	}
	return ptr.Interface()
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
		if i == len(t.slots) || t.slots[i].name != string(m.name) {
			if i = t.form.find(string(m.name)); i < 0 {
				return fmt.Sprintf("a field that %s does not have (byte %d)", t.form.name, m.at+1)
			}
		}
		next = i + 1
		s := &t.slots[i]
		if s.given {
			return s.name + " is given twice"
		}
		s.given = true
		if m.value.Kind == jsonscan.Null {
			if !s.optional {
				return s.name + " is null"
			}
			continue
		}
		if wrong := p.set(s, m.value); wrong != "" {
			return wrong
		}
	}
	for i := range t.slots {
		if s := &t.slots[i]; !s.given && !s.optional {
			return s.name + " is missing"
		}
	}
	return ""
}

// set decodes a value that is not null into a slot.
func (p *parser) set(s *slot, v jsonscan.Value) (wrong string) {
	if s.nested != nil {
		return p.object(s.nested, v)
	}
	ptr := s.ptr
	if s.pointer {
		fresh := reflect.New(s.typ)
		s.value.Set(fresh)
		ptr = s.basic(fresh.Elem())
	}
	if wrong := p.decode(s.field, ptr, v); wrong != "" {
		return s.name + " " + wrong
	}
	return ""
}

// decode decodes a value by its field's kind; ptr is the field's basic pointer.
func (p *parser) decode(f *field, ptr any, v jsonscan.Value) (wrong string) {
	text, isText := v.Chars()
	isText = isText && v.Kind == jsonscan.String
	switch f.kind {
	case kindText:
		switch {
		case !isText:
			return "is no text"
		case f.choice && len(text) == 0:
			// An optional one would pass for left out.
			return "is empty"
		case f.choice:
			*ptr.(*string) = p.word(text)
		default:
			*ptr.(*string) = string(text)
		}
	case kindInteger:
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
	case kindBool:
		if v.Kind != jsonscan.Bool {
			return "is neither true nor false"
		}
		*ptr.(*bool) = v.Raw[0] == 't'
	case kindUUID:
		id, ok := parseUUID(v)
		if !ok || id == uuid.Nil { // which names nothing, and would pass for left out
			return "is no UUID"
		}
		*ptr.(*uuid.UUID) = id
	case kindTime:
		if !isText || ptr.(*event.Time).UnmarshalText(text) != nil {
			return "is no time of the form YYYY-MM-DDTHH:MM:SSZ"
		}
	case kindWeek:
		if !isText || ptr.(*event.Week).UnmarshalText(text) != nil {
			return "is no week that exists, of the form YYYY-Www"
		}
	case kindList:
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

// object decodes an object inside a command, such as the scores of a feedback.
func (p *parser) object(t *target, v jsonscan.Value) (wrong string) {
	if v.Kind != jsonscan.Object {
		return t.form.name + " is no object"
	}
	s := v.Inside()
	s.Open('{')
	members := make([]member, 0, len(t.slots))
	for first := true; ; first = false {
		if more, _ := s.More(first, '}'); !more {
			break
		}
		if len(members) > len(t.slots) {
			return t.form.name + " has too many fields"
		}
		m, _ := readMember(&s, 0)
		members = append(members, m)
	}
	if wrong := p.fill(t, members); wrong != "" {
		return t.form.name + ": " + wrong
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

// parseUUID reads 8-4-4-4-12 hexadecimal digits, in small letters or capitals.
func parseUUID(v jsonscan.Value) (id uuid.UUID, ok bool) {
	text, ok := v.Chars()
	if !ok || v.Kind != jsonscan.String || len(text) != 36 { // it would take other forms
		return uuid.Nil, false
	}
	id, err := uuid.ParseBytes(text)
	return id, err == nil
}
