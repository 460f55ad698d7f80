package event

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// Decode turns a stored record into today's shape of its event, in memory of
// its own. Every failure is a *DecodeError that names the position.
func (r *Registry) Decode(rec *Record) (Envelope, error) {
	d := Decoder{registry: r}
	return d.Decode(rec)
}

// A Decoder decodes one record after the other into the same memory: an
// envelope's Event is valid only until the next event of its type is decoded,
// or fails to be. It is for one goroutine.
//
// Events are stored with their fields in a fixed order, so the decoder predicts
// where each field stands and only looks whether it does. Where it does not (a
// payload that another program wrote) it takes the slow, general way.
type Decoder struct {
	registry *Registry
	forFold  bool
	targets  map[string]*target // of today's shapes
	old      map[Schema]*target
	words    jsonform.Words
}

// NewDecoder makes a decoder that reads all of an event, personal text as well.
func (r *Registry) NewDecoder() *Decoder {
	return &Decoder{registry: r, targets: map[string]*target{}, old: map[Schema]*target{}, words: jsonform.Words{}}
}

// NewFoldDecoder makes a decoder that leaves out what no record keeps: personal text
// stays empty, but for that in a column of ColumnFields, and of Meta only OccurredAt
// is read. What it leaves out it does not check either.
func (r *Registry) NewFoldDecoder() *Decoder {
	d := r.NewDecoder()
	d.forFold = true
	return d
}

// target is a struct to decode into, with pointers to its fields.
type target struct {
	schema Schema
	shape  *shape
	ptr    any // to the struct
	event  Event
	value  reflect.Value
	slots  []slot

	// Of an old schema, instead of event:
	upcast func(old, next any) error
	next   *target
}

func newTarget(s Schema, sh *shape) *target {
	v := reflect.New(sh.Type)
	return &target{schema: s, shape: sh, ptr: v.Interface(), value: v.Elem(), slots: bind(sh, v.Elem())}
}

// keep marks the texts of the type that a fold keeps.
func (t *target) keep() {
	for _, f := range inColumns(t.schema.Type, t.shape, new(ColumnBlock).Columns()) {
		t.slots[f.field].keep()
	}
}

func (s *slot) keep() {
	s.kept = true
	for i := range s.nested {
		s.nested[i].keep()
	}
}

// keepAs marks the texts of an old shape that today's keeps under the same name.
func (t *target) keepAs(today *target) {
	for i := range t.slots {
		if at := today.shape.Find(t.slots[i].Name); at >= 0 {
			if today.slots[at].kept {
				t.slots[i].keep()
			}
		}
	}
}

// slot is a field of a target.
type slot struct {
	*field
	ptr    any // *string, *int, *int64, *uuid.UUID, …: one type for each kind
	value  reflect.Value
	nested []slot // of a Struct its fields, of a List one item, on its way into the list or out of it
	kept   bool   // a text that a fold keeps, or a list of what holds such
}

func bind(s *shape, v reflect.Value) []slot {
	slots := make([]slot, len(s.Fields))
	for i := range s.Fields {
		slots[i] = bindField(&s.Fields[i], v.Field(i))
	}
	return slots
}

func bindField(f *field, v reflect.Value) slot {
	s := slot{field: f, value: v}
	if f.Pointer {
		s.ptr = v.Addr().Interface()
	} else {
		s.ptr = f.Basic(v)
	}
	switch f.Kind {
	case jsonform.Struct:
		s.nested = bind(f.Nested, v)
	case jsonform.List:
		s.nested = []slot{bindField(f.Elem, reflect.New(f.Elem.Type).Elem())}
	}
	return s
}

// target is that of a type's shape of today, nil if there is no such type.
func (d *Decoder) target(name string) *target {
	if t := d.targets[name]; t != nil {
		return t
	}
	e := d.registry.types[name]
	if e == nil {
		return nil
	}
	t := newTarget(Schema{name, e.version}, e.shape)
	t.event = t.ptr.(Event)
	if d.forFold {
		t.keep()
	}
	if d.targets != nil {
		d.targets[name] = t
	}
	return t
}

// targetOf is what a record of a schema is decoded into.
func (d *Decoder) targetOf(s Schema) (*target, error) {
	t := d.target(s.Type)
	if t != nil && t.schema.Version == s.Version {
		return t, nil
	}
	if old := d.oldTarget(s); old != nil {
		return old, nil
	}
	if t == nil {
		return nil, ErrUnknownType
	}
	return nil, fmt.Errorf("%w: version %d, known is %d", ErrNewerVersion, s.Version, t.schema.Version)
}

// oldTarget is the target of an old schema, nil if there is no such schema.
func (d *Decoder) oldTarget(s Schema) *target {
	if t := d.old[s]; t != nil {
		return t
	}
	old := d.registry.old[s]
	if old == nil {
		return nil
	}
	t := newTarget(s, old.shape)
	t.upcast = old.apply
	if t.next = d.oldTarget(old.To); t.next == nil {
		t.next = d.target(old.To.Type)
	}
	today := t.next
	for today.upcast != nil {
		today = today.next
	}
	t.keepAs(today)
	if d.old != nil {
		d.old[s] = t
	}
	return t
}

// Decode turns a stored record into today's shape of its event. Every failure
// is a *DecodeError that names the position.
func (d *Decoder) Decode(rec *Record) (Envelope, error) {
	env := Envelope{ID: rec.ID, Stream: rec.Stream, Revision: rec.Revision, Position: rec.Position, RecordedAt: rec.RecordedAt}
	if err := d.decode(rec, &env); err != nil {
		return Envelope{}, undecodable(rec, err)
	}
	return env, nil
}

// DecodeMeta reads only a record's metadata: when, by whom and why it happened.
func (d *Decoder) DecodeMeta(rec *Record) (Meta, error) {
	var env Envelope
	if err := d.meta(rec.Metadata, &env); err != nil {
		return Meta{}, undecodable(rec, err)
	}
	return env.Meta, nil
}

func undecodable(rec *Record, err error) error {
	return &DecodeError{Type: shown(rec.Type), Stream: shown(rec.Stream), Revision: rec.Revision, Position: rec.Position, Err: err}
}

// shown bounds what of a foreign record's name gets into an error, and keeps
// it on one line.
func shown(name string) string {
	unprintable := func(r rune) bool { return r == utf8.RuneError || !strconv.IsPrint(r) }
	if len(name) > 100 || strings.ContainsFunc(name, unprintable) {
		return strconv.QuoteToASCII(name[:min(len(name), 100)])
	}
	return name
}

func (d *Decoder) decode(rec *Record, env *Envelope) error {
	if err := d.meta(rec.Metadata, env); err != nil {
		return err
	}
	t, err := d.targetOf(Schema{rec.Type, env.Version})
	if err != nil {
		return err
	}
	if end, ok := d.fields(t.slots, rec.Data, 0); !ok || end != len(rec.Data) {
		if err := strictInto(t.shape, rec.Data, t.value); err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		if d.forFold {
			clearText(t.slots)
		}
	}
	if t.upcast != nil {
		if t, err = d.upcast(t); err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	env.Event = t.event
	return nil
}

// upcast goes from what was decoded into an old schema's target to today's.
func (d *Decoder) upcast(t *target) (*target, error) {
	for t.upcast != nil {
		t.next.value.SetZero()
		if err := t.upcast(t.ptr, t.next.ptr); err != nil {
			return nil, fmt.Errorf("upcast from %v to %v: %w", t.schema, t.next.schema, err)
		}
		t = t.next
	}
	if d.forFold {
		clearText(t.slots)
	}
	if s := unwritable(t.slots); s != nil {
		return nil, fmt.Errorf("upcast to %v: %s has a value that cannot be stored", t.schema, s.Name)
	}
	return t, nil
}

// unwritable is a field with a value that would not be written, nil if there is
// none: what is decoded is as sure as if it had been stored.
func unwritable(slots []slot) *slot {
	for i := range slots {
		s, ok := &slots[i], true
		switch p := s.ptr.(type) {
		case *Time:
			ok = *p >= Earliest && *p <= Latest
		case *Week:
			ok = p.exists() || s.Optional && *p == Week{}
		case *string:
			ok = utf8.ValidString(*p)
		case *Text:
			ok = utf8.ValidString(string(*p))
		case *[]string:
			ok = !slices.ContainsFunc(*p, func(text string) bool { return !utf8.ValidString(text) })
		case *[]Text:
			ok = !slices.ContainsFunc(*p, func(text Text) bool { return !utf8.ValidString(string(text)) })
		default:
			inner := (*slot)(nil)
			if s.Kind == jsonform.List {
				inner = s.unwritableItem()
			} else {
				inner = unwritable(s.nested)
			}
			if inner != nil {
				return inner
			}
		}
		if !ok {
			return s
		}
	}
	return nil
}

func clearText(slots []slot) {
	for i := range slots {
		switch s := &slots[i]; s.Kind {
		case jsonform.Text, jsonform.Texts:
			if !s.kept {
				s.value.SetZero()
			}
		case jsonform.List:
			if !s.kept {
				s.clearItems()
			}
		default:
			clearText(s.nested)
		}
	}
}
