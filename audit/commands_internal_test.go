package audit

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// What is remembered is bounded: the last commands, and as many before them.
func TestCommandsAreForgotten(t *testing.T) {
	s := memory.New()
	stream := event.ClientStream(uuid.New())
	var written []event.Envelope
	for i := range 7 {
		e := event.Envelope{Stream: stream, Revision: uint64(i), Meta: event.Meta{Actor: event.ActorPlatform, CommandID: uuid.New()}, Event: &event.PaymentMethodVerified{}}
		p, err := event.Marketplace().Encode(uuid.New(), e.Meta, e.Event)
		require.NoError(t, err)
		_, err = s.Append(t.Context(), store.Write{Stream: stream, Expected: store.Any, Events: []event.Proposed{p}})
		require.NoError(t, err)
		written = append(written, e)
	}
	c := newCommands()
	c.most = 2
	for i := range written {
		first, err := c.first(t.Context(), s, &written[i])
		require.NoError(t, err)
		require.Nil(t, first)
	}
	require.LessOrEqual(t, len(c.young)+len(c.old), 4)
	for i, known := range map[int]bool{4: true, 6: true, 0: false} {
		again := written[i]
		again.Revision = 9
		first, err := c.first(t.Context(), s, &again)
		require.NoError(t, err)
		require.Equal(t, known, first != nil, "%d", i)
		if known {
			require.Equal(t, uint64(i), *first)
		}
	}
	other := written[6]
	other.Revision = 6 // one that is at hand is no other: so would be one with the same hash
	first, err := c.first(t.Context(), s, &other)
	require.NoError(t, err)
	require.Nil(t, first)
}
