package readmodel

import (
	"context"
	"errors"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/backoff"
)

// looks are the pauses between two looks at the checkpoints.
var looks = backoff.Backoff{First: 5 * time.Millisecond, Last: 200 * time.Millisecond}

// WaitFor returns when every event up to the position is in the tables of the
// live version, whoever runs its runners and makes it: it looks at the checkpoints
// again and again. In the process of the one runner, Runner.WaitFor is told. It fails
// with ErrStopped if a runner has stopped at or before the position, and when
// the context ends.
func (m *ReadModel) WaitFor(ctx context.Context, position event.Position) error {
	for pauses := (backoff.Pauses{Backoff: looks, After: m.options.After}); ; {
		all, err := m.Checkpoints(ctx)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		behind := err != nil // a runner is about to make it
		for i := range all {
			c := &all[i]
			if c.Position >= position {
				continue
			}
			if err := c.stopped(); err != nil {
				if c.Stopped <= position {
					return err
				}
				continue // everything before where it stopped is there
			}
			behind = true
		}
		if !behind {
			return nil
		}
		if err := pauses.Wait(ctx); err != nil {
			return ErrCancelled.With(err, "waiting for position %d", position)
		}
	}
}
