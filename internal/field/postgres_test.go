package field

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/postgrestest"
)

// servers is the PostgreSQL of all tests, each of which has a database and roles of
// names of its own.
var servers postgrestest.Shared

// database is an empty database, and one who may do everything in it.
type database struct {
	*testing.T
	server *postgrestest.Server
	url    *url.URL
	admin  *pgx.Conn
}

func newDatabase(t *testing.T, name string) *database {
	server := servers.Server(t)
	root, err := pgx.Connect(t.Context(), server.URL("postgres"))
	require.NoError(t, err)
	_, err = root.Exec(t.Context(), "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	require.NoError(t, err)
	require.NoError(t, root.Close(t.Context()))
	u, err := url.Parse(server.URL(name))
	require.NoError(t, err)
	d := &database{T: t, server: server, url: u}
	d.admin = d.connect(d.url.String())
	return d
}

func (d *database) connect(url string) *pgx.Conn {
	d.Helper()
	conn, err := pgx.Connect(d.Context(), url)
	require.NoError(d, err)
	d.Cleanup(func() { _ = conn.Close(context.Background()) }) // the server goes with the test
	return conn
}

func (d *database) exec(statements ...string) {
	d.Helper()
	for _, s := range statements {
		_, err := d.admin.Exec(d.Context(), s)
		require.NoError(d, err, s)
	}
}

// role makes somebody who may log in, and gives the URL for that.
func (d *database) role(name string) string {
	d.Helper()
	d.exec("CREATE ROLE " + pgx.Identifier{name}.Sanitize() + " LOGIN PASSWORD 'secret'")
	u := *d.url
	u.User = url.UserPassword(name, "secret")
	return u.String()
}

// smallLog is the file of a log with the small history, closed.
var smallLog []byte

// logged is a shell with the small history in log.db.
func logged(t *testing.T) *shell {
	s := newShell(t)
	path := filepath.Join(s.folder, "log.db")
	if smallLog == nil {
		s.does("import %s --store sqlite:log.db", history(t, "small.ndjson"))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		smallLog = text
	}
	require.NoError(t, os.WriteFile(path, smallLog, 0o644))
	return s
}

// A role that may only write rows follows, one that may not even that is told
// which right it lacks, and what readers were granted outlives a rebuild.
func TestLeastPrivilege(t *testing.T) {
	s, d := logged(t), newDatabase(t, "m5")
	owner, writer, reader := d.role("owner5"), d.role("writer5"), d.role("reader5")
	d.exec("GRANT CREATE ON DATABASE m5 TO owner5")
	s.fails("permission denied", "follow --store sqlite:log.db --read-model %s --once", writer)
	s.does("follow --store sqlite:log.db --read-model %s --once", owner)
	s.fails("usage", "stats --read-model %s --limit 1", reader)
	d.exec("GRANT USAGE ON SCHEMA marketplace, marketplace_1 TO reader5, writer5",
		"GRANT SELECT ON ALL TABLES IN SCHEMA marketplace, marketplace_1 TO reader5",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA marketplace, marketplace_1 TO writer5")
	reads := func() {
		t.Helper()
		s.does("stats --read-model %s --limit 1", reader)
		var n int
		require.NoError(t, d.connect(reader).QueryRow(t.Context(), "SELECT count(*) FROM marketplace.contracts").Scan(&n))
		require.NotZero(t, n)
	}
	reads()
	s.does("follow --store sqlite:log.db --read-model %s --once", writer)
	s.does("rebuild --store sqlite:log.db --to %s", owner)
	reads()
	s.does("follow --store sqlite:log.db --read-model %s --once", writer)
}

// A database and a role with names and settings that nobody expects, and schemas
// in which a stranger has something already.
func TestNamesAndSettings(t *testing.T) {
	s := logged(t)
	t.Run("names", func(t *testing.T) {
		s := &shell{T: t, folder: s.folder}
		d := newDatabase(t, `Market-Place "DB" é`)
		role := d.role("Joe's-role")
		d.exec(`GRANT CREATE ON DATABASE "Market-Place ""DB"" é" TO "Joe's-role"`)
		for _, setting := range []string{
			"search_path = ''", "timezone = 'Asia/Kolkata'", "datestyle = 'SQL, DMY'", "client_encoding = 'LATIN1'",
			"default_transaction_isolation = 'serializable'", "standard_conforming_strings = off",
		} {
			d.exec(`ALTER ROLE "Joe's-role" SET ` + setting)
		}
		s.does("follow --store sqlite:log.db --read-model %s --once", role)
		const as = "--as-of 2018-06-30T23:59:59Z --json"
		require.Equal(t, s.does("stats --store sqlite:log.db "+as), s.does("stats --read-model %s "+as, role))
	})
	for name, theirs := range map[string][]string{
		"a table and a view": {"CREATE TABLE marketplace.contracts(id int)", "CREATE VIEW marketplace.payments AS SELECT 1 AS x"},
		"views of our names": {"CREATE TABLE marketplace.raw(id int)", "CREATE VIEW marketplace.contracts AS SELECT id, 'theirs' AS whose FROM marketplace.raw",
			"CREATE VIEW marketplace.payments AS SELECT 1 AS theirs"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shell{T: t, folder: s.folder}
			d := newDatabase(t, name)
			d.exec("CREATE SCHEMA marketplace")
			d.exec(theirs...)
			definitions := func() (all string) {
				require.NoError(t, d.admin.QueryRow(t.Context(),
					"SELECT string_agg(viewname || ':' || definition, ';' ORDER BY viewname) FROM pg_views WHERE schemaname = 'marketplace'").Scan(&all))
				return all
			}
			before := definitions()
			s.fails("marketplace", "follow --store sqlite:log.db --read-model %s --once", d.url)
			require.Equal(t, before, definitions())
		})
	}
}

// One session forgets its transaction while a rebuild wants to swap: readers go on.
func TestSwapBehindAnIdleReader(t *testing.T) {
	s, d := logged(t), newDatabase(t, "m17")
	s.does("follow --store sqlite:log.db --read-model %s --once", d.url)
	idle, err := d.admin.Begin(t.Context())
	require.NoError(t, err)
	const query = "SELECT count(*) FROM marketplace.freelancer_stats"
	_, err = idle.Exec(t.Context(), query)
	require.NoError(t, err)
	rebuild := s.command(t.Context(), fmt.Sprintf("rebuild --store sqlite:log.db --to %s", d.url))
	require.NoError(t, rebuild.Start())
	reader := d.connect(d.url.String())
	_, err = reader.Exec(t.Context(), "SET statement_timeout = '10s'") // several times the limit
	require.NoError(t, err)
	watcher := d.connect(d.url.String())
	require.Eventually(t, func() bool { // the swap waits
		_, err = reader.Exec(t.Context(), query)
		require.NoError(t, err, "a reader waits")
		var waits bool
		require.NoError(t, watcher.QueryRow(t.Context(),
			"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'm17')").Scan(&waits))
		return waits
	}, patience, 10*time.Millisecond)
	for range 5 {
		_, err = reader.Exec(t.Context(), query)
		require.NoError(t, err, "a reader waits")
	}
	require.NoError(t, idle.Rollback(t.Context()))
	require.NoError(t, rebuild.Wait())
}

// A stock PgBouncer in session mode is no obstacle, and in transaction mode it is
// refused with words.
func TestPgBouncer(t *testing.T) {
	s, d := logged(t), newDatabase(t, "m8")
	session := d.server.PgBouncer(t, "session")(d.url.String())
	s.does("follow --store sqlite:log.db --read-model %s --once", session)
	s.does("stats --read-model %s --limit 1", session)
	r := s.fails("transaction", "follow --store sqlite:log.db --read-model %s --once", d.server.PgBouncer(t, "transaction")(d.url.String()))
	require.Contains(t, r.err, "session")
}
