package esdbtest_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
)

// states are the nodes' states as one of them tells.
func states(t *testing.T, address string) map[uint32]gossip.MemberInfo_VNodeState {
	t.Helper()
	info, err := gossip.NewGossipClient(dial(t, address)).Read(within(t), new(shared.Empty))
	require.NoError(t, err)
	got := map[uint32]gossip.MemberInfo_VNodeState{}
	for i, m := range info.GetMembers() {
		require.Equal(t, m.GetState() != gossip.MemberInfo_Shutdown, m.GetIsAlive())
		require.Equal(t, i == 0, m.GetState() == gossip.MemberInfo_Leader, "the leader comes first")
		require.NotNil(t, m.GetInstanceId().GetStructured())
		got[m.GetHttpEndPoint().GetPort()] = m.GetState()
	}
	return got
}

func TestGossip(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(3))
	count := func(states map[uint32]gossip.MemberInfo_VNodeState) (leaders, followers, down int) {
		for _, state := range states {
			switch state {
			case gossip.MemberInfo_Leader:
				leaders++
			case gossip.MemberInfo_Follower:
				followers++
			case gossip.MemberInfo_Shutdown:
				down++
			}
		}
		return
	}
	for _, address := range s.Addrs() {
		l, f, d := count(states(t, address))
		require.Equal(t, []int{1, 2, 0}, []int{l, f, d})
	}
	s.StopNode(0)
	require.Equal(t, 1, s.Leader(), "the next one leads")
	l, f, d := count(states(t, s.Addrs()[2]))
	require.Equal(t, []int{1, 1, 1}, []int{l, f, d})
	require.NoError(t, s.RestartNode(0))
	require.Equal(t, 1, s.Leader())
	l, f, d = count(states(t, s.Addrs()[0]))
	require.Equal(t, []int{1, 2, 0}, []int{l, f, d})
}

func TestClusterWithTLS(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(3), esdbtest.WithTLS())
	for _, preference := range []string{"leader", "follower", "random"} {
		c := client(t, s.ConnectionString()+"&nodePreference="+preference)
		put(t, c, "s-"+preference, 2)
		require.Eventually(t, func() bool {
			got, err := readAllOf(t, c, "s-"+preference, esdb.ReadStreamOptions{}, 10)
			return err == nil && len(got) == 2
		}, patience, 1e6, "a follower hands writes on, and lags a little")
	}
}

func TestDiscovery(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(3))
	c := client(t, "esdb+discover://"+s.Addrs()[1]+"?tls=false&nodePreference=leader")
	put(t, c, "s", 1)
	require.NoError(t, c.CreatePersistentSubscription(within(t), "s", group, esdb.PersistentStreamSubscriptionOptions{}))
}

// TestLeaderGone: a client that has lost the leader finds the next.
func TestLeaderGone(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(3))
	c := client(t, s.ConnectionString()+"&nodePreference=leader")
	put(t, c, "s", 1)
	s.StopNode(0)
	require.Eventually(t, func() bool {
		_, err := c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, events(1)...)
		return err == nil
	}, patience, 1e6)
	require.NoError(t, c.CreatePersistentSubscription(within(t), "s", group, esdb.PersistentStreamSubscriptionOptions{}))
}

// TestHTTP: the same port answers HTTP.
func TestHTTP(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(2), esdbtest.WithTLS())
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(s.CACertificate()))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	defer transport.CloseIdleConnections()
	ask := func(method, path, user string) int {
		req, err := http.NewRequestWithContext(within(t), method, "https://"+s.Addrs()[0]+path, nil)
		require.NoError(t, err)
		if user != "" {
			req.SetBasicAuth(user, "changeit")
		}
		resp, err := transport.RoundTrip(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	require.Equal(t, http.StatusNoContent, ask("GET", "/health/live", ""))
	require.Equal(t, http.StatusOK, ask("GET", "/info", ""))
	require.Equal(t, http.StatusNotFound, ask("GET", "/streams/s", "admin"))
	require.Equal(t, http.StatusUnauthorized, ask("POST", "/admin/shutdown", ""))
	require.Equal(t, http.StatusUnauthorized, ask("POST", "/admin/shutdown", "mallory"))
	c := client(t, s.ConnectionString()+"&nodePreference=leader")
	put(t, c, "s", 1)
	require.Equal(t, http.StatusOK, ask("POST", "/admin/shutdown", "ops"))
	require.Eventually(t, func() bool { return s.Leader() == 1 }, patience, 1e6)
	require.Eventually(t, func() bool { return appendTo(t, c, "s", esdb.AppendToStreamOptions{}) == nil }, patience, 1e6)
}

func TestServerVersion(t *testing.T) {
	for version, want := range map[string]esdb.ServerVersion{
		"":        {Major: 24, Minor: 2},
		"23.10.6": {Major: 23, Minor: 10, Patch: 6},
	} {
		_, c := start(t, esdbtest.WithConfig(func(cfg *esdbtest.Config) { cfg.Version = version }))
		v, err := c.GetServerVersion()
		require.NoError(t, err)
		require.Equal(t, &want, v)
	}
}
