package competing

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// TestHash: the values were calculated by a second implementation, from the
// description of EventStoreDB's.
func TestHash(t *testing.T) {
	for text, want := range map[string]uint32{
		"":              46947589,
		"a":             3839613558,
		"ab":            421170331,
		"abc":           3467777104,
		"abcdefg":       3802179457,
		"abcdefgh":      1742952702,
		"order-0000001": 3185109579,
		"a stream with ü and \U0001F600 in its name": 286491935,
	} {
		require.Equal(t, want, hash(text), text)
	}
}

func TestCorrelation(t *testing.T) {
	for metadata, want := range map[string]string{
		``:                                     "s",
		`{}`:                                   "s",
		`"text"`:                               "s",
		`{"$correlationId":"one"}`:             "one",
		`{"$correlationId":""}`:                "",
		`{"a":"$correlationId","b":"one"}`:     "s",
		`{"a":[1,"x"],"$correlationId":"one"}`: "one",
		`{"$correlationId":1,"$correlationId":"two"}`:   "two",
		`{"a":{"$correlationId":"inner"}}`:              "inner",
		`{"a":{"b":1},"$correlationId":"behind"}`:       "s", // the first object has ended
		`[{"$correlationId":"one"}]`:                    "one",
		`{"$CorrelationId":"other letters"}`:            "s",
		`{"$correlationId":["$correlationId","x","y"]}`: "s",
		`{"$correlationId":"one","broken`:               "one",
		`{"a":1,broken`:                                 "?",
		`no JSON`:                                       "?",
	} {
		got, ok := correlation(&message{resolved: engine.Resolved{Event: &engine.Record{
			Event: engine.Event{Metadata: []byte(metadata)}, Stream: "s"}}})
		if !ok {
			got = "?"
		}
		require.Equal(t, want, got, metadata)
	}
}

func TestSourceStream(t *testing.T) {
	link := func(data string) *engine.Record {
		return &engine.Record{Event: engine.Event{Type: engine.LinkType, Data: []byte(data)}, Stream: "links"}
	}
	for want, of := range map[string]engine.Resolved{
		"s":        {Event: &engine.Record{Stream: "s"}},
		"target":   {Event: &engine.Record{Stream: "target"}, Link: link("0@elsewhere")},
		"gone@too": {Link: link("0@gone@too")},
		"nonsense": {Link: link("nonsense")},
	} {
		got, ok := sourceStream(&message{resolved: of})
		require.True(t, ok)
		require.Equal(t, want, got)
	}
}

// pinnedMessage is a message of a stream.
func pinnedMessage(stream int) *message {
	return &message{resolved: engine.Resolved{Event: &engine.Record{
		Event: engine.Event{ID: uuid.New()}, Stream: fmt.Sprintf("s-%d", stream)}}}
}

func pinnedConsumer(room int) *Consumer {
	return &Consumer{room: room, free: room, unconfirmed: make(map[uuid.UUID]*message), wake: make(chan struct{}, 1)}
}

// TestPinnedLaws: as long as nobody comes or goes, a stream's events go to one
// consumer; buckets are shared fairly among those who join; and no bucket is
// counted twice.
func TestPinnedLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newPinned(sourceStream)
		var present []*Consumer
		owners := make(map[int]*Consumer) // since somebody came or went
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				c := pinnedConsumer(rapid.IntRange(1, 5).Draw(t, "room"))
				present = append(present, c)
				s.joined(c)
				clear(owners)
				share := s.share()
				for _, m := range s.members {
					if !m.gone && m.Consumer != c {
						require.LessOrEqual(t, m.buckets, share)
					}
				}
			case 1:
				if len(present) > 0 {
					s.left(present[0])
					present = present[1:]
					clear(owners)
				}
			default:
				stream := rapid.IntRange(0, 20).Draw(t, "stream")
				m := pinnedMessage(stream)
				if s.offer(m) != sent {
					continue
				}
				for _, c := range present {
					if _, has := c.unconfirmed[m.id()]; !has {
						continue
					}
					if owner := owners[stream]; owner != nil {
						require.Same(t, owner, c)
					}
					owners[stream] = c
					if rapid.Bool().Draw(t, "confirmed") {
						s.confirmed(c, c.confirm(m.id()))
					}
				}
			}
			counted := make(map[*member]int)
			for i := range s.buckets {
				if owner := s.buckets[i].owner; owner != nil {
					counted[owner]++
				}
			}
			for _, m := range s.members {
				require.Equal(t, counted[m], m.buckets)
			}
		}
	})
}

// TestPinnedMoves: who joins is given buckets with nothing in flight first.
func TestPinnedMoves(t *testing.T) {
	s := newPinned(sourceStream)
	a := pinnedConsumer(10)
	s.joined(a)
	busy, idle := pinnedMessage(1), pinnedMessage(2)
	require.Equal(t, sent, s.offer(busy))
	require.Equal(t, sent, s.offer(idle))
	s.confirmed(a, a.confirm(idle.id()))
	b := pinnedConsumer(10)
	s.joined(b)
	require.Equal(t, sent, s.offer(pinnedMessage(1)))
	require.Equal(t, sent, s.offer(pinnedMessage(2)))
	require.Len(t, a.unconfirmed, 2)
	require.Len(t, b.unconfirmed, 1)
	s.left(a)
	require.Equal(t, sent, s.offer(pinnedMessage(1)))
	require.Len(t, b.unconfirmed, 2, "what nobody has is assigned again")
}
