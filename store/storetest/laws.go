package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

func (s *suite) lawCases() []namedCase {
	return []namedCase{
		{"concurrent appends and reads are linearizable", s.linearizable},
		{"behaves as the reference in random sequences", s.asReference},
	}
}

// An operation is one call as the checker of linearizability sees it. Events
// are named by small numbers.
type operation struct {
	kind     string // append, stream, all
	stream   string
	expected store.Expected
	events   []int
}

// An outcome is what a call answered. The log is a text like "a1 b2 a3 ".
type outcome struct {
	conflict bool
	revision uint64
	log      string
}

// sequentialLog is the store as it would be if one call came after the other.
// It is written from the interface's documentation, apart from package memory.
var sequentialLog = porcupine.Model{
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		log, op, out := state.(string), input.(operation), output.(outcome)
		own := ofStream(log, op.stream)
		switch op.kind {
		case "all":
			return out.log == log, log
		case "stream":
			return out.log == own, log
		}
		have := store.Expected(strings.Count(own, " ")) - 1
		written := ""
		for _, e := range op.events {
			written += fmt.Sprintf("%s%d ", op.stream, e)
		}
		if op.expected == store.Any || op.expected == have {
			right := !out.conflict && out.revision == uint64(have+store.Expected(len(op.events)))
			return right, log + written
		}
		records := strings.SplitAfter(own, " ")
		first := int(op.expected) + 1
		if first <= len(records) && strings.HasPrefix(strings.Join(records[first:], ""), written) {
			return !out.conflict && out.revision == uint64(first+len(op.events)-1), log
		}
		return out.conflict, log
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v -> %+v", input, output) },
}

func ofStream(log, stream string) string {
	var own strings.Builder
	for _, e := range strings.SplitAfter(log, " ") {
		if stream != "" && strings.HasPrefix(e, stream) {
			own.WriteString(e)
		}
	}
	return own.String()
}

// linearizable makes many short histories: how long the checker searches grows by
// powers with what goes on at once, and on a busy machine all of a history does.
func (s *suite) linearizable(t *testing.T) {
	for round := range 9 {
		h := &history{store: s.open(t), numbers: map[uuid.UUID]int{}, t: t}
		var wg sync.WaitGroup
		for client := range 6 {
			wg.Go(func() { h.client(client, round) })
		}
		wg.Wait()
		result, info := porcupine.CheckOperationsVerbose(sequentialLog, h.operations, Patience)
		if result != porcupine.Ok {
			require.Failf(t, "not linearizable", "%v: %v", result, info)
		}
	}
}

// A history is what concurrent clients did, with the order in which calls began
// and ended.
type history struct {
	store store.Store
	t     *testing.T

	mu         sync.Mutex
	clock      int64
	numbers    map[uuid.UUID]int
	operations []porcupine.Operation
}

func (h *history) tick() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock++
	return h.clock
}

// client calls the store 8 times: it races for revisions, writes whatever the
// revision, repeats its last write and reads.
func (h *history) client(id, round int) {
	ctx := h.t.Context()
	stream := string(rune('a' + (id+round)%2))
	believed := store.NoStream
	var last operation
	var lastEvents []event.Proposed
	lost := false // the last append was a conflict: what won must be there
	for i := range 8 {
		op, events := operation{kind: "append", stream: stream}, []event.Proposed(nil)
		turn := (i*5 + id*3 + round) % 7
		if lost {
			lost, turn = false, 4+i%2
		}
		switch turn {
		case 0, 1, 2:
			op.expected = believed
			events = Events(1 + i%2)
		case 3:
			op.expected = store.Any
			events = Events(1)
		case 4:
			op = operation{kind: "stream", stream: stream}
		case 5:
			op = operation{kind: "all"}
		case 6:
			if lastEvents == nil {
				continue
			}
			op, events = last, lastEvents
		}
		if op.kind == "append" {
			op.events = h.number(events)
			if op.expected != store.Any {
				last, lastEvents = op, events
			}
		}
		call := h.tick()
		out, err := h.call(ctx, op, events)
		end := h.tick()
		if err != nil {
			h.t.Error(err)
			return
		}
		lost = out.conflict
		if op.kind == "append" && !out.conflict {
			believed = store.Exact(out.revision)
		} else if op.kind == "stream" {
			believed = store.Expected(strings.Count(out.log, " ")) - 1
		}
		h.mu.Lock()
		h.operations = append(h.operations, porcupine.Operation{ClientId: id, Input: op, Call: call, Output: out, Return: end})
		h.mu.Unlock()
	}
}

func (h *history) number(events []event.Proposed) []int {
	h.mu.Lock()
	defer h.mu.Unlock()
	numbers := make([]int, len(events))
	for i, e := range events {
		if h.numbers[e.ID] == 0 {
			h.numbers[e.ID] = len(h.numbers) + 1
		}
		numbers[i] = h.numbers[e.ID]
	}
	return numbers
}

func (h *history) call(ctx context.Context, op operation, events []event.Proposed) (outcome, error) {
	if op.kind == "append" {
		done, err := h.store.Append(ctx, store.Write{Stream: op.stream, Expected: op.expected, Events: slices.Clone(events)})
		if errors.Is(err, store.ErrConflict) {
			return outcome{conflict: true}, nil
		}
		return outcome{revision: done.Revision}, err
	}
	read := h.store.ReadAll(ctx, store.Span{})
	if op.kind == "stream" {
		read = h.store.ReadStream(ctx, op.stream, 0)
	}
	records, err := collect(read)
	if err != nil && !errors.Is(err, store.ErrStreamNotFound) {
		return outcome{}, err
	}
	var log strings.Builder
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range records {
		fmt.Fprintf(&log, "%s%d ", r.Stream, h.numbers[r.ID])
	}
	return outcome{log: log.String()}, nil
}
