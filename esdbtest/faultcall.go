package esdbtest

import (
	"context"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
)

// kindOf sorts a call by its full method name.
func kindOf(method string) callKind {
	switch method {
	case streams.Streams_Read_FullMethodName, persistent.PersistentSubscriptions_Read_FullMethodName:
		return reading
	case streams.Streams_Append_FullMethodName, streams.Streams_BatchAppend_FullMethodName,
		streams.Streams_Delete_FullMethodName, streams.Streams_Tombstone_FullMethodName:
		return writing
	}
	if strings.Contains(method, ".PersistentSubscriptions/") {
		return managing
	}
	return connecting
}

// faultUnary lets unary calls meet their faults.
func (n *node) faultUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	kind := kindOf(info.FullMethod)
	v := n.server.faults.judge(info.FullMethod, kind)
	if err := v.admit(ctx); err != nil {
		return nil, err
	}
	resp, err := next(ctx, req)
	if err == nil && kind == writing {
		if err := n.afterWrite(ctx, v); err != nil {
			return nil, err
		}
	}
	return resp, err
}

// faultStream lets streaming calls meet their faults.
func (n *node) faultStream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	v := n.server.faults.judge(info.FullMethod, kindOf(info.FullMethod))
	if err := v.admit(stream.Context()); err != nil {
		return err
	}
	ctx := context.WithValue(stream.Context(), verdictKey{}, v)
	stream = &streamWithContext{ServerStream: stream, ctx: ctx}
	return next(srv, &faultyStream{ServerStream: stream, node: n, verdict: v, kind: kindOf(info.FullMethod)})
}

// admit refuses or delays a call.
func (v verdict) admit(ctx context.Context) error {
	if v.delay > 0 {
		if err := pause(ctx, v.delay); err != nil {
			return err
		}
	}
	if v.refuse {
		return notReady()
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// afterWrite is what happens between a write and its answer.
func (n *node) afterWrite(ctx context.Context, v verdict) error {
	f := n.server.faults
	f.mu.Lock()
	lose, abort, change := f.take(loseReply), f.take(abortReply), false
	if f.leaderIn > 0 {
		f.leaderIn--
		change = f.leaderIn == 0
	}
	lose, abort, change = lose || v.loseReply, abort || v.abortReply, change || v.changeLeader
	if lose {
		f.counts.LostReplies++
	}
	if abort {
		f.counts.AbortedReplies++
	}
	f.mu.Unlock()
	if change {
		f.ChangeLeader()
	}
	switch {
	case lose:
		n.conns.cut(ctx)
		return notReady()
	case abort, change:
		return timedOut("the write was not replicated in time")
	}
	return nil
}

// faultyStream is the server's end of a call that may go wrong.
type faultyStream struct {
	grpc.ServerStream
	node    *node
	verdict verdict
	kind    callKind
	sent    int
	live    bool // a subscription
}

// SendMsg implements grpc.ServerStream.
func (s *faultyStream) SendMsg(m any) error {
	if s.kind == writing {
		if done(m) {
			if err := s.node.afterWrite(s.Context(), s.verdict); err != nil {
				return err
			}
		}
		return s.ServerStream.SendMsg(m)
	}
	if s.kind != reading {
		return s.ServerStream.SendMsg(m)
	}
	event, confirmation := look(m)
	s.live = s.live || confirmation
	if s.live {
		if err := s.node.server.faults.holdBack(s.Context()); err != nil {
			return err
		}
	}
	if s.sent == 0 {
		if err := s.breakOff(); err != nil {
			return err
		}
	}
	if err := s.ServerStream.SendMsg(m); err != nil {
		return err
	}
	s.sent++
	if s.live && event && s.twice() {
		if err := s.ServerStream.SendMsg(m); err != nil {
			return err
		}
	}
	return s.breakOff()
}

// breakOff ends the call if its time has come.
func (s *faultyStream) breakOff() error {
	f := s.node.server.faults
	switch s.sent {
	case s.verdict.dropAfter:
		f.mu.Lock()
		f.counts.Dropped++
		f.mu.Unlock()
		return notReady()
	case s.verdict.cutAfter:
		f.mu.Lock()
		f.counts.Cut++
		f.mu.Unlock()
		s.node.conns.cut(s.Context())
		return notReady()
	}
	return nil
}

// twice reports whether this event is to be sent again.
func (s *faultyStream) twice() bool {
	f := s.node.server.faults
	f.mu.Lock()
	defer f.mu.Unlock()
	again := f.take(duplicateMessage)
	if !again && s.verdict.duplicate > 0 {
		s.verdict.duplicate--
		again = true
	}
	if again {
		f.counts.DuplicateMessages++
	}
	return again
}

// holdBack waits as long as subscribers are held or slow.
func (f *Faults) holdBack(ctx context.Context) error {
	f.mu.Lock()
	held, slow := f.held, f.slow
	f.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if slow > 0 {
		return pause(ctx, slow)
	}
	return nil
}

// done reports whether a reply to a write says that it was done.
func done(m any) bool {
	switch m := m.(type) {
	case *streams.AppendResp:
		return m.GetSuccess() != nil
	case *streams.BatchAppendResp:
		return m.GetSuccess() != nil
	}
	return false
}

// look says what a message of a read is.
func look(m any) (event, confirmation bool) {
	switch m := m.(type) {
	case *streams.ReadResp:
		return m.GetEvent() != nil, m.GetConfirmation() != nil
	case *persistent.ReadResp:
		return m.GetEvent() != nil, m.GetSubscriptionConfirmation() != nil
	}
	return false, false
}

type verdictKey struct{}

// duplicatesWrite reports whether this append is to be done twice.
func (n *node) duplicatesWrite(stream grpc.ServerStream) bool {
	f := n.server.faults
	f.mu.Lock()
	defer f.mu.Unlock()
	again := f.take(duplicateWrite)
	if v, ok := stream.Context().Value(verdictKey{}).(verdict); ok && v.duplicateWrite {
		again = true
	}
	if again {
		f.counts.DuplicateWrites++
	}
	return again
}
