package eventstoredb

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
)

// A further connection is not closed and dialled again with every call that
// comes and goes at the limit of one; it is closed when the load has gone.
func TestFurtherConnections(t *testing.T) {
	dialled := 0
	dial := func(string) (*grpc.ClientConn, error) {
		dialled++
		return new(grpc.ClientConn), nil
	}
	l := newLink("node:2113", new(grpc.ClientConn))
	var busy []*lane
	for range callsPerLane {
		busy = append(busy, l.take(dial))
	}
	require.Zero(t, dialled)
	for range 100 {
		require.Empty(t, l.put(l.take(dial)))
	}
	require.Equal(t, 1, dialled)
	var closed []*grpc.ClientConn
	for _, ln := range busy {
		closed = append(closed, l.put(ln)...)
	}
	require.Len(t, closed, 1)
	require.Len(t, l.conns(), 1)
	require.Zero(t, l.calls)
}

// What is suspicious is a call that waits and gets nothing, for so many looks in
// a row: not one whose caller is at work, not one to which something came, and
// a subscription only where the connection string has the connection tested.
func TestSilence(t *testing.T) {
	waits, works, served := new(call), new(call), new(call)
	subscription := &call{lasts: true}
	for _, c := range []*call{waits, works, served, subscription} {
		c.turn.Store(1)
	}
	works.turn.Add(1)
	look := func(all bool, calls ...*call) (silent int) {
		l := newLink("node:2113", new(grpc.ClientConn))
		for _, c := range calls {
			c.quiet, c.seen = 0, 0
			l.open[c] = struct{}{}
		}
		for range 40 {
			if l.silent(looks, all) {
				silent++
			}
			served.turn.Add(2)
		}
		return silent
	}
	require.Equal(t, 9, look(true, waits), "the first look only begins, and each time it is counted anew")
	require.Zero(t, look(true, works, served))
	require.Equal(t, 9, look(true, works, waits, served))
	require.Equal(t, 9, look(true, subscription))
	require.Zero(t, look(false, subscription))
}
