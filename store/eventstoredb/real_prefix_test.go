package eventstoredb_test

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

// prefixed is a log of its own in a database that others use too: it puts a
// prefix before the name of every stream, and the store below, which has it
// among its StreamPrefixes, sees no other.
type prefixed struct {
	store.Store
	prefix string
}

func (p *prefixed) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	if err := store.Validate(w); err != nil {
		return store.Appended{}, err // about the name that the caller gave
	}
	w.Stream = p.prefix + w.Stream
	done, err := p.Store.Append(ctx, w)
	return done, p.told(err)
}

func (p *prefixed) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return p.records(p.Store.ReadStream(ctx, p.prefix+stream, from))
}

func (p *prefixed) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return p.records(p.Store.ReadAll(ctx, span))
}

func (p *prefixed) records(all iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for r, err := range all {
			r.Stream = strings.TrimPrefix(r.Stream, p.prefix)
			if !yield(r, p.told(err)) {
				return
			}
		}
	}
}

func (p *prefixed) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		for n, err := range p.Store.Subscribe(ctx, after) {
			if n.Record != nil {
				r := *n.Record
				r.Stream = strings.TrimPrefix(r.Stream, p.prefix)
				n.Record = &r
			}
			if !yield(n, p.told(err)) {
				return
			}
		}
	}
}

// told is an error about a stream, by the name that the caller knows.
func (p *prefixed) told(err error) error {
	var of *fault.Error
	if !errors.As(err, &of) || !strings.HasPrefix(of.Stream, p.prefix) {
		return err
	}
	named := *of
	named.Stream = strings.TrimPrefix(of.Stream, p.prefix)
	return &named
}
