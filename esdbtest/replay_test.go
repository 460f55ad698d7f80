package esdbtest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/esdbtest/internal/replay"
)

// The flags of TestReplay. Without -addr every scenario has a server of this
// package; with it they are played one after the other with the server there,
// whose log must be new, and the flags beside it say what that server is.
const defaultVectors = "testdata/vectors"

var (
	vectorsDir    = flag.String("vectors", defaultVectors, "TestReplay: the folder of the recorded scenarios")
	leftOutFile   = flag.String("left-out", "testdata/left-out.txt", "TestReplay: the file of scenarios that are left out, none if empty")
	addr          = flag.String("addr", "", "TestReplay: host:port of the server to hold against the scenarios, in place of one of this package")
	addrTLS       = flag.Bool("addr-tls", false, "TestReplay: the server at -addr speaks TLS")
	addrCA        = flag.String("addr-ca", "", "TestReplay: the file of the authority (PEM) of the server at -addr")
	addrAnonymous = flag.Bool("addr-anonymous", false, "TestReplay: the server at -addr lets callers without a login use streams")
	addrMaxAppend = flag.Int("addr-max-append-size", 0, "TestReplay: the limit of an append of the server at -addr, in bytes, 0: its default")
)

// maxReplays bounds the scenarios that are played at a time. Most of them wait
// most of the time.
const maxReplays = 32

// TestReplay holds the recorded scenarios against a server.
func TestReplay(t *testing.T) {
	t.Parallel()
	scenarios, err := replay.Load(os.DirFS(*vectorsDir))
	require.NoError(t, err)
	out := leftOut(t, scenarios)
	var tally tally
	t.Cleanup(func() { tally.log(t) })
	places := make(chan struct{}, maxReplays)
	var there *grpc.ClientConn
	if *addr != "" {
		there = dialAddr(t)
	}
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			reason, isOut := out[s.Name]
			if *addr != "" && (s.Fresh || s.Server != addrServer()) {
				reason, isOut = "it wants another server than the one at -addr", true
			}
			var result error
			if *addr == "" {
				// It begins before the test does, which waits for its turn.
				done := make(chan error, 1)
				go func() {
					places <- struct{}{}
					defer func() { <-places }()
					done <- replayAlone(t, s)
				}()
				t.Parallel()
				result = <-done
			} else if !isOut {
				result = replay.Replay(t.Context(), there, s)
			}
			tally.judge(t, s, result, reason, isOut)
		})
	}
}

// TestReplayTellsDifferences: by step and field, the first of them.
func TestReplayTellsDifferences(t *testing.T) {
	t.Parallel()
	conn := dial(t, esdbtest.Start(t).Addr())
	read := replay.Step{
		Call: "Streams/Read",
		Requests: []any{map[string]any{"options": map[string]any{
			"stream": map[string]any{"streamIdentifier": map[string]any{"streamName": "bm9uZQ=="}, "start": map[string]any{}},
			"count":  "1", "noFilter": map[string]any{}, "uuidOption": map[string]any{"string": map[string]any{}}}}},
		Responses: []any{map[string]any{"streamNotFound": "*"}},
		Status:    map[string]any{"code": "OK"},
	}
	subscribe := replay.Step{Open: "s", Method: read.Call, Requests: []any{map[string]any{"options": map[string]any{
		"stream":       map[string]any{"streamIdentifier": map[string]any{"streamName": "bm9uZQ=="}, "start": map[string]any{}},
		"subscription": map[string]any{}, "noFilter": map[string]any{}, "uuidOption": map[string]any{"string": map[string]any{}}}}}}
	require.NoError(t, replay.Replay(t.Context(), conn, replay.Scenario{Steps: []replay.Step{read, subscribe}}))
	with := func(change func(*replay.Step)) []replay.Step {
		changed := read
		change(&changed)
		return []replay.Step{read, changed}
	}
	for name, c := range map[string]struct {
		steps []replay.Step
		order []string
		step  int
		field string
	}{
		"another answer":     {with(func(s *replay.Step) { s.Responses = []any{map[string]any{"caughtUp": "*"}} }), nil, 2, "responses[0].streamNotFound"},
		"an answer too many": {with(func(s *replay.Step) { s.Responses = nil }), nil, 2, "responses[0]"},
		"an answer too few":  {with(func(s *replay.Step) { s.Responses = append(s.Responses, "*", "x") }), nil, 2, "responses[1]"},
		"another status":     {with(func(s *replay.Step) { s.Status = map[string]any{"code": "UNKNOWN"} }), nil, 2, "status.code"},
		"other trailers": {with(func(s *replay.Step) {
			s.Status = map[string]any{"code": "OK", "trailers": map[string]any{"exception": "x"}}
		}), nil, 2, "status.trailers"},
		"no silence":             {[]replay.Step{subscribe, {Silent: "s", MS: 5000}}, nil, 2, "responses"},
		"a message of an opened": {[]replay.Step{subscribe, {Recv: "s", Responses: []any{map[string]any{"event": "*"}}}}, nil, 2, "responses[0].confirmation"},
		"positions not met":      {[]replay.Step{read}, []string{"@1", "@2"}, 0, "order"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := replay.Replay(t.Context(), conn, replay.Scenario{Name: name, Steps: c.steps, Order: c.order})
			var d *replay.Difference
			require.ErrorAs(t, err, &d)
			require.Equal(t, name, d.Scenario)
			require.Equal(t, c.step, d.Step)
			require.Equal(t, c.field, d.Field, d)
		})
	}
	for name, step := range map[string]replay.Step{
		"an unknown method":    {Call: "Streams/Nothing"},
		"a call nobody opened": {Recv: "s"},
		"an unknown position":  {Call: "Streams/Read", Requests: []any{"@1"}},
	} {
		err := replay.Replay(t.Context(), conn, replay.Scenario{Steps: []replay.Step{step}})
		require.Error(t, err, name)
		var d *replay.Difference
		require.False(t, errors.As(err, &d), name)
	}
}

// addrServer is what the server at -addr is.
func addrServer() replay.Server {
	return replay.Server{TLS: *addrTLS, Anonymous: *addrAnonymous, MaxAppendSize: *addrMaxAppend}
}

func dialAddr(t *testing.T) *grpc.ClientConn {
	t.Helper()
	var authority []byte
	if *addrTLS {
		var err error
		authority, err = os.ReadFile(*addrCA)
		require.NoError(t, err, "-addr-tls needs -addr-ca")
	}
	conn, err := dialAs(*addr, authority)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// dialAs connects, with TLS if there is an authority to trust.
func dialAs(address string, authority []byte) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if authority != nil {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(authority) {
			return nil, errors.New("the authority is no certificate")
		}
		transport = credentials.NewTLS(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12})
	}
	return grpc.NewClient(address, grpc.WithTransportCredentials(transport))
}

// replayAlone plays a scenario with a server of its own.
func replayAlone(t *testing.T, s replay.Scenario) error {
	server, err := esdbtest.New(t.Context(), esdbtest.Config{
		TLS: s.Server.TLS, AnonymousAccess: s.Server.Anonymous, MaxAppendSize: s.Server.MaxAppendSize})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	conn, err := dialAs(server.Addr(), server.CACertificate())
	if err != nil {
		return err
	}
	result := replay.Replay(ctx, conn, s)
	closed := conn.Close()
	cancel()
	return errors.Join(result, closed, <-served)
}

// tally counts the outcomes of the scenarios.
type tally struct {
	same, leftOut, differ atomic.Int64
}

// judge says what the outcome of a scenario is.
func (c *tally) judge(t *testing.T, s replay.Scenario, result error, reason string, isOut bool) {
	t.Helper()
	switch {
	case isOut && *addr == "" && result == nil:
		c.differ.Add(1)
		t.Errorf("it is left out (%s) and yet the same: strike it from %s", reason, *leftOutFile)
	case isOut:
		c.leftOut.Add(1)
		t.Skip("left out: " + reason)
	case result != nil:
		c.differ.Add(1)
		t.Errorf("%s\n%v", s.About, result)
	default:
		c.same.Add(1)
	}
}

func (c *tally) log(t *testing.T) {
	t.Logf("same = %d, left out = %d, differ = %d", c.same.Load(), c.leftOut.Load(), c.differ.Load())
}

// maxLeftOut bounds the scenarios that may be left out.
const maxLeftOut = 40

// leftOut reads which scenarios are left out, and why.
func leftOut(t *testing.T, scenarios []replay.Scenario) map[string]string {
	t.Helper()
	if *leftOutFile == "" {
		return nil
	}
	text, err := os.ReadFile(*leftOutFile)
	require.NoError(t, err)
	known := make(map[string]bool)
	for _, s := range scenarios {
		known[s.Name] = true
	}
	reasons := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		name, reason, ok := strings.Cut(strings.TrimSpace(line), "\t")
		require.Truef(t, ok && reason != "", "%s: a line is name, tab, reason: %q", *leftOutFile, line)
		if filepath.Clean(*vectorsDir) == defaultVectors {
			require.Truef(t, known[name], "%s: there is no scenario %q", *leftOutFile, name)
		}
		reasons[name] = reason
	}
	require.LessOrEqual(t, len(reasons), maxLeftOut, "scenarios that are left out")
	return reasons
}
