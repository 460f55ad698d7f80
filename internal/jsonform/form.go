// Package jsonform is how structs of events and of commands stand in JSON: which
// fields they have, how a value of each kind is spelled, and what no such struct
// may have. Package event reads and writes the log by it, package script scripts.
package jsonform

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Form is the ordered list of a struct's fields.
type Form struct {
	Type   reflect.Type
	Fields []Field
}

// Field is one of them. Fields stand in the order of the struct.
type Field struct {
	Name     string // in JSON
	Key      string // `"name":`
	Kind     Kind
	Type     reflect.Type // without the pointer
	Pointer  bool         // to tell 0 from left out
	Optional bool         // left out when zero
	Nested   *Form        // of Struct
	Elem     *Field       // of List: an item, under the list's name

	index int  // in the struct
	blank bool // left out when it points to false or to an empty text, too
	empty bool // a list of texts that is written only where it is empty
}

// Kind is how a field is spelled.
type Kind uint8

// The kinds.
const (
	String  Kind = iota // any string but Text; one of a type of its own is a word out of a list
	Text                // what a person wrote
	Int                 // an int
	Int64               // an int64: money, seconds, minutes
	Bool                //
	UUID                // 8-4-4-4-12 hexadecimal digits
	Time                // YYYY-MM-DDTHH:MM:SSZ
	Week                // YYYY-Www
	Strings             // a list of strings
	Texts               // a list of texts
	List                // a list of ids, of words or of structs
	Struct              // fields of its own
)

// Kinds are the kinds of types that stand for more than what they are made of.
type Kinds map[reflect.Type]Kind

// KindsOf are the kinds of the types of package event, which this one is below.
func KindsOf[M, W any, T ~string]() Kinds {
	return Kinds{
		reflect.TypeFor[uuid.UUID](): UUID,
		reflect.TypeFor[M]():         Time,
		reflect.TypeFor[W]():         Week,
		reflect.TypeFor[T]():         Text,
		reflect.TypeFor[[]string]():  Strings,
		reflect.TypeFor[[]T]():       Texts,
	}
}

// of is the kind of a type.
func (k Kinds) of(t reflect.Type) (kind Kind, ok bool) {
	if kind, ok = k[t]; ok {
		return kind, true
	}
	switch t.Kind() {
	case reflect.String:
		return String, true
	case reflect.Int:
		return Int, true
	case reflect.Int64:
		return Int64, true
	case reflect.Bool:
		return Bool, true
	case reflect.Struct:
		return Struct, true
	case reflect.Slice:
		return List, k.listed(t.Elem())
	}
	return 0, false
}

// listed reports whether a List may have items of a type.
func (k Kinds) listed(t reflect.Type) bool {
	switch kind, _ := k.of(t); kind {
	case UUID, Struct:
		return true
	case String:
		return t.Kind() == reflect.String && t != reflect.TypeFor[string]()
	}
	return false
}

// Form is the form of a struct. It fails for a field without a JSON name of its
// own, with another option than omitzero, or of a type without a kind, and for a
// list of what holds such a list itself.
func (k Kinds) Form(t reflect.Type) (*Form, error) { return k.form(t, false) }

func (k Kinds) form(t reflect.Type, item bool) (*Form, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%v is no struct", t)
	}
	f := &Form{Type: t}
	for i := range t.NumField() {
		sf := t.Field(i)
		fd, err := k.field(&sf)
		fd.index = i
		if err == nil && f.Find(fd.Name) >= 0 {
			err = errName
		}
		if err != nil {
			return nil, fmt.Errorf("field %s %w", sf.Name, err)
		}
		switch {
		case fd.Kind == List && item:
			return nil, fmt.Errorf("field %s is of type %v, a list inside a list", sf.Name, sf.Type)
		case fd.Kind == List && fd.Elem.Kind == Struct:
			fd.Elem.Nested, err = k.form(fd.Elem.Type, true)
		case fd.Kind == Struct:
			fd.Nested, err = k.form(fd.Type, item)
		}
		if err != nil {
			return nil, fmt.Errorf("%s.%w", sf.Name, err)
		}
		f.Fields = append(f.Fields, fd)
	}
	return f, nil
}

var errName = fmt.Errorf("needs a name of its own, of letters, digits and _")

func (k Kinds) field(sf *reflect.StructField) (Field, error) {
	name, option, _ := strings.Cut(sf.Tag.Get("json"), ",")
	if name == "" || !sf.IsExported() || (option != "" && option != "omitzero") {
		return Field{}, fmt.Errorf("needs a json name and no option but omitzero")
	}
	if !plainName(name) {
		return Field{}, errName
	}
	f := Field{Name: name, Key: `"` + name + `":`, Type: sf.Type, Optional: option != ""}
	if f.Type.Kind() == reflect.Pointer {
		f.Pointer, f.Type = true, f.Type.Elem()
		if !f.Optional {
			return f, fmt.Errorf("may be absent, so it needs omitzero")
		}
	}
	var known bool
	if f.Kind, known = k.of(f.Type); !known || f.Pointer && f.Kind >= Strings {
		return f, fmt.Errorf("is of type %v, which has no form", sf.Type)
	}
	if f.Kind == List {
		f.Elem = &Field{Name: name, Type: f.Type.Elem()}
		f.Elem.Kind, _ = k.of(f.Elem.Type)
	}
	return f, nil
}

// plainName keeps names free of what JSON would escape or skip.
func plainName(name string) bool {
	for _, c := range []byte(name) {
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// Find is the index of the field of that name, -1 if there is none. Forms are
// short, and a loop beats a map there.
func (f *Form) Find(name string) int {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return i
		}
	}
	return -1
}

// Said is the form by which two structs are compared: they say the same where what is
// optional is false, or an empty text, in one and left out of the other. It is only to
// append by.
func (f *Form) Said() *Form {
	said := &Form{Type: f.Type}
	for _, fd := range f.Fields {
		fd.blank = fd.Pointer && (fd.Kind == Bool || fd.Kind == String || fd.Kind == Text)
		said.Fields = append(said.Fields, fd.with((*Form).Said))
	}
	return said
}

// WithoutText is the form without what people wrote: of a list of texts that may be
// left out it says whether it is there and empty. It is only to append by: its fields
// do not stand where those of the struct do.
func (f *Form) WithoutText() *Form {
	lean := &Form{Type: f.Type}
	for _, fd := range f.Fields {
		switch fd.Kind {
		case Text:
			continue
		case Texts:
			if !fd.Optional {
				continue
			}
			fd.empty = true
		}
		lean.Fields = append(lean.Fields, fd.with((*Form).WithoutText))
	}
	return lean
}

// with is the field with another form of the structs in it.
func (f Field) with(form func(*Form) *Form) Field {
	switch {
	case f.Kind == Struct:
		f.Nested = form(f.Nested)
	case f.Kind == List && f.Elem.Kind == Struct:
		item := *f.Elem
		item.Nested = form(item.Nested)
		f.Elem = &item
	}
	return f
}

// TextNames are the names under which Texts may collect.
func (f *Form) TextNames() (names []string) {
	for i := range f.Fields {
		switch fd := &f.Fields[i]; {
		case fd.Kind == Text || fd.Kind == Texts:
			names = append(names, fd.Name)
		case fd.Kind == Struct:
			names = append(names, fd.Nested.TextNames()...)
		case fd.Kind == List && fd.Elem.Kind == Struct && len(fd.Elem.Nested.TextNames()) > 0:
			names = append(names, fd.Name)
		}
	}
	return names
}

// Texts collects what people wrote in a struct, by the names of the fields, and what
// stands in a list of structs by the list's; what is empty is left out.
func (f *Form) Texts(v reflect.Value, into map[string][]string) {
	for i := range f.Fields {
		fd := &f.Fields[i]
		fv := reflect.Indirect(v.Field(fd.index))
		switch {
		case !fv.IsValid() || fv.IsZero():
		case fd.Kind == Struct:
			fd.Nested.Texts(fv, into)
		default:
			if texts, any := fd.texts(nil, fv); any {
				into[fd.Name] = append(into[fd.Name], texts...)
			}
		}
	}
}

// texts appends what people wrote in a value, and reports whether there is any. In a
// list every item has its place, also one that is empty.
func (f *Field) texts(into []string, v reflect.Value) (_ []string, any bool) {
	add := func(f *Field, v reflect.Value) {
		more, some := f.texts(into, v)
		into, any = more, any || some
	}
	switch {
	case f.Kind == Text:
		return append(into, v.String()), v.Len() > 0
	case f.Kind == Texts:
		for k := range v.Len() {
			into = append(into, v.Index(k).String())
		}
		return into, v.Len() > 0
	case f.Kind == List && f.Elem.Kind == Struct:
		for k := range v.Len() {
			add(f.Elem, v.Index(k))
		}
	case f.Kind == Struct:
		for i := range f.Nested.Fields {
			fd := &f.Nested.Fields[i]
			fv := v.Field(fd.index)
			if fd.Pointer && fv.IsNil() {
				fv = reflect.Zero(fd.Type)
			}
			if fv = reflect.Indirect(fv); fd.Kind == Texts { // of any number
				into = append(into, strconv.Itoa(fv.Len()))
			}
			add(fd, fv)
		}
	}
	return into, any
}

// Basic is a pointer to v, a value without pointer, as the type that its kind is
// read into: a *Money is an *int64, a *Side a *string.
func (f *Field) Basic(v reflect.Value) any {
	ptr := v.Addr()
	switch f.Kind {
	case String:
		ptr = ptr.Convert(reflect.TypeFor[*string]())
	case Int:
		ptr = ptr.Convert(reflect.TypeFor[*int]())
	case Int64:
		ptr = ptr.Convert(reflect.TypeFor[*int64]())
	case Bool:
		ptr = ptr.Convert(reflect.TypeFor[*bool]())
	}
	return ptr.Interface()
}
