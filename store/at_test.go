package store_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

func TestAt(t *testing.T) {
	log := storetest.Strict(memory.New(), 1)
	none, err := store.Newest(t.Context(), log)
	require.NoError(t, err)
	require.Equal(t, uuid.Nil, none.ID)
	events := storetest.Events(3)
	var done store.Appended
	for i := range events {
		done, err = log.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: events[i : i+1]})
		require.NoError(t, err)
		found, err := store.At(t.Context(), log, done.Position)
		require.NoError(t, err)
		require.Equal(t, events[i].ID, found.ID)
		newest, err := store.Newest(t.Context(), log)
		require.NoError(t, err)
		require.Equal(t, found, newest)
	}
	none, err = store.At(t.Context(), log, 0)
	require.NoError(t, err)
	require.Equal(t, uuid.Nil, none.ID, "nothing stands before the first")
	_, err = store.At(t.Context(), log, done.Position-1)
	require.ErrorIs(t, err, store.ErrUnknownPosition)
}
