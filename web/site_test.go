package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/examples/history"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
	"github.com/marketcore/marketplace/web"
)

// The small history, and a moment in the middle of it.
const (
	moment     = "2017-04-30T12:00:00Z"
	freelancer = "6039f32f-40ac-4b38-ab29-c05fb48f5f2f"
	client     = "0e111600-0452-4a7c-bd2b-d371fc80be13"
	busiest    = "4982dfd8-ab84-40db-bad8-2699365d0f58" // with invites
	contract   = "9d9c01a5-ac77-4c6d-b753-11f4d0f4327e"
	nobody     = "01234567-89ab-cdef-0123-456789abcdef"
)

// market and hiring are the small history and the one of hiring, for tests that only read.
var (
	market = sync.OnceValues(func() (*marketplace.Marketplace, error) { return imported(history.Small) })
	hiring = sync.OnceValues(func() (*marketplace.Marketplace, error) { return imported(history.Hiring) })
)

func imported(name string) (*marketplace.Marketplace, error) {
	m, err := onNames()
	if err != nil {
		return nil, err
	}
	f, err := history.Files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	script := io.Reader(f)
	if strings.HasSuffix(name, ".zst") {
		unpacked, err := zstd.NewReader(f)
		if err != nil {
			return nil, err
		}
		defer unpacked.Close()
		script = unpacked
	}
	_, err = m.Import(context.Background(), script, marketplace.ImportOptions{})
	return m, err
}

// onNames is a marketplace on an empty log, whose positions are names as
// EventStoreDB's are.
func onNames() (*marketplace.Marketplace, error) {
	return marketplace.New(storetest.Strict(memory.New(), 6), marketplace.Options{})
}

func small(t testing.TB) *marketplace.Marketplace {
	t.Helper()
	m, err := market()
	require.NoError(t, err)
	return m
}

// firstEvent is the page of the small history's first event.
func firstEvent(t testing.TB) string {
	t.Helper()
	for rec, err := range small(t).Store().ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		return fmt.Sprintf("/events/%d", rec.Position)
	}
	t.Fatal("there is none")
	return ""
}

// site is the pages of the small history, with its events.
func site(t testing.TB) http.Handler { return handler(t, web.Options{Log: small(t).Store()}) }

func handler(t testing.TB, o web.Options) http.Handler {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	}
	h, err := web.NewHandler(small(t).Questions, o)
	require.NoError(t, err)
	return h
}

func get(h http.Handler, address string) *httptest.ResponseRecorder {
	return send(h, http.MethodGet, address)
}

func send(h http.Handler, method, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, address, nil))
	return w
}

// document is a page that must be there.
func document(t *testing.T, h http.Handler, address string) *html.Node {
	t.Helper()
	w := get(h, address)
	require.Equal(t, http.StatusOK, w.Code, "%s\n%s", address, w.Body)
	return parsed(t, w.Body.String())
}

func parsed(t *testing.T, text string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	require.NoError(t, err)
	return doc
}

// words is the text of a node, with single spaces.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func elements(n *html.Node, name string) (found []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name {
			found = append(found, d)
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// report is one that the history comes with, computed by another implementation.
func report(t *testing.T, name string) *statistics.Report {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "examples", "history", name))
	require.NoError(t, err)
	var r statistics.Report
	require.NoError(t, json.Unmarshal(text, &r))
	return &r
}

func id(text string) uuid.UUID { return uuid.MustParse(text) }

func at(text string) event.Time { return event.MustParseTime(text) }

func logger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
