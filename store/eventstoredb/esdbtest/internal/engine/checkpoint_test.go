package engine_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
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

// TestCheckpointsThatCannotBe: pages and intervals of nothing.
func TestCheckpointsThatCannotBe(t *testing.T) {
	e := open(t)
	appendN(t, e, "s", 3)
	filter, err := engine.NewFilter(engine.ByStream, []string{"s"}, "")
	require.NoError(t, err)
	for _, c := range []struct {
		window, multiplier uint32
		want               error
	}{{0, 1, engine.ErrNoInterval}, {1 << 16, 1 << 16, engine.ErrNoInterval}, {1 << 31, 1, engine.ErrEndless}} {
		o := engine.AllOptions{Filter: &filter, Window: c.window, Multiplier: c.multiplier}
		s, err := e.SubscribeAll(o)
		require.NoError(t, err)
		_, err = s.Next(t.Context())
		require.ErrorIs(t, err, c.want)
		s.Close()
	}
	o := engine.AllOptions{After: &engine.LogEnd, Filter: &filter, Window: 0, Multiplier: 1}
	s, err := e.SubscribeAll(o)
	require.NoError(t, err)
	defer s.Close()
	appendN(t, e, "s", 2)
	require.Equal(t, []string{"caught up", "s 3", "checkpoint", "s 4", "checkpoint"}, next(t, s, 5))
}
