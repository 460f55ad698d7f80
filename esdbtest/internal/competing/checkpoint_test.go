package competing_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
)

// TestCheckpoints: a group goes on behind what was finished without a gap, and
// gives the rest again.
func TestCheckpoints(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 6)
	create(t, r, nil)
	c := connect(t, r, 10)
	ids, _ := take(t, c, 6)
	c.Ack(ids[0], ids[1], ids[3])
	info, err := r.Info(key)
	require.NoError(t, err)
	require.Equal(t, "1", info.Checkpoint)
	r.Restart()
	_, err = c.Next(t.Context())
	require.ErrorIs(t, err, competing.ErrDropped)
	_, got := take(t, connect(t, r, 1), 1)
	require.Equal(t, []string{"s 2/0"}, got)
}

// TestCheckpointAfterATime: once a second a group looks whether so much time has
// passed and so many events are done; the first time no time has to pass.
func TestCheckpointAfterATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, r := start(t)
		appendN(t, e, "s", 5)
		create(t, r, func(s *competing.Settings) {
			s.MinCheckpoint, s.MaxCheckpoint, s.CheckpointAfter = 2, 100, 10*time.Second
		})
		c := connect(t, r, 10)
		ids, _ := take(t, c, 5)
		for _, step := range []struct {
			acks int
			wait time.Duration
			want int64 // how many checkpoints there are
		}{{1, 2 * time.Second, 0}, {1, time.Second, 1}, {2, 5 * time.Second, 1}, {0, 6 * time.Second, 2}, {1, time.Minute, 2}} {
			c.Ack(ids[:step.acks]...)
			ids = ids[step.acks:]
			time.Sleep(step.wait) // of the bubble's time
			synctest.Wait()
			require.Equal(t, step.want, e.LastRevision("$persistentsubscription-s::g-checkpoint")+1)
		}
		require.Equal(t, `"3"`, string(e.Event("$persistentsubscription-s::g-checkpoint", 1).Data))
	})
}
