package competing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/competing"
)

func TestLifeOfAGroup(t *testing.T) {
	e, r := start(t)
	ctx := t.Context()
	require.ErrorIs(t, r.Update(ctx, key, defaults()), competing.ErrNotExist)
	require.ErrorIs(t, r.Delete(ctx, key), competing.ErrNotExist)
	_, err := r.Connect(key, 1, competing.Peer{})
	require.ErrorIs(t, err, competing.ErrNotExist)
	_, err = r.Info(key)
	require.ErrorIs(t, err, competing.ErrNotExist)

	appendN(t, e, "s", 3)
	create(t, r, func(s *competing.Settings) { s.MaxSubscribers = 1 })
	require.ErrorIs(t, r.Create(ctx, key, defaults()), competing.ErrExists)
	c := connect(t, r, 1)
	_, err = r.Connect(key, 1, competing.Peer{})
	require.ErrorIs(t, err, competing.ErrMaxSubscribers)
	ids, _ := take(t, c, 1)
	c.Ack(ids...)

	require.NoError(t, r.Update(ctx, key, defaults()))
	_, err = c.Next(ctx)
	for err == nil {
		_, err = c.Next(ctx)
	}
	require.ErrorIs(t, err, competing.ErrDropped)
	_, got := take(t, connect(t, r, 1), 1)
	require.Equal(t, []string{"s 1/0"}, got)

	require.Len(t, r.List("s", false), 1)
	require.Empty(t, r.List("t", false))
	require.Len(t, r.List("", true), 1)
	require.NoError(t, r.Delete(ctx, key))
	create(t, r, nil)
	_, got = take(t, connect(t, r, 1), 1)
	require.Equal(t, []string{"s 0/0"}, got, "a deleted group's checkpoint is forgotten")

	bad := defaults()
	bad.Strategy = "ByMood"
	require.Error(t, r.Create(ctx, competing.Key{Stream: "s", Group: "bad"}, bad))
}

// TestGroupsComeBack: what a group must remember stands in the log.
func TestGroupsComeBack(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 3)
	create(t, r, func(s *competing.Settings) { s.Strategy = competing.Pinned })
	c := connect(t, r, 1)
	ids, _ := take(t, c, 1)
	c.Ack(ids...)
	r.Close()
	again := competing.Open(e)
	defer again.Close()
	info, err := again.Info(key)
	require.NoError(t, err)
	require.Equal(t, competing.Pinned, info.Settings.Strategy)
	require.Equal(t, "0", info.Checkpoint)
	_, got := take(t, connect(t, again, 1), 1)
	require.Equal(t, []string{"s 1/0"}, got)
}
