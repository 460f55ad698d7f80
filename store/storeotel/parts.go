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

// FactParts implements store.FactReader.
func (w *watched) FactParts(ctx context.Context, span store.Span, schema event.FactSchema) ([]store.FactPart, error) {
	k := w.begin(ctx, opFactParts, trace.SpanKindClient, ofSpan(span)...)
	parts, err := w.Store.(store.FactReader).FactParts(k.ctx, span, schema)
	k.end(err, attribute.Int("store.parts", len(parts)))
	return parts, err
}

// ReadFacts implements store.FactReader. Columns have no bytes of data to count.
func (w *watched) ReadFacts(ctx context.Context, part store.FactPart, into *event.Facts) error {
	k := w.begin(ctx, opReadFacts, trace.SpanKindClient, ofSpan(part.Span)...)
	err := w.Store.(store.FactReader).ReadFacts(k.ctx, part, into)
	if err == nil {
		k.events = int64(into.Len())
		k.measure(k.events, 0)
	}
	k.end(err)
	return err
}
