package esdbtest

import (
	"crypto/tls"
	"encoding/binary"
	"net"
	"sync"
	"time"
)

// framedConn is a connection of HTTP/2 whose calls can be broken off without a
// status, by RST_STREAM frames, as EventStoreDB does when it ends. The gRPC
// library ends every call with one.
type framedConn struct {
	net.Conn
	forget func(*framedConn)

	reading sync.Mutex
	in      frames

	mu   sync.Mutex
	open map[uint32]struct{} // streams that have begun and not ended

	writing sync.Mutex
	out     frames
	broken  bool // what the gRPC library still writes is dropped
}

// What of HTTP/2 has to be known, of RFC 9113.
const (
	frameHeader    = 9
	headersFrame   = 1
	resetFrame     = 3
	endStream      = 1
	internalError  = 2
	prefaceLength  = len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	resetWriteTime = time.Second
)

func newFramedConn(conn net.Conn, forget func(*framedConn)) *framedConn {
	return &framedConn{Conn: conn, forget: forget, open: map[uint32]struct{}{}, in: frames{skip: prefaceLength}}
}

// Read implements net.Conn.
func (c *framedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.reading.Lock()
	defer c.reading.Unlock()
	c.in.pass(b[:n], func(kind, _ byte, stream uint32) { c.note(stream, kind == headersFrame, kind == resetFrame) })
	return n, err
}

// Write implements net.Conn.
func (c *framedConn) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	whole := len(b)
	if c.broken {
		if b = b[:c.out.rest(b)]; len(b) == 0 {
			return whole, nil
		}
	}
	n, err := c.Conn.Write(b)
	c.out.pass(b[:n], func(kind, flags byte, stream uint32) {
		c.note(stream, false, kind == resetFrame || kind == headersFrame && flags&endStream != 0)
	})
	if c.broken && err == nil && c.out.between() {
		err = c.writeResets()
	}
	if err != nil {
		return n, err
	}
	return whole, nil
}

// Close implements net.Conn.
func (c *framedConn) Close() error {
	c.forget(c)
	return c.Conn.Close()
}

func (c *framedConn) tlsState() tls.ConnectionState { return tlsState(c.Conn) }

func (c *framedConn) note(stream uint32, begins, ends bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if begins {
		c.open[stream] = struct{}{}
	}
	if ends {
		delete(c.open, stream)
	}
}

// breakOff ends every stream that is open. A frame that is half written is
// written to its end first.
func (c *framedConn) breakOff() {
	_ = c.SetWriteDeadline(time.Now().Add(resetWriteTime)) // of one that is closed nothing is left to end
	c.writing.Lock()
	defer c.writing.Unlock()
	c.broken = true
	if c.out.between() {
		_ = c.writeResets() // who does not hear it, hears that the connection is closed
	}
}

func (c *framedConn) writeResets() error {
	c.mu.Lock()
	var b []byte
	for stream := range c.open {
		b = append(b, 0, 0, 4, resetFrame, 0)
		b = binary.BigEndian.AppendUint32(b, stream)
		b = binary.BigEndian.AppendUint32(b, internalError)
	}
	clear(c.open)
	c.mu.Unlock()
	_, err := c.Conn.Write(b)
	return err
}

// frames is where one direction of a connection stands.
type frames struct {
	header [frameHeader]byte
	have   int // bytes of the header that have come
	skip   int // bytes of the payload, or the preface, to come
}

// between reports whether a frame has ended and none has begun.
func (f *frames) between() bool { return f.have == 0 && f.skip == 0 }

// pass looks at what goes by, and tells of each frame that begins.
func (f *frames) pass(b []byte, each func(kind, flags byte, stream uint32)) {
	for len(b) > 0 {
		if f.skip > 0 {
			n := min(f.skip, len(b))
			f.skip, b = f.skip-n, b[n:]
			continue
		}
		n := copy(f.header[f.have:], b)
		if f.have, b = f.have+n, b[n:]; f.have < frameHeader {
			return
		}
		h := f.header
		f.have, f.skip = 0, int(h[0])<<16|int(h[1])<<8|int(h[2])
		each(h[3], h[4], binary.BigEndian.Uint32(h[5:])&^(1<<31))
	}
}

// rest is how many of the bytes belong to the frame that has begun.
func (f *frames) rest(b []byte) (n int) {
	ahead := *f
	for n < len(b) && !ahead.between() {
		ahead.pass(b[n:n+1], func(byte, byte, uint32) {})
		n++
	}
	return n
}
