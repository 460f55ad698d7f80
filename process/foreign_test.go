package process_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// Streams that are not the marketplace's ask for nothing, whatever they hold, and
// are counted. One whose name begins as ours do and is none is never passed over.
func TestForeignStreams(t *testing.T) {
	write := func(t *testing.T, s store.Store, stream string) event.Position {
		e := event.Proposed{ID: uuid.New(), Type: "OfferMade", Data: []byte(`{"offer":7}`), Metadata: []byte(`{}`)}
		done, err := s.Append(t.Context(), store.Write{Stream: stream, Expected: store.Any, Events: []event.Proposed{e}})
		require.NoError(t, err)
		return done.Position
	}
	log := busy(t, newLog(), process.Options{}).store
	h := newHostOn(t, log, process.Options{})
	require.NoError(t, h.p.Settle(t.Context()))
	require.Zero(t, h.p.Status().Foreign)
	for _, stream := range []string{"orders-1", "proposals-7", "-"} {
		write(t, log, stream)
	}
	require.NoError(t, h.p.Settle(t.Context()))
	require.EqualValues(t, 3, h.p.Status().Foreign)

	at := write(t, log, "proposal-7")
	err := h.p.Settle(t.Context())
	require.ErrorIs(t, err, projection.ErrStreamName)
	var told *projection.FoldError
	require.ErrorAs(t, err, &told)
	require.Equal(t, at, told.Position)
}
