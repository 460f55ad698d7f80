package storeotel

import (
	"context"
	"iter"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Cut implements store.Cutter.
func (w *watched) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return func(yield func(store.Span, error) bool) {
		k := w.begin(ctx, opCut, trace.SpanKindClient, ofSpan(span)...)
		var failed error
		parts := 0
		defer func() { k.end(failed, attribute.Int("store.parts", parts)) }()
		for part, err := range w.Store.(store.Cutter).Cut(k.ctx, span, events) {
			if failed = err; err == nil {
				parts++
			}
			if !yield(part, err) {
				return
			}
		}
	}
}

// ColumnParts implements store.ColumnReader.
func (w *watched) ColumnParts(ctx context.Context, span store.Span, schema event.ColumnSchema) ([]store.ColumnPart, error) {
	k := w.begin(ctx, opColumnParts, trace.SpanKindClient, ofSpan(span)...)
	parts, err := w.Store.(store.ColumnReader).ColumnParts(k.ctx, span, schema)
	k.end(err, attribute.Int("store.parts", len(parts)))
	return parts, err
}

// ReadColumns implements store.ColumnReader. Columns have no bytes of data to count.
func (w *watched) ReadColumns(ctx context.Context, part store.ColumnPart, into *event.ColumnBlock) error {
	k := w.begin(ctx, opReadColumns, trace.SpanKindClient, ofSpan(part.Span)...)
	err := w.Store.(store.ColumnReader).ReadColumns(k.ctx, part, into)
	if err == nil {
		k.events = int64(into.Len())
		k.measure(k.events, 0)
	}
	k.end(err)
	return err
}
