package esdbtest

import (
	"context"
	"net"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

// gossipService tells who is in the cluster and who leads it.
type gossipService struct {
	gossip.UnimplementedGossipServer
	node *node
}

// Read lists the nodes, the leader first, as all of them see each other.
func (g *gossipService) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	s := g.node.server
	s.mu.Lock()
	c := s.cluster
	s.mu.Unlock()
	info := &gossip.ClusterInfo{}
	for _, n := range s.nodes {
		host, port, _ := net.SplitHostPort(n.addr())
		number, _ := strconv.ParseUint(port, 10, 16) // listen made it
		state, alive := n.told(c)
		member := &gossip.MemberInfo{
			InstanceId:   uuidToWire(n.id, false),
			TimeStamp:    s.cfg.Now().UnixNano() / 100,
			State:        state,
			IsAlive:      alive,
			HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(number)},
		}
		if state == gossip.MemberInfo_Leader {
			info.Members = append([]*gossip.MemberInfo{member}, info.Members...)
		} else {
			info.Members = append(info.Members, member)
		}
	}
	return info, nil
}

// told is what gossip says of a node.
func (n *node) told(c cluster) (state gossip.MemberInfo_VNodeState, alive bool) {
	switch {
	case !n.running():
		return gossip.MemberInfo_Shutdown, false
	case n.life.ends():
		return gossip.MemberInfo_ShuttingDown, true
	case n.index == c.leader || n.index == c.ghost:
		return gossip.MemberInfo_Leader, true
	case n.life.missed.Load():
		return gossip.MemberInfo_Follower, false
	case n.life.hangs() && n.index == c.last:
		return gossip.MemberInfo_Leader, false
	case c.leader == nobody:
		return gossip.MemberInfo_Unknown, true
	}
	return gossip.MemberInfo_Follower, true
}
