package eventstoredb

import (
	"errors"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A refused login is believed after LoginRetryFor, and after a quarter of it
// where the cluster has had a leader for so long.
func TestWhenALoginIsRefusedForGood(t *testing.T) {
	refused := rpcError(status.Error(codes.Unauthenticated, "Authentication Failed"))
	settled, away := settledError{refused}, rpcError(status.Error(codes.Unavailable, "it is away"))
	type attempt struct {
		err  error
		at   int // seconds
		want bool
	}
	for name, attempts := range map[string][]attempt{
		"nobody leads":            {{refused, 0, true}, {refused, 39, true}, {refused, 40, false}},
		"a leader":                {{settled, 0, true}, {settled, 9, true}, {settled, 10, false}},
		"a leader, later":         {{refused, 0, true}, {settled, 5, true}, {settled, 14, true}, {settled, 15, false}},
		"a leader, and then none": {{settled, 0, true}, {refused, 9, true}, {settled, 12, true}, {settled, 21, true}, {settled, 22, false}},
		"a leader, late":          {{refused, 0, true}, {settled, 35, true}, {settled, 40, false}},
		"away meanwhile":          {{settled, 0, true}, {away, 5, false}, {settled, 12, true}, {settled, 22, false}},
		"several":                 {{candidateErrors{refused, settled}, 0, true}, {candidateErrors{settled, refused}, 10, false}},
		"one is away":             {{candidateErrors{settled, away}, 0, false}},
	} {
		t.Run(name, func(t *testing.T) {
			l := logins{retryFor: 40 * time.Second}
			begun := time.Now()
			for _, a := range attempts {
				require.Equal(t, a.want, l.doubtful(a.err, begun.Add(time.Duration(a.at)*time.Second)), "at %d s", a.at)
			}
		})
	}
	require.Equal(t, refused.Error(), settled.Error())
	require.True(t, errors.Is(settled, refused))
}

// A cluster has settled when one leads and all who are alive follow.
func TestClusterThatHasSettled(t *testing.T) {
	const leader, follower, catching = gossip.MemberInfo_Leader, gossip.MemberInfo_Follower, gossip.MemberInfo_CatchingUp
	for name, c := range map[string]struct {
		states []gossip.MemberInfo_VNodeState
		dead   int // of them, the last
		want   bool
	}{
		"a single node":           {[]gossip.MemberInfo_VNodeState{leader}, 0, true},
		"a single node, starting": {[]gossip.MemberInfo_VNodeState{gossip.MemberInfo_Initializing}, 0, false},
		"three":                   {[]gossip.MemberInfo_VNodeState{follower, leader, follower}, 0, true},
		"with a replica":          {[]gossip.MemberInfo_VNodeState{leader, gossip.MemberInfo_ReadOnlyReplica}, 0, true},
		"one has died":            {[]gossip.MemberInfo_VNodeState{follower, leader, gossip.MemberInfo_Unknown}, 1, true},
		"the leader has died":     {[]gossip.MemberInfo_VNodeState{follower, follower, leader}, 1, false},
		"one has an empty disk":   {[]gossip.MemberInfo_VNodeState{follower, leader, catching}, 0, false},
		"two leaders":             {[]gossip.MemberInfo_VNodeState{leader, leader}, 0, false},
		"nobody":                  {nil, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			var members []*gossip.MemberInfo
			for i, state := range c.states {
				members = append(members, &gossip.MemberInfo{State: state, IsAlive: i < len(c.states)-c.dead})
			}
			require.Equal(t, c.want, follow(members))
		})
	}
}
