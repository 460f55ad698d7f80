package store

import (
	"context"
	"iter"

	"github.com/marketcore/marketplace/event"
)

// ColumnReader is a Store that holds its log as columns too, so that a fold needs
// to decode no event. Several goroutines may read different parts at once.
type ColumnReader interface {
	Store

	// ColumnParts cuts the span into parts, in the log's order: every event of
	// the span is in exactly one. A part with Columns is one that ReadColumns
	// reads at a time; one without holds events whose columns were not stored,
	// or of a type of which they say something else under the schema, that of
	// the reader's registry (event.Registry.ColumnSchema), and ReadAll reads it. It fails with ErrUnknownPosition as ReadAll does.
	ColumnParts(ctx context.Context, span Span, schema event.ColumnSchema) ([]ColumnPart, error)

	// ReadColumns reads a part with columns as ColumnParts gave it. The block it
	// fills is the caller's; its memory is used again. After an error nothing
	// in the block means anything.
	ReadColumns(ctx context.Context, part ColumnPart, into *event.ColumnBlock) error
}

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

// ColumnPart is a part of a log in which a ColumnReader has columns or has none.
type ColumnPart struct {
	Span
	Events  int // how many there are, at most event.MaxBlockEvents if there are columns
	Columns bool
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
