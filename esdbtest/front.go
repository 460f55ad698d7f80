package esdbtest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc/credentials"
)

// helloTimeout is how long a connection may take to say what it wants.
const helloTimeout = 10 * time.Second

// front takes the connections of a port and hands each to the server of its
// protocol, as EventStoreDB answers gRPC and HTTP on one port.
type front struct {
	listener net.Listener
	tls      *tls.Config // nil without TLS
	grpc     *handoff
	http     *handoff
	frame    func(net.Conn) net.Conn // follows the frames of a connection
	wg       sync.WaitGroup
}

func newFront(l net.Listener, config *tls.Config, frame func(net.Conn) net.Conn) *front {
	return &front{listener: l, tls: config, frame: frame, grpc: newHandoff(l.Addr()), http: newHandoff(l.Addr())}
}

// run accepts until the listener is closed.
func (f *front) run() {
	defer f.wg.Wait()
	for {
		conn, err := f.listener.Accept()
		if err != nil {
			_, _ = f.grpc.Close(), f.http.Close() // they cannot fail
			return
		}
		f.wg.Go(func() {
			if to, ready := f.greet(conn); ready == nil || !to.give(ready) {
				_ = conn.Close() // nobody takes it
			}
		})
	}
}

// greet finds out what a connection wants: by the protocol that TLS has agreed
// on or, without TLS, by the first bytes; of HTTP/2 by the first request.
func (f *front) greet(conn net.Conn) (*handoff, net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(helloTimeout)) // one that is closed fails below
	if f.tls != nil {
		secure := tls.Server(conn, f.tls)
		if secure.Handshake() != nil {
			return nil, nil
		}
		if secure.ConnectionState().NegotiatedProtocol == "h2" {
			return f.greetHTTP2(secure)
		}
		_ = conn.SetDeadline(time.Time{})
		return f.http, secure
	}
	peeked := &peekedConn{Conn: conn}
	if err := peeked.peek(len("PRI")); err != nil {
		return nil, nil
	}
	if bytes.HasPrefix(peeked.seen.Bytes(), []byte("PRI")) { // the preface of HTTP/2
		return f.greetHTTP2(peeked)
	}
	_ = conn.SetDeadline(time.Time{})
	return f.http, peeked
}

// peekedConn gives back what was read ahead.
type peekedConn struct {
	net.Conn
	seen bytes.Buffer
}

// peek reads ahead.
func (c *peekedConn) peek(n int) error {
	_, err := io.CopyN(&c.seen, c.Conn, int64(n))
	return err
}

// Read implements net.Conn.
func (c *peekedConn) Read(b []byte) (int, error) {
	if c.seen.Len() > 0 {
		return c.seen.Read(b)
	}
	return c.Conn.Read(b)
}

func (c *peekedConn) tlsState() tls.ConnectionState { return tlsState(c.Conn) }

// tlsState is the state of TLS on a connection or beneath it, empty without it.
// Connections have no method ConnectionState, by which net/http would take them
// for its own.
func tlsState(conn net.Conn) tls.ConnectionState {
	switch c := conn.(type) {
	case *tls.Conn:
		return c.ConnectionState()
	case interface{ tlsState() tls.ConnectionState }:
		return c.tlsState()
	}
	return tls.ConnectionState{}
}

// handoff is a listener for connections that were accepted already.
type handoff struct {
	addr  net.Addr
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newHandoff(addr net.Addr) *handoff {
	return &handoff{addr: addr, conns: make(chan net.Conn), done: make(chan struct{})}
}

// give hands a connection over, unless nobody listens any more.
func (h *handoff) give(conn net.Conn) bool {
	select {
	case h.conns <- conn:
		return true
	case <-h.done:
		return false
	}
}

// Accept implements net.Listener.
func (h *handoff) Accept() (net.Conn, error) {
	select {
	case conn := <-h.conns:
		return conn, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (h *handoff) Close() error {
	h.once.Do(func() { close(h.done) })
	return nil
}

// Addr implements net.Listener.
func (h *handoff) Addr() net.Addr { return h.addr }

// handshaken is the credentials of a gRPC server whose connections have been
// through TLS.
type handshaken struct{}

var errServerOnly = errors.New("esdbtest: these credentials are a server's")

// ServerHandshake implements credentials.TransportCredentials.
func (handshaken) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return conn, credentials.TLSInfo{
		State:          tlsState(conn),
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
	}, nil
}

// ClientHandshake implements credentials.TransportCredentials.
func (handshaken) ClientHandshake(context.Context, string, net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errServerOnly
}

// Info implements credentials.TransportCredentials.
func (handshaken) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls"}
}

// Clone implements credentials.TransportCredentials.
func (h handshaken) Clone() credentials.TransportCredentials { return h }

// OverrideServerName implements credentials.TransportCredentials.
func (handshaken) OverrideServerName(string) error { return errServerOnly }
