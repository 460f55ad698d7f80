package esdbtest

import (
	"context"
	"maps"
	"net"
	"slices"
	"sync"

	"google.golang.org/grpc/peer"
)

// connections are the open TCP connections of a node, by the address of the
// other side.
type connections struct {
	mu   sync.Mutex
	open map[string]net.Conn
	http map[*framedConn]struct{} // of them, those that carry calls
	shut bool                     // no new ones
	thaw func()                   // waits while the node hangs
}

// admit takes new connections again after cutAll.
func (c *connections) admit() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shut = false
}

func (c *connections) add(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut || len(c.open) >= maxConnections {
		return false
	}
	if c.open == nil {
		c.open = make(map[string]net.Conn)
	}
	c.open[conn.RemoteAddr().String()] = conn
	return true
}

func (c *connections) remove(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[conn.RemoteAddr().String()] == conn {
		delete(c.open, conn.RemoteAddr().String())
	}
}

func (c *connections) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}

// cut closes the connection that a call came by.
func (c *connections) cut(ctx context.Context) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return
	}
	c.mu.Lock()
	conn := c.open[p.Addr.String()]
	c.mu.Unlock()
	if conn != nil {
		_ = conn.Close() // it is meant to break
	}
}

// cutAll closes them all and takes no others.
func (c *connections) cutAll() {
	c.mu.Lock()
	c.shut = true
	open := make([]net.Conn, 0, len(c.open))
	for _, conn := range c.open {
		open = append(open, conn)
	}
	c.mu.Unlock()
	for _, conn := range open {
		_ = conn.Close() // it is meant to break
	}
}

func (c *connections) frame(conn net.Conn) net.Conn {
	framed := newFramedConn(conn, func(f *framedConn) {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.http, f)
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.http == nil {
		c.http = make(map[*framedConn]struct{})
	}
	c.http[framed] = struct{}{}
	return framed
}

// breakOff ends every call, without a status.
func (c *connections) breakOff() {
	c.mu.Lock()
	framed := slices.Collect(maps.Keys(c.http))
	c.mu.Unlock()
	for _, f := range framed {
		f.breakOff()
	}
}

// listener notes the connections it accepts.
type listener struct {
	net.Listener
	conns  *connections
	refuse func() bool
}

// Accept implements net.Listener. A connection that is refused is closed.
func (l *listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		noted := &notedConn{Conn: conn, conns: l.conns}
		if l.refuse() || !l.conns.add(noted) {
			_ = conn.Close() // it was never used
			continue
		}
		return noted, nil
	}
}

// notedConn is forgotten when it is closed.
type notedConn struct {
	net.Conn
	conns *connections
}

// Read implements net.Conn. A node that hangs does not see what has come.
func (c *notedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.conns.thaw()
	return n, err
}

// Write implements net.Conn.
func (c *notedConn) Write(b []byte) (int, error) {
	c.conns.thaw()
	return c.Conn.Write(b)
}

// Close implements net.Conn.
func (c *notedConn) Close() error {
	c.conns.remove(c)
	return c.Conn.Close()
}
