package eventstoredb

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
)

// joined is the errors as one of one line.
func joined(errs []error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	return candidateErrors(errs)
}

// candidateError says why one candidate was no use.
type candidateError struct {
	address string
	err     error
}

func (e *candidateError) Error() string { return e.address + ": " + e.err.Error() }

// Unwrap gives the reason.
func (e *candidateError) Unwrap() error { return e.err }

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

// recommended asks a member of a cluster for the best one to connect to, and
// who the members are. Each that would do is looked at once by unfit, which may
// keep it from being recommended. It fails with errNoLeader if the calls are for
// the leader and the member names none.
func (t *target) recommended(ctx context.Context, conn *grpc.ClientConn, unfit func(string) bool) (best string, members []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, t.patience())
	defer cancel()
	info, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{})
	if err != nil {
		return "", nil, rpcError(err)
	}
	rank := 0
	for _, i := range rand.Perm(len(info.GetMembers())) {
		m := info.GetMembers()[i]
		address := addressOf(m)
		if m.GetIsAlive() {
			members = append(members, address)
		}
		if r := rankOf(m, t.NodePreference); r > 0 && !unfit(address) && r > rank {
			best, rank = address, r
		}
	}
	switch {
	case best != "":
		return best, members, nil
	case t.leader():
		return "", members, errNoLeader
	}
	return "", members, errNoMember
}

func addressOf(m *gossip.MemberInfo) string {
	return net.JoinHostPort(m.GetHttpEndPoint().GetAddress(), strconv.Itoa(int(m.GetHttpEndPoint().GetPort())))
}

// rankOf says how fit a member is, by the official client's rules but one: 0 is
// not at all, and any fit member is better than none, unless the leader is
// asked for, since every call would then be refused.
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
		if state != gossip.MemberInfo_Leader {
			return 0
		}
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
