package replay

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// call is one call of a method. Its messages are received when a step asks for
// them and not before, so that a subscriber who does not read is a slow one.
type call struct {
	method  *method
	stream  grpc.ClientStream
	cancel  context.CancelFunc
	pending chan received // what a goroutine receives, nil without one
	end     *received     // how the call has ended, nil before
}

// received is a message or, with a status, the end of a call.
type received struct {
	message any
	status  any
	err     error // the message cannot be compared
}

// maxMessageSize is more than any message that was recorded.
const maxMessageSize = 64 << 20

// begin opens a call, as somebody and with headers.
func begin(ctx context.Context, conn grpc.ClientConnInterface, m *method, s Step) (*call, error) {
	ctx, cancel := context.WithCancel(ctx)
	for k, v := range s.Headers {
		ctx = metadata.AppendToOutgoingContext(ctx, k, v)
	}
	if s.As != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(s.As)))
	}
	desc := &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}
	stream, err := conn.NewStream(ctx, desc, m.path, grpc.WaitForReady(true), grpc.MaxCallRecvMsgSize(maxMessageSize))
	if err != nil {
		cancel()
		return nil, err
	}
	return &call{method: m, stream: stream, cancel: cancel}, nil
}

// send sends a request. A server that has ended the call hears of no more of
// them, which is no failure.
func (c *call) send(request any, p *positions) error {
	msg, err := c.method.message(request, p)
	if err != nil {
		return err
	}
	if err := c.stream.SendMsg(msg); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// next is the next message or the end; nothing if neither comes until the
// deadline.
func (c *call) next(deadline <-chan time.Time) (received, bool) {
	if c.end != nil {
		return *c.end, true
	}
	if c.pending == nil {
		c.pending = make(chan received, 1)
		go func(to chan<- received) { to <- c.receive() }(c.pending)
	}
	select {
	case r := <-c.pending:
		c.pending = nil
		if r.status != nil {
			c.end = &r
		}
		return r, true
	case <-deadline:
		return received{}, false
	}
}

func (c *call) receive() received {
	msg := c.method.response.New().Interface()
	err := c.stream.RecvMsg(msg)
	if err != nil {
		return received{status: ending(err, c.stream.Trailer())}
	}
	v, err := answer(msg)
	return received{message: v, err: err}
}

// ending writes how a call has ended as a scenario does.
func ending(err error, trailer metadata.MD) any {
	if errors.Is(err, io.EOF) {
		err = nil
	}
	s := status.Convert(err)
	end := map[string]any{"code": code.Code(s.Code()).String()}
	if s.Message() != "" {
		end["details"] = s.Message()
	}
	trailers := make(map[string]any)
	for k, values := range trailer {
		if !transport(k) {
			trailers[k] = strings.Join(values, ", ")
		}
	}
	if len(trailers) > 0 {
		end["trailers"] = trailers
	}
	return end
}

// transport reports whether a trailer is of HTTP or gRPC, not the server's.
func transport(key string) bool {
	switch key {
	case "content-type", "content-length", "date", "server", "alt-svc":
		return true
	}
	return strings.HasPrefix(key, "grpc-")
}
