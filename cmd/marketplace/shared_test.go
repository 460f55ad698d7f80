package main

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/store"
)

// anotherApplication writes to streams of its own in the same EventStoreDB what
// applications write: JSON, bytes, names that look like ours, types that are ours,
// links. It says how many of them are no events of the system's.
func anotherApplication(t *testing.T, url string) (events int) {
	t.Helper()
	cfg, err := esdb.ParseConnectionString(url)
	require.NoError(t, err)
	cfg.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(cfg)
	require.NoError(t, err)
	defer c.Close()
	for _, e := range []struct {
		stream, typ, data string
		content           esdb.ContentType
	}{
		{"orders-123", "OrderPlaced", `{"a":1}`, esdb.ContentTypeJson},
		{"orders-" + uuid.NewString(), "InviteSent", `{"client":7}`, esdb.ContentTypeJson},
		{"blob-1", "Blob", "\x00\x01\x02\xff", esdb.ContentTypeBinary},
		{"blob", "a type with blanks \u2028 and \x01", "", esdb.ContentTypeBinary},
		{"Contract-" + uuid.NewString(), "contractStarted", `{}`, esdb.ContentTypeJson},
		{"contracts-" + contract, "ContractStarted", `{}`, esdb.ContentTypeJson},
		{"日本-1", strings.Repeat("T", 300), `null`, esdb.ContentTypeJson},
		{strings.Repeat("n", 600) + "-1", "Long", `[]`, esdb.ContentTypeJson},
		{"-", "Dash", `"text"`, esdb.ContentTypeJson},
		{"mylinks", "$>", "0@orders-123", esdb.ContentTypeJson},
		{"mysystem-1", "$metadata-like", "{}", esdb.ContentTypeJson},
	} {
		_, err := c.AppendToStream(t.Context(), e.stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}},
			esdb.EventData{EventID: uuid.New(), EventType: e.typ, ContentType: e.content, Data: []byte(e.data)})
		require.NoError(t, err, e.stream)
		if e.typ[0] != '$' {
			events++
		}
	}
	return events
}

// TestSharedEventStoreDB: another application's events are passed over by every
// command, which says of the marketplace what it said before they came, and counted
// where events are counted.
func TestSharedEventStoreDB(t *testing.T) {
	skipShort(t)
	url := imported(t)
	told := func(events int) string {
		return fmt.Sprintf("%d events of streams that are not the marketplace's passed over\n", events)
	}
	questions := []string{
		"stats --json --as-of " + moment, "stats --limit 1", "figures", "search", "my-stats " + freelancer, "client " + client,
		"explain job-success " + freelancer, "explain week 2017-W05 --json", "explain funnel --as-of " + moment,
	}
	answers := map[string]string{}
	for _, q := range questions {
		answers[q] = ok(t, append(strings.Fields(q), "--store", url)...)
	}
	listed := ok(t, "events", "--json", "--store", url)
	model := "sqlite:" + filepath.Join(t.TempDir(), "before.db")
	require.Contains(t, ok(t, "follow", "--once", "--read-model", model, "--store", url), "4,787 events folded")

	n := anotherApplication(t, url)
	for _, q := range questions {
		r := call(t, append(strings.Fields(q), "--store", url)...)
		require.Zero(t, r.code, r.err)
		require.Equal(t, told(n), r.err, q)
		have := r.out
		want, _, _ := strings.Cut(answers[q], "\nThe log's newest event") // it is not ours now
		moments := regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)  // as of now
		require.Equal(t, moments.ReplaceAllString(want, ""), moments.ReplaceAllString(have, ""), q)
	}
	t.Run("verify", func(t *testing.T) {
		require.Contains(t, ok(t, "verify", "--store", url), ": 4,787 events, all as written\n"+told(n))
	})
	t.Run("events", func(t *testing.T) {
		for _, c := range []string{"events --json", "events"} {
			r := call(t, append(strings.Fields(c), "--store", url)...)
			require.Zero(t, r.code)
			require.Equal(t, told(n), r.err)
			if c == "events --json" {
				require.Equal(t, listed, r.out)
			}
		}
		r := call(t, "events", "blob-1", "--store", url)
		require.Zero(t, r.code)
		require.Equal(t, "1 event of streams that are not the marketplace's passed over\n", r.err)
	})
	t.Run("follow", func(t *testing.T) {
		r := call(t, "follow", "--once", "--read-model", model, "--store", url)
		require.Zero(t, r.code)
		require.Equal(t, told(n), r.err)
	})
	t.Run("run", func(t *testing.T) {
		r := call(t, "run", "--once", "--store", url)
		require.Zero(t, r.code)
		require.Equal(t, told(n), r.err)
	})
	t.Run("a page", func(t *testing.T) {
		at := serving(t, "--store", url)
		m, err := open.Marketplace(t.Context(), url, marketplace.Options{})
		require.NoError(t, err)
		defer m.Close()
		for rec, err := range m.Store().ReadAll(t.Context(), store.Span{}) {
			require.NoError(t, err)
			if rec.Stream != "orders-123" {
				continue
			}
			r, err := http.Get(fmt.Sprintf("%sevents/%d", at, rec.Position))
			require.NoError(t, err)
			require.NoError(t, r.Body.Close())
			require.Equal(t, http.StatusNotFound, r.StatusCode)
		}
	})
	t.Run("archive", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "archive")
		require.Contains(t, ok(t, "export", dir, "--store", url), "events added; ")
		require.Contains(t, ok(t, "verify", dir), "all as written")
		r := call(t, append(strings.Fields(questions[0]), "--store", "archive:"+dir)...)
		require.Equal(t, answers[questions[0]], r.out)
		require.Equal(t, told(n), r.err)
	})
}

// What is of a stream of ours is never passed over, whoever wrote it.
func TestNothingOfOursIsPassedOver(t *testing.T) {
	skipShort(t)
	meta := []byte(`{"occurredAt":"2026-01-02T00:00:00Z","schemaVersion":"1","actor":"client","commandId":"` + uuid.NewString() +
		`","$correlationId":"` + uuid.NewString() + `","$causationId":"` + uuid.NewString() + `"}`)
	newer := bytes.Replace(meta, []byte(`"schemaVersion":"1"`), []byte(`"schemaVersion":"2"`), 1)
	for name, c := range map[string]struct {
		stream, typ, code string
		metadata          []byte
		lists             bool // events shows it
	}{
		"a type that is not ours":         {"clientAccount-" + uuid.NewString(), "ClientTierChanged", "unknown event type", meta, false},
		"a version that we do not know":   {"clientAccount-" + uuid.NewString(), "PaymentMethodVerified", "version", newer, false},
		"no metadata":                     {"clientAccount-" + uuid.NewString(), "PaymentMethodVerified", "metadata", nil, false},
		"a name without an id":            {"contract-7", "PaymentMethodVerified", "stream name", meta, true},
		"a name of a category alone":      {"job", "PaymentMethodVerified", "stream name", meta, true},
		"an id that is written otherwise": {"contract-" + strings.ToUpper(uuid.NewString()), "PaymentMethodVerified", "stream name", meta, true},
	} {
		t.Run(name, func(t *testing.T) {
			file := newStore(t)
			s, err := open.Store(t.Context(), file, false)
			require.NoError(t, err)
			if c.metadata == nil {
				c.metadata = []byte("{}")
			}
			for _, w := range []store.Write{
				{Stream: "orders-1", Events: []event.Proposed{{ID: uuid.New(), Type: "OrderPlaced", Data: []byte("{}"), Metadata: []byte("{}")}}},
				{Stream: c.stream, Events: []event.Proposed{{ID: uuid.New(), Type: c.typ, Data: []byte("{}"), Metadata: c.metadata}}},
			} {
				w.Expected = store.NoStream
				_, err := s.Append(t.Context(), w)
				require.NoError(t, err)
			}
			require.NoError(t, s.Close())
			for _, command := range []string{"verify", "stats", "run --once", "events"} {
				r := call(t, append(strings.Fields(command), "--store", file)...)
				if command == "events" && c.lists {
					require.Zero(t, r.code, r.err)
					continue
				}
				require.Equal(t, exitFailed, r.code, command)
				require.Contains(t, r.err, "position 2", command)
				require.Contains(t, r.err, c.code, command)
			}
		})
	}
}
