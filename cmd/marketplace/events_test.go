package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/store"

	"github.com/google/uuid"
)

func TestEventsOfTheWholeLog(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(ok(t, "events", "--json", "--store", small(t)), "\n"), "\n")
	types := map[string]int{}
	for i, line := range lines {
		var e struct {
			Position int
			Type     string
		}
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		require.Equal(t, i+1, e.Position)
		types[e.Type]++
	}
	require.Equal(t, 622-types["ImportLineRejected"], rejectedWithoutID(t), "every rejection that has an id is remembered")
	from := ok(t, "events", "--json", "--from", "100", "--store", small(t))
	require.Equal(t, strings.Join(lines[99:], "\n")+"\n", from)
	require.Empty(t, ok(t, "events", "--from", "18446744073709551615", "--store", small(t)))
}

func rejectedWithoutID(t *testing.T) (n int) {
	t.Helper()
	var report marketplace.ImportReport
	readJSON(t, histories+"/small.import.json", &report)
	for _, r := range report.Rejections {
		if r.ID == nil {
			n++
		}
	}
	return n
}

// What people wrote in the history shows nowhere unless it is asked for.
func TestPersonalTextIsHidden(t *testing.T) {
	script, err := os.ReadFile(histories + "/small.ndjson")
	require.NoError(t, err)
	var texts []string
	for _, line := range bytes.Split(script, []byte("\n")) {
		var c struct {
			CoverLetter string `json:"cover_letter"`
			Comment     string
			Message     string
		}
		if json.Unmarshal(line, &c) == nil {
			texts = append(texts, c.CoverLetter, c.Comment, c.Message)
		}
	}
	hidden := ok(t, "events", "--store", small(t)) + ok(t, "events", "--json", "--store", small(t))
	shown := ok(t, "events", "--json", "--show-text", "--store", small(t))
	found := 0
	for _, text := range texts {
		if len(text) < 12 {
			continue
		}
		require.NotContains(t, hidden, text)
		if strings.Contains(shown, text) {
			found++
		}
	}
	require.Positive(t, found)
	require.Contains(t, hidden, "[personal text]")
}

// signalled is an output that tells when it has got a text.
type signalled struct {
	mu   sync.Mutex
	text strings.Builder
	want string
	got  chan struct{}
}

func (s *signalled) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(p)
	if s.want != "" && strings.Contains(s.text.String(), s.want) {
		s.want = ""
		close(s.got)
	}
	return len(p), nil
}

// Following shows what is there, then what another process appends, and ends
// well when it is interrupted.
func TestFollow(t *testing.T) {
	url := newStore(t)
	ids := []uuid.UUID{uuid.New(), uuid.New()}
	m, err := open.Marketplace(t.Context(), url, marketplace.Options{})
	require.NoError(t, err)
	defer m.Close()
	do := func(c aggregate.Command) {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err)
	}
	do(aggregate.RegisterClient{Client: ids[0]})
	for _, args := range [][]string{{"events"}, {"events", "clientAccount-" + ids[1].String()}} {
		ctx, cancel := context.WithCancel(t.Context())
		last := "PaymentMethodVerified"
		out := &signalled{want: last, got: make(chan struct{})}
		done := make(chan int)
		go func() {
			done <- run(ctx, append(args, "--follow", "--store", url), nil, out, os.Stderr)
		}()
		do(aggregate.RegisterClient{Client: ids[1]})
		do(aggregate.VerifyPaymentMethod{Client: ids[1]})
		<-out.got
		cancel()
		require.Equal(t, exitDone, <-done)
		text := out.text.String()
		require.Equal(t, 1, strings.Count(text, last), text)
		if len(args) == 1 {
			require.Contains(t, text, ids[0].String())
		} else {
			require.NotContains(t, text, ids[0].String())
		}
		ids[0], ids[1] = uuid.New(), uuid.New()
	}
}

// An event that this program does not know stops the listing at its position.
func TestUndecodableEventStops(t *testing.T) {
	url := newStore(t)
	m, err := open.Marketplace(t.Context(), url, marketplace.Options{})
	require.NoError(t, err)
	_, err = m.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()})
	require.NoError(t, err)
	p, err := m.Registry().Encode(uuid.New(), event.Meta{Actor: event.ActorClient, CommandID: uuid.New(), CorrelationID: uuid.New(), CausationID: uuid.New()}, &event.ClientRegistered{})
	require.NoError(t, err)
	p.Type = "ClientTeleported"
	_, err = m.Store().Append(t.Context(), store.Write{Stream: event.ClientStream(uuid.New()), Expected: store.NoStream, Events: []event.Proposed{p}})
	require.NoError(t, err)
	require.NoError(t, m.Close())

	r := call(t, "events", "--store", url)
	require.Equal(t, exitFailed, r.code)
	require.Contains(t, r.out, "#1 ")
	require.Contains(t, r.err, "cannot decode ClientTeleported at position 2")
	fails(t, exitFailed, "cannot decode ClientTeleported at position 2", "stats", "--store", url)
	fails(t, exitFailed, "cannot decode ClientTeleported at position 2", "verify", "--store", url)
}
