package store_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Stores that can do this and that; they are never called.
type (
	readsColumns struct{ store.ColumnReader }
	cuts         struct{ store.Cutter }
	writesMore   struct{ store.Transactor }
	parts        interface {
		store.ColumnReader
		store.Cutter
	}
	all interface {
		store.Transactor
		parts
	}
	columnReader interface {
		ColumnParts(context.Context, store.Span, event.ColumnSchema) ([]store.ColumnPart, error)
		ReadColumns(context.Context, store.ColumnPart, *event.ColumnBlock) error
	}
	cutter interface {
		Cut(context.Context, store.Span, int) iter.Seq2[store.Span, error]
	}
)

type decorator struct {
	all
	within store.Store
}

func (d decorator) Unwrap() store.Store { return d.within }

// A narrowed decorator can do what the store within can, and no more.
func TestNarrow(t *testing.T) {
	abilities := func(s store.Store) (can [3]bool) {
		_, can[0] = s.(store.Transactor)
		_, can[1] = s.(store.ColumnReader)
		_, can[2] = s.(store.Cutter)
		return can
	}
	seen := map[[3]bool]bool{}
	for _, within := range []store.Store{
		struct{ store.Store }{}, readsColumns{}, cuts{}, writesMore{}, struct{ parts }{}, struct{ all }{},
		struct {
			store.Transactor
			columnReader
		}{},
		struct {
			store.Transactor
			cutter
		}{},
	} {
		narrow := store.Narrow(decorator{within: within})
		require.Equal(t, abilities(within), abilities(narrow), "%T", within)
		require.Equal(t, within, narrow.(interface{ Unwrap() store.Store }).Unwrap())
		seen[abilities(narrow)] = true
	}
	require.Len(t, seen, 8, "every combination")
}
