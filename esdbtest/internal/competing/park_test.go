package competing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
)

func TestTooManyRetriesPark(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 2)
	create(t, r, func(s *competing.Settings) { s.MaxRetryCount = 2 })
	c := connect(t, r, 1)
	for i := range 3 {
		ids, got := take(t, c, 1)
		require.Equal(t, []string{fmt.Sprintf("s 0/%d", i)}, got)
		c.Nack(competing.Retry, "again", ids...)
	}
	_, got := take(t, c, 1)
	require.Equal(t, []string{"s 1/0"}, got)
	parked := e.Event("$persistentsubscription-s::g-parked", 0)
	require.Equal(t, "0@s", string(parked.Data))
	require.Contains(t, string(parked.Metadata), "Reached retry count of 2")
}

func TestReplay(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 4)
	create(t, r, nil)
	c := connect(t, r, 10)
	ids, _ := take(t, c, 4)
	c.Nack(competing.Park, "later", ids[:3]...)
	c.Ack(ids[3])
	two := int64(2)
	require.NoError(t, r.ReplayParked(key, &two))
	ids, got := take(t, c, 2)
	require.Equal(t, []string{"s 0/0", "s 1/0"}, got)
	idle(t, c)
	c.Ack(ids...)
	info, err := r.Info(key)
	require.NoError(t, err)
	require.EqualValues(t, 1, info.Parked)
	require.NoError(t, r.ReplayParked(key, nil))
	ids, got = take(t, c, 1)
	require.Equal(t, []string{"s 2/0"}, got)
	c.Nack(competing.Park, "again", ids...)
	info, err = r.Info(key)
	require.NoError(t, err)
	require.EqualValues(t, 1, info.Parked)
	require.NoError(t, r.ReplayParked(key, nil))
	_, got = take(t, c, 1)
	require.Equal(t, []string{"s 2/0"}, got)
	require.ErrorIs(t, r.ReplayParked(competing.Key{Stream: "s", Group: "no"}, nil), competing.ErrNotExist)
}

// TestAReplayUpToNothing never ends, and no other begins.
func TestAReplayUpToNothing(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 1)
	create(t, r, nil)
	c := connect(t, r, 10)
	none := int64(0)
	require.NoError(t, r.ReplayParked(key, &none), "with nothing parked it has ended")
	ids, _ := take(t, c, 1)
	c.Nack(competing.Park, "later", ids...)
	require.NoError(t, r.ReplayParked(key, &none))
	require.NoError(t, r.ReplayParked(key, nil))
	idle(t, c)
	info, err := r.Info(key)
	require.NoError(t, err)
	require.Equal(t, "ReplayingParkedMessages, Live", info.Status)
	require.EqualValues(t, 1, info.Parked)
	before := int64(-1)
	var refused *competing.Refused
	require.ErrorAs(t, r.ReplayParked(key, &before), &refused)
}

// TestARetryBehindAReplay is lost, as in EventStoreDB.
func TestARetryBehindAReplay(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 2)
	create(t, r, nil)
	c := connect(t, r, 2)
	ids, _ := take(t, c, 2)
	c.Nack(competing.Park, "later", ids[0])
	require.NoError(t, r.ReplayParked(key, nil))
	_, got := take(t, c, 1)
	require.Equal(t, []string{"s 0/0"}, got)
	c.Close()
	_, got = take(t, connect(t, r, 2), 1)
	require.Equal(t, []string{"s 0/1"}, got)
}
