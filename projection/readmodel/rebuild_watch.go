package readmodel

import (
	"context"
	"iter"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// watch is the log up to a head, telling how many events were read and up to
// where.
func watch(log store.Store, head event.Position, seen func(events int, at event.Position)) store.Store {
	w := watched{log, head, seen}
	if facts, ok := log.(store.FactReader); ok {
		return watchedFacts{w, facts}
	}
	return w
}

type watched struct {
	store.Store
	head event.Position
	seen func(events int, at event.Position)
}

func (w watched) Head(context.Context) (event.Position, error) { return w.head, nil }

// tellEvery is after how many events a reader tells.
const tellEvery = 1024

func (w watched) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		n, at := 0, span.Begin()
		defer func() { w.seen(n, at) }()
		for rec, err := range w.Store.ReadAll(ctx, span) {
			if err == nil {
				n, at = n+1, rec.Position
			}
			if n == tellEvery {
				w.seen(n, at)
				n = 0
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// watchedFacts is watched of a log that has columns.
type watchedFacts struct {
	watched
	facts store.FactReader
}

func (w watchedFacts) FactParts(ctx context.Context, span store.Span, schema string) ([]store.FactPart, error) {
	return w.facts.FactParts(ctx, span, schema)
}

func (w watchedFacts) ReadFacts(ctx context.Context, part store.FactPart, into *event.Facts) error {
	err := w.facts.ReadFacts(ctx, part, into)
	if err == nil {
		w.seen(part.Events, part.Through)
	}
	return err
}

// watchedLog is a log that tells each event that a subscription delivers.
type watchedLog struct {
	store.Store
	seen func()
}

func (w watchedLog) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		for n, err := range w.Store.Subscribe(ctx, after) {
			if err == nil && !n.CaughtUp() {
				w.seen()
			}
			if !yield(n, err) {
				return
			}
		}
	}
}
