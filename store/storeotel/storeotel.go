// Package storeotel watches a store: a decorator that gives every append, read
// and subscription of any store.Store an OpenTelemetry span and counts it.
//
//	m, err := marketplace.New(storeotel.Wrap(log, storeotel.Options{}), marketplace.Options{})
//
// It uses OpenTelemetry's API only; a host that sets no provider pays next to
// nothing. Nothing of an event's content is recorded: spans name the stream,
// its revision and position, the number of events and bytes and, of an error,
// its stable code and message, which hold none of it either.
//
// Spans, with the operation as name:
//
//	store append, store append all, store head
//	store read stream, store read all,
//	store cut                             from the first step of the loop to its last
//	store subscribe                       as long as the subscription lives
//	store fact parts, store read facts    of a log that holds columns
//
// Metrics, all with the attribute store.operation and those of Options:
//
//	store.operation.duration      s, by store.outcome: ok or the error's code
//	store.events                  events written or delivered
//	store.bytes                   By, data and metadata of these events
//	store.subscriptions           subscriptions that are alive
//	store.subscriptions.caught_up of them, those that are caught up
//	store.subscription.delay      s from an event's recording to its delivery,
//	                              of subscriptions that are caught up
//
// A conflict, a stream or a position that is not there and a context that ended
// are answers, not failures: they are an outcome, but do not make a span one of an
// error.
package storeotel

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/instruments"
	"github.com/marketcore/marketplace/store"
)

// scope names the instrumentation.
const scope = "github.com/marketcore/marketplace/store/storeotel"

// Options configure Wrap. The zero value is ready to use.
type Options struct {
	// Attributes are on every measurement and span, such as which store it is.
	Attributes []attribute.KeyValue
	// MeterProvider makes the metrics. Default: the global one.
	MeterProvider metric.MeterProvider
	// Now is the clock of durations. Default: time.Now.
	Now func() time.Time
	// TracerProvider makes the spans. Default: the global one.
	TracerProvider trace.TracerProvider
}

// Wrap watches a store. What it returns is a store.Transactor, a store.ColumnReader
// and a store.Cutter if s is one. Closing it closes s.
func Wrap(s store.Store, o Options) store.Store {
	if o.TracerProvider == nil {
		o.TracerProvider = otel.GetTracerProvider()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return store.Narrow(&watched{Store: s, now: o.Now, tracer: o.TracerProvider.Tracer(scope), attributes: o.Attributes,
		measures: newMeasures(instruments.New(o.MeterProvider, scope)), sets: newSets(o.Attributes)})
}

// watched is a store with spans and metrics around it.
type watched struct {
	store.Store
	now        func() time.Time
	tracer     trace.Tracer
	attributes []attribute.KeyValue
	measures   measures
	sets       map[operation]metric.MeasurementOption
}

// Unwrap implements store.Decorator.
func (w *watched) Unwrap() store.Store { return w.Store }

// operation is what a store does, under the name of store.operation.
type operation string

const (
	opAppend      operation = "append"
	opAppendAll   operation = "append all"
	opHead        operation = "head"
	opReadStream  operation = "read stream"
	opReadAll     operation = "read all"
	opSubscribe   operation = "subscribe"
	opCut         operation = "cut"
	opColumnParts operation = "fact parts"
	opReadColumns operation = "read facts"
)

var operations = []operation{
	opAppend, opAppendAll, opHead, opReadStream, opReadAll, opSubscribe, opCut, opColumnParts, opReadColumns,
}

// A work is one operation that is under way.
type work struct {
	of     *watched
	op     operation
	ctx    context.Context
	span   trace.Span
	begun  time.Time
	events int64
	bytes  int64
}

func (w *watched) begin(ctx context.Context, op operation, kind trace.SpanKind, attributes ...attribute.KeyValue) *work {
	ctx, span := w.tracer.Start(ctx, "store "+string(op), trace.WithSpanKind(kind),
		trace.WithAttributes(w.attributes...), trace.WithAttributes(attributes...))
	return &work{of: w, op: op, ctx: ctx, span: span, begun: w.now()}
}

// count adds an event that was written or delivered.
func (k *work) count(p *event.Proposed) {
	k.events++
	k.bytes += int64(len(p.Data) + len(p.Metadata))
}

func (k *work) measure(events, bytes int64) {
	if events == 0 {
		return
	}
	k.of.measures.events.Add(k.ctx, events, k.of.sets[k.op])
	k.of.measures.bytes.Add(k.ctx, bytes, k.of.sets[k.op])
}

func (k *work) end(err error, attributes ...attribute.KeyValue) {
	outcome := "ok"
	if err != nil {
		if outcome = fault.Code(err); outcome == "" {
			outcome = "other"
		}
		k.span.SetAttributes(attribute.String("error.type", outcome))
		if !isAnswer(err) {
			k.span.RecordError(err)
			k.span.SetStatus(codes.Error, outcome)
		}
	}
	k.span.SetAttributes(attribute.Int64("store.events", k.events), attribute.Int64("store.bytes", k.bytes))
	k.span.SetAttributes(attributes...)
	k.span.End()
	k.of.measures.duration.Record(k.ctx, k.of.now().Sub(k.begun).Seconds(), k.of.sets[k.op],
		metric.WithAttributes(attribute.String("store.outcome", outcome)))
}

// isAnswer reports whether the error is what a caller has to reckon with.
func isAnswer(err error) bool {
	for _, answer := range []error{store.ErrConflict, store.ErrStreamNotFound, store.ErrUnknownPosition, store.ErrCancelled} {
		if errors.Is(err, answer) {
			return true
		}
	}
	return false
}
