package projection

import (
	"context"

	"github.com/marketcore/marketplace/store"
)

// LoadSpans is Load on several cores with spans of so many events, so that short
// histories have many of them.
func (m *Model) LoadSpans(ctx context.Context, s store.Store, workers, events int) error {
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	m.records.Lock()
	defer m.records.Unlock()
	return m.loadSplit(ctx, s, store.Span{After: m.Position(), Through: head}, workers, events)
}
