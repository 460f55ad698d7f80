package esdbtest

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
)

// TB is what Start needs of a testing.TB, so that a program that runs a Server does
// not link package testing.
type TB interface {
	Helper()
	Cleanup(stop func())
	TempDir() string
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// TestServer is a Server that belongs to a test.
type TestServer struct {
	*Server
	dir string // holds the certificates
}

// Option changes the configuration of a test's server.
type Option func(*Config)

// WithTLS turns on TLS, authentication and access control.
func WithTLS() Option { return func(c *Config) { c.TLS = true } }

// WithNodes makes a cluster of n nodes on free ports; the first is the leader.
func WithNodes(n int) Option {
	return func(c *Config) {
		c.Listen, c.Cluster = "", make([]string, n)
		for i := range c.Cluster {
			c.Cluster[i] = "127.0.0.1:0"
		}
	}
}

// WithConfig changes the configuration at will.
func WithConfig(change func(*Config)) Option { return change }

// Start starts a server for a test and stops it with it. Without options it is
// one node without TLS, in memory, on a free port of 127.0.0.1.
func Start(t TB, options ...Option) *TestServer {
	t.Helper()
	var cfg Config
	for _, o := range options {
		o(&cfg)
	}
	server, err := New(context.Background(), cfg)
	if err != nil {
		t.Fatalf("esdbtest: %v", err)
	}
	s := &TestServer{Server: server, dir: t.TempDir()}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("esdbtest: close: %v", err)
		}
	})
	if pem := server.CACertificate(); pem != nil {
		if err := os.WriteFile(s.CAFile(), pem, 0o600); err != nil {
			t.Fatalf("esdbtest: %v", err)
		}
	}
	if err := server.serve(); err != nil {
		t.Fatalf("esdbtest: %v", err)
	}
	return s
}

// CAFile is the file (PEM) of the authority that clients must trust, with TLS.
func (s *TestServer) CAFile() string { return filepath.Join(s.dir, "ca.crt") }

// ConnectionString is what a client connects with: with TLS it logs in as
// admin and trusts the server's authority.
func (s *TestServer) ConnectionString() string {
	text := s.Server.ConnectionString()
	if s.cfg.TLS {
		text += "&tlsCAFile=" + url.QueryEscape(s.CAFile())
	}
	return text
}
