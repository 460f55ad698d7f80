package esdbtest

import (
	"context"
	"net"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// gossipService tells who is in the cluster and who leads it.
type gossipService struct {
	gossip.UnimplementedGossipServer
	node *node
}

// Read lists the nodes, the leader first.
func (g *gossipService) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	s := g.node.server
	leader := s.Leader()
	info := &gossip.ClusterInfo{}
	for i, n := range s.nodes {
		host, port, _ := net.SplitHostPort(n.addr())
		number, _ := strconv.ParseUint(port, 10, 16) // listen made it
		alive := n.running()
		state := gossip.MemberInfo_Follower
		switch {
		case !alive:
			state = gossip.MemberInfo_Shutdown
		case i == leader:
			state = gossip.MemberInfo_Leader
		}
		member := &gossip.MemberInfo{
			InstanceId:   uuidToWire(n.id, false),
			TimeStamp:    s.cfg.Now().UnixNano() / 100,
			State:        state,
			IsAlive:      alive,
			HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(number)},
		}
		if i == leader {
			info.Members = append([]*gossip.MemberInfo{member}, info.Members...)
		} else {
			info.Members = append(info.Members, member)
		}
	}
	return info, nil
}

// requireLeader refuses a call that only the leader may answer.
func (n *node) requireLeader() error {
	if n.leads() {
		return nil
	}
	return notLeader(n.server.nodes[n.server.Leader()].addr())
}

// demandsLeader reports whether the caller wants the leader to answer.
func demandsLeader(ctx context.Context) bool {
	values := metadata.ValueFromIncomingContext(ctx, "requires-leader")
	return len(values) > 0 && (values[0] == "true" || values[0] == "True")
}

func (n *node) leaderUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if demandsLeader(ctx) {
		if err := n.requireLeader(); err != nil {
			trailUnary(ctx, err)
			return nil, err
		}
	}
	return next(ctx, req)
}

func (n *node) leaderStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if demandsLeader(stream.Context()) {
		if err := n.requireLeader(); err != nil {
			trail(stream.SetTrailer, err)
			return err
		}
	}
	return next(srv, stream)
}
