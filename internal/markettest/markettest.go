// Package markettest makes marketplaces for tests and looks into their logs.
package markettest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// NewLog is an empty log on which nobody can count: its positions are names.
func NewLog() store.Transactor { return storetest.Strict(memory.New(), 7).(store.Transactor) }

// OneByOne is an empty log that cannot write several streams at once.
func OneByOne() store.Store { return struct{ store.Store }{NewLog()} }

// On is a marketplace on a store; both are closed with the test.
func On(tb testing.TB, s store.Store) *marketplace.Marketplace {
	tb.Helper()
	m, err := marketplace.New(s, marketplace.Options{})
	return closed(tb, m, err)
}

// At is a marketplace on the log at a URL; both are closed with the test.
func At(tb testing.TB, url string) *marketplace.Marketplace {
	tb.Helper()
	m, err := open.Marketplace(tb.Context(), url, marketplace.Options{})
	return closed(tb, m, err)
}

func closed(tb testing.TB, m *marketplace.Marketplace, err error) *marketplace.Marketplace {
	tb.Helper()
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, m.Close()) })
	return m
}

// Do gives a command at a moment and tells its refusal.
func Do(tb testing.TB, m *marketplace.Marketplace, c aggregate.Command, at string) error {
	tb.Helper()
	_, err := m.Do(tb.Context(), c, marketplace.At(event.MustParseTime(at).Std()))
	return err
}

// ImportFile imports a script's file to its end.
func ImportFile(tb testing.TB, m *marketplace.Marketplace, path string) marketplace.ImportReport {
	tb.Helper()
	f, err := scriptfile.Open(path)
	require.NoError(tb, err)
	defer f.Close()
	report, err := m.Import(tb.Context(), f, marketplace.ImportOptions{})
	require.NoError(tb, err)
	return report
}

// ImportText imports a script to its end.
func ImportText(tb testing.TB, m *marketplace.Marketplace, text string) marketplace.ImportReport {
	tb.Helper()
	report, err := m.Import(tb.Context(), strings.NewReader(text), marketplace.ImportOptions{})
	require.NoError(tb, err)
	return report
}

// Records are a whole log but for the moments at which the store took it.
func Records(tb testing.TB, s store.Store) []event.Record {
	tb.Helper()
	var all []event.Record
	for rec, err := range s.ReadAll(tb.Context(), store.Span{}) {
		require.NoError(tb, err)
		rec = rec.Clone()
		rec.RecordedAt = time.Time{}
		all = append(all, rec)
	}
	return all
}

// WithoutPositions are the records as any store has them: each names them otherwise.
func WithoutPositions(all []event.Record) []event.Record {
	all = slices.Clone(all)
	for i := range all {
		all[i].Position = 0
	}
	return all
}

// WithoutRun are the records as any run of an import writes them. Of a rejected line the
// key is random, and with it the digest of what the line said; and the moment is the
// clock's from the first line on that was ahead of it.
func WithoutRun(tb testing.TB, all []event.Record) []event.Record {
	tb.Helper()
	rejected := (*event.ImportLineRejected)(nil).EventType()
	all = slices.Clone(all)
	for i := range all {
		if rec := &all[i]; rec.Type == rejected {
			rec.Data = without(tb, rec.Data, "key")
			rec.Metadata = without(tb, rec.Metadata, "commandDigest", "occurredAt")
		}
	}
	return all
}

// without is a JSON object less fields that it must have.
func without(tb testing.TB, object []byte, names ...string) []byte {
	tb.Helper()
	var fields map[string]json.RawMessage
	require.NoError(tb, json.Unmarshal(object, &fields))
	for _, name := range names {
		require.Contains(tb, fields, name)
		delete(fields, name)
	}
	object, err := json.Marshal(fields)
	require.NoError(tb, err)
	return object
}

// RequireSameLog compares record by record, so that a failure shows one of them.
func RequireSameLog(tb testing.TB, want, got []event.Record) {
	tb.Helper()
	for i := range min(len(want), len(got)) {
		require.Equal(tb, want[i], got[i], "record %d", i)
	}
	require.Len(tb, got, len(want))
}
