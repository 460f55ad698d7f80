package engine_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// TestCheckpointsLeadOn: through any log, with any filter, window and
// multiplier, checkpoints grow, none is ahead of an event to come, and who
// resumes after one gets exactly what came behind it.
func TestCheckpointsLeadOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, err := engine.Open(t.Context(), engine.MemoryLog{}, engine.Options{})
		require.NoError(t, err)
		defer func() { _ = e.Close() }()
		for _, mine := range rapid.SliceOfN(rapid.Bool(), 1, 120).Draw(t, "mine") {
			stream := "other"
			if mine {
				stream = "mine"
			}
			_, err := e.Append(t.Context(), stream, engine.Any, []engine.Event{{ID: uuid.New()}})
			require.NoError(t, err)
		}
		filter, err := engine.NewFilter(engine.ByStream, []string{"mine"}, "")
		require.NoError(t, err)
		o := engine.AllOptions{Filter: &filter,
			Window:     rapid.Uint32Range(1, 50).Draw(t, "window"),
			Multiplier: rapid.Uint32Range(1, 3).Draw(t, "multiplier")}
		follow := func(after *engine.Position) (events []uint64, checkpoints map[engine.Position]int) {
			o.After = after
			s, err := e.SubscribeAll(o)
			require.NoError(t, err)
			defer s.Close()
			checkpoints = make(map[engine.Position]int)
			var last engine.Position
			for {
				step, err := s.Next(t.Context())
				require.NoError(t, err)
				switch step.Kind {
				case engine.StepEvent:
					events = append(events, step.Event.Event.Position)
				case engine.StepCheckpoint:
					if commit, _ := step.Position.Wire(); commit != math.MaxUint64 {
						require.GreaterOrEqual(t, step.Position.Commit, last.Commit)
						last = step.Position
						checkpoints[last] = len(events)
					}
				case engine.StepCaughtUp:
					return events, checkpoints
				}
			}
		}
		events, checkpoints := follow(nil)
		for at, sent := range checkpoints {
			rest, _ := follow(&at)
			require.Equal(t, fmt.Sprint(events[sent:]), fmt.Sprint(rest), "after %v", at)
		}
	})
}

// TestCheckpointsThatCannotBe: pages and intervals of nothing. An interval that
// has begun again at 0 fails when it would be due, behind the events of the
// page, and not where the page reaches the end.
func TestCheckpointsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		records            int
		window, multiplier uint32
		events             int
		want               error
	}{
		"a window of nothing":                {3, 0, 1, 0, engine.ErrNoInterval},
		"a window above the signed":          {3, 1 << 31, 1, 0, engine.ErrEndless},
		"an interval of 2^32, full page":     {32, 1 << 16, 1 << 16, 32, engine.ErrNoInterval},
		"an interval of 2^32, page to spare": {31, 1 << 16, 1 << 16, 31, nil},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			appendN(t, e, "s", c.records)
			s := subscribe(t, e, nil, "s", c.window, c.multiplier)
			require.Len(t, next(t, s, c.events), c.events)
			if c.want != nil {
				_, err := s.Next(t.Context())
				require.ErrorIs(t, err, c.want)
				return
			}
			require.Equal(t, []string{"checkpoint", "caught up"}, next(t, s, 2))
		})
	}
}

// TestLiveIntervals: beyond the signed numbers every record makes a checkpoint
// due, but for the interval that is -1.
func TestLiveIntervals(t *testing.T) {
	for name, c := range map[string]struct {
		window, multiplier uint32
		want               []string
	}{
		"0":      {0, 1, []string{"s 3", "checkpoint", "s 4", "checkpoint", "s 5"}},
		"2":      {2, 1, []string{"s 3", "s 4", "checkpoint", "s 5"}},
		"2^31-1": {1<<31 - 1, 1, []string{"s 3", "s 4", "s 5"}},
		"2^31":   {1 << 31, 1, []string{"s 3", "checkpoint", "s 4", "checkpoint", "s 5"}},
		"2^32-2": {1<<31 - 1, 2, []string{"s 3", "checkpoint", "s 4", "checkpoint", "s 5"}},
		"2^32-1": {1<<32 - 1, 1, []string{"s 3", "s 4", "s 5"}},
		"2^32":   {1 << 16, 1 << 16, []string{"s 3", "checkpoint", "s 4", "checkpoint", "s 5"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			appendN(t, e, "s", 3)
			s := subscribe(t, e, &engine.LogEnd, "s", c.window, c.multiplier)
			require.Equal(t, []string{"caught up"}, next(t, s, 1))
			appendN(t, e, "s", 3)
			require.Equal(t, c.want, next(t, s, len(c.want)))
		})
	}
}

// TestNoCheckpointOnTheLastPage: where the interval ends within the page that
// reaches the end of the log, the checkpoint stays at the last event.
func TestNoCheckpointOnTheLastPage(t *testing.T) {
	for name, c := range map[string]struct {
		others int // behind 32 events that match, which are a page
		page   bool
	}{
		"the interval ends in the last page":       {10, false},
		"the interval ends with the last page":     {8, false},
		"a page that is full is not the last page": {40, true},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			appendN(t, e, "mine", engine.PageSize)
			last := e.Head()
			appendN(t, e, "other", c.others)
			s := subscribe(t, e, nil, "mine", 40, 1)
			next(t, s, engine.PageSize)
			step, err := s.Next(t.Context())
			require.NoError(t, err)
			require.Equal(t, engine.StepCheckpoint, step.Kind)
			if c.page {
				require.Greater(t, step.Position.Commit, int64(last))
			} else {
				require.Equal(t, engine.At(last), step.Position)
			}
			require.Equal(t, []string{"caught up"}, next(t, s, 1))
		})
	}
}

// subscribe subscribes to the log, filtered by the beginning of streams' names.
func subscribe(t *testing.T, e *engine.Engine, after *engine.Position, prefix string, window, multiplier uint32) *engine.Subscription {
	t.Helper()
	filter, err := engine.NewFilter(engine.ByStream, []string{prefix}, "")
	require.NoError(t, err)
	s, err := e.SubscribeAll(engine.AllOptions{After: after, Filter: &filter, Window: window, Multiplier: multiplier})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}
