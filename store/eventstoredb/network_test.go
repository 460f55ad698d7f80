package eventstoredb_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/store/eventstoredb"
)

// simulated runs a subtest whose time is simulated: it passes when all that
// the store and its servers do has been done, and only then, so that what is
// said of milliseconds holds on any machine.
func simulated(t *testing.T, name string, test func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

// network is in memory: time that is simulated stands still while there is
// something to be read from a socket.
type network struct {
	mu    sync.Mutex
	ports map[string]*port // by address
	made  int
}

var wires = network{ports: map[string]*port{}}

// host is the one of all addresses in memory, kept free for documentation by RFC 5737.
const host = "203.0.113.1"

// port is a listener of the network.
type port struct {
	*bufconn.Listener
	network *network
	address string
}

// listen opens a port, a new one if its number is 0.
func (n *network) listen(address string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if strings.HasSuffix(address, ":0") {
		n.made++
		address = fmt.Sprintf("%s:%d", host, n.made)
	}
	if n.ports[address] != nil {
		return nil, syscall.EADDRINUSE
	}
	p := &port{bufconn.Listen(1 << 20), n, address}
	n.ports[address] = p
	return p, nil
}

func (n *network) dial(ctx context.Context, address string) (net.Conn, error) {
	n.mu.Lock()
	p := n.ports[address]
	n.mu.Unlock()
	if p == nil {
		return nil, syscall.ECONNREFUSED
	}
	return p.DialContext(ctx)
}

// Close implements net.Listener.
func (p *port) Close() error {
	p.network.mu.Lock()
	defer p.network.mu.Unlock()
	delete(p.network.ports, p.address)
	return p.Listener.Close()
}

// Addr implements net.Listener.
func (p *port) Addr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(p.address))
}

// onWires has a server's nodes on the network in memory.
func onWires(nodes int) esdbtest.Option {
	return esdbtest.WithConfig(func(c *esdbtest.Config) {
		c.Listen, c.Cluster, c.Network = "", slices.Repeat([]string{host + ":0"}, nodes), wires.listen
	})
}

// connect opens a store on the network that the address is of.
func connect(ctx context.Context, url string, o eventstoredb.Options) (*eventstoredb.Store, error) {
	if strings.Contains(url, host) {
		o = o.On(wires.dial)
	}
	return eventstoredb.Open(ctx, url, o)
}

// listen starts a server on the network in memory.
func listen(t *testing.T, h streams.StreamsServer, f serverfeatures.ServerFeaturesServer) string {
	l, err := wires.listen(host + ":0")
	require.NoError(t, err)
	g := grpc.NewServer()
	streams.RegisterStreamsServer(g, h)
	serverfeatures.RegisterServerFeaturesServer(g, f)
	done := make(chan struct{})
	go func() { defer close(done); _ = g.Serve(l) }()
	t.Cleanup(func() { g.Stop(); <-done })
	return "esdb://" + l.Addr().String() + "?tls=false"
}
