package storetest

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

// Strict is a log whose positions are names, as EventStoreDB's are, on a store
// whose own may be numbers that one can count with. It calls every event
// otherwise than the store below: the names grow, lie at least 2 apart, drawn
// from the seed, and none is a position below. A subscriber that has caught up is
// told, now and then, a name behind the last event.
//
// A read or a subscription begins at 0 or at a name; anything else it refuses
// with store.ErrUnknownPosition, such as a position that somebody computed or
// took from the store below. Where a read ends is only compared.
//
// The same seed gives the log the same names whenever and by whomever it is
// opened. What Strict returns can do beyond store.Store what s can. Closing it
// closes s.
func Strict(s store.Store, seed uint64) store.Store {
	return store.Narrow(&strict{Store: s, names: names{seed}})
}

type strict struct {
	store.Store // below
	names       names
}

// Unwrap implements store.Decorator.
func (s *strict) Unwrap() store.Store { return s.Store }

// Append implements store.Store.
func (s *strict) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	done, err := s.Store.Append(ctx, w)
	done.Position = s.names.record(done.Position)
	return done, s.renamed(err)
}

// AppendAll implements store.Transactor.
func (s *strict) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	done, err := s.Store.(store.Transactor).AppendAll(ctx, writes)
	for i := range done {
		done[i].Position = s.names.record(done[i].Position)
	}
	return done, s.renamed(err)
}

// ReadStream implements store.Store.
func (s *strict) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for r, err := range s.Store.ReadStream(ctx, stream, from) {
			r.Position = s.names.record(r.Position)
			if !yield(r, s.renamed(err)) {
				return
			}
		}
	}
}

// ReadAll implements store.Store.
func (s *strict) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		below, err := s.below(span)
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		for r, err := range s.Store.ReadAll(ctx, below) {
			r.Position = s.names.record(r.Position)
			if span.Through != 0 && r.Position > span.Through || !yield(r, s.renamed(err)) {
				return
			}
		}
	}
}

// Subscribe implements store.Store.
func (s *strict) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		below, err := s.below(store.Span{After: after})
		if err != nil {
			yield(store.Notification{}, err)
			return
		}
		for n, err := range s.Store.Subscribe(ctx, below.After) {
			if !yield(s.notification(n, err)) {
				return
			}
		}
	}
}

func (s *strict) notification(n store.Notification, err error) (store.Notification, error) {
	switch {
	case err != nil:
		return n, s.renamed(err)
	case n.CaughtUp():
		return store.Notification{Position: s.names.caughtUp(n.Position)}, nil
	}
	r := *n.Record
	r.Position = s.names.record(r.Position)
	return store.Notification{Record: &r, Position: r.Position}, nil
}

// Head implements store.Store.
func (s *strict) Head(ctx context.Context) (event.Position, error) {
	head, err := s.Store.Head(ctx)
	return s.names.record(head), s.renamed(err)
}

// Cut implements store.Cutter.
func (s *strict) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return func(yield func(store.Span, error) bool) {
		below, err := s.below(span)
		if err != nil {
			yield(store.Span{}, err)
			return
		}
		for part, err := range s.Store.(store.Cutter).Cut(ctx, below, events) {
			if part = s.above(part); err == nil && span.Through != 0 && part.Through > span.Through {
				return
			}
			if !yield(part, s.renamed(err)) {
				return
			}
		}
	}
}

// ColumnParts implements store.ColumnReader.
func (s *strict) ColumnParts(ctx context.Context, span store.Span, schema event.ColumnSchema) ([]store.ColumnPart, error) {
	below, err := s.below(span)
	if err != nil {
		return nil, err
	}
	parts, err := s.Store.(store.ColumnReader).ColumnParts(ctx, below, schema)
	for i := range parts {
		parts[i].Span = s.above(parts[i].Span)
	}
	if span.Through != 0 {
		parts = slices.DeleteFunc(parts, func(p store.ColumnPart) bool { return p.Through > span.Through })
	}
	return parts, s.renamed(err)
}

// ReadColumns implements store.ColumnReader.
func (s *strict) ReadColumns(ctx context.Context, part store.ColumnPart, into *event.ColumnBlock) error {
	below, err := s.below(part.Span)
	if err != nil {
		return err
	}
	part.Span = below
	err = s.Store.(store.ColumnReader).ReadColumns(ctx, part, into)
	for i := range into.Positions {
		into.Positions[i] = s.names.record(into.Positions[i])
	}
	return s.renamed(err)
}

// below is the span as the store below counts. One that ends before the first
// record's name ends with that record there, since 0 would be the log's end: what
// comes back beyond Through is dropped.
func (s *strict) below(span store.Span) (store.Span, error) {
	at, checkpoint, known := s.names.named(span.Begin())
	if !known {
		return store.Span{}, store.ErrUnknownPosition.At(uint64(span.Begin())).With(nil, "the log never gave this position")
	}
	below := store.Span{After: at}
	if span.From != 0 && !checkpoint {
		below = store.Span{From: at}
	}
	if span.Through != 0 {
		below.Through = max(1, s.names.through(span.Through))
	}
	return below, nil
}

// above is a span of the store below as this one names it.
func (s *strict) above(span store.Span) store.Span {
	return store.Span{
		After:   s.names.record(span.After),
		From:    s.names.record(span.From),
		Through: s.names.record(span.Through),
	}
}

// renamed is an error of the store below, about what this one calls otherwise.
func (s *strict) renamed(err error) error {
	told, ok := err.(*fault.Error)
	if !ok || told.Position == 0 {
		return err
	}
	again := *told
	again.Position = uint64(s.names.record(event.Position(told.Position)))
	if again.Is(store.ErrUnknownPosition) {
		again.Detail = "the log did not give this position yet: it is another log, or an older copy of it"
	}
	return &again
}

// Strict is the suite on a Strict store over the one that c opens.
func (c Config) Strict(seed uint64) Config {
	over := c
	over.Open = func(t testing.TB) store.Store { return Strict(c.Open(t), seed) }
	over.Features.DensePositions = false
	if reopen := c.Features.Reopen; reopen != nil {
		over.Features.Reopen = func(t testing.TB, s store.Store) store.Store {
			return Strict(reopen(t, unwrap(s)), seed)
		}
	}
	if truncate := c.Features.Truncate; truncate != nil {
		over.Features.Truncate = func(ctx context.Context, s store.Store, stream string, before uint64) error {
			return truncate(ctx, unwrap(s), stream, before)
		}
	}
	if beside := c.Features.Beside; beside != nil {
		over.Features.Beside = func(ctx context.Context, s store.Store, stream, typ string, data []byte) error {
			return beside(ctx, unwrap(s), stream, typ, data)
		}
	}
	if remove := c.Features.Delete; remove != nil {
		over.Features.Delete = func(ctx context.Context, s store.Store, stream string) error {
			return remove(ctx, unwrap(s), stream)
		}
	}
	return over
}

func unwrap(s store.Store) store.Store { return s.(interface{ Unwrap() store.Store }).Unwrap() }
