package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"regexp"
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
	require.Equal(t, 984-types["ImportLineRejected"], rejectedWithoutID(t), "every rejection that has an id of its own is remembered")
	from := ok(t, "events", "--json", "--from", "100", "--store", small(t))
	require.Equal(t, strings.Join(lines[99:], "\n")+"\n", from)
	require.Empty(t, ok(t, "events", "--from", "18446744073709551615", "--store", small(t)))
}

func rejectedWithoutID(t *testing.T) (n int) {
	t.Helper()
	var report marketplace.ImportReport
	readJSON(t, histories+"/small.import.json", &report)
	for _, r := range report.Rejections {
		if r.ID == nil || r.Code == aggregate.IDReused {
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

// lines are the events as they are listed, each with the fields that a filter reads.
func listed(t *testing.T, args ...string) (list []listedEvent) {
	t.Helper()
	text := ok(t, append([]string{"events", "--json", "--store", small(t)}, args...)...)
	for line := range strings.Lines(text) {
		var e listedEvent
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		list = append(list, e)
	}
	return list
}

type listedEvent struct {
	Position            uint64
	Stream, Type, Actor string
	OccurredAt          string `json:"occurred_at"`
	Data                struct{ Client, Freelancer string }
}

// Filters show those of all events that they say, in their order.
func TestEventFilters(t *testing.T) {
	all := listed(t)
	about := map[string]bool{}
	for _, e := range all { // what the filter does with bytes, done with fields
		if e.Data.Freelancer == busiest && !strings.HasPrefix(e.Stream, "client") {
			about[e.Stream] = true
		}
	}
	for name, test := range map[string]struct {
		args  string
		shown func(listedEvent) bool
	}{
		"type": {"--type InviteSent", func(e listedEvent) bool { return e.Type == "InviteSent" }},
		"types": {"--type InviteSent,InviteAccepted --type ContractEnded", func(e listedEvent) bool {
			return e.Type == "InviteSent" || e.Type == "InviteAccepted" || e.Type == "ContractEnded"
		}},
		"since a day": {"--since 2017-01-02", func(e listedEvent) bool { return e.OccurredAt >= "2017-01-02T00:00:00Z" }},
		"until a day": {"--until 2017-01-02", func(e listedEvent) bool { return e.OccurredAt <= "2017-01-02T23:59:59Z" }},
		"a moment": {"--since 2017-01-02T10:00:00Z --until 2017-02-02T10:00:00Z", func(e listedEvent) bool {
			return e.OccurredAt >= "2017-01-02T10:00:00Z" && e.OccurredAt <= "2017-02-02T10:00:00Z"
		}},
		"actor": {"--actor timer", func(e listedEvent) bool { return e.Actor == "timer" }},
		"account": {"--account " + busiest, func(e listedEvent) bool {
			return about[e.Stream] || e.Data.Freelancer == busiest || strings.HasPrefix(e.Stream, "workWeek-") && about["contract-"+e.Stream[9:45]] || e.Stream == "freelancerAccount-"+busiest
		}},
		"account, from": {"--from 1500 --account " + busiest, func(e listedEvent) bool {
			return e.Position >= 1500 && (about[e.Stream] || e.Data.Freelancer == busiest || strings.HasPrefix(e.Stream, "workWeek-") && about["contract-"+e.Stream[9:45]] || e.Stream == "freelancerAccount-"+busiest)
		}},
		"all together": {"--type ContractStarted --since 2016-06-01 --actor platform --account " + busiest, func(e listedEvent) bool {
			return e.Type == "ContractStarted" && e.OccurredAt >= "2016-06-01" && e.Actor == "platform" && about[e.Stream]
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var want []listedEvent
			for _, e := range all {
				if test.shown(e) {
					want = append(want, e)
				}
			}
			if name != "all together" {
				require.NotEmpty(t, want)
			}
			require.Less(t, len(want), len(all))
			require.Equal(t, want, listed(t, strings.Fields(test.args)...))
		})
	}
	require.Equal(t, listed(t, "contract-"+contract, "--type", "ContractEnded"), listed(t, "--type", "ContractEnded", "contract-"+contract))
	require.Len(t, listed(t, "contract-"+contract, "--type", "ContractEnded", "--from", "1", "--account", listed(t, contract)[0].Data.Client), 1)
	for words, args := range map[string]string{
		"there is no such event": "--type Sung", "known are client, freelancer": "--actor judge", "is before --since": "--since 2017-01-02 --until 2017-01-01", "not an id": "--account 7",
	} {
		fails(t, exitUsage, words, append([]string{"events", "--store", small(t)}, strings.Fields(args)...)...)
	}
}

// An id alone finds its account, both where it is a client's and a freelancer's, or
// the other thing that has it.
func TestEventsOfAnID(t *testing.T) {
	require.Equal(t, listed(t, "freelancerAccount-"+freelancer), listed(t, freelancer))
	require.Equal(t, listed(t, "clientAccount-"+client), listed(t, strings.ToUpper(client)))
	require.Equal(t, listed(t, "contract-"+contract, "--from", "3"), listed(t, contract, "--from", "3"))
	require.Equal(t, listed(t, "invite-"+invite), listed(t, invite))
	fails(t, exitNotFound, "no account, contract, job, proposal or invite has the id "+someCommand, "events", someCommand, "--store", small(t))

	url := newStore(t)
	for _, args := range []string{
		"RegisterClient --client", "RegisterFreelancer --freelancer", "VerifyPaymentMethod --client", "VerifyIdentity --freelancer", "LosePaymentMethod --client",
	} {
		ok(t, append([]string{"do", "--store", url}, append(strings.Fields(args), someClient)...)...)
	}
	ok(t, "do", "RegisterClient", "--client", someFreelancer, "--store", url)
	both := ok(t, "events", someClient, "--store", url)
	require.Equal(t, []string{"#1", "#2", "#3", "#4", "#5"}, regexp.MustCompile(`(?m)^#\d+`).FindAllString(both, -1))
	require.NotContains(t, ok(t, "events", someClient, "--store", url, "--from", "4"), "#3")
}
