package eventstoredb_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

const secret = "hunter2-is-secret"

// A connection string that is wrong says so, and never tells the password,
// whatever the password does to the parser.
func TestBadConnectionStrings(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged) // where the official client's parser complains
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	o := eventstoredb.Options{Logger: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, text := range []string{
		"", "esdb://", "esdb", "kurrentdb://", "kurrentdb+discovery://host", "ESDB://admin:" + secret + "@host:port", "http://localhost:2113", "sqlite:///x", "esdb://:2113:1",
		"esdb://admin:" + secret + "@host:port",
		"esdb://admin:" + secret + "/@host", "esdb://admin:1/" + secret + "@host",
		"esdb://admin:" + secret + "@@host:2113:1",
		"esdb://admin:" + secret + "%zz@host", "esdb://:" + secret + "@host:2113", "esdb://admin:" + secret + "@host/path",
		"esdb://host\x00:2113/" + secret, "esdb://admin:" + secret + "@h1:2111,:x",
		"esdb://admin:" + secret + "@host?tls=maybe", "esdb://admin:" + secret + "@host?nodePreference=best",
		"esdb://admin:" + secret + "@host?defaultDeadline=soon", "esdb://admin:" + secret + "@host?defaultDeadline=0",
		"esdb://admin:" + secret + "@host?maxDiscoverAttempts=0", "esdb://admin:" + secret + "@host?gossipTimeout=-1",
		"esdb://admin:" + secret + "@host?discoveryInterval=1e9", "esdb://admin:" + secret + "@host?keepAliveInterval=-2",
		"esdb://admin:" + secret + "@host?tlsCAFile=/nowhere/ca.crt", "esdb://admin:" + secret + "@host?tlsCAFile=target_test.go",
		"esdb://admin:" + secret + "@host?userCertFile=a", "esdb://admin:" + secret + "@host?userCertFile=a&userKeyFile=b",
		"esdb://admin:" + secret + "@host?userCertFile=a&userKeyFile=b&tls=false", "esdb://admin:" + secret + "@host?%zz=1",
	} {
		_, err := eventstoredb.Open(t.Context(), text, o)
		require.ErrorIs(t, err, store.ErrBadURL, "%q", text)
		require.NotContains(t, err.Error(), secret, "%q", text)
		require.NotContains(t, err.Error(), "\n", "%q", text)
	}
	require.NotContains(t, logged.String(), secret)
}

// Settings of other clients are tolerated, as the official client does; but
// nothing of them ends up in a log.
func TestUnknownSettings(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	server := esdbtest.Start(t)
	s := open(t, server.ConnectionString()+"&connectionName=shop&"+secret+"=1&MAXDISCOVERATTEMPTS=5", eventstoredb.Options{})
	_, err := s.Head(t.Context())
	require.NoError(t, err)
	require.Empty(t, logged.String())
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []eventstoredb.Options{
		{MaxAppendSize: -1}, {RetryFor: -1}, {MaxBackoff: -1}, {LoginRetryFor: -1}, {StreamPrefixes: []string{""}},
		{StreamPrefixes: []string{"$"}}, {StreamPrefixes: []string{"\xff"}}, {StreamPrefixes: make([]string, 100)},
	} {
		_, err := eventstoredb.Open(t.Context(), "esdb://localhost", o)
		require.Error(t, err, "%+v", o)
	}
}

// Every way to name a node or a cluster leads to the leader.
func TestConnectionStrings(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.WithNodes(3))
	server.SetLeader(1)
	addrs := server.Addrs()
	for _, text := range []string{
		"esdb://" + strings.Join(addrs, ","), "esdb+discover://" + addrs[2], "esdb://" + addrs[1],
		"esdb://" + addrs[0], // a follower, which says where the leader is
		"kurrentdb://" + addrs[1], "kurrentdb+discover://" + addrs[2], "KurrentDB://" + addrs[1], "ESDB://" + addrs[0], "Esdb+Discover://" + addrs[2],
	} {
		s := open(t, text+"?tls=false", quick())
		_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(1)})
		require.NoError(t, err)
		require.Equal(t, addrs[1], s.Health().Node, text)
	}
	s := open(t, "esdb://"+strings.Join(addrs, ",")+"?tls=false&nodePreference=follower", quick())
	require.NotEqual(t, addrs[1], s.Health().Node)
	_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(1)})
	require.NoError(t, err, "a follower forwards appends")
}

// What a server or a handshake refuses is told in one line, at once, without
// the password.
func TestRefusals(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.WithTLS(), esdbtest.WithConfig(func(c *esdbtest.Config) {
		c.Users = map[string]esdbtest.User{
			"admin": {Password: "changeit", Groups: []string{"$admins"}},
			"shop":  {Password: "changeit"},
		}
	}))
	ca := "&tlsCAFile=" + url.QueryEscape(server.CAFile())
	otherCA := "&tlsCAFile=" + url.QueryEscape(esdbtest.Start(t, esdbtest.WithTLS()).CAFile())
	for name, c := range map[string]struct{ text, want string }{
		"wrong password": {"esdb://admin:" + secret + "@" + server.Addr() + "?tls=true" + ca, "login was refused"},
		"unknown user":   {"esdb://nobody:" + secret + "@" + server.Addr() + "?tls=true" + ca, "login was refused"},
		"unknown CA":     {"esdb://admin:" + secret + "@" + server.Addr() + "?tls=true", "check tlsCAFile"},
		"another CA":     {"esdb://admin:" + secret + "@" + server.Addr() + "?tls=true" + otherCA, "certificate signed by unknown authority"},
	} {
		t.Run(name, func(t *testing.T) {
			var logged lockedBuffer
			o := quick()
			o.Logger = slog.New(slog.NewTextHandler(&logged, nil))
			begun := time.Now()
			_, err := eventstoredb.Open(t.Context(), c.text, o)
			require.ErrorIs(t, err, store.ErrUnavailable)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
			for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err), logged.String()} {
				require.NotContains(t, text, secret)
			}
			require.Less(t, time.Since(begun), 4*time.Second)
		})
	}
	t.Run("unknown user certificate", func(t *testing.T) {
		// The server's reason may be lost with the connection (TLS 1.3).
		cert, key := selfSigned(t)
		o := quick()
		o.RetryFor = 20 * time.Millisecond
		s, err := eventstoredb.Open(t.Context(), "esdb://"+server.Addr()+"?tls=true"+ca+
			"&userCertFile="+url.QueryEscape(cert)+"&userKeyFile="+url.QueryEscape(key), o)
		if err == nil {
			_, err = s.Head(t.Context())
			require.NoError(t, s.Close())
		}
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "user certificate")
	})
	t.Run("no login", func(t *testing.T) {
		s := open(t, "esdb://"+server.Addr()+"?tls=true"+ca, quick())
		_, err := s.Head(t.Context())
		require.ErrorContains(t, err, "access denied")
	})
	t.Run("no right to read everything", func(t *testing.T) {
		s := open(t, "esdb://shop:changeit@"+server.Addr()+"?tls=true"+ca, quick())
		_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(1)})
		require.NoError(t, err)
		for _, err = range s.Subscribe(t.Context(), 0) {
		}
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "access denied")
	})
	t.Run("a server without TLS", func(t *testing.T) {
		plain := esdbtest.Start(t)
		o := quick()
		o.RetryFor = time.Millisecond
		s := open(t, "esdb://admin:"+secret+"@"+plain.Addr()+"?tls=true", o)
		_, err := s.Head(t.Context())
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.NotContains(t, err.Error(), secret)
	})
}

// Where a leader is named to anybody who asks, a refused login is believed before
// the time has passed that a database may take to start.
func TestWrongPasswordWhereANodeLeads(t *testing.T) {
	t.Parallel()
	for _, nodes := range []int{1, 3} {
		t.Run(fmt.Sprint(nodes), func(t *testing.T) {
			t.Parallel()
			server := esdbtest.Start(t, esdbtest.WithTLS(), esdbtest.WithNodes(nodes))
			text := strings.Replace(server.ConnectionString(), "changeit", secret, 1)
			require.Contains(t, text, secret)
			o := quick()
			o.LoginRetryFor = 4 * time.Second
			ctx, cancel := context.WithTimeout(t.Context(), o.LoginRetryFor)
			defer cancel()
			begun := time.Now()
			_, err := eventstoredb.Open(ctx, text, o)
			require.ErrorIs(t, err, store.ErrUnavailable)
			require.ErrorContains(t, err, "login was refused")
			require.GreaterOrEqual(t, time.Since(begun), o.LoginRetryFor/4)
		})
	}
}

// A user who is let in by a certificate of the server's authority.
func TestUserCertificate(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.WithTLS())
	cert, key, err := server.UserCertificate("admin")
	require.NoError(t, err)
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "user.crt"), filepath.Join(dir, "user.key")
	require.NoError(t, os.WriteFile(certFile, cert, 0o600))
	require.NoError(t, os.WriteFile(keyFile, key, 0o600))
	s := open(t, "esdb://"+server.Addr()+"?tlsCAFile="+url.QueryEscape(server.CAFile())+
		"&userCertFile="+url.QueryEscape(certFile)+"&userKeyFile="+url.QueryEscape(keyFile), quick())
	_, err = s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(1)})
	require.NoError(t, err)
	_, err = s.Head(t.Context())
	require.NoError(t, err)
}

// An address where something else listens.
func TestNotAnEventStoreDB(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
			_ = conn.Close()
		}
	}()
	o := quick()
	o.RetryFor = 20 * time.Millisecond
	s := open(t, "esdb://"+l.Addr().String()+"?tls=false&gossipTimeout=1", o)
	_, err = s.Head(t.Context())
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, l.Addr().String())
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// selfSigned makes a certificate that nobody trusts.
func selfSigned(t *testing.T) (certFile, keyFile string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "admin"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "user.crt"), filepath.Join(dir, "user.key")
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}), 0o600))
	return certFile, keyFile
}
