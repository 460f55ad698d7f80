package esdbtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
)

func TestStopAndRestart(t *testing.T) {
	s, c := start(t)
	address := s.Addr()
	put(t, c, "s", 2)
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.End{}})
	require.NoError(t, err)
	require.Equal(t, []string{"caught up"}, steps(sub, 1))
	for i := range 3 {
		s.Stop()
		require.Equal(t, 0, s.Connections())
		require.NoError(t, s.Restart())
		require.Equal(t, address, s.Addr())
		require.Eventually(t, func() bool { return appendTo(t, c, fmt.Sprint("t", i), esdb.AppendToStreamOptions{}) == nil }, patience, 1e6)
	}
	require.Equal(t, []string{"dropped Unavailable"}, steps(sub, 1))
	got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 10)
	require.NoError(t, err)
	require.Len(t, got, 2, "the data stays")
}

// TestRestartsUnderLoad: writers who repeat what they know no outcome of, with
// the revision they expect, write everything once and in order.
func TestRestartsUnderLoad(t *testing.T) {
	const writers, each = 8, 60
	s := esdbtest.Start(t)
	var wg sync.WaitGroup
	var written atomic.Int64
	for n := range writers {
		w := wire(t, s)
		wg.Go(func() {
			for i := range each {
				m := message()
				o := noStream(fmt.Sprint("s", n))
				if i > 0 {
					o.ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: uint64(i - 1)}
				}
				for {
					resp, _, err := rawAppend(t, w, o, m)
					if err == nil {
						if resp.GetSuccess().GetCurrentRevision() != uint64(i) || resp.GetWrongExpectedVersion() != nil {
							t.Errorf("append %d of s%d: %v", i, n, resp)
							return
						}
						break
					}
				}
				written.Add(1)
			}
		})
	}
	for i := range 10 {
		require.Eventually(t, func() bool { return written.Load() >= int64(i*writers*each/12) }, patience, 1e6)
		require.NoError(t, s.Restart())
	}
	wg.Wait()
	c := client(t, s.ConnectionString())
	for n := range writers {
		got, err := readAllOf(t, c, fmt.Sprint("s", n), esdb.ReadStreamOptions{}, 1000)
		require.NoError(t, err)
		require.Len(t, got, each)
	}
}

// TestNothingIsLeft: after Close no goroutine and no connection of the server
// is left.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		server, err := esdbtest.New(t.Context(), esdbtest.Config{Cluster: []string{"127.0.0.1:0", "127.0.0.1:0"}})
		require.NoError(t, err)
		served := make(chan error, 1)
		go func() { served <- server.Serve(context.Background()) }()
		cfg, err := esdb.ParseConnectionString(server.ConnectionString())
		require.NoError(t, err)
		cfg.Logger = esdb.NoopLogging()
		c, err := esdb.NewClient(cfg)
		require.NoError(t, err)
		createGroup(t, c, "s", nil)
		sub, err := c.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{})
		require.NoError(t, err)
		consumer, err := c.SubscribeToPersistentSubscription(within(t), "s", group, esdb.SubscribeToPersistentSubscriptionOptions{})
		require.NoError(t, err)
		require.Positive(t, server.Connections())
		require.NoError(t, server.Close())
		require.NoError(t, <-served)
		require.Zero(t, server.Connections())
		require.NotNil(t, consumer.Recv().SubscriptionDropped)
		for sub.Recv().SubscriptionDropped == nil {
		}
		_ = sub.Close()
		_ = consumer.Close()
		require.NoError(t, c.Close())
	}
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, patience, 10*time.Millisecond)
}

// TestLeadersComeAndGo: there is one as long as a node runs.
func TestLeadersComeAndGo(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(3))
	s.SetLeader(2)
	require.NoError(t, s.Restart())
	require.Equal(t, 2, s.Leader(), "it survives a restart of all")
	for _, n := range []int{2, 0, 1} {
		s.StopNode(n)
	}
	require.NoError(t, s.RestartNode(0))
	require.Equal(t, 0, s.Leader(), "the only one")
	require.NoError(t, s.RestartNode(0), "again does nothing")
	require.Equal(t, 3, s.Nodes())
}

func TestServeEndsWithItsContext(t *testing.T) {
	server, err := esdbtest.New(t.Context(), esdbtest.Config{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	put(t, client(t, server.ConnectionString()), "s", 1)
	cancel()
	require.NoError(t, <-served)
	require.ErrorIs(t, server.Serve(t.Context()), esdbtest.ErrClosed)
	require.ErrorIs(t, server.RestartNode(0), esdbtest.ErrClosed)
	require.NoError(t, server.Close())
}

// TestShutdown: over HTTP, as an operator does it; with its last node the
// server ends.
func TestShutdown(t *testing.T) {
	server, err := esdbtest.New(t.Context(), esdbtest.Config{})
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(context.Background()) }()
	resp, err := http.Post("http://"+server.Addr()+"/admin/shutdown", "", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.NoError(t, <-served)
}

// TestData: the events of a server, its users and its groups come back from
// the file.
func TestData(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	with := esdbtest.WithConfig(func(c *esdbtest.Config) { c.Data = path })
	s, c := start(t, with)
	list := events(3)
	first, err := c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, list...)
	require.NoError(t, err)
	createGroup(t, c, "s", nil)
	sub := connect(t, c, "s", 1)
	e, _ := take(t, sub)
	require.NoError(t, sub.Ack(e))
	take(t, sub) // so the acknowledgement has come
	require.NoError(t, s.Close())

	s, c = start(t, with)
	again, err := c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, list...)
	require.NoError(t, err)
	require.Equal(t, first, again)
	got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 10)
	require.NoError(t, err)
	require.Equal(t, list[2].EventID, got[2].Event.EventID)
	_, short := take(t, connect(t, c, "s", 1))
	require.Equal(t, "1/0", short)
	require.NotEmpty(t, s.Addr())
}

func TestInvalidConfigurations(t *testing.T) {
	for name, cfg := range map[string]esdbtest.Config{
		"another version":     {Version: "22.10.0"},
		"listen and cluster":  {Listen: "127.0.0.1:0", Cluster: []string{"127.0.0.1:0"}},
		"no port":             {Listen: "127.0.0.1"},
		"too many nodes":      {Cluster: make([]string, 17)},
		"no key":              {TLS: true, CertFile: "node.crt"},
		"no certificate":      {TLS: true, CAFile: "ca.crt"},
		"no TLS":              {CertFile: "node.crt", KeyFile: "node.key"},
		"no such certificate": {TLS: true, CertFile: "no.crt", KeyFile: "no.key"},
		"a bad user":          {Users: map[string]esdbtest.User{"a:b": {}}},
		"a huge append":       {MaxAppendSize: 1 << 40},
		"no such directory":   {Data: filepath.Join("no", "such", "directory", "file")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := esdbtest.New(t.Context(), cfg)
			require.Error(t, err)
		})
	}
	s := esdbtest.Start(t)
	_, err := esdbtest.New(t.Context(), esdbtest.Config{Listen: s.Addr()})
	require.Error(t, err, "the port is taken")
	require.False(t, errors.Is(err, esdbtest.ErrClosed))
}
