package eventstoredb_test

import (
	"context"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// large lets a server take the largest append that storetest makes.
func large(c *esdbtest.Config) { c.MaxAppendSize = 12 << 20 }

// quick are options whose pauses suit a test.
func quick() eventstoredb.Options {
	return eventstoredb.Options{MaxAppendSize: 12 << 20, MaxBackoff: 50 * time.Millisecond, LoginRetryFor: 1}
}

// quickly is a server's connection string with pauses that suit a test.
func quickly(s *esdbtest.TestServer) string {
	return s.ConnectionString() + "&discoveryInterval=2&maxDiscoverAttempts=1000&defaultDeadline=60000"
}

// TestMain lets the random comparisons of storetest, which start a server for
// each, be fewer than rapid's 100, and fewer still but in a long run. The flag -rapid.checks asks for more.
func TestMain(m *testing.M) {
	long.Checks(8, 8, 12)
	if *realURL != "" && flag.Lookup("test.run").Value.String() == "" {
		if err := flag.Set("test.run", "^TestReal"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func open(t testing.TB, url string, o eventstoredb.Options) *eventstoredb.Store {
	t.Helper()
	s, err := connect(t.Context(), url, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// The positions are EventStoreDB's own in two of the three, and the names of a
// strict store, which takes and gives nothing else, in the third.
func TestConformance(t *testing.T) {
	for name, options := range map[string][]esdbtest.Option{
		"one node":         {esdbtest.WithConfig(large)},
		"one node, TLS":    {esdbtest.WithConfig(large), esdbtest.WithTLS()},
		"three nodes, TLS": {esdbtest.WithConfig(large), esdbtest.WithTLS(), esdbtest.WithNodes(3)},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "three nodes, TLS" {
				t.Skip("under the race detector the richest of the three will do")
			}
			if !long.Run() && name == "one node, TLS" {
				t.Skip("the other two have one node, and TLS")
			}
			servers := map[store.Store]*esdbtest.TestServer{}
			config := storetest.Config{
				Open: func(tb testing.TB) store.Store {
					server := esdbtest.Start(tb, options...)
					s, err := eventstoredb.Open(tb.Context(), quickly(server), quick())
					require.NoError(tb, err)
					servers[s] = server
					return s
				},
				Features: storetest.Features{
					Truncate: func(ctx context.Context, s store.Store, stream string, before uint64) error {
						return truncate(ctx, servers[s].ConnectionString(), s, stream, before)
					},
					Beside: func(ctx context.Context, s store.Store, stream, typ string, data []byte) error {
						return writeBeside(ctx, servers[s].ConnectionString(), stream, typ, data)
					},
					Reopen: func(tb testing.TB, s store.Store) store.Store {
						server := servers[s]
						require.NoError(tb, s.Close())
						require.NoError(tb, server.Restart())
						s, err := eventstoredb.Open(context.Background(), quickly(server), quick())
						require.NoError(tb, err)
						servers[s] = server
						return s
					},
				},
			}
			if strict := name == "three nodes, TLS"; strict {
				config = config.Strict(11)
			}
			storetest.Run(t, config)
		})
	}
}
