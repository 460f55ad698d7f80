package competing_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// world is a group with consumers who come, go and do as they like.
type world struct {
	t         *rapid.T
	e         *engine.Engine
	r         *competing.Registry
	consumers []*competing.Consumer
	rooms     []int
	had       map[*competing.Consumer][]competing.Delivery // and not answered
	written   int
	done      map[uint64]int // how often a revision was finished
}

// TestLaws: whatever consumers do, each event is finished once, what they have
// and their room add up, and in the end the checkpoint stands at the last event
// or, where events overtake others, at what was given last.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e, r := start(t)
		defer r.Close()
		s := defaults()
		s.Strategy = rapid.SampledFrom([]competing.Strategy{competing.RoundRobin, competing.DispatchToSingle,
			competing.Pinned, competing.PinnedByCorrelation}).Draw(rt, "strategy")
		s.MaxRetryCount = rapid.IntRange(0, 3).Draw(rt, "retries")
		s.Buffer = rapid.IntRange(2, 6).Draw(rt, "buffer")
		s.ReadBatch = rapid.IntRange(1, s.Buffer-1).Draw(rt, "batch")
		s.LiveBuffer = rapid.IntRange(1, 6).Draw(rt, "live")
		require.NoError(rt, r.Create(key, s))
		w := &world{t: rt, e: e, r: r, had: make(map[*competing.Consumer][]competing.Delivery), done: make(map[uint64]int)}
		rt.Repeat(map[string]func(*rapid.T){
			"append": w.append,
			"join":   w.join,
			"leave":  w.leave,
			"answer": w.answer,
			"":       w.adds,
		})
		w.finish()
	})
}

func (w *world) append(t *rapid.T) {
	for range rapid.IntRange(1, 5).Draw(t, "events") {
		metadata := fmt.Appendf(nil, `{"$correlationId":"%d"}`, rapid.IntRange(0, 3).Draw(t, "correlation"))
		_, err := w.e.Append(context.Background(), "s", engine.Any, []engine.Event{{ID: uuid.New(), Type: "Tested", Metadata: metadata}})
		require.NoError(t, err)
		w.written++
	}
}

func (w *world) join(t *rapid.T) {
	room := rapid.IntRange(1, 4).Draw(t, "room")
	c, err := w.r.Connect(key, room, competing.Peer{})
	require.NoError(t, err)
	w.consumers, w.rooms = append(w.consumers, c), append(w.rooms, room)
}

func (w *world) leave(t *rapid.T) {
	if len(w.consumers) == 0 {
		t.Skip("nobody is there")
	}
	w.consumers[0].Close()
	delete(w.had, w.consumers[0])
	w.consumers, w.rooms = w.consumers[1:], w.rooms[1:]
}

// answer takes what there is for a consumer and answers some of it.
func (w *world) answer(t *rapid.T) {
	if len(w.consumers) == 0 {
		t.Skip("nobody is there")
	}
	c := rapid.SampledFrom(w.consumers).Draw(t, "consumer")
	w.receive(c)
	for len(w.had[c]) > 0 && rapid.Bool().Draw(t, "another") {
		d := w.had[c][0]
		w.had[c] = w.had[c][1:]
		id, revision := d.Event.Original().ID, d.Event.Original().Revision
		switch a := rapid.SampledFrom([]competing.Action{competing.Retry, competing.Park, competing.Skip, competing.Stop}).Draw(t, "action"); {
		case rapid.Bool().Draw(t, "acknowledged"):
			c.Ack(id)
			w.done[revision]++
		default:
			info := w.info()
			c.Nack(a, "", id)
			if a != competing.Retry || d.Retries >= info.Settings.MaxRetryCount {
				w.done[revision]++
			}
		}
	}
}

// receive takes what there is for a consumer.
func (w *world) receive(c *competing.Consumer) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for d, err := c.Next(ctx); err == nil; d, err = c.Next(ctx) {
		w.had[c] = append(w.had[c], d)
	}
}

func (w *world) info() competing.Info {
	info, err := w.r.Info(key)
	require.NoError(w.t, err)
	return info
}

func (w *world) adds(t *rapid.T) {
	info := w.info()
	require.Equal(t, info.Outstanding, info.InFlight)
	require.Len(t, info.Connections, len(w.rooms))
	for i, c := range info.Connections {
		require.Equal(t, w.rooms[i], c.Free+c.InFlight)
	}
	for revision, n := range w.done {
		require.Equal(t, 1, n, "revision %d", revision)
	}
}

// finish acknowledges everything.
func (w *world) finish() {
	for len(w.consumers) > 0 {
		w.leave(w.t)
	}
	c, err := w.r.Connect(key, 3, competing.Peer{})
	require.NoError(w.t, err)
	for len(w.done) < w.written {
		w.receive(c)
		require.NotEmpty(w.t, w.had[c], "%d of %d are done", len(w.done), w.written)
		for _, d := range w.had[c] {
			c.Ack(d.Event.Original().ID)
			w.done[d.Event.Original().Revision]++
		}
		w.had[c] = nil
	}
	for revision := range w.written {
		require.Equal(w.t, 1, w.done[uint64(revision)], "revision %d", revision)
	}
	strategy := w.info().Settings.Strategy
	if w.written > 0 && (strategy == competing.RoundRobin || strategy == competing.DispatchToSingle) {
		require.Equal(w.t, fmt.Sprint(w.written-1), w.info().Checkpoint)
	}
}
