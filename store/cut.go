package store

import (
	"context"
	"iter"

	"github.com/marketcore/marketplace/event"
)

// Cutter is a Store whose log can be read in parts at once. Without it a log is
// read in order, by one reader.
type Cutter interface {
	Store

	// Cut divides a span into spans of about so many events, in the log's order:
	// every event of the span that is there when it begins is in exactly one.
	// They begin at names and say where they end. It fails with
	// ErrUnknownPosition as ReadAll does.
	Cut(ctx context.Context, span Span, events int) iter.Seq2[Span, error]
}

// CutDense is Cutter's Cut of a store whose positions are 1, 2, 3, …
func CutDense(ctx context.Context, s Store, span Span, events int) iter.Seq2[Span, error] {
	return func(yield func(Span, error) bool) {
		head, err := s.Head(ctx)
		if err == nil {
			err = Known(span.Begin(), head)
		}
		if err != nil {
			yield(Span{}, err)
			return
		}
		end := head
		if span.Through != 0 {
			end = min(end, span.Through)
		}
		size := event.Position(max(events, 1))
		for after := span.First() - 1; after < end; after += size {
			if !yield(Span{After: after, Through: after + min(size, end-after)}, nil) {
				return
			}
		}
	}
}
