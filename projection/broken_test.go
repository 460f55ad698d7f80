package projection_test

import (
	"context"
	"iter"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// cuts is a store that is cut as another one.
type cuts struct {
	store.Store
	as store.Cutter
}

func (s cuts) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return s.as.Cut(ctx, span, events)
}

// withoutCut is a store that leaves out one of its cuts.
type withoutCut struct {
	store.Cutter
	missing int
}

func (s withoutCut) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return func(yield func(store.Span, error) bool) {
		i := 0
		for cut, err := range s.Cutter.Cut(ctx, span, events) {
			if i != s.missing && !yield(cut, err) {
				return
			}
			i++
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

// lateFailure is a log whose second cut fails, in the middle and only after the
// third one has been read, which may fail too.
type lateFailure struct {
	store.Cutter
	late, early   event.Position // behind which the second and the third begin
	second, third error
	passed        chan struct{}
}

func (s lateFailure) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		switch span.Begin() {
		case s.late:
			select {
			case <-s.passed:
			case <-ctx.Done():
			}
			broken{s.Cutter, 5, s.second}.ReadAll(ctx, span)(yield)
		case s.early:
			if s.third != nil {
				yield(event.Record{}, s.third)
			} else {
				s.Cutter.ReadAll(ctx, span)(yield)
			}
			close(s.passed)
		default:
			s.Cutter.ReadAll(ctx, span)(yield)
		}
	}
}

// fromTheStart is a log whose subscriptions begin at its first event, whatever
// they are asked for.
type fromTheStart struct{ store.Store }

func (s fromTheStart) Subscribe(ctx context.Context, _ event.Position) iter.Seq2[store.Notification, error] {
	return s.Store.Subscribe(ctx, 0)
}
