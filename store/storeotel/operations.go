package storeotel

import (
	"context"
	"iter"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Append implements store.Store.
func (w *watched) Append(ctx context.Context, write store.Write) (store.Appended, error) {
	k := w.begin(ctx, opAppend, trace.SpanKindClient,
		attribute.String("store.stream", name(write.Stream)), attribute.String("store.expected", write.Expected.String()))
	done, err := w.Store.Append(k.ctx, write)
	if err != nil {
		k.end(err)
		return done, err
	}
	k.wrote(&write)
	k.end(nil, attribute.Int64("store.revision", int64(done.Revision)), attribute.Int64("store.position", int64(done.Position)))
	return done, nil
}

// AppendAll implements store.Transactor.
func (w *watched) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	k := w.begin(ctx, opAppendAll, trace.SpanKindClient, attribute.Int("store.writes", len(writes)))
	done, err := w.Store.(store.Transactor).AppendAll(k.ctx, writes)
	if err == nil {
		for i := range writes {
			k.wrote(&writes[i])
		}
	}
	k.end(err)
	return done, err
}

func (k *work) wrote(write *store.Write) {
	events, bytes := k.events, k.bytes
	for i := range write.Events {
		k.count(&write.Events[i])
	}
	k.measure(k.events-events, k.bytes-bytes)
}

// Head implements store.Store.
func (w *watched) Head(ctx context.Context) (event.Position, error) {
	k := w.begin(ctx, opHead, trace.SpanKindClient)
	head, err := w.Store.Head(k.ctx)
	k.end(err, attribute.Int64("store.position", int64(head)))
	return head, err
}

// ReadStream implements store.Store.
func (w *watched) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		k := w.begin(ctx, opReadStream, trace.SpanKindClient,
			attribute.String("store.stream", name(stream)), attribute.Int64("store.revision", int64(from)))
		k.read(w.Store.ReadStream(k.ctx, stream, from), yield)
	}
}

// ReadAll implements store.Store.
func (w *watched) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		k := w.begin(ctx, opReadAll, trace.SpanKindClient, ofSpan(span)...)
		k.read(w.Store.ReadAll(k.ctx, span), yield)
	}
}

// ofSpan are the attributes of a part of the log: where it begins, behind a
// position or at it, and where it ends.
func ofSpan(span store.Span) []attribute.KeyValue {
	begin := attribute.Int64("store.after", int64(span.After))
	if span.From != 0 {
		begin = attribute.Int64("store.from", int64(span.From))
	}
	return []attribute.KeyValue{begin, attribute.Int64("store.through", int64(span.Through))}
}

// read passes a read on. What it counts is measured at its end.
func (k *work) read(seq iter.Seq2[event.Record, error], yield func(event.Record, error) bool) {
	var failed error
	stopped := true // a panic in the caller's loop is a stop, too
	defer func() {
		k.measure(k.events, k.bytes)
		k.end(failed, attribute.Bool("store.stopped", stopped))
	}()
	for r, err := range seq {
		if err != nil {
			failed, stopped = err, false
			yield(r, err)
			return
		}
		k.count(&r.Proposed)
		if !yield(r, nil) {
			return
		}
	}
	stopped = false
}

// Subscribe implements store.Store.
func (w *watched) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		k := w.begin(ctx, opSubscribe, trace.SpanKindConsumer, attribute.Int64("store.after", int64(after)))
		k.follow(w.Store.Subscribe(k.ctx, after), yield)
	}
}

// follow passes a subscription on and measures as it goes.
func (k *work) follow(seq iter.Seq2[store.Notification, error], yield func(store.Notification, error) bool) {
	in, set := &k.of.measures, k.of.sets[opSubscribe]
	caughtUp := false
	var failed error
	in.alive.Add(k.ctx, 1, set)
	defer func() {
		in.alive.Add(k.ctx, -1, set)
		if caughtUp {
			in.caughtUp.Add(k.ctx, -1, set)
		}
		k.end(failed, attribute.Bool("store.caught_up", caughtUp))
	}()
	for n, err := range seq {
		switch {
		case err != nil:
			failed = err
		case n.CaughtUp():
			if !caughtUp {
				caughtUp = true
				in.caughtUp.Add(k.ctx, 1, set)
			}
		default:
			k.count(&n.Record.Proposed)
			k.measure(1, int64(len(n.Record.Data)+len(n.Record.Metadata)))
			if caughtUp {
				in.delay.Record(k.ctx, max(0, k.of.now().Sub(n.Record.RecordedAt).Seconds()), set)
			}
		}
		if !yield(n, err) || err != nil {
			return
		}
	}
}

// name bounds a stream's name, which a store may yet refuse.
func name(stream string) string { return stream[:min(len(stream), store.MaxStreamName)] }
