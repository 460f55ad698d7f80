package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
)

// TestFollowWaitsForStatisticsWithAWord: who waits until another process has
// computed the current statistics says so, once, and when they are computed.
func TestFollowWaitsForStatisticsWithAWord(t *testing.T) {
	log, url := small(t), "sqlite://"+filepath.Join(t.TempDir(), "model.db")
	ok(t, "follow", "--store", log, "--read-model", url, "--once")
	m, err := open.ReadModel(t.Context(), url, false, readmodel.Options{})
	require.NoError(t, err)
	defer m.Close()
	lease, err := m.Database().Lease(t.Context(), "statistics-1")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	said := &signalled{want: "another process computes the current statistics", got: make(chan struct{})}
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"follow", "--store", log, "--read-model", url, "--once"}, nil, t.Output(), said)
	}()
	select {
	case <-said.got:
	case <-ctx.Done():
		t.Error("it waits without a word")
	}
	require.NoError(t, lease.Release())
	require.Equal(t, exitDone, <-done)
	require.Equal(t, "another process computes the current statistics; waiting until it has\nthe current statistics are computed\n", said.text.String())
}

// unwritable is a database that is away.
type unwritable struct{ readmodel.Database }

func (unwritable) Write(context.Context, func(readmodel.Tx) error) error {
	return readmodel.ErrUnavailable.With(nil, "a test wants it so")
}

// TestFollowGivesUpOnADatabase: a follower that would end by itself does not wait
// for its database longer than it would for the log.
func TestFollowGivesUpOnADatabase(t *testing.T) {
	log, err := open.Marketplace(t.Context(), "memory:", marketplace.Options{})
	require.NoError(t, err)
	defer log.Close()
	_, err = log.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()})
	require.NoError(t, err)
	whole, err := open.ReadModel(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "model.db"), false, readmodel.Options{})
	require.NoError(t, err)
	defer whole.Close()
	m, err := readmodel.New(unwritable{whole.Database()}, readmodel.Options{})
	require.NoError(t, err)
	r, err := m.NewRunner(log.Store(), readmodel.RunnerOptions{})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	f := follower{store: storeFlag{timeout: 100 * time.Millisecond}}
	err = f.catchUp(ctx, log, m, r)
	require.ErrorContains(t, err, "the read model could not be written for 100ms: unavailable: a test wants it so")
	code, hint := classify(err)
	require.Equal(t, exitFailed, code)
	require.Contains(t, hint, "--timeout")
}
