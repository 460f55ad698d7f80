package esdbtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/esdbtest"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// client connects the official client.
func client(t testing.TB, url string) *esdb.Client {
	t.Helper()
	cfg, err := esdb.ParseConnectionString(url)
	require.NoError(t, err)
	cfg.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// start starts one node without TLS and connects to it.
func start(t testing.TB, options ...esdbtest.Option) (*esdbtest.TestServer, *esdb.Client) {
	t.Helper()
	s := esdbtest.Start(t, options...)
	return s, client(t, s.ConnectionString())
}

// wire connects without the client, to see what stands on the wire.
func wire(t testing.TB, s *esdbtest.TestServer) streams.StreamsClient {
	t.Helper()
	return streams.NewStreamsClient(dial(t, s.Addr()))
}

func dial(t testing.TB, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: patience, // and at once again
			Backoff: backoff.Config{BaseDelay: time.Millisecond, Multiplier: 1, MaxDelay: time.Millisecond}}))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func events(n int) []esdb.EventData {
	list := make([]esdb.EventData, n)
	for i := range list {
		list[i] = esdb.EventData{
			EventID: uuid.New(), EventType: "Tested", ContentType: esdb.ContentTypeJson,
			Data: fmt.Appendf(nil, `{"n":%d}`, i), Metadata: []byte(`{"m":1}`),
		}
	}
	return list
}

// put appends n events, whatever is there, and gives the last revision.
func put(t testing.TB, c *esdb.Client, stream string, n int) *esdb.WriteResult {
	t.Helper()
	r, err := c.AppendToStream(within(t), stream, esdb.AppendToStreamOptions{}, events(n)...)
	require.NoError(t, err)
	return r
}

// drain reads to the end.
func drain(rs *esdb.ReadStream) ([]*esdb.ResolvedEvent, error) {
	defer rs.Close()
	var all []*esdb.ResolvedEvent
	for {
		e, err := rs.Recv()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, e)
	}
}

func readAllOf(t testing.TB, c *esdb.Client, stream string, o esdb.ReadStreamOptions, n uint64) ([]*esdb.ResolvedEvent, error) {
	t.Helper()
	rs, err := c.ReadStream(within(t), stream, o, n)
	require.NoError(t, err)
	return drain(rs)
}

func numbers(all []*esdb.ResolvedEvent) []uint64 {
	ns := []uint64{}
	for _, e := range all {
		ns = append(ns, e.OriginalEvent().EventNumber)
	}
	return ns
}

// readCode is the client's code for the outcome of a read. Of an append that
// the server answers before all of it was sent, the client may say no more than
// EOF.
func readCode(t testing.TB, c *esdb.Client, stream string) esdb.ErrorCode {
	t.Helper()
	_, err := readAllOf(t, c, stream, esdb.ReadStreamOptions{}, 1)
	return codeOf(t, err)
}

// codeOf is the client's code for an error.
func codeOf(t testing.TB, err error) esdb.ErrorCode {
	t.Helper()
	var e *esdb.Error
	require.ErrorAs(t, err, &e)
	return e.Code()
}

// sub receives the steps of a subscription in short until it has n of them.
func steps(sub *esdb.Subscription, n int) []string {
	var all []string
	for len(all) < n {
		switch e := sub.Recv(); {
		case e.EventAppeared != nil:
			all = append(all, fmt.Sprint(e.EventAppeared.OriginalEvent().EventNumber))
		case e.CheckPointReached != nil:
			all = append(all, "checkpoint")
		case e.CaughtUp != nil:
			all = append(all, "caught up")
		case e.SubscriptionDropped != nil:
			return append(all, "dropped "+status.Code(e.SubscriptionDropped.Error).String())
		}
	}
	return all
}

func sid(name string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(name)}
}

// trailers runs a unary call and gives its code and its trailers.
func trailers(call func(...grpc.CallOption) error) (codes.Code, map[string]string) {
	var md metadata.MD
	err := call(grpc.Trailer(&md))
	got := map[string]string{}
	for k, v := range md {
		if k != "content-type" {
			got[k] = v[0]
		}
	}
	return status.Code(err), got
}
