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
	return store.Narrow(&watched{log, head, seen})
}

type watched struct {
	store.Store
	head event.Position
	seen func(events int, at event.Position)
}

// Unwrap implements store.Decorator.
func (w *watched) Unwrap() store.Store { return w.Store }

func (w *watched) Head(context.Context) (event.Position, error) { return w.head, nil }

// tellEvery is after how many events a reader tells.
const tellEvery = 1024

func (w *watched) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
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

// Cut implements store.Cutter.
func (w *watched) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return w.Store.(store.Cutter).Cut(ctx, span, events)
}

// ColumnParts implements store.ColumnReader.
func (w *watched) ColumnParts(ctx context.Context, span store.Span, schema event.ColumnSchema) ([]store.ColumnPart, error) {
	return w.Store.(store.ColumnReader).ColumnParts(ctx, span, schema)
}

// ReadColumns implements store.ColumnReader.
func (w *watched) ReadColumns(ctx context.Context, part store.ColumnPart, into *event.ColumnBlock) error {
	err := w.Store.(store.ColumnReader).ReadColumns(ctx, part, into)
	if err == nil {
		w.seen(part.Events, part.Through)
	}
	return err
}

// AppendAll implements store.Transactor.
func (w *watched) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	return w.Store.(store.Transactor).AppendAll(ctx, writes)
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
