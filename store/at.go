package store

import (
	"context"

	"github.com/marketcore/marketplace/event"
)

// At is the event at a position, the zero record if none stands there. It fails
// with ErrUnknownPosition where the store can tell that the log never gave it.
func At(ctx context.Context, s Store, position event.Position) (event.Record, error) {
	if position == 0 {
		return event.Record{}, nil
	}
	for r, err := range s.ReadAll(ctx, Span{From: position, Through: position}) {
		return r.Clone(), err
	}
	return event.Record{}, nil
}

// Newest is the event at the log's head, the zero record of an empty log.
func Newest(ctx context.Context, s Store) (event.Record, error) {
	head, err := s.Head(ctx)
	if err != nil {
		return event.Record{}, err
	}
	return At(ctx, s, head)
}
