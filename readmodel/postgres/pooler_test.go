package postgres_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

// TestPoolerOfSessions: through a stock PgBouncer that pools sessions all is as
// without, settings of the URL too.
func TestPoolerOfSessions(t *testing.T) {
	for name, pooler := range map[string]func(*testing.T, *postgrestest.Server) func(string) string{
		"PgBouncer": func(t *testing.T, s *postgrestest.Server) func(string) string { return s.PgBouncer(t, "session") },
		"a double":  strictAtStart,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, ctx := shared.Server(t), t.Context()
			through := pooler(t, server)
			direct := shared.Database(t)
			db := open(t, through(direct)+"&statement_timeout=55s&search_path=nowhere")
			require.NoError(t, followed(t, db, readmodeltest.Log(t, 1, 2)))
			require.NoError(t, db.Read(ctx, func(tx readmodel.Tx) error {
				for row, err := range tx.Query("SELECT current_setting('search_path'), current_setting('statement_timeout'), current_setting('application_name')") {
					require.NoError(t, err)
					var path, timeout, program string
					require.NoError(t, row.Scan(&path, &timeout, &program))
					require.Equal(t, []string{"public", "55s", "marketplace"}, []string{path, timeout, program})
				}
				return nil
			}))
			lease, err := db.Lease(ctx, "a")
			require.NoError(t, err)
			_, err = open(t, direct).Lease(ctx, "a")
			require.ErrorIs(t, err, readmodel.ErrLeased)
			require.NoError(t, lease.Held(ctx))
			require.NoError(t, lease.Release())
		})
	}
}

// TestPoolerOfTransactions: a PgBouncer that gives each transaction another session
// is refused with words, whatever sessions it has at hand, and before any of them
// was changed.
func TestPoolerOfTransactions(t *testing.T) {
	for _, c := range []struct {
		mode     string
		sessions int
		settings []string
	}{
		{"transaction", 0, nil},
		{"transaction", 4, nil},
		{"transaction", 2, []string{"server_round_robin=1"}},
		{"transaction", 3, []string{"server_round_robin=1"}},
		{"statement", 0, nil},
	} {
		t.Run(fmt.Sprint(c.mode, c.sessions, c.settings), func(t *testing.T) {
			t.Parallel()
			ctx, through := t.Context(), shared.Server(t).PgBouncer(t, c.mode, c.settings...)(shared.Database(t))
			var others []*pgx.Conn
			for range c.sessions {
				conn, err := pgx.Connect(ctx, through)
				require.NoError(t, err)
				defer conn.Close(ctx)
				others = append(others, conn)
			}
			each := func(sql, want string) { // a session for each, all at once
				t.Helper()
				for _, of := range []string{"BEGIN", sql, "COMMIT"} {
					for _, conn := range others {
						answer, err := conn.PgConn().Exec(ctx, of).ReadAll()
						require.NoError(t, err)
						if of == sql {
							require.Equal(t, want, string(answer[0].Rows[0][0]))
						}
					}
				}
			}
			each("SELECT 1", "1")
			for _, readOnly := range []bool{false, true} {
				_, err := postgres.Open(ctx, through, postgres.Options{ReadOnly: readOnly})
				require.ErrorIs(t, err, readmodel.ErrRefused)
				require.ErrorContains(t, err, "pool_mode = session")
			}
			each("SHOW search_path", `"$user", public`)
		})
	}
}

// strictAtStart is what a PgBouncer does with the start of a connection: it ends one
// that begins with a setting which it does not know, and takes all others to a
// session of their own.
func strictAtStart(t *testing.T, _ *postgrestest.Server) func(string) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	return func(serverURL string) string {
		u, err := url.Parse(serverURL)
		require.NoError(t, err)
		server := u.Host
		go func() {
			for {
				client, err := listener.Accept()
				if err != nil {
					return // the test has ended
				}
				go strictly(client, server)
			}
		}()
		u.Host = listener.Addr().String()
		return u.String()
	}
}

func strictly(client net.Conn, server string) {
	defer client.Close()
	backend := pgproto3.NewBackend(client, client)
	message, err := backend.ReceiveStartupMessage()
	if err != nil {
		return
	}
	start, is := message.(*pgproto3.StartupMessage)
	if !is {
		return // to cancel a query, or for TLS
	}
	for name := range start.Parameters {
		switch strings.ToLower(name) {
		case "user", "database", "application_name", "client_encoding", "datestyle", "timezone", "standard_conforming_strings":
		default:
			backend.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "08P01", Message: "unsupported startup parameter: " + name})
			_ = backend.Flush() // nobody may be there
			return
		}
	}
	session, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer session.Close()
	text, err := start.Encode(nil)
	if err != nil {
		return
	}
	if _, err := session.Write(text); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(session, client) // until either goes
		_ = session.Close()
	}()
	_, _ = io.Copy(client, session)
}
