package eventstoredb_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"
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
	mu        sync.Mutex
	listeners map[string]*bufconn.Listener // by address
	made      int
}

var wires = network{listeners: map[string]*bufconn.Listener{}}

// host is the one of all addresses in memory, kept free for documentation by RFC 5737.
const host = "203.0.113.1"

func (n *network) listen(t *testing.T) (l *bufconn.Listener, address string) {
	l = bufconn.Listen(1 << 20)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.made++
	address = fmt.Sprintf("%s:%d", host, n.made)
	n.listeners[address] = l
	t.Cleanup(func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.listeners, address)
	})
	return l, address
}

func (n *network) dial(ctx context.Context, address string) (net.Conn, error) {
	if !strings.HasPrefix(address, host+":") {
		return (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	n.mu.Lock()
	l := n.listeners[address]
	n.mu.Unlock()
	if l == nil {
		return nil, syscall.ECONNREFUSED
	}
	return l.DialContext(ctx)
}

// listen starts a server on the network in memory.
func listen(t *testing.T, h streams.StreamsServer, f serverfeatures.ServerFeaturesServer) string {
	l, address := wires.listen(t)
	g := grpc.NewServer()
	streams.RegisterStreamsServer(g, h)
	serverfeatures.RegisterServerFeaturesServer(g, f)
	done := make(chan struct{})
	go func() { defer close(done); _ = g.Serve(l) }()
	t.Cleanup(func() { g.Stop(); <-done })
	return "esdb://" + address + "?tls=false"
}
