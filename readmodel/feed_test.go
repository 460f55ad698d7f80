package readmodel

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
	inmemory "github.com/marketcore/marketplace/store/memory"
)

// Whoever takes from a feed gets something each time, or a runner that has caught
// up would take an empty batch for one after which more is to come.
func TestFeedGivesNoEmptyBatch(t *testing.T) {
	log := inmemory.New()
	const events = 500
	for range events {
		_, err := log.Append(t.Context(), store.Write{Stream: "invite-1", Expected: store.Any, Events: []event.Proposed{{ID: uuid.New(), Type: "A", Data: []byte("{}"), Metadata: []byte("{}")}}})
		require.NoError(t, err)
	}
	f := newFeed(3)
	go f.read(t.Context(), log, projection.Partition{Of: 1}, place{})
	taken, caughtUp := 0, false
	for !caughtUp {
		b, err := f.take(t.Context())
		require.NoError(t, err)
		require.True(t, len(b.records) > 0 || b.caughtUp, "an empty batch after %d events", taken)
		require.LessOrEqual(t, len(b.records), 3)
		taken, caughtUp = taken+len(b.records), b.caughtUp
	}
	require.Equal(t, events, taken)
	require.Empty(t, f.arrived)
}
