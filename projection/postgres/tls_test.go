package postgres_test

import (
	"net/url"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/projection/postgres"
	"github.com/marketcore/marketplace/projection/postgres/postgrestest"
	"github.com/marketcore/marketplace/projection/readmodel"
)

// TestTLS: with sslmode=verify-full a server is trusted that shows a certificate
// of the named authority for the named host, and no other; what is wrong is told
// in one line and without the password.
func TestTLS(t *testing.T) {
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
	db := open(t, at("127.0.0.1", "verify-full", authority))
	n, err := number(t.Context(), db, "SELECT count(*) FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()")
	require.NoError(t, err)
	require.Equal(t, int64(1), n, "the connection is encrypted")
	lease, err := db.Lease(t.Context(), "runner-0")
	require.NoError(t, err)
	require.NoError(t, lease.Release())

	refused(at("127.0.0.1", "verify-full", other), readmodel.ErrUnavailable, "certificate")
	refused(at("127.0.0.1", "verify-full", ""), readmodel.ErrUnavailable, "certificate")
	refused(at("localhost", "verify-full", authority), readmodel.ErrUnavailable, "certificate")
	refused(at("127.0.0.1", "verify-full", filepath.Join(t.TempDir(), "missing.crt")), readmodel.ErrBadURL, "CA file")

	require.NoError(t, server.Stop())
	refused(at("127.0.0.1", "prefer", ""), readmodel.ErrUnavailable, "refused") // both ways are tried
}
