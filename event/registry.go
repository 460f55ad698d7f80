package event

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Schema is one shape of an event type: its name and version, from 1.
type Schema struct {
	Type    string
	Version int
}

func (s Schema) String() string { return fmt.Sprintf("%s v%d", s.Type, s.Version) }

// Type declares today's shape of an event type.
type Type struct {
	Event   Event // a pointer to the zero struct
	Version int   // today's schema version, from 1
}

// Upcast turns an event of an old schema into one of a later schema, or of the
// type that replaced it. NewUpcast makes one.
type Upcast struct {
	From, To Schema

	old, next reflect.Type
	apply     func(old, next any) error
}

// NewUpcast declares the shape that an old schema had, a struct O of the kind
// that events are, and how N, the shape of schema to, is made of it. next is
// the zero N; neither pointer may be kept. The old shape is decoded as strictly
// and as fast as today's.
//
// A fold sees of personal text what a column of ColumnFields takes of today's shape, if
// the old one has it under the same name, so a Text of O may be empty and nothing but
// Text of N may depend on it: give a field that decides more the type string.
// The error of apply ends up in logs, so it may not quote the event.
func NewUpcast[O, N any](from, to Schema, apply func(old *O, next *N) error) Upcast {
	u := Upcast{From: from, To: to, old: reflect.TypeFor[O](), next: reflect.TypeFor[N]()}
	if apply != nil {
		u.apply = func(old, next any) error { return apply(old.(*O), next.(*N)) }
	}
	return u
}

// Shape is the struct that the old schema had, as NewUpcast was given it: for
// whoever describes every version that a log may hold.
func (u Upcast) Shape() reflect.Type { return u.old }

// maxDeclared bounds the versions that a registry holds: all are looked at.
const maxDeclared = 1000

// Registry is the list of event types that a log may hold. It is a value: two
// hosts in one process have their own. It is safe for concurrent use.
type Registry struct {
	types map[string]*entry
	old   map[Schema]*oldEntry
}

type entry struct {
	name    string
	version int
	shape   *shape
}

type oldEntry struct {
	Upcast
	shape *shape
}

// NewRegistry checks the declarations and returns their registry. It fails for
// a type declared twice, a field of a kind that the codec does not know, where
// an old version has no way to today's shape (a gap) or never ends (a cycle),
// and where an upcast makes another shape than that of the schema it leads to.
func NewRegistry(types []Type, upcasts []Upcast) (*Registry, error) {
	r := &Registry{types: map[string]*entry{}, old: map[Schema]*oldEntry{}}
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf("event: "+format, args...)) }
	for _, t := range types {
		typ := reflect.TypeOf(t.Event)
		if typ == nil || typ.Kind() != reflect.Pointer || typ.Elem().Kind() != reflect.Struct {
			fail("%v is not a pointer to a struct", typ)
			continue
		}
		name := reflect.New(typ.Elem()).Interface().(Event).EventType()
		sh, err := shapeOf(typ.Elem())
		switch {
		case r.types[name] != nil:
			fail("%s is declared twice", name)
		case t.Version < 1 || t.Version > maxDeclared:
			fail("%s has version %d; versions run from 1 to %d", name, t.Version, maxDeclared)
		case err != nil:
			fail("%s: %w", name, err)
		default:
			r.types[name] = &entry{name, t.Version, sh}
		}
	}
	for _, u := range upcasts {
		if err := r.declare(u); err != nil {
			errs = append(errs, err)
		}
	}
	for _, s := range r.oldSchemas() {
		if err := r.reaches(s); err != nil {
			errs = append(errs, err)
		}
	}
	for _, u := range upcasts {
		if sh := r.shapeOf(u.To); sh != nil && u.next != nil && u.next != sh.Type {
			fail("the upcast from %v makes %v, but %v is %v", u.From, u.next, u.To, sh.Type)
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return r, nil
}

// declare keeps the upcast even where it finds it wrong, so that whatever else is
// missing is told in the same run.
func (r *Registry) declare(u Upcast) error {
	if _, twice := r.old[u.From]; twice {
		return fmt.Errorf("event: two upcasts from %v", u.From)
	}
	if u.From.Version < 1 || u.From.Version > maxDeclared {
		return fmt.Errorf("event: an upcast from %v; versions run from 1 to %d", u.From, maxDeclared)
	}
	old := &oldEntry{Upcast: u}
	r.old[u.From] = old // so that it is missed nowhere, whatever is wrong with it
	if e := r.types[u.From.Type]; e != nil && u.From.Version >= e.version {
		return fmt.Errorf("event: an upcast from %v, which is not an old version", u.From)
	}
	if u.apply == nil {
		return fmt.Errorf("event: the upcast from %v does nothing", u.From)
	}
	if u.old.Kind() != reflect.Struct {
		return fmt.Errorf("event: the upcast from %v is of %v, not of a struct", u.From, u.old)
	}
	var err error
	if old.shape, err = shapeOf(u.old); err != nil {
		return fmt.Errorf("event: %v: %w", u.From, err)
	}
	return nil
}

// shapeOf is the shape of a schema, nil if it is not declared, or wrongly.
func (r *Registry) shapeOf(s Schema) *shape {
	if old := r.old[s]; old != nil {
		return old.shape
	}
	if e := r.types[s.Type]; e != nil && e.version == s.Version {
		return e.shape
	}
	return nil
}

// Schemas lists every schema that the registry can read, old and new.
func (r *Registry) Schemas() []Schema {
	all := r.oldSchemas()
	for name, e := range r.types {
		all = append(all, Schema{name, e.version})
	}
	slices.SortFunc(all, compareSchemas)
	return all
}

// oldSchemas lists every schema that must have an upcast.
func (r *Registry) oldSchemas() []Schema {
	old := map[Schema]bool{}
	for name, e := range r.types {
		for v := 1; v < e.version; v++ {
			old[Schema{name, v}] = true
		}
	}
	for from := range r.old {
		for v := 1; v <= from.Version; v++ {
			old[Schema{from.Type, v}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(old), compareSchemas)
}

func compareSchemas(a, b Schema) int {
	if a.Type != b.Type {
		if a.Type < b.Type {
			return -1
		}
		return 1
	}
	return a.Version - b.Version
}

// reaches follows the upcasts from an old schema to today's shape.
func (r *Registry) reaches(s Schema) error {
	seen := map[Schema]bool{}
	for at := s; ; {
		if e := r.types[at.Type]; e != nil && e.version == at.Version {
			return nil
		}
		if seen[at] {
			return fmt.Errorf("event: the upcasts from %v run in a circle at %v", s, at)
		}
		seen[at] = true
		u, ok := r.old[at]
		if !ok {
			return fmt.Errorf("event: a gap: no upcast leads on from %v (on the way from %v)", at, s)
		}
		at = u.To
	}
}
