package readmodeltest

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
)

// generous is more than anything here takes, on any machine.
const generous = time.Minute

// namespaceOf is the namespace of a name, "" if it has none.
func namespaceOf(name string) string {
	namespace, _, is := strings.Cut(name, ".")
	if !is {
		return ""
	}
	return namespace
}

// testSwapBesideReader: one who has read a view and keeps the transaction open does
// not keep others from reading, though a rebuild wants to swap: it steps back and
// tries again. The rebuild is done when that one is.
func testSwapBesideReader(t *testing.T, open Open) {
	reopen := open(t)
	db, log, c := reopen(), Log(t, 34, 2), newClock(market.Ends)
	m, err := readmodel.New(db, readmodel.Options{Now: c.Now, After: shortened(c)})
	require.NoError(t, err)
	follow(t, m, log, 1, readmodel.RunnerOptions{})
	view := "SELECT count(*) FROM " + db.Dialect().Stable("contracts")
	want := mustInteger(t, db, view)

	reading, leave, left := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		left <- reopen().Read(t.Context(), func(tx readmodel.Tx) error {
			n, err := integer(tx, view)
			close(reading)
			<-leave
			if err == nil && n != want {
				t.Errorf("the one reads %d contracts, there are %d", n, want)
			}
			return err
		})
	}()
	<-reading
	var attempts atomic.Int64
	ended := make(chan error, 1)
	go func() {
		_, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{Progress: func(p readmodel.RebuildProgress) {
			if p.Phase == readmodel.RebuildSwapping {
				attempts.Add(1)
			}
		}})
		ended <- err
	}()
	others, done := reopen(), false
	for !done && attempts.Load() < 2 {
		ctx, cancel := context.WithTimeout(t.Context(), generous)
		err := others.Read(ctx, func(tx readmodel.Tx) error {
			n, err := integer(tx, view)
			if err == nil && n != want {
				t.Errorf("another reads %d contracts, there are %d", n, want)
			}
			return err
		})
		cancel()
		if err != nil {
			close(leave)
			require.NoError(t, err, "others wait for a swap that waits for one")
		}
		select {
		case err := <-ended: // where readers and a swap do not wait for each other
			done = true
			require.NoError(t, err)
		default:
		}
	}
	close(leave)
	require.NoError(t, <-left)
	if !done {
		require.NoError(t, <-ended)
	}
	all, err := m.Versions(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, readmodel.Live, all[1].State)
}
