package event_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

func keep(_, _ *sampled) error { return nil }

func schema(name string, version int) event.Schema { return event.Schema{Type: name, Version: version} }

// Declarations that the codec could not keep.
type (
	withoutName struct{ A string }
	emptyOption struct {
		A string `json:"a,omitempty"`
	}
	unexported struct{ a string }
	withFloat  struct {
		A float64 `json:"a"`
	}
	withSkipped struct {
		A string `json:"-"`
	}
	requiredNil struct {
		A *int `json:"a"`
	}
	insideFloat struct {
		In withFloat `json:"in"`
	}
	notAStruct string
)

func (*withoutName) EventType() string { return "E" }
func (*emptyOption) EventType() string { return "E" }
func (*unexported) EventType() string  { return "E" }
func (*withFloat) EventType() string   { return "E" }
func (*withSkipped) EventType() string { return "E" }
func (*requiredNil) EventType() string { return "E" }
func (*insideFloat) EventType() string { return "E" }
func (*notAStruct) EventType() string  { return "E" }

func TestNewRegistryRefuses(t *testing.T) {
	one := func(e event.Event) []event.Type { return []event.Type{{Event: e, Version: 1}} }
	at := func(version int) []event.Type { return []event.Type{{Event: &sampled{}, Version: version}} }
	up := func(from, to event.Schema) event.Upcast { return event.NewUpcast(from, to, keep) }
	s := func(version int) event.Schema { return schema("Sampled", version) }
	for name, c := range map[string]struct {
		types   []event.Type
		upcasts []event.Upcast
		says    string
	}{
		"a type twice":                   {append(at(1), at(1)...), nil, "Sampled is declared twice"},
		"a name twice":                   {append(at(1), one(&sampledRenamed{})...), nil, "Sampled is declared twice"},
		"version 0":                      {at(0), nil, "Sampled has version 0"},
		"a negative version":             {at(-1), nil, "Sampled has version -1"},
		"an absurd version":              {at(1 << 40), nil, "Sampled has version 1099511627776"},
		"no event":                       {one(nil), nil, "not a pointer to a struct"},
		"an event that is no pointer":    {one(inviteExpiredByValue{}), nil, "not a pointer to a struct"},
		"an event that is no struct":     {one(new(notAStruct)), nil, "not a pointer to a struct"},
		"a field without a name":         {one(&withoutName{}), nil, "field A needs a json name"},
		"omitempty":                      {one(&emptyOption{}), nil, "no option but omitzero"},
		"an unexported field":            {one(&unexported{"x"}), nil, "field a needs a json name"},
		"a float":                        {one(&withFloat{}), nil, "field A is of type float64"},
		"a float inside":                 {one(&insideFloat{}), nil, "In.field A is of type float64"},
		"a skipped field":                {one(&withSkipped{}), nil, "field A needs a name of its own"},
		"a pointer that must be there":   {one(&requiredNil{}), nil, "field A may be absent"},
		"an old version without upcast":  {at(2), nil, "a gap: no upcast leads on from Sampled v1"},
		"a gap at the start":             {at(3), []event.Upcast{up(s(2), s(3))}, "a gap: no upcast leads on from Sampled v1"},
		"a gap in the middle":            {at(4), []event.Upcast{up(s(1), s(2)), up(s(3), s(4))}, "no upcast leads on from Sampled v2"},
		"a gap at the end":               {at(3), []event.Upcast{up(s(1), s(2))}, "no upcast leads on from Sampled v2"},
		"a way to an unknown type":       {at(1), []event.Upcast{up(schema("Old", 1), schema("Gone", 1))}, "no upcast leads on from Gone v1"},
		"a way to a version to come":     {at(1), []event.Upcast{up(schema("Old", 1), s(2))}, "no upcast leads on from Sampled v2"},
		"a gap before a renamed version": {at(1), []event.Upcast{up(schema("Old", 2), s(1))}, "no upcast leads on from Old v1"},
		"a cycle of one":                 {at(2), []event.Upcast{up(s(1), s(1))}, "in a circle"},
		"a cycle of two":                 {at(3), []event.Upcast{up(s(1), s(2)), up(s(2), s(1))}, "in a circle"},
		"a cycle of names":               {at(1), []event.Upcast{up(schema("A", 1), schema("B", 1)), up(schema("B", 1), schema("A", 1))}, "in a circle"},
		"an upcast from today's version": {at(1), []event.Upcast{up(s(1), schema("Old", 1))}, "not an old version"},
		"an upcast from the future":      {at(1), []event.Upcast{up(s(2), s(1))}, "not an old version"},
		"an upcast from version 0":       {at(1), []event.Upcast{up(s(0), s(1))}, "versions run from 1"},
		"an upcast from an absurd one":   {at(1), []event.Upcast{up(schema("Old", 1<<40), s(1))}, "versions run from 1"},
		"two upcasts from one schema":    {at(2), []event.Upcast{up(s(1), s(2)), up(s(1), s(2))}, "two upcasts from Sampled v1"},
		"an upcast that does nothing":    {at(2), []event.Upcast{{From: s(1), To: s(2)}}, "does nothing"},
		"an upcast without a function":   {at(2), []event.Upcast{event.NewUpcast[sampled, sampled](s(1), s(2), nil)}, "does nothing"},
		"an old shape that is no struct": {at(2), []event.Upcast{event.NewUpcast(s(1), s(2), func(_ *int, _ *sampled) error { return nil })}, "from Sampled v1 is of int"},
		"an old shape with a float":      {at(2), []event.Upcast{event.NewUpcast(s(1), s(2), func(_ *withFloat, _ *sampled) error { return nil })}, "Sampled v1: field A is of type float64"},
		"an upcast to another shape":     {at(2), []event.Upcast{event.NewUpcast(s(1), s(2), func(_ *sampled, _ *sampledRenamed) error { return nil })}, "makes event_test.sampledRenamed, but Sampled v2 is event_test.sampled"},
		"an upcast to another old shape": {at(3), []event.Upcast{up(s(1), s(2)), event.NewUpcast(s(2), s(3), func(_ *sampledRenamed, _ *sampled) error { return nil })}, "makes event_test.sampled, but Sampled v2 is event_test.sampledRenamed"},
	} {
		t.Run(name, func(t *testing.T) {
			reg, err := event.NewRegistry(c.types, c.upcasts)
			require.ErrorContains(t, err, c.says)
			require.Nil(t, reg)
		})
	}
	_, err := event.NewRegistry(append(at(0), one(&withFloat{})...), nil)
	require.ErrorContains(t, err, "version 0")
	require.ErrorContains(t, err, "float64", "all defects are told at once")
}

func TestMarketplaceRegistry(t *testing.T) {
	require.NotPanics(t, func() { event.Marketplace() })
	schemas := event.Marketplace().Schemas()
	require.Len(t, schemas, len(event.Types())+len(event.Upcasts()))
	for i := 1; i < len(schemas); i++ {
		require.Less(t, schemas[i-1].Type+strconv.Itoa(schemas[i-1].Version), schemas[i].Type+strconv.Itoa(schemas[i].Version))
	}
}

func record(name, version, data string) *event.Record {
	meta := `{"occurredAt":"2016-01-05T10:00:00Z","schemaVersion":"` + version + `","actor":"timer","commandId":"` +
		sampleID(1).String() + `","$correlationId":"` + sampleID(2).String() + `","$causationId":"` + sampleID(3).String() + `"}`
	return &event.Record{Proposed: event.Proposed{Type: name, Data: []byte(data), Metadata: []byte(meta)}, Position: 9}
}

type (
	notedV1 struct {
		No   string `json:"no"`
		Note string `json:"note,omitzero"`
	}
	notedV2 struct {
		Note   string `json:"note,omitzero"`
		Number string `json:"number"`
	}
	sampledV1 struct {
		ID     uuid.UUID `json:"id"`
		Number string    `json:"number"`
		Note   string    `json:"note,omitzero"`
	}
)

// From "Noted" v1 by way of v2 and a new name to "Sampled" v2.
func TestUpcastChain(t *testing.T) {
	secret := errors.New("the amount has cents")
	reg, err := event.NewRegistry([]event.Type{{Event: &sampled{}, Version: 2}}, []event.Upcast{
		event.NewUpcast(schema("Noted", 1), schema("Noted", 2), func(old *notedV1, next *notedV2) error {
			next.Number, next.Note = old.No, old.Note
			return nil
		}),
		event.NewUpcast(schema("Noted", 2), schema("Sampled", 1), func(old *notedV2, next *sampledV1) error {
			next.ID, next.Number, next.Note = sampleID(7), old.Number, old.Note
			return nil
		}),
		event.NewUpcast(schema("Sampled", 1), schema("Sampled", 2), func(old *sampledV1, next *sampled) (err error) {
			next.ID, next.Note = old.ID, old.Note
			if next.N, err = strconv.ParseInt(old.Number, 10, 64); err != nil {
				return secret
			}
			return nil
		}),
	})
	require.NoError(t, err)
	require.Equal(t, []event.Schema{schema("Noted", 1), schema("Noted", 2), schema("Sampled", 1), schema("Sampled", 2)}, reg.Schemas())

	want := &sampled{ID: sampleID(7), N: 12, Note: "a <b> & ü\u2028"}
	note := `"a <b> & ü\u2028"`
	d := reg.NewDecoder()
	for _, rec := range []*event.Record{
		record("Noted", "1", `{"no":"12","note":`+note+`}`),
		record("Noted", "2", `{"note":`+note+`,"number":"12"}`),
		record("Sampled", "1", `{ "id" : "`+sampleID(7).String()+`", "number" : "12", "note":`+note+`}`),
		record("Sampled", "2", `{"id":"`+sampleID(7).String()+`","n":12,"note":`+note+`}`),
	} {
		env, err := d.Decode(rec)
		require.NoError(t, err)
		require.Equal(t, want, env.Event)
		require.Equal(t, "Sampled", env.Event.EventType())
		meta := string(rec.Metadata)
		require.Contains(t, meta, `"schemaVersion":"`+strconv.Itoa(env.Version)+`"`, "the version is the stored one")
	}

	for name, c := range map[string]struct {
		rec  *event.Record
		want []error
	}{
		"the upcast fails":            {record("Noted", "1", `{"no":"12.50"}`), []error{event.ErrMalformed, secret}},
		"a field is not there":        {record("Noted", "1", `{}`), []error{event.ErrMalformed}},
		"more than the upcasts know":  {record("Noted", "2", `{"number":"12","SECRET":1}`), []error{event.ErrMalformed}},
		"no object":                   {record("Noted", "1", `["SECRET"]`), []error{event.ErrMalformed}},
		"null":                        {record("Noted", "1", `null`), []error{event.ErrMalformed}},
		"not UTF-8":                   {record("Noted", "1", "{\"no\":\"12\",\"note\":\"SECRET\xff\"}"), []error{event.ErrMalformed}},
		"a field of another type":     {record("Noted", "1", `{"no":12}`), []error{event.ErrMalformed}},
		"today's fields":              {record("Sampled", "1", `{"id":"`+sampleID(7).String()+`","n":12}`), []error{event.ErrMalformed}},
		"a version to come":           {record("Sampled", "3", `{}`), []error{event.ErrNewerVersion}},
		"an old name's later version": {record("Noted", "3", `{}`), []error{event.ErrUnknownType}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.Decode(c.rec)
			var de *event.DecodeError
			require.ErrorAs(t, err, &de)
			require.Equal(t, event.Position(9), de.Position)
			for _, want := range c.want {
				require.ErrorIs(t, err, want)
			}
			require.NotContains(t, err.Error(), "SECRET")
		})
	}
}

// Two hosts in one process do not disturb each other.
func TestRegistriesAreValues(t *testing.T) {
	old, err := event.NewRegistry([]event.Type{{Event: &sampled{}, Version: 1}}, nil)
	require.NoError(t, err)
	renamed, err := event.NewRegistry([]event.Type{{Event: &sampledRenamed{}, Version: 1}}, nil)
	require.NoError(t, err)

	p, err := old.Encode(sampleID(1), sampleMeta(true), &sampled{N: 1})
	require.NoError(t, err)
	_, err = renamed.Decode(&event.Record{Proposed: p})
	require.ErrorIs(t, err, event.ErrMalformed)
	_, err = event.Marketplace().Decode(&event.Record{Proposed: p})
	require.ErrorIs(t, err, event.ErrUnknownType)
	_, err = renamed.Encode(sampleID(1), sampleMeta(true), &sampled{N: 1})
	require.ErrorIs(t, err, event.ErrNotEncodable)
	env, err := old.Decode(&event.Record{Proposed: p})
	require.NoError(t, err)
	require.Equal(t, &sampled{N: 1}, env.Event)
}

// A registry serves many goroutines (run with -race).
func TestRegistryIsSafeForConcurrentUse(t *testing.T) {
	reg := event.Marketplace()
	done := make(chan error)
	for range 8 {
		go func() {
			for _, typ := range event.Types() {
				p, err := reg.Encode(sampleID(1), sampleMeta(true), sample(typ.Event, true))
				if err == nil {
					_, err = reg.Decode(&event.Record{Proposed: p})
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
}
