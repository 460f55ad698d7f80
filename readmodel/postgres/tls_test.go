package postgres_test

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
)

// TestTLS: with sslmode=verify-full a server is trusted that shows a certificate
// of the named authority for the named host, and no other; what is wrong is told
// in one line and without the password.
func TestTLS(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	server := postgrestest.Start(t)
	plain, err := url.Parse(server.Database(t))
	require.NoError(t, err)
	password, _ := plain.User.Password()
	at := func(host, mode, authority string) string {
		u, query := *plain, url.Values{"sslmode": {mode}}
		u.Host = host + ":" + plain.Port()
		if authority != "" {
			query.Set("sslrootcert", authority)
		}
		u.RawQuery = query.Encode()
		return u.String()
	}
	refused := func(url string, want error, told string) {
		t.Helper()
		_, err := postgres.Open(t.Context(), url, postgres.Options{})
		require.ErrorIs(t, err, want)
		require.ErrorContains(t, err, told)
		require.NotContains(t, err.Error(), password)
		require.NotContains(t, err.Error(), "\n")
	}
	refused(at("127.0.0.1", "require", ""), readmodel.ErrUnavailable, "refused TLS")

	other, err := server.UseTLS()
	require.NoError(t, err)
	authority, err := server.UseTLS()
	require.NoError(t, err)
	db := open(t, at("127.0.0.1", "verify-full", authority.Authority))
	n, err := number(t.Context(), db, "SELECT count(*) FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()")
	require.NoError(t, err)
	require.Equal(t, int64(1), n, "the connection is encrypted")
	lease, err := db.Lease(t.Context(), "runner-0")
	require.NoError(t, err)
	require.NoError(t, lease.Release())

	refused(at("127.0.0.1", "verify-full", other.Authority), readmodel.ErrUnavailable, "certificate")
	refused(at("127.0.0.1", "verify-full", ""), readmodel.ErrUnavailable, "certificate")
	refused(at("localhost", "verify-full", authority.Authority), readmodel.ErrUnavailable, "certificate")
	refused(at("127.0.0.1", "verify-full", filepath.Join(t.TempDir(), "missing.crt")), readmodel.ErrBadURL, "CA file")

	require.NoError(t, server.Stop())
	refused(at("127.0.0.1", "prefer", ""), readmodel.ErrUnavailable, "refused") // both ways are tried
}

// TestClientCertificate: who shows a certificate of the authority for the role
// needs no password, for leases neither; nobody else is let in.
func TestClientCertificate(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	server := postgrestest.Start(t)
	u, err := url.Parse(server.Database(t))
	require.NoError(t, err)
	other, err := server.UseTLS()
	require.NoError(t, err)
	files, err := server.UseTLS()
	require.NoError(t, err)
	require.NoError(t, server.RequireCertificate())
	at := func(user, certificate, key string) string {
		u := *u
		u.User = url.User(user)
		query := url.Values{"sslmode": {"verify-full"}, "sslrootcert": {files.Authority}}
		if certificate != "" {
			query.Set("sslcert", certificate)
		}
		if key != "" {
			query.Set("sslkey", key)
		}
		u.RawQuery = query.Encode()
		return u.String()
	}
	role := u.User.Username()
	db := open(t, at(role, files.Certificate, files.Key))
	n, err := number(t.Context(), db, "SELECT count(*) FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND client_dn = '/CN="+role+"'")
	require.NoError(t, err)
	require.Equal(t, int64(1), n, "the server knows who it is by the certificate")
	lease, err := db.Lease(t.Context(), "runner-0")
	require.NoError(t, err)
	require.NoError(t, lease.Held(t.Context()))
	require.NoError(t, lease.Release())

	for what, c := range map[string]struct {
		url  string
		want error
		told string
	}{
		"none":                 {at(role, "", ""), readmodel.ErrUnavailable, "valid client certificate"},
		"of another authority": {at(role, other.Certificate, other.Key), readmodel.ErrUnavailable, "valid client certificate"},
		"for another role":     {at("postgres", files.Certificate, files.Key), readmodel.ErrUnavailable, "certificate authentication failed"},
		"without its key":      {at(role, files.Certificate, ""), readmodel.ErrBadURL, "sslkey"},
		"another's key":        {at(role, files.Certificate, other.Key), readmodel.ErrBadURL, "private key does not match"},
		"missing":              {at(role, filepath.Join(t.TempDir(), "missing.crt"), files.Key), readmodel.ErrBadURL, "missing.crt"},
		"not sealed":           {strings.Replace(at(role, files.Certificate, files.Key), "verify-full", "disable", 1), readmodel.ErrUnavailable, "no encryption"},
	} {
		_, err := postgres.Open(t.Context(), c.url, postgres.Options{})
		require.ErrorIs(t, err, c.want, what)
		require.ErrorContains(t, err, c.told, what)
		require.NotContains(t, err.Error(), "PRIVATE KEY", what)
	}
}
