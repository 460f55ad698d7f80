package projection

import (
	"context"

	"github.com/marketcore/marketplace/store"
)

// LoadSpans is Load with spans of so many events, so that short histories have
// many of them.
func (m *Model) LoadSpans(ctx context.Context, s store.Store, workers, events int) error {
	return m.load(ctx, s, workers, events)
}
