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
