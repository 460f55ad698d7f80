package store

import (
	"context"

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
	// the reader's registry (event.Registry.ColumnSchema), and ReadAll reads it. It
	// fails with ErrUnknownPosition as ReadAll does.
	ColumnParts(ctx context.Context, span Span, schema event.ColumnSchema) ([]ColumnPart, error)

	// ReadColumns reads a part with columns as ColumnParts gave it. The block it
	// fills is the caller's; its memory is used again. After an error nothing
	// in the block means anything.
	ReadColumns(ctx context.Context, part ColumnPart, into *event.ColumnBlock) error
}

// ColumnPart is a part of a log in which a ColumnReader has columns or has none.
type ColumnPart struct {
	Span
	Events  int // how many there are, at most event.MaxBlockEvents if there are columns
	Columns bool
}
