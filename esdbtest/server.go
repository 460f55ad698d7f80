package esdbtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// ErrClosed is what a server answers after Close.
var ErrClosed = errors.New("esdbtest: the server is closed")

// Server is an EventStoreDB of one node or, sharing one log, of several. It is
// safe for concurrent use.
type Server struct {
	cfg    Config
	engine *engine.Engine
	groups *competing.Registry
	certs  *certificates // nil without TLS
	faults *Faults
	nodes  []*node
	timing Timing
	lags   bool // followers are behind

	mu       sync.Mutex
	cluster  cluster
	closed   bool
	once     sync.Once
	finished chan struct{} // closed when the server is to end
}

// New opens the data and listens on every address of the configuration.
// Nothing is answered before Serve.
func New(ctx context.Context, cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	lags := cfg.Now == nil && len(cfg.Cluster) > 1
	cfg.setDefaults()
	s := &Server{cfg: cfg, lags: lags, timing: cfg.Timing.settled(), finished: make(chan struct{})}
	s.order(0)
	s.faults = newFaults(s)
	if cfg.TLS {
		var err error
		if s.certs, err = loadCertificates(cfg); err != nil {
			return nil, err
		}
	}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	for i, address := range cfg.addresses() {
		n := newNode(s, i, address)
		s.nodes = append(s.nodes, n)
		if err := n.listen(); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// open opens the log and what is built on it.
func (s *Server) open(ctx context.Context) error {
	var log engine.Log = engine.MemoryLog{}
	if s.cfg.Data != "" {
		var err error
		if log, err = openData(s.cfg.Data); err != nil {
			return err
		}
	}
	var err error
	s.engine, err = engine.Open(ctx, log, engine.Options{MaxBytes: s.cfg.MaxLogSize, Now: s.cfg.Now})
	if err != nil {
		return errors.Join(err, log.Close())
	}
	if err := s.writeFreshLog(ctx); err != nil {
		return errors.Join(err, s.engine.Close())
	}
	s.groups = competing.Open(s.engine)
	return nil
}

// Serve answers and, at the end, closes the server. It returns nil when its context
// has ended or the server was closed, else the error that ended it: ErrClosed if it
// was closed before, or of closing.
func (s *Server) Serve(ctx context.Context) error {
	if err := s.serve(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-s.finished:
	}
	return s.Close()
}

// serve lets every node that listens answer.
func (s *Server) serve() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	for _, n := range s.nodes {
		n.serve()
	}
	return nil
}

// Close stops every node, ends calls in flight and closes the data.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.once.Do(func() { close(s.finished) })
	s.faults.Clear()
	for _, n := range s.nodes {
		n.halt()
	}
	s.groups.Close()
	return s.engine.Close()
}

// Stop cuts every connection and closes every port; the data stays, and so
// does the leader. Restart undoes it.
func (s *Server) Stop() {
	for _, n := range s.nodes {
		n.halt()
	}
}

// Restart listens on the same ports again. As after a restart of EventStoreDB,
// an append without an expected revision is not recognised as a repetition of
// one from before, and persistent subscriptions go on from their checkpoints.
func (s *Server) Restart() error {
	s.Stop()
	s.engine.Forget()
	s.groups.Restart()
	errs := []error{s.RestartNode(max(s.Leader(), 0))}
	for i := range s.nodes {
		errs = append(errs, s.RestartNode(i))
	}
	return errors.Join(errs...)
}

// StopNode cuts the connections of one node and closes its port. If it is the
// leader, the next node that runs becomes it at once, as in no cluster: see
// Faults.Kill for how one does.
func (s *Server) StopNode(i int) {
	s.nodes[i].halt()
	s.mu.Lock()
	was := s.cluster.leader == i
	s.mu.Unlock()
	if !was {
		return
	}
	for step := 1; step < len(s.nodes); step++ {
		if next := (i + step) % len(s.nodes); s.nodes[next].running() {
			s.SetLeader(next)
			return
		}
	}
}

// RestartNode lets a stopped node listen on its port again. It becomes the
// leader if that one does not run.
func (s *Server) RestartNode(i int) error {
	if s.nodes[i].life.ends() {
		s.nodes[i].halt()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if s.nodes[i].running() {
		return nil
	}
	if err := s.nodes[i].listen(); err != nil {
		return err
	}
	s.nodes[i].serve()
	if leader := s.cluster.leader; leader != nobody && !s.nodes[leader].running() {
		s.order(i)
	}
	s.rejoin()
	return nil
}

// Nodes is the number of nodes.
func (s *Server) Nodes() int { return len(s.nodes) }

// Leader is the number of the leader that the members name, from 0, or -1
// while there is none.
func (s *Server) Leader() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cluster.leader
}

// SetLeader makes a node the leader at once, as no cluster does: see
// Faults.Resign for how one does. Consumers of persistent subscriptions are
// dropped, as they are where a leader resigns.
func (s *Server) SetLeader(i int) {
	s.mu.Lock()
	changed := s.cluster.leader != i && !s.closed
	s.order(i % len(s.nodes))
	s.mu.Unlock()
	if changed {
		s.groups.Restart()
	}
}

// Addr is the address of the first node, host:port.
func (s *Server) Addr() string { return s.nodes[0].addr() }

// Addrs is the addresses of all nodes.
func (s *Server) Addrs() []string {
	addrs := make([]string, len(s.nodes))
	for i, n := range s.nodes {
		addrs[i] = n.addr()
	}
	return addrs
}

// Connections is how many TCP connections are open, to any node.
func (s *Server) Connections() int {
	sum := 0
	for _, n := range s.nodes {
		sum += n.conns.count()
	}
	return sum
}

// Faults makes the server fail.
func (s *Server) Faults() *Faults { return s.faults }

// ConnectionString is what a client connects with. With TLS it logs in as
// admin and names, of a server that made its own certificates, none of them:
// add tlsCAFile, or use TestServer's.
func (s *Server) ConnectionString() string {
	var b strings.Builder
	b.WriteString("esdb://")
	if s.cfg.TLS {
		if u, ok := s.cfg.Users["admin"]; ok {
			fmt.Fprintf(&b, "admin:%s@", u.Password)
		}
	}
	b.WriteString(strings.Join(s.Addrs(), ","))
	fmt.Fprintf(&b, "?tls=%t", s.cfg.TLS)
	return b.String()
}

// CACertificate is the authority that a client must trust, as PEM: the one
// that the server made, or CAFile. It is nil without TLS.
func (s *Server) CACertificate() []byte {
	if s.certs == nil {
		return nil
	}
	return s.certs.authorityPEM
}

// hosts are the names that the server's own certificate is for.
func (c Config) hosts() []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	if c.AdvertiseHost != "" {
		hosts = append(hosts, c.AdvertiseHost)
	}
	for _, a := range c.addresses() {
		if h, _, err := net.SplitHostPort(a); err == nil && h != "" {
			hosts = append(hosts, h)
		}
	}
	return hosts
}
