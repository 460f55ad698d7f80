package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
)

// discover tries the candidates once, in any order, and connects to the node
// that they recommend. A hint is tried first: where a follower said that the
// leader is.
func (t *target) discover(ctx context.Context, hint string) (*grpc.ClientConn, string, error) {
	var errs []error
	if hint != "" {
		conn, err := t.connect(ctx, hint)
		if err == nil {
			return conn, hint, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", hint, err))
	}
	for _, i := range rand.Perm(len(t.candidate)) {
		address, err := t.candidate[i], error(nil)
		if t.gossip {
			address, err = t.recommended(ctx, address)
		}
		if err == nil {
			var conn *grpc.ClientConn
			if conn, err = t.connect(ctx, address); err == nil {
				return conn, address, nil
			}
		}
		if ctx.Err() != nil {
			return nil, "", ctx.Err()
		}
		errs = append(errs, fmt.Errorf("%s: %w", address, err))
	}
	return nil, "", joined(errs)
}

// joined is the errors as one of one line.
func joined(errs []error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	return candidateErrors(errs)
}

// candidateErrors says why each candidate was no use.
type candidateErrors []error

func (e candidateErrors) Error() string {
	text := ""
	for i, err := range e {
		if i > 0 {
			text += "; "
		}
		text += err.Error()
	}
	return text
}

// Unwrap gives them all.
func (e candidateErrors) Unwrap() []error { return e }

// connect dials a node and waits until it has answered.
func (t *target) connect(ctx context.Context, address string) (*grpc.ClientConn, error) {
	conn, err := t.dial(address)
	if err != nil {
		return nil, err
	}
	if err := t.probe(ctx, conn); err != nil {
		return nil, errors.Join(rpcError(err), conn.Close())
	}
	return conn, nil
}

// recommended asks one member of a cluster for the best one to connect to.
func (t *target) recommended(ctx context.Context, seed string) (string, error) {
	conn, err := t.dial(seed)
	if err != nil {
		return seed, err
	}
	defer func() { _ = conn.Close() }() // fails only if it was closed
	ctx, cancel := context.WithTimeout(ctx, t.patience())
	defer cancel()
	info, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{})
	if err != nil {
		return seed, rpcError(err)
	}
	best, rank := "", 0
	for _, i := range rand.Perm(len(info.GetMembers())) {
		m := info.GetMembers()[i]
		if r := rankOf(m, t.NodePreference); r > rank {
			best = net.JoinHostPort(m.GetHttpEndPoint().GetAddress(), strconv.Itoa(int(m.GetHttpEndPoint().GetPort())))
			rank = r
		}
	}
	if best == "" {
		return seed, errNoMember
	}
	return best, nil
}

// rankOf says how fit a member is, by the official client's rules: 0 is not at
// all, and any fit member is better than none.
func rankOf(m *gossip.MemberInfo, preference esdb.NodePreference) int {
	if !m.GetIsAlive() || m.GetHttpEndPoint().GetAddress() == "" {
		return 0
	}
	state := m.GetState()
	switch state {
	case gossip.MemberInfo_Leader, gossip.MemberInfo_Follower, gossip.MemberInfo_ReadOnlyReplica,
		gossip.MemberInfo_PreReadOnlyReplica, gossip.MemberInfo_ReadOnlyLeaderless:
	default:
		return 0
	}
	preferred := false
	switch preference {
	case esdb.NodePreferenceLeader:
		preferred = state == gossip.MemberInfo_Leader
	case esdb.NodePreferenceFollower:
		preferred = state == gossip.MemberInfo_Follower
	case esdb.NodePreferenceReadOnlyReplica:
		switch state {
		case gossip.MemberInfo_ReadOnlyLeaderless:
			return 4
		case gossip.MemberInfo_PreReadOnlyReplica:
			return 3
		case gossip.MemberInfo_ReadOnlyReplica:
			return 2
		}
	}
	if preferred {
		return 2
	}
	return 1
}
