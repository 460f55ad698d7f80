package event

import (
	"encoding/json"
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

// Upcast turns the stored fields of one schema into those of a later one, or
// of the type that replaced it. Apply changes the fields in place; its error
// ends up in logs, so it may not quote them.
type Upcast struct {
	From, To Schema
	Apply    func(fields map[string]json.RawMessage) error
}

// maxDeclared bounds the versions that a registry holds: all are looked at.
const maxDeclared = 1000

// Registry is the list of event types that a log may hold. It is a value: two
// hosts in one process have their own. It is safe for concurrent use.
type Registry struct {
	types   map[string]*entry
	upcasts map[Schema]Upcast
}

type entry struct {
	version int
	shape   *shape
}

// NewRegistry checks the declarations and returns their registry. It fails for
// a type declared twice, a field of a kind that the codec does not know, and
// where an old version has no way to today's shape (a gap) or never ends (a
// cycle).
func NewRegistry(types []Type, upcasts []Upcast) (*Registry, error) {
	r := &Registry{types: map[string]*entry{}, upcasts: map[Schema]Upcast{}}
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
			r.types[name] = &entry{t.Version, sh}
		}
	}
	for _, u := range upcasts {
		if _, twice := r.upcasts[u.From]; twice {
			fail("two upcasts from %v", u.From)
		}
		if u.Apply == nil {
			fail("the upcast from %v does nothing", u.From)
		}
		if u.From.Version < 1 || u.From.Version > maxDeclared {
			fail("an upcast from %v; versions run from 1 to %d", u.From, maxDeclared)
			continue
		}
		if e := r.types[u.From.Type]; e != nil && u.From.Version >= e.version {
			fail("an upcast from %v, which is not an old version", u.From)
		}
		r.upcasts[u.From] = u
	}
	for _, s := range r.oldSchemas() {
		if err := r.reaches(s); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return r, nil
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
	for from := range r.upcasts {
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
		u, ok := r.upcasts[at]
		if !ok {
			return fmt.Errorf("event: a gap: no upcast leads on from %v (on the way from %v)", at, s)
		}
		at = u.To
	}
}

// upcast brings stored fields from schema s to today's shape of its type.
func (r *Registry) upcast(s Schema, data []byte) (Schema, []byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		return s, nil, errors.New("the data is not a JSON object")
	}
	for {
		u, ok := r.upcasts[s]
		if !ok {
			break
		}
		if err := u.Apply(fields); err != nil {
			return s, nil, fmt.Errorf("upcast from %v to %v: %w", u.From, u.To, err)
		}
		s = u.To
	}
	data, err := json.Marshal(fields)
	return s, data, err
}
