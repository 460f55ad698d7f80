package memory_test

import (
	"context"
	"testing"

	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Config{
		Open: func(testing.TB) store.Store { return memory.New() },
		Features: storetest.Features{
			DensePositions: true,
			Transactions:   true,
			Truncate: func(ctx context.Context, s store.Store, stream string, before uint64) error {
				return s.(*memory.Store).Truncate(ctx, stream, before)
			},
		},
	})
}
