package event_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// FuzzDecode checks that any bytes of any type are an error with its position,
// or an event that is written and read again as the same. The fold decoder
// takes all that the full one takes, and shows the same but for text and Meta.
func FuzzDecode(f *testing.F) {
	reg := everyVersion()
	var names []string
	index := map[string]uint8{}
	for _, s := range reg.Schemas() {
		if _, known := index[s.Type]; !known {
			index[s.Type] = uint8(len(names))
			names = append(names, s.Type)
		}
	}
	for _, dir := range []string{goldenDir, versionsDir} {
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		require.NoError(f, err)
		for _, file := range files {
			b, err := os.ReadFile(file)
			require.NoError(f, err)
			var g golden
			require.NoError(f, json.Unmarshal(b, &g))
			f.Add(index[g.Type], []byte(g.Full.Data), []byte(g.Full.Metadata))
			f.Add(index[g.Type], []byte(g.Minimal.Data), []byte(g.Minimal.Metadata))
		}
	}
	for _, c := range badRecords(f) {
		if len(c.Data) < 10_000 {
			f.Add(index[c.Type], []byte(c.Data), []byte(c.Metadata))
		}
	}
	full, folded := reg.NewDecoder(), reg.NewFoldDecoder()
	f.Fuzz(func(t *testing.T, typ uint8, data, meta []byte) {
		name := names[int(typ)%len(names)]
		rec := event.Record{Proposed: event.Proposed{Type: name, Data: data, Metadata: meta}, Position: 5}
		env, err := full.Decode(&rec)
		lean, leanErr := folded.Decode(&rec)
		for _, err := range []error{err, leanErr} {
			if de := (*event.DecodeError)(nil); err != nil {
				require.ErrorAs(t, err, &de)
				require.Equal(t, event.Position(5), de.Position)
				require.True(t, utf8.ValidString(err.Error()))
			}
		}
		if err != nil {
			return
		}
		require.NoError(t, leanErr)
		require.Equal(t, fold(env.Event), lean.Event)
		require.Equal(t, event.Meta{OccurredAt: env.OccurredAt}, lean.Meta)
		require.Equal(t, env.Version, lean.Version)

		p, err := reg.Encode(rec.ID, env.Meta, env.Event)
		require.NoError(t, err)
		again, err := reg.Decode(&event.Record{Proposed: p, Position: 5})
		require.NoError(t, err)
		again.Version = env.Version // which an upcast has raised
		require.Equal(t, env, again)
		require.True(t, json.Valid(data), "only JSON is read: %q", data)
	})
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{
		"2016-02-29T12:34:56Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2016-02-30T12:34:56Z", "2016-12-31T23:59:60Z",
		"2016-12-31T24:00:00Z", "2016-12-31t23:59:59z", "2016-12-31T23:59:59.5Z", "2016-12-31T23:59:59+00:00", "0000-01-01T00:00:00Z", "never", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := event.ParseTime(s)
		if err == nil {
			require.Equal(t, s, at.String(), "one spelling for each moment")
			require.True(t, first <= at && at <= last)
		}
	})
}

func FuzzParseStream(f *testing.F) {
	for _, s := range []string{
		event.ClientStream(sampleID(1)), event.FreelancerStream(sampleID(1)), event.InviteStream(sampleID(1)), event.ContractStream(sampleID(1)),
		event.WorkWeekStream(sampleID(1), event.Week{Year: 2015, Number: 53}), event.ImportStream(sampleID(1)),
		"", "-", "invite-", "workWeek-5a3b1e00-feed-4bad-8c0d-000000000001-2017-W53", "invite-5A3B1E00-FEED-4BAD-8C0D-000000000001",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		category, id, week, ok := event.ParseStream(name)
		switch {
		case !ok:
			require.Zero(t, category)
		case category == event.CategoryWorkWeek:
			require.Equal(t, name, event.WorkWeekStream(id, week), "one name for each stream")
		default:
			require.Equal(t, name, category+"-"+id.String(), "one name for each stream")
			require.Zero(t, week)
		}
	})
}
