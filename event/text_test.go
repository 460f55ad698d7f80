package event_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/texttest"
)

// Text hides from every way of printing, alone and inside what holds it.
func TestTextNeverShows(t *testing.T) {
	text := event.Text(texttest.Secret)
	accepted := event.InviteAccepted{CoverLetter: text}
	for _, v := range []any{text, []event.Text{text, ""}, map[string]event.Text{"k": text}, accepted,
		event.Envelope{Event: &accepted}, []event.Envelope{{Event: &accepted}}, event.Envelope{},
		[]event.Event{&accepted}, map[string]event.Event{"k": &accepted}, struct{ Events []event.Event }{[]event.Event{&accepted}},
	} {
		texttest.RequireHidden(t, v)
	}
	require.Equal(t, "[personal text]", fmt.Sprint(text))
	require.Equal(t, "&{CoverLetter:[personal text]}", fmt.Sprintf("%+v", &accepted))
	require.Equal(t, "{CoverLetter:[personal text]}", fmt.Sprintf("%+v", accepted))
	require.Empty(t, fmt.Sprint(event.Text("")), "no text is no secret")
	require.Equal(t, texttest.Secret, string(text))
	require.Equal(t, "<nil>", fmt.Sprint((*event.InviteAccepted)(nil)))
}

// The same inside the items of lists.
func TestListsNeverShowText(t *testing.T) {
	type item struct {
		Words event.Text   `json:"words,omitzero"`
		Notes []event.Text `json:"notes"`
	}
	var lists struct {
		Empty []item `json:"empty,omitzero"`
		Two   []item `json:"two"`
	}
	lists.Two = make([]item, 2)
	v := reflect.ValueOf(&lists).Elem()
	require.Equal(t, 4, texttest.RequireTyped(t, v.Type()))
	require.Equal(t, 4, texttest.Mark(v))
	require.Equal(t, event.Text(texttest.Secret), lists.Empty[0].Words)
	require.Equal(t, lists.Two[0], lists.Two[1])
	texttest.RequireHidden(t, lists)
}

// Nobody prints what holds the bytes of an event.
func TestRecordsNeverShow(t *testing.T) {
	p := event.Proposed{Type: "InviteAccepted", ID: sampleID(1), Data: []byte(texttest.Secret), Metadata: []byte(texttest.Secret)}
	rec := event.Record{Proposed: p, Stream: "invite-1", Revision: 2, Position: 3}
	for _, v := range []any{p, rec, &rec, []event.Record{rec}, []event.Proposed{p}} {
		texttest.RequireHidden(t, v)
	}
}

// Every event that is registered has its personal text in event.Text, and shows
// none of it; every other string is known not to be such.
func TestEventsNeverShowText(t *testing.T) {
	t.Parallel()
	all := 0
	for _, typ := range event.Types() {
		texts := texttest.RequireTyped(t, reflect.TypeOf(typ.Event).Elem())
		all += texts
		for _, full := range []bool{true, false} {
			e := sample(typ.Event, full)
			require.Equal(t, texts, texttest.Mark(reflect.ValueOf(e).Elem()), typ.Event.EventType())
			texttest.RequireHidden(t, e)
		}
	}
	require.GreaterOrEqual(t, all, 21, "hardly any text was found")
}

// JSON that others write of text is for logs; what is stored keeps it.
func TestTextAsJSON(t *testing.T) {
	described := event.ProfileDescribed{Introduction: texttest.Secret, Skills: []event.Text{texttest.Secret, ""}}
	b, err := json.Marshal(described)
	require.NoError(t, err)
	require.JSONEq(t, `{"introduction":"[personal text]","skills":["[personal text]",""]}`, string(b))
	p, err := event.Marketplace().Encode(sampleID(1), sampleMeta(true), &described)
	require.NoError(t, err)
	require.JSONEq(t, `{"introduction":"SECRET-words","skills":["SECRET-words",""]}`, string(p.Data))
	var back event.ProfileDescribed
	require.NoError(t, json.Unmarshal(p.Data, &back))
	require.Equal(t, described, back)
}

// revealed is a value with plain strings in place of personal text, however deep,
// which encoding/json shows.
func revealed(v any) any {
	from := reflect.Indirect(reflect.ValueOf(v))
	to := reflect.New(plainType(from.Type())).Elem()
	reveal(to, from)
	return to.Interface()
}

func reveal(to, from reflect.Value) {
	switch {
	case to.Type() == from.Type():
		to.Set(from)
	case from.Kind() == reflect.Struct:
		for i := range from.NumField() {
			reveal(to.Field(i), from.Field(i))
		}
	case from.Kind() == reflect.Slice && from.IsNil():
	case from.Kind() == reflect.Slice:
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			reveal(to.Index(i), from.Index(i))
		}
	default:
		to.SetString(from.String())
	}
}

func plainType(t reflect.Type) reflect.Type {
	switch {
	case t == reflect.TypeFor[event.Text]():
		return reflect.TypeFor[string]()
	case t.Kind() == reflect.Slice:
		if of := plainType(t.Elem()); of != t.Elem() {
			return reflect.SliceOf(of)
		}
	case t.Kind() == reflect.Struct:
		fields, changed := reflect.VisibleFields(t), false
		for i := range fields {
			plain := plainType(fields[i].Type)
			changed = changed || plain != fields[i].Type
			fields[i].Type = plain
		}
		if changed {
			return reflect.StructOf(fields)
		}
	}
	return t
}
