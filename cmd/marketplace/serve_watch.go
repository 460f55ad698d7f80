package main

import (
	"context"
	"errors"
	"time"

	"github.com/marketcore/marketplace/store"
)

// watched is how often serve looks whether the log's file is still there.
const watched = time.Second

// untilMoved ends with the reason when the log is no longer that which was opened, which
// no other attempt mends: whoever keeps the program running starts it again. It
// ends with nil when the context does.
func untilMoved(ctx context.Context, log store.Store) error {
	pause := time.NewTicker(watched)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
		if _, err := log.Head(ctx); errors.Is(err, store.ErrMoved) {
			return err
		}
	}
}
