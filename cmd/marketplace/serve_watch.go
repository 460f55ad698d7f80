package main

import (
	"context"
	"errors"
	"time"

	"github.com/marketcore/marketplace/store"
)

// watched is how often serve looks whether the log's file is still there.
const watched = time.Second

// untilMoved gives the reason when the log is no longer that which was opened, which
// no other attempt mends: whoever keeps the program running starts it again. It looks
// until the context ends; without a log there is nothing to look at.
func untilMoved(ctx context.Context, log store.Store) <-chan error {
	moved := make(chan error, 1)
	if log == nil {
		return moved
	}
	go func() {
		pause := time.NewTicker(watched)
		defer pause.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-pause.C:
			}
			if _, err := log.Head(ctx); errors.Is(err, store.ErrMoved) {
				moved <- err
				return
			}
		}
	}()
	return moved
}
