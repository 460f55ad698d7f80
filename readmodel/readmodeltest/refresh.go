package readmodeltest

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
)

// unrefreshable is a database on which the current statistics cannot be computed
// while there is a reason. It tells of each attempt before it is answered.
type unrefreshable struct {
	readmodel.Database
	reason   atomic.Pointer[fault.Error]
	attempts chan struct{}
}

func newUnrefreshable(db readmodel.Database, reason *fault.Error) *unrefreshable {
	u := &unrefreshable{Database: db, attempts: make(chan struct{})}
	u.reason.Store(reason)
	return u
}

func (u *unrefreshable) Lease(ctx context.Context, name string) (readmodel.Lease, error) {
	if !strings.HasPrefix(name, "statistics-") {
		return u.Database.Lease(ctx, name)
	}
	reason := u.reason.Load()
	select {
	case u.attempts <- struct{}{}:
	case <-ctx.Done():
	}
	if reason != nil {
		return nil, fmt.Errorf("lease: %w", reason)
	}
	return u.Database.Lease(ctx, name)
}

// attempted waits until n attempts have begun, so that n-1 have ended.
func (u *unrefreshable) attempted(t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-u.attempts:
		case <-t.Context().Done():
			t.Fatal("nothing was tried")
		}
	}
}

// testStatisticsFail: while the current statistics cannot be computed the runner
// folds what comes, its status says why, and the log says it once; and once that
// they can be again. They are then what they should be.
func testStatisticsFail(t *testing.T, open Open) {
	log, _ := roughLog(t, 19, 1)
	var said words
	u := newUnrefreshable(open(t)(), readmodel.ErrUnavailable.With(nil, "a test wants it so"))
	c := newClock(market.Ends)
	r := runner(t, model(t, u, c, 1), log, readmodel.RunnerOptions{Logger: slog.New(slog.NewTextHandler(&said, nil))})
	stop := started(t, r)
	for range 2 {
		u.attempted(t, 6)
		require.ErrorIs(t, r.Status().StatisticsErr, readmodel.ErrUnavailable)
		require.NoError(t, r.Status().Err)
		require.NoError(t, r.WaitFor(t.Context(), appendRegistered(t, log).Position))
	}
	require.Len(t, said.all(), 1)
	require.Contains(t, said.all()[0], `level=WARN msg="the refresh of the current statistics waits and tries again" error=`)

	u.reason.Store(nil)
	for range 3 { // the first may have been answered before; the third has not been
		require.NoError(t, r.WaitFor(t.Context(), appendRegistered(t, log).Position))
		u.attempted(t, 1)
	}
	require.NoError(t, r.Status().StatisticsErr)
	require.Len(t, said.all(), 2)
	require.Contains(t, said.all()[1], `level=INFO msg="the refresh of the current statistics goes on"`)
	require.NoError(t, stop())
	go func() { <-u.attempts }()
	refreshed(t, model(t, u, c, 1))
	requireCurrent(t, u, folded(t, log), market.Ends, preset(t, statistics.DefaultPolicy))
}

// testStatisticsFailForGood: what no other attempt mends ends the runner, with
// what it was, also when it is met by the computing of the current statistics.
func testStatisticsFailForGood(t *testing.T, open Open) {
	log, _ := roughLog(t, 19, 1)
	for _, lasting := range []*fault.Error{readmodel.ErrCorrupt, readmodel.ErrReadOnly, readmodel.ErrClosed} {
		u := newUnrefreshable(open(t)(), lasting)
		r := runner(t, model(t, u, newClock(market.Ends), 1), log, readmodel.RunnerOptions{})
		ended := make(chan error, 1)
		go func() { ended <- r.Run(t.Context()) }()
		u.attempted(t, 1)
		require.ErrorIs(t, <-ended, lasting)
		require.Equal(t, readmodel.Stopped, r.Status().Activity)
		require.ErrorIs(t, r.Status().Err, lasting)
		require.ErrorIs(t, r.Status().StatisticsErr, lasting)
	}
}

// testStatisticsOfOldVersion: a runner that nothing comes to from the log learns
// of a rebuild when it computes the current statistics, and goes over to the new
// version, though the old one is gone.
func testStatisticsOfOldVersion(t *testing.T, open Open) {
	log, _ := roughLog(t, 19, 1)
	u := newUnrefreshable(open(t)(), nil)
	c := newClock(market.Ends)
	m := model(t, u, c, 1)
	r := runner(t, m, log, readmodel.RunnerOptions{})
	stop := started(t, r)
	u.attempted(t, 1)
	rebuilt := make(chan *readmodel.Rebuilt, 1)
	go func() {
		done, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
		assert.NoError(t, err)
		assert.NoError(t, m.Drop(t.Context()))
		rebuilt <- done
	}()
	for done := (*readmodel.Rebuilt)(nil); done == nil || r.Status().Version != done.Version.Number; {
		select {
		case done = <-rebuilt:
			require.NotNil(t, done)
			c.set(market.Ends.AddSeconds(120))
		case <-u.attempts: // one of the rebuild itself too
		case <-t.Context().Done():
			t.Fatal("the runner stays with the old version")
		}
	}
	require.NoError(t, stop())
}
