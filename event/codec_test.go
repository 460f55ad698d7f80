package event_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

// drawn is an event, in today's shape or an old one, and its version.
type drawn struct {
	event.Event
	version int
}

// events draws an event of any of the types with any content that can be stored.
func events(types []event.Type) *rapid.Generator[drawn] {
	return rapid.Custom(func(t *rapid.T) drawn {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		v := reflect.New(reflect.TypeOf(typ.Event).Elem())
		draw(t, v.Elem())
		return drawn{v.Interface().(event.Event), typ.Version}
	})
}

func ids() *rapid.Generator[uuid.UUID] {
	return rapid.Custom(func(t *rapid.T) uuid.UUID {
		return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	})
}

// numbers draws small ones, and those at which integers change their length.
func numbers() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-10, 10_000),
		rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, 999_999_999_999_999_999, 1_000_000_000_000_000_000, -999_999_999_999_999_999}))
}

func draw(t *rapid.T, v reflect.Value) {
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if strings.HasSuffix(v.Type().Field(i).Tag.Get("json"), ",omitzero") && rapid.Bool().Draw(t, name+" absent") {
			continue
		}
		drawField(t, v.Field(i), name)
	}
}

func drawField(t *rapid.T, f reflect.Value, name string) {
	switch p := f.Addr().Interface().(type) {
	case *uuid.UUID:
		*p = ids().Draw(t, name)
		return
	case *event.Time:
		*p = moments().Draw(t, name)
		return
	case *event.Week:
		*p = event.WeekOf(moments().Draw(t, name))
		return
	}
	switch f.Kind() {
	case reflect.Int, reflect.Int64:
		f.SetInt(numbers().Draw(t, name))
	case reflect.Bool:
		f.SetBool(rapid.Bool().Draw(t, name))
	case reflect.Struct:
		draw(t, f)
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		drawField(t, f.Elem(), name)
	case reflect.Slice: // never nil, which would be read as without items
		n := rapid.IntRange(0, 4).Draw(t, name+" items")
		f.Set(reflect.MakeSlice(f.Type(), n, n))
		for i := range n {
			drawField(t, f.Index(i), name)
		}
	default:
		f.SetString(rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z_]{0,9}`)).Draw(t, name))
	}
}

func metas() *rapid.Generator[event.Meta] {
	return rapid.Custom(func(t *rapid.T) event.Meta {
		return event.Meta{
			OccurredAt:    moments().Draw(t, "at"),
			Actor:         rapid.SampledFrom([]event.Actor{event.ActorClient, event.ActorFreelancer, event.ActorPlatform, event.ActorTimer}).Draw(t, "actor"),
			CommandID:     ids().Draw(t, "command"),
			CorrelationID: ids().Draw(t, "correlation"),
			CausationID:   ids().Draw(t, "causation"),
			CommandDigest: rapid.SampledFrom([][16]byte{{}, {15: 1}, [16]byte(ids().Draw(t, "digest"))}).Draw(t, "with a digest"),
		}
	})
}

// keptTexts are the fields with personal text that records keep, by type.
var keptTexts = map[string][]string{
	"JobPosted":        {"Title", "Description", "Skills", "Questions"},
	"JobEdited":        {"Title", "Description", "Skills", "Questions"},
	"QuestionAsked":    {"Text"},
	"QuestionAnswered": {"Text"},

	"ProfileDescribed":  {"Introduction", "Skills", "Title", "Portfolio"},
	"FeedbackSubmitted": {"Comment"},
	"FeedbackRevised":   {"Comment"},
	"FeedbackResponded": {"Comment"},
}

// fold is the event as a fold decoder shows it: without the personal text that no
// record keeps.
func fold(e event.Event) event.Event {
	v := reflect.New(reflect.TypeOf(e).Elem())
	v.Elem().Set(reflect.ValueOf(e).Elem())
	withoutText(v.Elem())
	for _, name := range keptTexts[e.EventType()] {
		v.Elem().FieldByName(name).Set(reflect.ValueOf(e).Elem().FieldByName(name))
	}
	return v.Interface().(event.Event)
}

func withoutText(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Type() == reflect.TypeFor[event.Text](), f.Type() == reflect.TypeFor[[]event.Text]():
			f.SetZero()
		case f.Kind() == reflect.Struct:
			withoutText(f)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct && !f.IsNil():
			lean := reflect.MakeSlice(f.Type(), f.Len(), f.Len())
			reflect.Copy(lean, f) // the event keeps its own
			for k := range lean.Len() {
				withoutText(lean.Index(k))
			}
			f.Set(lean)
		}
	}
}

// shuffle spells the same JSON object in another way: the keys in another
// order, white space, escapes, a null here and there for what is absent.
func shuffle(t *rapid.T, data []byte, typ reflect.Type) []byte {
	var object map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &object))
	nested := map[string]reflect.Type{}
	for i := range typ.NumField() {
		name, option, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		nested[name] = typ.Field(i).Type
		if _, there := object[name]; !there && option != "" && rapid.Bool().Draw(t, "null") {
			object[name] = json.RawMessage("null")
		}
	}
	keys := rapid.Permutation(slices.Sorted(maps.Keys(object))).Draw(t, "order")
	spaces := rapid.SampledFrom([]string{"", " ", "\n\t", "\r\n  "})
	out := []byte(spaces.Draw(t, "space") + "{")
	for i, key := range keys {
		if i > 0 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "%s%q%s:%s", spaces.Draw(t, "space"), key, spaces.Draw(t, "space"), spaces.Draw(t, "space"))
		switch value := object[key]; {
		case value[0] == '{' && nested[key] != nil:
			out = append(out, shuffle(t, value, nested[key])...)
		case bytes.HasPrefix(value, []byte("[{")):
			var items []json.RawMessage
			var shuffled [][]byte
			require.NoError(t, json.Unmarshal(value, &items))
			for _, item := range items {
				shuffled = append(shuffled, shuffle(t, item, nested[key].Elem()))
			}
			out = append(out, spaces.Draw(t, "space")+"["...)
			out = append(append(out, bytes.Join(shuffled, []byte(" ,"))...), ']')
		case value[0] == '"' && value[1] >= 'a' && value[1] <= 'z' && rapid.Bool().Draw(t, "escape"):
			out = fmt.Appendf(out, `"\u%04X%s`, value[1], value[2:])
		default:
			out = append(out, value...)
		}
		out = append(out, spaces.Draw(t, "space")...)
	}
	return append(out, "}"+spaces.Draw(t, "space")...)
}

// What is encoded decodes to the same, in every way that there is to decode.
func TestCodec(t *testing.T) {
	reg := everyVersion()
	full, folded := reg.NewDecoder(), reg.NewFoldDecoder() // they see event after event of every type
	rapid.Check(t, func(t *rapid.T) {
		e, m, id := events(everyType()).Draw(t, "event"), metas().Draw(t, "meta"), ids().Draw(t, "id")
		p, err := reg.Encode(id, m, e.Event)
		require.NoError(t, err)
		require.Equal(t, id, p.ID)
		require.Equal(t, e.EventType(), p.Type)
		decodesTo(t, []func(*event.Record) (event.Envelope, error){reg.Decode, full.Decode}, folded, p, e, m, e.Event)
	})
}

// What was encoded in an old version decodes to what the upcasts make of it, in
// every way that there is to decode, or not at all if they refuse it.
func TestCodecOfOldVersions(t *testing.T) {
	reg := everyVersion()
	full, folded := reg.NewDecoder(), reg.NewFoldDecoder()
	rapid.Check(t, func(t *rapid.T) {
		e, m := events(pastShapes()).Draw(t, "event"), metas().Draw(t, "meta")
		p, err := written(e.version, m, e.Event)
		require.NoError(t, err)
		want, refused := today(e.Event)
		all := []func(*event.Record) (event.Envelope, error){reg.Decode, full.Decode}
		if refused == nil {
			decodesTo(t, all, folded, p, e, m, want)
			return
		}
		for _, decode := range append(all, folded.Decode) {
			_, err := decode(&event.Record{Proposed: p})
			require.ErrorIs(t, err, refused)
			require.ErrorIs(t, err, event.ErrMalformed)
		}
	})
}

// decodesTo checks what an encoded event is decoded to, as it is written and as
// another program might write it.
func decodesTo(t *rapid.T, decoders []func(*event.Record) (event.Envelope, error), folded *event.Decoder,
	p event.Proposed, e drawn, m event.Meta, today event.Event) {
	rec := event.Record{Proposed: p, Stream: "invite-x", Revision: 3, Position: 4, RecordedAt: m.OccurredAt.Std()}
	want := event.Envelope{ID: p.ID, Stream: "invite-x", Revision: 3, Position: 4, RecordedAt: rec.RecordedAt, Version: e.version, Meta: m, Event: today}
	lean := want
	lean.Meta, lean.Event = event.Meta{OccurredAt: m.OccurredAt}, fold(today)

	other := rec.Clone()
	other.Data = shuffle(t, p.Data, reflect.TypeOf(e.Event).Elem())
	other.Metadata = shuffle(t, bytes.Replace(p.Metadata, []byte("{"), []byte(`{"traceId":["x"],"Actor":7,`), 1), reflect.TypeFor[struct{}]())
	for _, rec := range []event.Record{rec, other} {
		for _, decode := range decoders {
			env, err := decode(&rec)
			require.NoError(t, err, "%s %s", rec.Data, rec.Metadata)
			require.Equal(t, want, env)
		}
		env, err := folded.Decode(&rec)
		require.NoError(t, err)
		require.Equal(t, lean, env)
	}
}

// The bytes are those of encoding/json, so that every tool reads them.
func TestEncodeIsEncodingJSON(t *testing.T) {
	reg := everyVersion()
	asJSON := func(t require.TestingT, v any) string {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		require.NoError(t, enc.Encode(revealed(v)))
		return strings.TrimSuffix(b.String(), "\n")
	}
	for r := range rune(0x3000) {
		e := &event.InviteAccepted{CoverLetter: event.Text("a" + string(r) + "b")}
		p, err := reg.Encode(uuid.Nil, sampleMeta(true), e)
		require.NoError(t, err)
		if want := asJSON(t, e); want != string(p.Data) {
			require.Equal(t, want, string(p.Data), "%U", r)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		e, m := events(everyType()).Draw(t, "event"), metas().Draw(t, "meta")
		p, err := reg.Encode(uuid.Nil, m, e.Event)
		require.NoError(t, err)
		require.Equal(t, asJSON(t, e.Event), string(p.Data))
		digest := ""
		if m.CommandDigest != [16]byte{} {
			digest = hex.EncodeToString(m.CommandDigest[:])
		}
		require.Equal(t, asJSON(t, jsonMeta{m.OccurredAt, strconv.Itoa(e.version), m.Actor, m.CommandID, m.CorrelationID, m.CausationID, digest}), string(p.Metadata))
	})
}

// Nothing of an event is left in the next one of its type: not the optional
// fields, not the list that the caller still holds.
func TestDecoderReusesItsMemory(t *testing.T) {
	reg := everyVersion()
	for _, typ := range everyType() {
		full, minimal := sample(typ.Event, true), sample(typ.Event, false)
		for _, spelling := range []string{"%s", " %s"} { // as predicted, and not
			d := reg.NewDecoder()
			var last event.Event
			for _, want := range []event.Event{full, minimal, full, minimal} {
				p, err := reg.Encode(sampleID(1), sampleMeta(true), want)
				require.NoError(t, err)
				p.Data = fmt.Appendf(nil, spelling, p.Data)
				env, err := d.Decode(&event.Record{Proposed: p})
				require.NoError(t, err)
				require.Equal(t, want, env.Event)
				require.True(t, last == nil || last == env.Event, "the same memory")
				last = env.Event
			}
		}
	}

	d := reg.NewDecoder()
	decode := func(e event.Event) event.Event {
		p, err := reg.Encode(sampleID(1), sampleMeta(true), e)
		require.NoError(t, err)
		env, err := d.Decode(&event.Record{Proposed: p})
		require.NoError(t, err)
		clear(p.Data) // the store's memory, valid only until the next record
		return env.Event
	}
	skills := decode(&event.ProfileDescribed{Introduction: "first", Skills: []event.Text{"go", "sql"}}).(*event.ProfileDescribed).Skills
	decode(&event.ProfileDescribed{Introduction: "second", Skills: []event.Text{"c"}})
	require.Equal(t, []event.Text{"go", "sql"}, skills)

	one, two := 1, 2
	recommend := decode(&event.FeedbackSubmitted{Recommend: &one}).(*event.FeedbackSubmitted).Recommend
	decode(&event.FeedbackSubmitted{Recommend: &two})
	require.Equal(t, 1, *recommend)
	letter := decode(&event.InviteAccepted{CoverLetter: "first"}).(*event.InviteAccepted).CoverLetter
	decode(&event.InviteAccepted{CoverLetter: "other"})
	require.Equal(t, "first", string(letter))
	code := decode(&event.ImportLineRejected{Code: "invalid"}).(*event.ImportLineRejected).Code
	require.Equal(t, "expired", decode(&event.ImportLineRejected{Code: "expired"}).(*event.ImportLineRejected).Code)
	require.Equal(t, "invalid", code)
}

// Nothing of an old event is left in the next one either, whichever of them came
// through an upcast.
func TestUpcastReusesItsMemory(t *testing.T) {
	reg := everyVersion()
	for _, spelling := range []string{"%s", " %s"} {
		d := reg.NewDecoder()
		for _, typ := range slices.Concat(pastShapes(), versionedTypes(), pastShapes()) {
			for _, full := range []bool{true, false, true, false} {
				e := sample(typ.Event, full)
				want, err := today(e)
				require.NoError(t, err)
				p, err := written(typ.Version, sampleMeta(true), e)
				require.NoError(t, err)
				p.Data = fmt.Appendf(nil, spelling, p.Data)
				env, err := d.Decode(&event.Record{Proposed: p})
				require.NoError(t, err)
				clear(p.Data)
				require.Equal(t, want, env.Event)
			}
		}
	}
}

// An upcast that makes what could not have been stored is refused like a record
// that holds it.
func TestUpcastToWhatCannotBeStored(t *testing.T) {
	for name, change := range map[string]func(*appraised){
		"at":    func(e *appraised) { e.At = last + 1 },
		"week":  func(e *appraised) { e.Week = event.Week{Year: 2015, Number: 54} },
		"tags":  func(e *appraised) { e.Tags = []string{"", "\xff"} },
		"by":    func(e *appraised) { e.By = "\xff" },
		"note":  func(e *appraised) { e.Marks.Note = "\xff" },
		"score": func(*appraised) {},
	} {
		t.Run(name, func(t *testing.T) {
			reg, err := event.NewRegistry([]event.Type{{Event: &appraised{}, Version: 2}}, []event.Upcast{
				event.NewUpcast(schema("Appraised", 1), schema("Appraised", 2), func(_ *struct{}, next *appraised) error {
					*next = *sample(next, false).(*appraised)
					change(next)
					return nil
				}),
			})
			require.NoError(t, err)
			env, err := reg.Decode(record("Appraised", "1", "{}"))
			if name == "score" {
				require.NoError(t, err)
				require.Equal(t, sample(&appraised{}, false), env.Event)
				return
			}
			require.ErrorIs(t, err, event.ErrMalformed)
			require.ErrorContains(t, err, name)
		})
	}
}

func TestUpcastToTextsThatCannotBeStored(t *testing.T) {
	reg, err := event.NewRegistry([]event.Type{{Event: &event.ProfileDescribed{}, Version: 2}}, []event.Upcast{
		event.NewUpcast(schema("ProfileDescribed", 1), schema("ProfileDescribed", 2), func(_ *struct{}, next *event.ProfileDescribed) error {
			next.Skills = []event.Text{"Go", "SECRET\xff"}
			return nil
		}),
	})
	require.NoError(t, err)
	_, err = reg.Decode(record("ProfileDescribed", "1", "{}"))
	require.ErrorIs(t, err, event.ErrMalformed)
	require.ErrorContains(t, err, "skills")
	require.NotContains(t, err.Error(), "SECRET")
}

// Registry.Decode gives memory of its own each time.
func TestRegistryDecodesIntoNewMemory(t *testing.T) {
	reg := event.Marketplace()
	p, err := reg.Encode(sampleID(1), sampleMeta(true), &event.BonusPaid{Amount: 1})
	require.NoError(t, err)
	a, err := reg.Decode(&event.Record{Proposed: p})
	require.NoError(t, err)
	b, err := reg.Decode(&event.Record{Proposed: p})
	require.NoError(t, err)
	require.NotSame(t, a.Event, b.Event)
}

func TestMetadata(t *testing.T) {
	reg := event.Marketplace()
	p, err := reg.Encode(sampleID(1), sampleMeta(true), &event.InviteExpired{})
	require.NoError(t, err)
	var ours map[string]string
	require.NoError(t, json.Unmarshal(p.Metadata, &ours), "a flat object of strings")
	require.Len(t, ours, 6)

	with := func(extra string) string { return strings.TrimSuffix(string(p.Metadata), "}") + "," + extra + "}" }
	for name, meta := range map[string]string{
		"as written":             string(p.Metadata),
		"another key behind":     with(`"$traceId":"abc"`),
		"another key before":     strings.Replace(string(p.Metadata), "{", `{"a":"b",`, 1),
		"keys that are no text":  with(`"n":1,"o":{"p":[null]},"b":true,"x":null`),
		"names in another case":  with(`"ACTOR":"nobody","commandid":7`),
		"white space":            "\r\n" + strings.ReplaceAll(string(p.Metadata), `,"`, " ,\t\""),
		"sorted":                 sorted(t, p.Metadata),
		"capitals in the ids":    strings.Replace(string(p.Metadata), "5a3b1e00-feed", "5A3B1E00-FEED", 2),
		"escapes":                strings.Replace(string(p.Metadata), "freelancer", `\u0066reelancer`, 1),
		"a version with noughts": strings.Replace(string(p.Metadata), `"1"`, `"01"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			rec := &event.Record{Proposed: event.Proposed{Type: "InviteExpired", Data: []byte("{}"), Metadata: []byte(meta)}}
			env, err := reg.Decode(rec)
			require.NoError(t, err)
			require.Equal(t, sampleMeta(true), env.Meta)
			m, err := reg.NewDecoder().DecodeMeta(rec)
			require.NoError(t, err)
			require.Equal(t, sampleMeta(true), m)
			env, err = reg.NewFoldDecoder().Decode(rec)
			require.NoError(t, err)
			require.Equal(t, event.Meta{OccurredAt: sampleMeta(true).OccurredAt}, env.Meta)
		})
	}
}

// The digest of a command, as it is stored.
func TestMetadataWithDigest(t *testing.T) {
	const digest = `,"commandDigest":"00010203040506070809aabbccddeeff"`
	want := sampleMeta(true)
	want.CommandDigest = [16]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}
	reg := event.Marketplace()
	p, err := reg.Encode(sampleID(1), sampleMeta(true), &event.InviteExpired{})
	require.NoError(t, err)
	with := func(more string) []byte { return append(bytes.TrimSuffix(p.Metadata, []byte("}")), more+"}"...) }
	decode := func(metadata []byte) (event.Meta, error) {
		rec := event.Record{Proposed: event.Proposed{Type: "InviteExpired", Data: []byte("{}"), Metadata: metadata}}
		env, err := reg.Decode(&rec)
		return env.Meta, err
	}
	written, err := event.AppendMetadata(nil, 1, want)
	require.NoError(t, err)
	require.Equal(t, string(with(digest)), string(written))
	for _, good := range [][]byte{written, with(digest + `,"$traceId":"x"`), []byte(sorted(t, written))} {
		got, err := decode(good)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, bad := range []string{
		`,"commandDigest":""`, `,"commandDigest":null`, `,"commandDigest":7`, `,"commandDigest":"00010203040506070809AABBCCDDEEFF"`,
		`,"commandDigest":"00010203040506070809aabbccddeef"`, `,"commandDigest":"00010203040506070809aabbccddeeff0"`,
		`,"commandDigest":"` + strings.Repeat("0", 32) + `"`, `,"commandDigest":"` + strings.Repeat("g", 32) + `"`,
	} {
		_, err := decode(with(bad))
		require.ErrorIs(t, err, event.ErrMalformedMeta, bad)
	}
}

func sorted(t *testing.T, object []byte) string {
	var m map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(object, &m))
	b, err := json.Marshal(m) // of a map, by key
	require.NoError(t, err)
	return string(b)
}
