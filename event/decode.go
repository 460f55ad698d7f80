package event

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
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
	targets  map[string]*target
	strings  map[string]string // values seen before, so that enums cost nothing
}

// NewDecoder makes a decoder of whole events.
func (r *Registry) NewDecoder() *Decoder {
	return &Decoder{registry: r, targets: map[string]*target{}, strings: map[string]string{}}
}

// NewFoldDecoder makes a decoder that leaves out what no statistic depends on:
// personal text stays empty, and of Meta only OccurredAt is read. What it
// leaves out it does not check either.
func (r *Registry) NewFoldDecoder() *Decoder {
	d := r.NewDecoder()
	d.forFold = true
	return d
}

// target is an event struct to decode into, with pointers to its fields.
type target struct {
	schema Schema
	shape  *shape
	event  Event
	value  reflect.Value
	slots  []slot
}

// slot is a field of a target.
type slot struct {
	*field
	ptr    any // *string, *int, *int64, *uuid.UUID, …: one type for each kind
	value  reflect.Value
	nested []slot
}

func bind(s *shape, v reflect.Value) []slot {
	slots := make([]slot, len(s.fields))
	for i := range s.fields {
		f := &s.fields[i]
		ptr := v.Field(f.index).Addr()
		switch f.kind { // a *Money is an *int64 here, a *Side a *string
		case kindString:
			ptr = ptr.Convert(reflect.TypeFor[*string]())
		case kindInt:
			ptr = ptr.Convert(reflect.TypeFor[*int]())
		case kindInt64:
			ptr = ptr.Convert(reflect.TypeFor[*int64]())
		case kindBool:
			ptr = ptr.Convert(reflect.TypeFor[*bool]())
		}
		slots[i] = slot{field: f, ptr: ptr.Interface(), value: v.Field(f.index)}
		if f.kind == kindStruct {
			slots[i].nested = bind(f.nested, v.Field(f.index))
		}
	}
	return slots
}

func (d *Decoder) target(name string) *target {
	if t := d.targets[name]; t != nil {
		return t
	}
	e := d.registry.types[name]
	if e == nil {
		return nil
	}
	v := reflect.New(e.shape.typ)
	t := &target{
		schema: Schema{name, e.version}, shape: e.shape,
		event: v.Interface().(Event), value: v.Elem(), slots: bind(e.shape, v.Elem()),
	}
	if d.targets != nil {
		d.targets[name] = t
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
	t := d.target(rec.Type)
	schema, data := Schema{rec.Type, env.Version}, rec.Data
	if t == nil || schema != t.schema {
		if _, old := d.registry.upcasts[schema]; !old {
			if t == nil {
				return ErrUnknownType
			}
			return fmt.Errorf("%w: version %d, known is %d", ErrNewerVersion, schema.Version, t.schema.Version)
		}
		var err error
		if schema, data, err = d.registry.upcast(schema, data); err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		t = d.target(schema.Type)
	}
	if end, ok := d.fields(t.slots, data, 0); !ok || end != len(data) {
		if err := t.shape.strictInto(data, t.value); err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		if d.forFold {
			clearText(t.slots)
		}
	}
	env.Event = t.event
	return nil
}

func clearText(slots []slot) {
	for i := range slots {
		if s := &slots[i]; s.kind == kindText || s.kind == kindTexts {
			s.value.SetZero()
		} else {
			clearText(s.nested)
		}
	}
}

const maxInterned = 4096

// intern gives the string of b, the same one for the same bytes.
func (d *Decoder) intern(b []byte) string {
	if s, ok := d.strings[string(b)]; ok {
		return s
	}
	s := string(b)
	if d.strings != nil && len(b) <= 64 && len(d.strings) < maxInterned {
		d.strings[s] = s
	}
	return s
}
