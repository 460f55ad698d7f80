package sqlitefile_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/sqlitefile"
)

// connection is one of a pool's; each is another.
type connection struct{ closed bool }

func (c *connection) close() error {
	c.closed = true
	return nil
}

func TestPool(t *testing.T) {
	var broken error
	opened := 0
	open := func() (*connection, error) {
		if broken != nil {
			return nil, broken
		}
		opened++
		return &connection{}, nil
	}
	closed := make(chan struct{})
	p := sqlitefile.NewPool(2, closed, open, (*connection).close)

	broken = errors.New("not today")
	for range 3 { // a failure to open takes no place
		_, err := p.Take(t.Context())
		require.Equal(t, broken, err)
	}
	broken = nil
	one, err := p.Take(t.Context())
	require.NoError(t, err)
	other, err := p.Take(t.Context())
	require.NoError(t, err)
	require.NotSame(t, one, other)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.Take(ended)
	requireFault(t, sqlitefile.Cancelled, err)

	p.Give(one)
	again, err := p.Take(t.Context())
	require.NoError(t, err)
	require.Same(t, one, again, "what was given back is taken again")
	p.Drop(other)
	require.True(t, other.closed)
	fresh, err := p.Take(t.Context())
	require.NoError(t, err)
	require.NotSame(t, other, fresh, "what was dropped is not")
	require.Equal(t, 3, opened)

	waiting := make(chan error)
	go func() {
		_, err := p.Take(t.Context())
		waiting <- err
	}()
	close(closed)
	requireFault(t, sqlitefile.Closed, <-waiting)
	p.Give(again)
	p.Give(fresh)
	_, err = p.Take(t.Context())
	requireFault(t, sqlitefile.Closed, err)
	require.NoError(t, p.Close())
	require.True(t, again.closed)
	require.True(t, fresh.closed)
}

func TestReaders(t *testing.T) {
	require.Equal(t, 7, sqlitefile.Readers(7))
	require.GreaterOrEqual(t, sqlitefile.Readers(0), 4)
	require.Equal(t, sqlitefile.Readers(0), sqlitefile.Readers(-1))
}
