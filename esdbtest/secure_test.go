package esdbtest_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/esdbtest"
)

// as is a connection string with another user, or none.
func as(s *esdbtest.TestServer, user string) string {
	_, rest, _ := strings.Cut(s.ConnectionString(), "@")
	if user == "" {
		return "esdb://" + rest
	}
	return "esdb://" + user + "@" + rest
}

func appendTo(t testing.TB, c *esdb.Client, stream string, o esdb.AppendToStreamOptions) error {
	t.Helper()
	_, err := c.AppendToStream(within(t), stream, o, events(1)...)
	return err
}

func TestTLSAndUsers(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS())
	t.Run("admin", func(t *testing.T) {
		c := client(t, s.ConnectionString())
		require.NoError(t, appendTo(t, c, "s", esdb.AppendToStreamOptions{}))
		require.NoError(t, appendTo(t, c, "$system", esdb.AppendToStreamOptions{}))
		_, err := c.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{})
		require.NoError(t, err)
		_, err = readAllOf(t, c, "$users", esdb.ReadStreamOptions{}, 1)
		require.NoError(t, err)
	})
	t.Run("a wrong password", func(t *testing.T) {
		c := client(t, as(s, "admin:wrong"))
		require.Error(t, appendTo(t, c, "s", esdb.AppendToStreamOptions{}))
		require.Equal(t, esdb.ErrorCodeUnauthenticated, readCode(t, c, "s"))
	})
	t.Run("a wrong password for one call", func(t *testing.T) {
		_, err := readAllOf(t, client(t, s.ConnectionString()), "s",
			esdb.ReadStreamOptions{Authenticated: &esdb.Credentials{Login: "admin", Password: "wrong"}}, 1)
		require.Equal(t, esdb.ErrorCodeUnauthenticated, codeOf(t, err))
	})
	t.Run("nobody", func(t *testing.T) {
		c := client(t, as(s, ""))
		require.Error(t, appendTo(t, c, "s", esdb.AppendToStreamOptions{}))
		require.Equal(t, esdb.ErrorCodeAccessDenied, readCode(t, c, "s"))
	})
	t.Run("ops", func(t *testing.T) {
		c := client(t, as(s, "ops:changeit"))
		require.NoError(t, appendTo(t, c, "s", esdb.AppendToStreamOptions{}))
		require.NoError(t, c.CreatePersistentSubscription(within(t), "s", group, esdb.PersistentStreamSubscriptionOptions{}))
		require.Error(t, appendTo(t, c, "$system", esdb.AppendToStreamOptions{}))
		require.Equal(t, esdb.ErrorCodeAccessDenied, readCode(t, c, "$system"))
		_, err := c.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{})
		require.Equal(t, esdb.ErrorCodeAccessDenied, codeOf(t, err))
	})
	t.Run("an unknown authority", func(t *testing.T) {
		text, _, _ := strings.Cut(s.ConnectionString(), "&tlsCAFile")
		err := appendTo(t, client(t, text+"&maxDiscoverAttempts=1"), "s", esdb.AppendToStreamOptions{})
		require.ErrorContains(t, err, "failed to verify certificate")
	})
	t.Run("no verification", func(t *testing.T) {
		text, _, _ := strings.Cut(s.ConnectionString(), "&tlsCAFile")
		require.NoError(t, appendTo(t, client(t, text+"&tlsVerifyCert=false"), "s", esdb.AppendToStreamOptions{}))
	})
	t.Run("without TLS", func(t *testing.T) {
		err := appendTo(t, client(t, "esdb://"+s.Addr()+"?tls=false&maxDiscoverAttempts=1"), "s", esdb.AppendToStreamOptions{})
		require.Equal(t, esdb.ErrorUnavailable, codeOf(t, err))
	})
}

func TestACL(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS(), esdbtest.WithConfig(func(c *esdbtest.Config) {
		c.Users = map[string]esdbtest.User{
			"admin": {Password: "changeit", Groups: []string{"$admins"}},
			"ann":   {Password: "a", Groups: []string{"readers"}},
			"bob":   {Password: "b"},
		}
	}))
	admin, ann, bob := client(t, s.ConnectionString()), client(t, as(s, "ann:a")), client(t, as(s, "bob:b"))
	require.NoError(t, appendTo(t, admin, "s", esdb.AppendToStreamOptions{}))
	var acl esdb.Acl
	acl.AddReadRoles("readers")
	acl.AddWriteRoles("bob")
	acl.AddDeleteRoles("admin")
	acl.AddMetaReadRoles("ann")
	acl.AddMetaWriteRoles("admin")
	var m esdb.StreamMetadata
	m.SetAcl(acl)
	_, err := admin.SetStreamMetadata(within(t), "s", esdb.AppendToStreamOptions{}, m)
	require.NoError(t, err)

	for _, tc := range []struct {
		name    string
		allowed *esdb.Client
		denied  *esdb.Client
		do      func(*esdb.Client) error
	}{
		{"read", ann, bob, func(c *esdb.Client) error { _, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 1); return err }},
		{"write", bob, ann, func(c *esdb.Client) error { return appendTo(t, c, "s", esdb.AppendToStreamOptions{}) }},
		{"read its metadata", ann, bob, func(c *esdb.Client) error {
			_, err := c.GetStreamMetadata(within(t), "s", esdb.ReadStreamOptions{})
			return err
		}},
		{"write its metadata", admin, bob, func(c *esdb.Client) error {
			_, err := c.SetStreamMetadata(within(t), "s", esdb.AppendToStreamOptions{}, m)
			return err
		}},
		{"delete", admin, bob, func(c *esdb.Client) error {
			_, err := c.DeleteStream(within(t), "s", esdb.DeleteStreamOptions{})
			return err
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Error(t, tc.do(tc.denied))
			require.NoError(t, tc.do(tc.allowed))
		})
	}
}

// TestAccessEndsSubscriptions: who loses the right to read what he follows is
// told so at once, who keeps it follows on.
func TestAccessEndsSubscriptions(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS())
	admin, ops := client(t, s.ConnectionString()), client(t, as(s, "ops:changeit"))
	open := func(stream string, roles ...string) {
		t.Helper()
		var acl esdb.Acl
		acl.AddReadRoles(roles...)
		var m esdb.StreamMetadata
		m.SetAcl(acl)
		_, err := admin.SetStreamMetadata(within(t), stream, esdb.AppendToStreamOptions{}, m)
		require.NoError(t, err)
	}
	open("$all", "$ops")
	follow := func(c *esdb.Client) []*esdb.Subscription {
		t.Helper()
		stream, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
		require.NoError(t, err)
		t.Cleanup(func() { _ = stream.Close() })
		all, err := c.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{
			From: esdb.End{}, Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"s"}}})
		require.NoError(t, err)
		t.Cleanup(func() { _ = all.Close() })
		for _, sub := range []*esdb.Subscription{stream, all} {
			require.Equal(t, []string{"caught up"}, steps(sub, 1))
		}
		return []*esdb.Subscription{stream, all}
	}
	his, hers := follow(ops), follow(admin)
	open("s", "ops", "x")
	open("other", "$admins")
	require.NoError(t, appendTo(t, admin, "s", esdb.AppendToStreamOptions{}))
	for _, sub := range append(his, hers...) {
		require.Equal(t, []string{"0"}, steps(sub, 1))
	}
	open("s", "$admins")
	require.Equal(t, codes.PermissionDenied, status.Code(his[0].Recv().SubscriptionDropped.Error))
	require.NoError(t, appendTo(t, admin, "s", esdb.AppendToStreamOptions{}))
	require.Equal(t, []string{"1"}, steps(his[1], 1), "the log is open still")
	open("$all", "$admins")
	require.Equal(t, codes.PermissionDenied, status.Code(his[1].Recv().SubscriptionDropped.Error))
	for _, sub := range hers {
		require.Equal(t, []string{"1"}, steps(sub, 1))
	}
}

// TestManagingTakesOps: who is in neither group may not manage subscriptions.
func TestManagingTakesOps(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS(), esdbtest.WithConfig(func(c *esdbtest.Config) {
		c.Users = map[string]esdbtest.User{"bob": {Password: "b"}, "admin": {Password: "changeit", Groups: []string{"$admins"}}}
	}))
	bob := client(t, as(s, "bob:b"))
	err := bob.CreatePersistentSubscription(within(t), "s", group, esdb.PersistentStreamSubscriptionOptions{})
	require.Equal(t, esdb.ErrorCodeAccessDenied, codeOf(t, err))
	createGroup(t, client(t, s.ConnectionString()), "s", nil)
	put(t, bob, "s", 1)
	_, got := take(t, connect(t, bob, "s", 1))
	require.Equal(t, "0/0", got, "but who may read may consume")
}

// TestNobodyAndFaultyRequests: what of a faulty request is seen before nobody is
// refused.
func TestNobodyAndFaultyRequests(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS())
	conn, err := dialAs(s.Addr(), s.CACertificate())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	p, w := persistent.NewPersistentSubscriptionsClient(conn), streams.NewStreamsClient(conn)
	for name, c := range map[string]struct {
		ask  func() error
		want codes.Code
	}{
		"create without options": {func() error { _, err := p.Create(within(t), new(persistent.CreateReq)); return err }, codes.Unknown},
		"update without options": {func() error { _, err := p.Update(within(t), new(persistent.UpdateReq)); return err }, codes.Unknown},
		"create without settings": {func() error {
			_, err := p.Create(within(t), &persistent.CreateReq{Options: new(persistent.CreateReq_Options)})
			return err
		}, codes.PermissionDenied},
		"delete without options": {func() error { _, err := p.Delete(within(t), new(persistent.DeleteReq)); return err }, codes.PermissionDenied},
		"read without a name": {func() error {
			call, err := p.Read(within(t))
			require.NoError(t, err)
			_ = call.Send(&persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: &persistent.ReadReq_Options{
				StreamOption: &persistent.ReadReq_Options_StreamIdentifier{StreamIdentifier: sid("")}}}}) // the answer comes below
			_, err = call.Recv()
			return err
		}, codes.Unknown},
		"append without a name": {func() error { _, _, err := rawAppend(t, w, noStream("")); return err }, codes.Unknown},
		"append with a name":    {func() error { _, _, err := rawAppend(t, w, noStream("s")); return err }, codes.PermissionDenied},
		"delete without a name": {func() error {
			_, err := w.Delete(within(t), &streams.DeleteReq{Options: &streams.DeleteReq_Options{StreamIdentifier: sid(""),
				ExpectedStreamRevision: &streams.DeleteReq_Options_Any{Any: new(shared.Empty)}}})
			return err
		}, codes.Unknown},
		"read a stream without a name": {func() error { _, err := rawRead(t, w, readReq("", nil)); return err }, codes.Unknown},
		"read a stream":                {func() error { _, err := rawRead(t, w, readReq("s", nil)); return err }, codes.PermissionDenied},
	} {
		require.Equal(t, c.want, status.Code(c.ask()), name)
	}
}

func TestUserCertificates(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS())
	with := func(user string) string {
		cert, key, err := s.UserCertificate(user)
		require.NoError(t, err)
		dir := t.TempDir()
		certFile, keyFile := filepath.Join(dir, "user.crt"), filepath.Join(dir, "user.key")
		require.NoError(t, os.WriteFile(certFile, cert, 0o600))
		require.NoError(t, os.WriteFile(keyFile, key, 0o600))
		return fmt.Sprintf("%s&userCertFile=%s&userKeyFile=%s", as(s, ""), url.QueryEscape(certFile), url.QueryEscape(keyFile))
	}
	require.NoError(t, appendTo(t, client(t, with("admin")), "$system", esdb.AppendToStreamOptions{}))
	err := appendTo(t, client(t, with("mallory")+"&maxDiscoverAttempts=1"), "s", esdb.AppendToStreamOptions{})
	require.Equal(t, esdb.ErrorCodeUnauthenticated, codeOf(t, err))
}

func TestConfiguredCertificate(t *testing.T) {
	// A certificate of one server serves another as its own.
	first := esdbtest.Start(t, esdbtest.WithTLS())
	cert, key, err := first.UserCertificate("localhost")
	require.NoError(t, err)
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "node.crt"), filepath.Join(dir, "node.key")
	require.NoError(t, os.WriteFile(certFile, cert, 0o600))
	require.NoError(t, os.WriteFile(keyFile, key, 0o600))
	s := esdbtest.Start(t, esdbtest.WithTLS(), esdbtest.WithConfig(func(c *esdbtest.Config) {
		c.CertFile, c.KeyFile, c.CAFile = certFile, keyFile, first.CAFile()
	}))
	require.Equal(t, first.CACertificate(), s.CACertificate())
	text, _, _ := strings.Cut(s.ConnectionString(), "&tlsCAFile")
	require.NoError(t, appendTo(t, client(t, text+"&tlsVerifyCert=false"), "s", esdb.AppendToStreamOptions{}))
	_, _, err = s.UserCertificate("admin")
	require.Error(t, err)
}

func TestAnonymousAccess(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS(), esdbtest.WithConfig(func(c *esdbtest.Config) { c.AnonymousAccess = true }))
	c := client(t, as(s, ""))
	require.NoError(t, appendTo(t, c, "s", esdb.AppendToStreamOptions{}))
	require.Equal(t, esdb.ErrorCodeAccessDenied, readCode(t, c, "$users"))

	var acl esdb.Acl
	acl.AddReadRoles("")
	var m esdb.StreamMetadata
	m.SetAcl(acl)
	_, err := client(t, s.ConnectionString()).SetStreamMetadata(within(t), "s", esdb.AppendToStreamOptions{}, m)
	require.NoError(t, err)
	require.Equal(t, esdb.ErrorCodeAccessDenied, readCode(t, c, "s"), "nobody's name is no role")
}

// A request without a stream, or with one that has no name, fails as it does for
// everybody.
func TestStreamWithoutName(t *testing.T) {
	secure := esdbtest.Start(t, esdbtest.WithTLS())
	open := esdbtest.Start(t)
	for name, tc := range map[string]struct {
		server *esdbtest.TestServer
		id     *shared.StreamIdentifier
		want   codes.Code
	}{
		"no stream, TLS":  {secure, nil, codes.Unknown},
		"no name, TLS":    {secure, new(shared.StreamIdentifier), codes.Unknown},
		"no stream, open": {open, nil, codes.Unknown},
		"no name, open":   {open, new(shared.StreamIdentifier), codes.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := dialAs(tc.server.Addr(), tc.server.CACertificate())
			require.NoError(t, err)
			defer func() { require.NoError(t, conn.Close()) }()
			ctx := metadata.AppendToOutgoingContext(within(t), "authorization", adminLogin)
			_, err = streams.NewStreamsClient(conn).Delete(ctx, &streams.DeleteReq{Options: &streams.DeleteReq_Options{
				StreamIdentifier:       tc.id,
				ExpectedStreamRevision: &streams.DeleteReq_Options_Any{Any: new(shared.Empty)},
			}})
			require.Equal(t, tc.want, status.Code(err), err)
		})
	}
}

// A header that is no login is nobody's, and what no server can read fails.
func TestAuthorizationHeaders(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithTLS())
	conn, err := dialAs(s.Addr(), s.CACertificate())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	for name, tc := range map[string]struct {
		headers []string
		want    codes.Code
	}{
		"none":              {nil, codes.PermissionDenied},
		"a login":           {[]string{adminLogin}, codes.OK},
		"blanks":            {[]string{"  Basic  YWRtaW46 Y2hhbmdlaXQ= "}, codes.OK},
		"two logins":        {[]string{adminLogin, adminLogin}, codes.PermissionDenied},
		"a wrong login":     {[]string{wrongLogin}, codes.Unauthenticated},
		"no user":           {[]string{"Basic OmNoYW5nZWl0"}, codes.Unauthenticated}, // :changeit
		"no colon":          {[]string{"Basic YWRtaW4="}, codes.PermissionDenied},
		"small letters":     {[]string{"basic YWRtaW46Y2hhbmdlaXQ="}, codes.PermissionDenied},
		"another scheme":    {[]string{"Bearer YWRtaW46Y2hhbmdlaXQ="}, codes.PermissionDenied},
		"empty":             {[]string{""}, codes.PermissionDenied},
		"no Base64":         {[]string{"Basic ***"}, codes.Unknown},
		"nothing behind it": {[]string{"Basic"}, codes.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := within(t)
			for _, h := range tc.headers {
				ctx = metadata.AppendToOutgoingContext(ctx, "authorization", h)
			}
			_, err := streams.NewStreamsClient(conn).Tombstone(ctx, &streams.TombstoneReq{Options: &streams.TombstoneReq_Options{
				StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(t.Name())},
				ExpectedStreamRevision: &streams.TombstoneReq_Options_NoStream{NoStream: new(shared.Empty)},
			}})
			require.Equal(t, tc.want, status.Code(err), err)
		})
	}
}
