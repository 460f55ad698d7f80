package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

const secret = "SECRET"

// Text hides from every way of formatting, alone and inside what holds it.
func TestTextNeverPrints(t *testing.T) {
	text := event.Text(secret)
	accepted := event.InviteAccepted{CoverLetter: text}
	for _, v := range []any{
		text, &text, accepted, &accepted, []event.Text{text}, map[event.Text]event.Text{text: text},
		struct {
			Deep struct{ E event.InviteAccepted }
		}{struct{ E event.InviteAccepted }{accepted}},
		event.Envelope{Event: &accepted}, []event.Envelope{{Event: &accepted}}, []any{text, accepted},
		event.Proposed{Data: []byte(secret)}, &event.Record{Proposed: event.Proposed{Data: []byte(secret), Metadata: []byte(secret)}},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.3s", "%-20v", "%!"} {
			require.NotContains(t, fmt.Sprintf(verb, v), secret, "%s of %T", verb, v)
			require.NotContains(t, fmt.Sprintf(verb, v), "534543", "%s of %T", verb, v)            // hexadecimal
			require.NotContains(t, fmt.Sprintf(verb, v), "83 69 67 82 69 84", "%s of %T", verb, v) // bytes
		}
		require.NotContains(t, fmt.Sprint(v), secret)
		require.NotContains(t, fmt.Errorf("wrapped: %w, %v", errors.ErrUnsupported, v).Error(), secret)
	}
	require.Equal(t, "[personal text]", fmt.Sprint(text))
	require.Equal(t, "{CoverLetter:[personal text]}", fmt.Sprintf("%+v", accepted))
	require.Empty(t, fmt.Sprint(event.Text("")), "no text is no secret")
	require.Equal(t, secret, string(text))
}

func TestTextNeverLogs(t *testing.T) {
	text := event.Text(secret)
	accepted := &event.InviteAccepted{CoverLetter: text}
	p := event.Proposed{Type: "InviteAccepted", ID: sampleID(1), Data: []byte(`{"cover_letter":"SECRET"}`)}
	rec := event.Record{Proposed: p, Stream: "invite-1", Revision: 2, Position: 3}
	for name, v := range map[string]any{
		"text": text, "event": accepted, "proposed": p, "record": rec, "pointer to record": &rec,
		"envelope": event.Envelope{Event: accepted, Stream: "invite-1", Position: 3}, "empty envelope": event.Envelope{},
	} {
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).With("with", v).Info("m", "k", v, slog.Group("g", "k", v))
		slog.New(slog.NewJSONHandler(&b, nil)).With("with", v).Info("m", "k", v, slog.Group("g", "k", v))
		require.NotContains(t, b.String(), secret, name)
		require.NotContains(t, b.String(), "eyJjb3Zlcl9s", "%s: in base64", name)
		require.NotContains(t, b.String(), "83 69 67 82 69 84", "%s: as bytes", name)
	}
}

// Whatever holds text has a LogValue: the JSON handler would write it in full.
func TestEveryEventWithTextHidesItFromLogs(t *testing.T) {
	found := 0
	for _, typ := range event.Types() {
		e := sample(typ.Event, true)
		v := reflect.ValueOf(e).Elem()
		for i := range v.NumField() {
			if v.Field(i).Type() == reflect.TypeFor[event.Text]() {
				v.Field(i).SetString(secret)
				found++
			}
		}
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "event", e)
		slog.New(slog.NewTextHandler(&b, nil)).Info("m", "event", e)
		require.NotContains(t, b.String(), secret, e.EventType())
	}
	require.NotZero(t, found)
}

// JSON is how text is stored, so it keeps it.
func TestTextAsJSON(t *testing.T) {
	b, err := json.Marshal(event.InviteAccepted{CoverLetter: secret})
	require.NoError(t, err)
	require.JSONEq(t, `{"cover_letter":"SECRET"}`, string(b))
	var back event.InviteAccepted
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, event.Text(secret), back.CoverLetter)
}
