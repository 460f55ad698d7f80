package eventstoredb

import (
	"context"
	"errors"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc/codes"
)

// logins decides when a login is refused for good. A database that is starting
// refuses right ones from the moment that its port opens until its first leader
// has written the users, and so does a member that comes with an empty disk
// until it has them. Where all members follow a leader, the users are there, or
// will be in a moment.
type logins struct {
	retryFor time.Duration
	since    time.Time // of the first refusal in a row
	settled  time.Time // of the first in a row by a cluster that has settled
}

// settledShare is the part of the time for which a refusal is doubted that is
// left to a cluster that has settled.
const settledShare = 4

// doubtful reports whether a failed attempt to connect was refused for its
// login, and not for long enough to believe it.
func (l *logins) doubtful(err error, now time.Time) bool {
	if refusal(err) == nil || !isLoginRefused(err) {
		l.reset()
		return false
	}
	if l.since.IsZero() {
		l.since = now
	}
	var by settledError
	switch settled := errors.As(err, &by); {
	case !settled:
		l.settled = time.Time{}
	case l.settled.IsZero():
		l.settled = now
	}
	return now.Sub(l.since) < l.retryFor && (l.settled.IsZero() || now.Sub(l.settled) < l.retryFor/settledShare)
}

func (l *logins) reset() { l.since, l.settled = time.Time{}, time.Time{} }

// isLoginRefused reports whether a server has said that it does not know us.
func isLoginRefused(err error) bool {
	var call *callError
	return errors.As(err, &call) && call.status.Code() == codes.Unauthenticated
}

// settledError is a refusal by a cluster that has settled.
type settledError struct{ error }

// Unwrap gives the refusal.
func (e settledError) Unwrap() error { return e.error }

// doubt looks into a refused login: gossip is told to anybody who brings none.
func (t *target) doubt(ctx context.Context, address string, err error) error {
	var named *candidateError
	if errors.As(err, &named) {
		address = named.address
	}
	if isLoginRefused(err) && t.settled(ctx, address) {
		return settledError{err}
	}
	return err
}

// settled reports whether the node's cluster has a leader, whom all follow. One
// that does not tell has not.
func (t *target) settled(ctx context.Context, address string) bool {
	conn, err := t.anonymous().dial(address)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // nobody else uses it
	ctx, cancel := context.WithTimeout(ctx, t.patience())
	defer cancel()
	info, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{})
	return err == nil && follow(info.GetMembers())
}

// follow reports whether one of the members leads and all others that are alive
// follow.
func follow(members []*gossip.MemberInfo) bool {
	leaders := 0
	for _, m := range members {
		switch {
		case !m.GetIsAlive():
		case m.GetState() == gossip.MemberInfo_Leader:
			leaders++
		case m.GetState() == gossip.MemberInfo_Follower, m.GetState() == gossip.MemberInfo_ReadOnlyReplica:
		default:
			return false
		}
	}
	return leaders == 1
}

// anonymous is the target for who brings no login.
func (t *target) anonymous() *target {
	c := *t.Configuration
	c.Username, c.Password, c.UserCertFile, c.UserKeyFile = "", "", "", ""
	return &target{Configuration: &c, network: t.network}
}
