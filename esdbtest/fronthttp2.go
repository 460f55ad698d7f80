package esdbtest

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// An HTTP/2 connection is a gRPC client's or that of one who asks for
// /health/live and the like. The content type of the first request tells, but
// gRPC clients wait for the server's SETTINGS before they make one: they get an
// empty one, to which those of the server that answers are added.

// maxGreeting bounds what a client may send before its first request.
const maxGreeting = 64 << 10

const grpcContent = "application/grpc"

// greetHTTP2 finds out what an HTTP/2 connection is for. A connection without
// any request waits, for as long as it is open.
func (f *front) greetHTTP2(conn net.Conn) (*handoff, net.Conn) {
	greeted := &peekedConn{Conn: conn}
	ahead := io.TeeReader(conn, &greeted.seen)
	if preface(ahead) != nil || http2.NewFramer(conn, nil).WriteSettings() != nil {
		return nil, nil
	}
	_ = conn.SetDeadline(time.Time{})
	content, err := firstContentType(ahead, &greeted.seen)
	switch {
	case err != nil:
		return nil, nil
	case strings.HasPrefix(content, grpcContent):
		return f.grpc, f.frame(greeted)
	}
	return f.http, &unacknowledgedConn{Conn: greeted}
}

func preface(from io.Reader) error {
	b := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(from, b); err != nil {
		return err
	}
	if !bytes.Equal(b, []byte(http2.ClientPreface)) {
		return errors.New("esdbtest: no preface of HTTP/2")
	}
	return nil
}

// firstContentType is that of the first request. Where something else comes
// that is not of the greeting, it is the gRPC server that answers.
func firstContentType(from io.Reader, seen *bytes.Buffer) (string, error) {
	framer := http2.NewFramer(io.Discard, from)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	framer.MaxHeaderListSize = maxGreeting
	for seen.Len() < maxGreeting {
		frame, err := framer.ReadFrame()
		if err != nil {
			return grpcContent, ioError(err)
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame, *http2.WindowUpdateFrame, *http2.PriorityFrame:
		case *http2.MetaHeadersFrame:
			for _, h := range frame.RegularFields() {
				if h.Name == "content-type" {
					return h.Value, nil
				}
			}
			return "", nil
		default:
			return grpcContent, nil
		}
	}
	return grpcContent, nil
}

// ioError is err unless it is about what the client has sent.
func ioError(err error) error {
	var connection http2.ConnectionError
	var stream http2.StreamError
	if errors.As(err, &connection) || errors.As(err, &stream) || errors.Is(err, http2.ErrFrameTooLarge) {
		return nil
	}
	return err
}

// unacknowledgedConn keeps from its reader that the client has taken note of
// the SETTINGS of the greeting, which the reader has not sent and for which it
// would break the connection off.
type unacknowledgedConn struct {
	net.Conn
	begun bool
	done  bool
	left  io.Reader // the rest of the preface or of a frame
}

// Read implements net.Conn.
func (c *unacknowledgedConn) Read(b []byte) (int, error) {
	for {
		if c.left != nil {
			n, err := c.left.Read(b)
			if n > 0 || !errors.Is(err, io.EOF) {
				return n, err
			}
			c.left = nil
		}
		if c.done {
			return c.Conn.Read(b)
		}
		if err := c.next(); err != nil {
			return 0, err
		}
	}
}

// next begins the preface or a frame.
func (c *unacknowledgedConn) next() error {
	if !c.begun {
		c.begun, c.left = true, io.LimitReader(c.Conn, int64(len(http2.ClientPreface)))
		return nil
	}
	header := make([]byte, frameHeader)
	if _, err := io.ReadFull(c.Conn, header); err != nil {
		return err
	}
	if http2.FrameType(header[3]) == http2.FrameSettings && http2.Flags(header[4]).Has(http2.FlagSettingsAck) {
		c.done = true
		return nil
	}
	length := binary.BigEndian.Uint32(append([]byte{0}, header[:3]...))
	c.left = io.MultiReader(bytes.NewReader(header), io.LimitReader(c.Conn, int64(length)))
	return nil
}

func (c *unacknowledgedConn) tlsState() tls.ConnectionState { return tlsState(c.Conn) }
