package projection_test

import (
	"context"
	"iter"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// sparse is a log whose positions lie far apart, as byte offsets do, up to an
// event from which on they are close.
type sparse struct {
	store.Store
	gap, until event.Position
}

func (s sparse) widen(p event.Position) event.Position {
	if p <= s.until {
		return p * s.gap
	}
	return s.until*s.gap + p - s.until
}

func (s sparse) narrow(p event.Position) event.Position {
	if p <= s.until*s.gap {
		return p / s.gap
	}
	return p - s.until*s.gap + s.until
}

func (s sparse) Head(ctx context.Context) (event.Position, error) {
	head, err := s.Store.Head(ctx)
	return s.widen(head), err
}

func (s sparse) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		within := store.Span{After: s.narrow(span.After), Through: s.narrow(span.Through)}
		if within.Through == within.After {
			return
		}
		for r, err := range s.Store.ReadAll(ctx, within) {
			r.Position = s.widen(r.Position)
			if !yield(r, err) {
				return
			}
		}
	}
}

// broken is a log whose every read and subscription fails after some records.
type broken struct {
	store.Store
	after int
	err   error
}

func (s broken) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		n := 0
		for r, err := range s.Store.ReadAll(ctx, span) {
			if n == s.after {
				yield(event.Record{}, s.err)
				return
			}
			if n++; !yield(r, err) {
				return
			}
		}
	}
}

func (s broken) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		n := 0
		for note, err := range s.Store.Subscribe(ctx, after) {
			if n == s.after {
				yield(store.Notification{}, s.err)
				return
			}
			if !note.CaughtUp() {
				n++
			}
			if !yield(note, err) {
				return
			}
		}
	}
}

// skipping is a log that hides one record, as a store with a defect would.
type skipping struct {
	store.Store
	hidden event.Position
}

func (s skipping) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for r, err := range s.Store.ReadAll(ctx, span) {
			if r.Position != s.hidden && !yield(r, err) {
				return
			}
		}
	}
}

func (s skipping) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		for note, err := range s.Store.Subscribe(ctx, after) {
			if (note.CaughtUp() || note.Position != s.hidden) && !yield(note, err) {
				return
			}
		}
	}
}

// brokenSpans is a log of which only the first span after a position and every
// third one behind it can be read.
type brokenSpans struct {
	store.Store
	err   error
	start event.Position
}

func (s brokenSpans) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	if (span.After-s.start)/10%3 == 0 {
		return s.Store.ReadAll(ctx, span)
	}
	return broken{s.Store, 4, s.err}.ReadAll(ctx, span)
}

// ending is a log whose subscriptions end by themselves.
type ending struct{ store.Store }

func (s ending) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		for note, err := range s.Store.Subscribe(ctx, after) {
			if note.CaughtUp() || !yield(note, err) {
				return
			}
		}
	}
}

// lateFailure is a log whose second span fails, in the middle and only after
// the third one has been read, which may fail too.
type lateFailure struct {
	store.Store
	first, second error
	passed        chan struct{}
}

func (s lateFailure) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		switch {
		case span.After == 10:
			select {
			case <-s.passed:
			case <-ctx.Done():
			}
			broken{s.Store, 5, s.first}.ReadAll(ctx, span)(yield)
		case span.After == 20 && s.second != nil:
			yield(event.Record{}, s.second)
			close(s.passed)
		case span.After == 20:
			s.Store.ReadAll(ctx, span)(yield)
			close(s.passed)
		default:
			s.Store.ReadAll(ctx, span)(yield)
		}
	}
}

// fromTheStart is a log whose subscriptions begin at its first event, whatever
// they are asked for.
type fromTheStart struct{ store.Store }

func (s fromTheStart) Subscribe(ctx context.Context, _ event.Position) iter.Seq2[store.Notification, error] {
	return s.Store.Subscribe(ctx, 0)
}
