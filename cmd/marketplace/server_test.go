package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
)

// numbering says which event of its log is at a position, so that what is said of
// two logs can be compared.
type numbering map[event.Position]int

func numberingOf(t *testing.T, url string) numbering {
	t.Helper()
	s, err := open.Store(t.Context(), url, true)
	require.NoError(t, err)
	defer s.Close()
	n := numbering{}
	for rec, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		n[rec.Position] = len(n) + 1
	}
	return n
}

var (
	shownPosition = regexp.MustCompile(`(#|"position": ?|position |/events/)(\d+)`)
	recordedAt    = regexp.MustCompile(`"recorded_at": ?"[^"]*"`)
	columns       = regexp.MustCompile(`  +`) // which are as wide as their longest number
)

// of is a text with the numbers of events in the place of their positions, and
// without the times when a log took them.
func (n numbering) of(t *testing.T, text string) string {
	text = columns.ReplaceAllString(recordedAt.ReplaceAllString(text, `"recorded_at":""`), "  ")
	return shownPosition.ReplaceAllStringFunc(text, func(found string) string {
		parts := shownPosition.FindStringSubmatch(found)
		var p event.Position
		_, err := fmt.Sscan(parts[2], &p)
		require.NoError(t, err)
		number, known := n[p]
		require.True(t, known || p == 0, found)
		return parts[1] + fmt.Sprint(number)
	})
}

// imported is the URL of a server's database with the small history in it.
func imported(t *testing.T) string {
	t.Helper()
	url := esdbtest.Start(t).ConnectionString()
	require.Equal(t, exitDone, call(t, "import", histories+"/small.ndjson", "--store", url).code)
	return url
}

// ofTheImport is what two imports of one script do not have in common: the keys of
// rejected lines' digests, those digests, and the clock of what was rejected as of the
// future.
var ofTheImport = regexp.MustCompile(`key +[0-9a-f-]{36}|"key":"[0-9a-f-]{36}"|20[2-9][0-9]-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z`)

// TestCommandsOnAServer: every command that reads says of a log in EventStoreDB,
// where positions are names, what it says of the same log in SQLite.
func TestCommandsOnAServer(t *testing.T) {
	skipShort(t)
	file, server := small(t), imported(t)
	inFile, onServer := numberingOf(t, file), numberingOf(t, server)
	require.Len(t, onServer, len(inFile))
	same := func(t *testing.T, args ...string) {
		t.Helper()
		want := inFile.of(t, ok(t, append(args, "--store", file)...))
		have := onServer.of(t, ok(t, append(args, "--store", server)...))
		named := strings.NewReplacer(shellWord(server), "URL", server, "URL", file, "URL")
		require.Equal(t, ofTheImport.ReplaceAllString(named.Replace(want), ""), ofTheImport.ReplaceAllString(named.Replace(have), ""), args)
	}
	for _, question := range []string{
		"stats", "stats --json", "stats --limit 0 --policy 2015", "stats --freelancer " + freelancer, "stats --client " + client + " --json",
		"my-stats " + freelancer, "client " + client, "search", "search --json", "figures", "figures --json",
		"explain job-success " + freelancer, "explain job-success " + freelancer + " --policy 2015 --json", "explain responsiveness " + freelancer,
		"explain dispute-rate", "explain dispute-rate --all", "explain work " + freelancer, "explain funnel", "explain funnel " + freelancer,
		"explain badges " + freelancer, "explain client " + client, "explain week 2017-W05 --json",
	} {
		t.Run(question, func(t *testing.T) { same(t, append(strings.Fields(question), "--as-of", moment)...) })
	}
	t.Run("stats as of now", func(t *testing.T) {
		require.Contains(t, ok(t, "stats", "--store", server), "newest event is of 2018-")
	})
	t.Run("events", func(t *testing.T) {
		same(t, "events")
		same(t, "events", "--json", "--show-text")
		same(t, "events", "contract-"+contract)
		same(t, "events", "contract-"+contract, "--from", "2", "--json")
	})
	t.Run("verify", func(t *testing.T) { same(t, "verify") })
	t.Run("archive", func(t *testing.T) { archiveOf(t, server, onServer) })
	t.Run("read model", func(t *testing.T) { readModelOf(t, server) })
	t.Run("serve", func(t *testing.T) {
		a, b := serving(t, "--store", file), serving(t, "--store", server)
		for _, path := range []string{
			"?as_of=2017-04-30", "", "freelancers/" + freelancer + "/job-success?as_of=2017-04-30", "clients/" + client + "?as_of=2017-04-30",
			"weeks?as_of=2017-04-30", "search?as_of=2017-04-30", "dispute-rate?as_of=2017-04-30",
		} {
			at := regexp.MustCompile(`datetime="[^"]*">[^<]*<`) // as of now
			require.Equal(t, at.ReplaceAllString(inFile.of(t, page(t, a+path)), ""), at.ReplaceAllString(onServer.of(t, page(t, b+path)), ""), path)
		}
		for p := range onServer {
			require.Contains(t, page(t, fmt.Sprintf("%sevents/%d", b, p)), "revision")
			break
		}
	})
}

// archiveOf exports a log twice, restores it, and compares.
func archiveOf(t *testing.T, url string, n numbering) {
	dir := filepath.Join(t.TempDir(), "archive")
	require.Contains(t, ok(t, "export", dir, "--store", url), fmt.Sprintf("%s events added; ", "4,787"))
	require.Contains(t, ok(t, "export", dir, "--store", url), "0 events added; ", "to the same archive, once more")
	require.Contains(t, ok(t, "verify", dir), "all as written")
	asOf := []string{"stats", "--json", "--as-of", moment, "--store"}
	want := ok(t, append(asOf, url)...)
	require.Equal(t, want, ok(t, append(asOf, "archive:"+dir)...))
	require.Equal(t, ok(t, "export", "--ndjson", "-", "--store", url), ok(t, "export", "--ndjson", "-", "--store", "archive:"+dir))

	for _, into := range []string{newStore(t), esdbtest.Start(t).ConnectionString()} {
		require.Contains(t, ok(t, "restore", dir, "--store", into), "all as in the archive")
		require.Equal(t, want, ok(t, append(asOf, into)...))
		require.Equal(t, n.of(t, ok(t, "events", "--json", "--store", url)), numberingOf(t, into).of(t, ok(t, "events", "--json", "--store", into)))
	}
	// It begins with the same event, but elsewhere: the archive is not of this one.
	moved := newStore(t)
	require.Contains(t, ok(t, "restore", dir, "--store", moved), "all as in the archive")
	fails(t, exitFailed, "export to a new folder", "export", dir, "--store", moved)
}

// readModelOf makes a read model of a log by following it and by rebuilding it.
func readModelOf(t *testing.T, url string) {
	to := "sqlite://" + filepath.Join(t.TempDir(), "model.db")
	require.Contains(t, ok(t, "rebuild", "--store", url, "--to", to), "version 1 is live")
	require.Contains(t, ok(t, "follow", "--once", "--store", url, "--read-model", to), ": 0 events folded")
	require.Contains(t, ok(t, "rebuild", "--store", url, "--to", to), "versions 1 and 2 say the same of ")
	followed := "sqlite://" + filepath.Join(t.TempDir(), "model.db")
	require.Contains(t, ok(t, "follow", "--once", "--store", url, "--read-model", followed), ": 4,787 events folded")
	want := ok(t, "stats", "--json", "--as-of", moment, "--store", url)
	for _, model := range []string{to, followed} {
		require.Equal(t, want, ok(t, "stats", "--json", "--as-of", moment, "--read-model", model))
		// A read model knows its log.
		r := call(t, "follow", "--once", "--store", small(t), "--read-model", model)
		require.Equal(t, exitFailed, r.code)
		require.Contains(t, r.err, "rebuild --yes")
	}
}

// TestEventsFromAnyNumber: --from is compared with positions and is none itself,
// on every kind of log, followed or not.
func TestEventsFromAnyNumber(t *testing.T) {
	archived := filepath.Join(t.TempDir(), "archive")
	ok(t, "export", archived, "--store", small(t))
	for name, url := range map[string]string{"SQLite": small(t), "EventStoreDB": imported(t), "archive": "archive:" + archived} {
		t.Run(name, func(t *testing.T) {
			var positions []event.Position
			lines := strings.SplitAfter(ok(t, "events", "--json", "--store", url), "\n")
			lines = lines[:len(lines)-1]
			for _, line := range lines {
				var e struct{ Position event.Position }
				require.NoError(t, json.Unmarshal([]byte(line), &e))
				positions = append(positions, e.Position)
			}
			last := len(lines) - 1
			for from, first := range map[event.Position]int{
				0: 0, 1: 0, positions[0]: 0, positions[0] + 1: 1, positions[99]: 99, positions[99] - 1: 99 - at(positions[98] == positions[99]-1),
				positions[99] + 1: 100, positions[last]: last, positions[last] + 1: last + 1, 1<<64 - 1: last + 1,
			} {
				args := []string{"events", "--json", "--from", fmt.Sprint(from), "--store", url}
				want := strings.Join(lines[first:], "")
				require.Equal(t, want, ok(t, args...), "from %d", from)
				if first > last {
					continue
				}
				ctx, cancel := context.WithCancel(t.Context())
				out := &signalled{want: lines[last], got: make(chan struct{})}
				done := make(chan int)
				go func() { done <- run(ctx, append(args, "--follow"), nil, out, t.Output()) }()
				<-out.got
				cancel()
				require.Equal(t, exitDone, <-done)
				require.Equal(t, want, out.text.String(), "followed from %d", from)
			}
		})
	}
}

func at(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestFollowsAnEmptyServer: a read model, a listing and the processes that began
// to follow a new, empty database get what comes to it.
func TestFollowsAnEmptyServer(t *testing.T) {
	skipShort(t)
	url := esdbtest.Start(t).ConnectionString()
	model := "sqlite://" + filepath.Join(t.TempDir(), "model.db")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m, err := open.ReadModel(t.Context(), model, false, readmodel.Options{})
	require.NoError(t, err)
	defer m.Close()
	_, err = m.Ensure(t.Context())
	require.NoError(t, err)
	listed := &signalled{want: "PaymentMethodVerified", got: make(chan struct{})}
	ended := make(chan result, 3)
	go func() { ended <- callWith(ctx, nil, "follow", "--store", url, "--read-model", model) }()
	go func() { ended <- callWith(ctx, nil, "run", "--store", url) }()
	go func() {
		code := run(ctx, []string{"events", "--follow", "--store", url}, nil, listed, t.Output())
		ended <- result{code: code}
	}()
	for held := false; !held; { // by the runner, which is about to follow then
		lease, err := m.Database().Lease(t.Context(), "runner-1-0")
		if held = errors.Is(err, readmodel.ErrLeased); !held {
			require.NoError(t, err)
			require.NoError(t, lease.Release())
		}
	}

	one := write(t, filepath.Join(t.TempDir(), "one.ndjson"),
		`{"id":"11111111-7aa6-440d-8800-7596a28f5b37","at":"2016-01-04T09:00:00Z","cmd":"RegisterClient","client":"`+client+`"}
{"id":"21111111-7aa6-440d-8800-7596a28f5b37","at":"2016-01-04T09:00:00Z","cmd":"VerifyPaymentMethod","client":"`+client+`"}`)
	require.Equal(t, exitDone, call(t, "import", one, "--store", url).code)
	s, err := open.Store(t.Context(), url, true)
	require.NoError(t, err)
	defer s.Close()
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	<-listed.got
	require.NoError(t, m.WaitFor(t.Context(), head))
	cancel()
	for range 3 {
		r := <-ended
		require.Contains(t, []int{exitDone, exitFailed}, r.code, r.err)
		if r.code == exitFailed {
			require.Contains(t, r.err, "interrupted")
		}
	}
	require.Equal(t, ok(t, "stats", "--json", "--as-of", moment, "--store", url), ok(t, "stats", "--json", "--as-of", moment, "--read-model", model))
}

func types(t *testing.T, url string) string {
	var b strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(ok(t, "events", "--json", "--store", url)), "\n") {
		var e struct {
			Position event.Position
			Type     string
		}
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		fmt.Fprintf(&b, "#%d %s\n", e.Position, e.Type)
	}
	return b.String()
}

// TestRunOnAServer: what a history has left open is done on a server as in a file.
func TestRunOnAServer(t *testing.T) {
	skipShort(t)
	server, file := imported(t), newStore(t)
	importScript(t, histories+"/small.ndjson", "--store", file)
	for range 2 { // the second time there is nothing left to do
		require.Equal(t, ok(t, "run", "--once", "--store", file), ok(t, "run", "--once", "--store", server))
	}
	require.Equal(t, numberingOf(t, file).of(t, types(t, file)), numberingOf(t, server).of(t, types(t, server)))
	asOf := event.At(time.Now()).String()
	require.Equal(t, ok(t, "stats", "--json", "--as-of", asOf, "--store", file), ok(t, "stats", "--json", "--as-of", asOf, "--store", server))
}
