package event_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// bad is a stored record that must not decode. What would be personal in it
// says SECRET.
type bad struct {
	Error    string `json:"error"`
	Type     string `json:"type"`
	Data     string `json:"data"`
	Metadata string `json:"metadata"`
}

var badErrors = map[string]error{
	"unknown type":       event.ErrUnknownType,
	"newer version":      event.ErrNewerVersion,
	"malformed data":     event.ErrMalformed,
	"malformed metadata": event.ErrMalformedMeta,
}

func badRecords(tb testing.TB) map[string]bad {
	files, err := filepath.Glob("testdata/bad/*.json")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	all := map[string]bad{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(tb, err)
		var c bad
		require.NoError(tb, json.Unmarshal(b, &c), file)
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = c
	}
	meta := all["type-unknown"].Metadata
	// What a JSON file cannot hold, or not in a readable size.
	all["data-not-utf-8"] = bad{"malformed data", "InviteAccepted", "{\"cover_letter\":\"SECRET\xff\"}", meta}
	all["data-half-a-rune"] = bad{"malformed data", "InviteAccepted", "{\"cover_letter\":\"SECRET\xe2\x80\"}", meta}
	all["data-enum-not-utf-8"] = bad{"malformed data", "HoldPlaced", "{\"kind\":\"\xff\"}", meta}
	all["data-escape-and-not-utf-8"] = bad{"malformed data", "InviteAccepted", "{\"cover_letter\":\"\\n\xff\"}", meta}
	all["data-deep"] = bad{"malformed data", "InviteAccepted", `{"cover_letter":` + strings.Repeat("[", 1<<20), meta}
	all["data-nul"] = bad{"malformed data", "InviteExpired", "{}\x00", meta}
	all["meta-not-utf-8"] = bad{"malformed metadata", "InviteExpired", "{}", strings.Replace(meta, "client", "clien\xff", 1)}
	all["type-long"] = bad{"unknown type", strings.Repeat("Work\x1b[31m", 100_000), "{}", meta}
	return all
}

func TestBadRecords(t *testing.T) {
	reg := event.Marketplace()
	reused := reg.NewDecoder()
	for name, c := range badRecords(t) {
		t.Run(name, func(t *testing.T) {
			want := badErrors[c.Error]
			require.NotNil(t, want, "the case names no error: %q", c.Error)
			rec := &event.Record{
				Proposed: event.Proposed{ID: sampleID(1), Type: c.Type, Data: []byte(c.Data), Metadata: []byte(c.Metadata)},
				Stream:   event.ContractStream(sampleID(2)), Revision: 17, Position: 4711,
			}
			for _, decode := range []func(*event.Record) (event.Envelope, error){reg.Decode, reused.Decode} {
				env, err := decode(rec)
				require.ErrorIs(t, err, want)
				require.Equal(t, event.Envelope{}, env)
				for _, other := range badErrors {
					if other != want {
						require.NotErrorIs(t, err, other)
					}
				}
				var de *event.DecodeError
				require.ErrorAs(t, err, &de)
				require.Equal(t, event.Position(4711), de.Position)
				require.Equal(t, uint64(17), de.Revision)
				require.Equal(t, rec.Stream, de.Stream)
				require.Equal(t, "undecodable_event", de.Code())
				require.Contains(t, err.Error(), "position 4711")
				require.Contains(t, err.Error(), "stream "+rec.Stream)
				require.Contains(t, err.Error(), "revision 17")
				require.NotContains(t, err.Error(), "SECRET")
				require.Less(t, len(err.Error()), 1000)
				require.False(t, strings.ContainsAny(err.Error(), "\n\x1b"), "an error is one printable line")
			}
			_, err := reused.DecodeMeta(rec)
			if want == event.ErrMalformedMeta {
				var de *event.DecodeError
				require.ErrorAs(t, err, &de)
				require.ErrorIs(t, err, want)
				require.Equal(t, rec.Position, de.Position)
			} else {
				require.NoError(t, err, "the metadata is as it must be")
			}
			// The fold decoder checks less, but is never confused.
			if env, err := reg.NewFoldDecoder().Decode(rec); err != nil {
				require.ErrorIs(t, err, want)
			} else {
				require.IsType(t, sampleOf(t, c.Type), env.Event)
			}
		})
	}
}

func sampleOf(tb testing.TB, name string) event.Event {
	for _, typ := range event.Types() {
		if typ.Event.EventType() == name {
			return typ.Event
		}
	}
	require.Fail(tb, "no such event", name)
	return nil
}

// An event that cannot be decoded must not leave half of itself in the next.
func TestDecodeAfterBadRecord(t *testing.T) {
	reg := event.Marketplace()
	d := reg.NewDecoder()
	good := &event.WorkSubmitted{Milestone: sampleID(1), Attempt: 2, AutoReleaseAt: last}
	p, err := reg.Encode(sampleID(2), sampleMeta(true), good)
	require.NoError(t, err)
	for name, c := range badRecords(t) {
		_, err := d.Decode(&event.Record{Proposed: event.Proposed{Type: c.Type, Data: []byte(c.Data), Metadata: []byte(c.Metadata)}})
		require.Error(t, err, name)
		env, err := d.Decode(&event.Record{Proposed: p})
		require.NoError(t, err, name)
		require.Equal(t, good, env.Event, name)
		require.Equal(t, sampleMeta(true), env.Meta, name)
		require.Equal(t, 1, env.Version, name)
	}
}

func TestNotEncodable(t *testing.T) {
	reg := event.Marketplace()
	ok, meta := &event.InviteExpired{}, sampleMeta(true)
	late := event.WorkSubmitted{Milestone: sampleID(1), Attempt: 1, AutoReleaseAt: event.Never}
	for name, c := range map[string]struct {
		event event.Event
		meta  event.Meta
	}{
		"a type that the registry does not hold": {&sampled{}, meta},
		"another struct of a type's name":        {&otherInviteExpired{}, meta},
		"a struct that is no pointer":            {inviteExpiredByValue{}, meta},
		"a nil pointer":                          {(*event.InviteExpired)(nil), meta},
		"text that is not UTF-8":                 {&event.InviteAccepted{CoverLetter: "SECRET\xff"}, meta},
		"a list with text that is not UTF-8":     {&event.ProfileDescribed{Skills: []event.Text{"SECRET\xff"}}, meta},
		"a moment that cannot be written":        {&late, meta},
		"a week that does not exist":             {&event.HoursPaid{Week: event.Week{Year: 2017, Number: 53}, Amount: 1}, meta},
		"no week":                                {&event.HoursPaid{Amount: 1}, meta},
		"no actor":                               {ok, event.Meta{}},
		"an unknown actor":                       {ok, event.Meta{Actor: "SECRET"}},
		"a time that cannot be written":          {ok, event.Meta{Actor: event.ActorTimer, OccurredAt: event.Never}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := reg.Encode(sampleID(1), c.meta, c.event)
			require.ErrorIs(t, err, event.ErrNotEncodable)
			require.NotContains(t, err.Error(), "SECRET")
			require.Equal(t, event.Proposed{}, p)
		})
	}
	_, err := reg.Encode(sampleID(1), meta, &sampled{})
	require.ErrorIs(t, err, event.ErrUnknownType)
	_, err = reg.Encode(sampleID(1), meta, nil)
	require.ErrorIs(t, err, event.ErrNotEncodable)
}

type (
	otherInviteExpired   struct{}
	inviteExpiredByValue struct{}
)

func (*otherInviteExpired) EventType() string  { return "InviteExpired" }
func (inviteExpiredByValue) EventType() string { return "InviteExpired" }
