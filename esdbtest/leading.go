package esdbtest

import (
	"context"
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
)

// writeUnary lets deletions and tombstones be done where they may be.
func (n *node) writeUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if kindOf(info.FullMethod) != writing {
		return next(ctx, req)
	}
	if err := n.mayWrite(ctx); err != nil {
		return nil, err
	}
	resp, err := next(ctx, req)
	if err := n.mayAnswer(ctx); err != nil {
		return nil, err
	}
	return resp, err
}

func (n *node) writeStream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if kindOf(info.FullMethod) == writing {
		stream = &writingStream{stream, n}
	}
	return next(srv, stream)
}

// writingStream lets appends be done where they may be.
type writingStream struct {
	grpc.ServerStream
	node *node
}

// RecvMsg implements grpc.ServerStream. When an append has come in as a whole,
// it is decided whether it is done.
func (s *writingStream) RecvMsg(m any) error {
	err := s.ServerStream.RecvMsg(m)
	_, one := m.(*streams.AppendReq)
	batch, many := m.(*streams.BatchAppendReq)
	if one && errors.Is(err, io.EOF) || many && err == nil && batch.GetIsFinal() {
		if refused := s.node.mayWrite(s.Context()); refused != nil {
			return refused
		}
	}
	return err
}

// SendMsg implements grpc.ServerStream.
func (s *writingStream) SendMsg(m any) error {
	if done(m) {
		if err := s.node.mayAnswer(s.Context()); err != nil {
			return err
		}
	}
	return s.ServerStream.SendMsg(m)
}

// mayWrite waits until a write may be done, here or by passing it on to the
// leader, or says why not.
func (n *node) mayWrite(ctx context.Context) error {
	if err := n.life.lives(ctx); err != nil {
		return err
	}
	switch how, leader := n.standing(); how {
	case leads:
		return nil
	case ousted:
		return &rpcError{codes.Aborted, "Request canceled by server", nil}
	case follows:
		return n.passOn(ctx, n.server.nodes[leader])
	}
	return notReady()
}

// mayAnswer is what becomes of the answer to a write that was done.
func (n *node) mayAnswer(ctx context.Context) error {
	if err := n.life.lives(ctx); err != nil {
		return err
	}
	if how, _ := n.standing(); how == ousted {
		return timedOut("Commit phase timeout")
	}
	return nil
}

// passOn waits for a leader that hangs or ends as long as a follower does.
func (n *node) passOn(ctx context.Context, leader *node) error {
	ctx, cancel := context.WithTimeout(ctx, n.server.timing.Forwarding)
	defer cancel()
	err := leader.life.lives(ctx)
	if ctx.Err() != nil || err != nil {
		return timedOut("Forwarding timeout")
	}
	if how, _ := leader.standing(); how != leads {
		return notReady()
	}
	return nil
}

// requireLeader refuses a call that only the leader may answer.
func (n *node) requireLeader() error {
	switch how, leader := n.standing(); how {
	case leads, ousted: // which knows no better
		return nil
	case follows:
		return notLeader(n.server.nodes[leader].addr())
	}
	return notReady()
}

// leadersOnly refuses what is asked for the leader, or only it can do.
func (n *node) leadersOnly(ctx context.Context, method string) error {
	switch method {
	case persistent.PersistentSubscriptions_GetInfo_FullMethodName, persistent.PersistentSubscriptions_List_FullMethodName:
		if n.requireLeader() != nil {
			return notReady()
		}
	}
	if demandsLeader(ctx) && kindOf(method) != connecting && method != streams.Streams_Read_FullMethodName {
		return n.requireLeader()
	}
	return nil
}

// demandingRead is a read or subscription that is for the leader. What a
// follower answers depends on which it is.
type demandingRead struct {
	grpc.ServerStream
	node *node
}

// RecvMsg implements grpc.ServerStream.
func (s *demandingRead) RecvMsg(m any) error {
	if err := s.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	err := s.node.requireLeader()
	req, ok := m.(*streams.ReadReq)
	if err == nil || !ok {
		return nil
	}
	how, _ := s.node.standing()
	if o := req.GetOptions(); how == follows && o.GetSubscription() != nil {
		if o.GetAll().GetEnd() != nil || o.GetStream().GetEnd() != nil {
			return nil // it is confirmed and live
		}
		if sent := s.SendMsg(confirmation()); sent != nil {
			return sent
		}
	}
	trail(s.SetTrailer, err)
	return err
}

// demandsLeader reports whether the caller wants the leader to answer.
func demandsLeader(ctx context.Context) bool {
	values := metadata.ValueFromIncomingContext(ctx, "requires-leader")
	return len(values) > 0 && (values[0] == "true" || values[0] == "True")
}

func (n *node) leaderUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if err := n.leadersOnly(ctx, info.FullMethod); err != nil {
		trailUnary(ctx, err)
		return nil, err
	}
	return next(ctx, req)
}

func (n *node) leaderStream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if err := n.leadersOnly(stream.Context(), info.FullMethod); err != nil {
		trail(stream.SetTrailer, err)
		return err
	}
	if demandsLeader(stream.Context()) && info.FullMethod == streams.Streams_Read_FullMethodName {
		stream = &demandingRead{stream, n}
	}
	return next(srv, stream)
}
