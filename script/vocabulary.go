package script

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// vocabulary is every command that a script may hold, by its name. It does not
// change once made.
type vocabulary map[string]*form

// form is what a command looks like in a script: its fields in their order.
type form struct {
	name   string // of the command
	typ    reflect.Type
	fields []field
}

type field struct {
	name     string
	kind     kind
	optional bool         // may be left out
	pointer  bool         // a pointer in the struct, to tell 0 from left out
	choice   bool         // a text out of a list
	typ      reflect.Type // without the pointer
	nested   *form        // of kindObject
}

// kind is how a field is written.
type kind uint8

const (
	kindText    kind = iota // any text
	kindInteger             // an int or int64: money, minutes, marks
	kindBool
	kindUUID
	kindTime
	kindWeek
	kindList   // a list of texts
	kindObject // fields of its own
)

// commands is the vocabulary of package aggregate.
var commands = sync.OnceValue(func() vocabulary {
	v, err := newVocabulary(aggregate.Commands())
	if err != nil {
		panic(err) // cannot happen: the tests read every command
	}
	return v
})

// envelope names the fields that every line has.
var envelope = [...]string{"id", "at", "cmd"}

func newVocabulary(commands []aggregate.Command) (vocabulary, error) {
	v := vocabulary{}
	for _, c := range commands {
		f, err := newForm(c.CommandName(), reflect.TypeOf(c))
		if err != nil {
			return nil, fmt.Errorf("script: %s: %w", c.CommandName(), err)
		}
		if len(f.fields) > maxMembers {
			return nil, fmt.Errorf("script: %s has more than %d fields", f.name, maxMembers)
		}
		for _, name := range envelope {
			if f.find(name) >= 0 {
				return nil, fmt.Errorf("script: %s: a field is named %s, as every line's own", f.name, name)
			}
		}
		if v[f.name] != nil {
			return nil, fmt.Errorf("script: two commands are named %s", f.name)
		}
		v[f.name] = f
	}
	return v, nil
}

func newForm(name string, t reflect.Type) (*form, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%v is no struct", t)
	}
	f := &form{name: name, typ: t}
	for i := range t.NumField() {
		sf := t.Field(i)
		name, option, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" || !sf.IsExported() || (option != "" && option != "omitzero") || f.find(name) >= 0 {
			return nil, fmt.Errorf("field %s needs a json name of its own and no option but omitzero", sf.Name)
		}
		fd := field{name: name, typ: sf.Type, optional: option != ""}
		if fd.typ.Kind() == reflect.Pointer {
			fd.pointer, fd.typ = true, fd.typ.Elem()
			if !fd.optional {
				return nil, fmt.Errorf("field %s may be nil, so it needs omitzero", sf.Name)
			}
		}
		if err := fd.classify(); err != nil {
			return nil, fmt.Errorf("field %s: %w", sf.Name, err)
		}
		f.fields = append(f.fields, fd)
	}
	return f, nil
}

func (f *field) classify() (err error) {
	switch f.typ {
	case reflect.TypeFor[uuid.UUID]():
		f.kind = kindUUID
		return nil
	case reflect.TypeFor[event.Time]():
		f.kind = kindTime
		return nil
	case reflect.TypeFor[event.Week]():
		f.kind = kindWeek
		return nil
	case reflect.TypeFor[[]string](), reflect.TypeFor[[]event.Text]():
		f.kind = kindList
		return nil
	}
	switch f.typ.Kind() {
	case reflect.String:
		// A string type with a name of its own stands for a list of values.
		f.kind = kindText
		f.choice = f.typ != reflect.TypeFor[event.Text]() && f.typ != reflect.TypeFor[string]()
	case reflect.Int, reflect.Int64:
		f.kind = kindInteger
	case reflect.Bool:
		f.kind = kindBool
	case reflect.Struct:
		f.kind = kindObject
		f.nested, err = newForm(f.name, f.typ)
	default:
		err = fmt.Errorf("a script cannot hold a %v", f.typ)
	}
	return err
}

// find is the index of the field of that name, -1 if there is none. Forms are
// short, and a loop beats a map there.
func (f *form) find(name string) int {
	for i := range f.fields {
		if f.fields[i].name == name {
			return i
		}
	}
	return -1
}
