package esdbtest

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

const (
	// maxMessageSize bounds what is received, as in EventStoreDB: a record of
	// the log has to hold it. What gRPC lets pass is more, so that it is
	// refused in EventStoreDB's words.
	maxMessageSize = 16<<20 - 10_000
	maxWireSize    = 17 << 20
	// maxStreams bounds the calls of one connection, maxConnections the
	// connections of one node.
	maxStreams     = 4096
	maxConnections = 4096
)

// node is one address that answers.
type node struct {
	server  *Server
	index   int
	id      uuid.UUID
	listens string // where to listen, as configured; then with the port it got
	address string // what clients are told, once it was listened on
	conns   connections
	life    life

	ledUntil time.Time // guarded by the server's lock; zero: it never led

	mu       sync.Mutex
	listener net.Listener
	grpc     *grpc.Server // nil until it serves, as is all below
	http     *http.Server
	done     *sync.WaitGroup
}

func newNode(s *Server, index int, listens string) *node {
	n := &node{server: s, index: index, id: uuid.New(), listens: listens}
	n.conns.thaw = func() { n.life.thaw(nil) }
	n.life.calls = map[*livingStream]context.CancelFunc{}
	return n
}

// listen opens the node's port.
func (n *node) listen() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	l, err := n.server.cfg.Network(n.listens)
	if err != nil {
		return err
	}
	host, _, _ := net.SplitHostPort(n.listens) // Validate and Listen have looked at both
	_, port, _ := net.SplitHostPort(l.Addr().String())
	n.listens = net.JoinHostPort(host, port)
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	if n.server.cfg.AdvertiseHost != "" {
		host = n.server.cfg.AdvertiseHost
	}
	n.address = net.JoinHostPort(host, port)
	n.conns.admit()
	n.listener = &listener{Listener: l, conns: &n.conns, refuse: n.server.faults.refusesConnections}
	return nil
}

// serve answers on the open port.
func (n *node) serve() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener == nil || n.grpc != nil {
		return
	}
	options := []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxWireSize),
		grpc.MaxSendMsgSize(maxWireSize),
		grpc.MaxConcurrentStreams(maxStreams),
		// Clients ping every 10 s, also without a call.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
		grpc.ChainUnaryInterceptor(n.lifeUnary, n.faultUnary, n.authenticateUnary, n.leaderUnary, n.writeUnary),
		grpc.ChainStreamInterceptor(n.lifeStream, n.faultStream, n.authenticateStream, n.leaderStream, n.writeStream),
		grpc.WaitForHandlers(true),
		grpc.UnknownServiceHandler(unimplemented),
	}
	var config *tls.Config
	if n.server.certs != nil {
		config = n.server.certs.config()
		options = append(options, grpc.Creds(handshaken{}))
	}
	n.grpc = grpc.NewServer(options...)
	streams.RegisterStreamsServer(n.grpc, &streamsService{node: n})
	persistent.RegisterPersistentSubscriptionsServer(n.grpc, &persistentService{node: n})
	gossip.RegisterGossipServer(n.grpc, &gossipService{node: n})
	serverfeatures.RegisterServerFeaturesServer(n.grpc, &featuresService{version: n.server.cfg.Version})
	n.http = n.newHTTP(n.grpc)
	f := newFront(n.listener, config, n.conns.frame)
	g, h := n.grpc, n.http
	n.done = new(sync.WaitGroup)
	n.done.Go(f.run)
	n.done.Go(func() { _ = g.Serve(f.grpc) }) // both end when their listener is closed
	n.done.Go(func() { _ = h.Serve(f.http) })
}

// halt closes the port, cuts the connections and waits for the calls to end.
func (n *node) halt() {
	n.mu.Lock()
	g, h, l, done := n.grpc, n.http, n.listener, n.done
	n.grpc, n.http, n.listener, n.done = nil, nil, nil, nil
	n.mu.Unlock()
	if l != nil {
		_ = l.Close() // nothing can be done about it
	}
	n.conns.cutAll()
	n.life.over()
	if g != nil {
		g.Stop()
		_ = h.Close() // the connections are cut already
		done.Wait()
	}
}

func (n *node) running() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.listener != nil
}

func (n *node) addr() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.address
}

func (n *node) leads() bool { return n.requireLeader() == nil }
