// Package esdbtest is an EventStoreDB that runs inside the process: a server
// that speaks the gRPC protocol of EventStoreDB 24.2, so that a host, its
// tests and this library can use the real client without a container.
//
//	func TestCheckout(t *testing.T) {
//		server := esdbtest.Start(t)
//		cfg, _ := esdb.ParseConnectionString(server.ConnectionString())
//		client, _ := esdb.NewClient(cfg)
//		...
//	}
//
// It is for development and tests. It keeps the rules that a client can see:
// expected revisions and repeated appends, soft deletion and tombstones, stream
// metadata ($maxCount, $maxAge, $tb, $acl), links, reads in both directions,
// subscriptions with checkpoints and caught-up messages that fall back to
// reading when the subscriber is slow, BatchAppend, persistent subscriptions
// with retries, parking and replay, users and access control, TLS, user
// certificates, gossip and not-leader replies.
//
// It is not a database to keep facts in. All events are in memory, also with
// Config.Data, which adds a log on disk from which they come back. The nodes of
// a cluster share one log in one process: nothing is replicated, so nothing is
// truncated either, and no leader steps down because it has lost its followers.
// There are no projections (so no $ce- or $et- streams), no scavenging, no user
// management, no TCP protocol, and of the HTTP interface only what tells whether
// a node is alive and who is in the cluster, and what stops it. A filter takes
// the regular expressions of .NET that those of Go can match alike, and refuses
// others, as it does prefixes that EventStoreDB compares by its language data.
// Positions are byte offsets, and one inside a record is refused as EventStoreDB
// does.
//
// What it answers is held against conversations recorded from EventStoreDB
// 24.2.0, in testdata/vectors, by TestReplay. The same test holds them against
// any other server:
//
//	go test ./esdbtest -run TestReplay -v -addr 127.0.0.1:2113 -left-out ""
//
// Faults makes the server fail in the ways that servers and networks do, at a
// given point or by a seed. A cluster's nodes hang and wake, are killed, shut
// down or resign (Faults.Hang, Kill, Shutdown, Resign), and the others notice,
// vote and answer meanwhile as those of EventStoreDB do, in the same times or
// in a fraction of them (Config.Timing). Followers are a little behind.
// Server.Election tells when a new leader was named and when it took calls.
package esdbtest
