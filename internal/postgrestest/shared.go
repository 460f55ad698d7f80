package postgrestest

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Shared is a server that the tests of a package share, each with databases of its
// own. The first test that needs it starts it; TestMain closes it. It is for tests
// that neither stop it nor change what all of its databases have: it does not wait
// for the disk (fsync=off), which only a power cut could tell, and vacuums and
// checkpoints nothing.
type Shared struct {
	once   sync.Once
	server *Server
	err    error

	mu   sync.Mutex
	free []string // URLs of databases that are empty again
}

// Server is the server, started. It skips or fails the test as Start does.
func (s *Shared) Server(t testing.TB) *Server {
	t.Helper()
	s.once.Do(func() {
		s.server, s.err = New("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_init_zero=off",
			"autovacuum=off", "checkpoint_timeout=1h", "max_wal_size=4GB")
	})
	needed(t, s.err)
	return s.server
}

// Database is the URL of an empty database, which is emptied for another test when
// this one ends: to make one takes the server several times as long.
func (s *Shared) Database(t testing.TB) string {
	t.Helper()
	url := s.taken()
	if url == "" {
		url = s.Server(t).Database(t)
	}
	t.Cleanup(func() {
		if err := empty(url); err == nil { // else somebody uses it still
			s.mu.Lock()
			defer s.mu.Unlock()
			s.free = append(s.free, url)
		}
	})
	return url
}

// taken is the URL of a database that was free; "" if there is none.
func (s *Shared) taken() (url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		url, s.free = s.free[n-1], s.free[:n-1]
	}
	return url
}

// empty drops everything in a database. It does not wait for who uses it.
func empty(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `SET lock_timeout = '100ms';
DO $$ DECLARE name text; BEGIN
	FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)' LOOP
		EXECUTE format('DROP SCHEMA %I CASCADE', name);
	END LOOP;
	CREATE SCHEMA public;
END $$`)
	return err
}

// Close stops the server and removes its cluster, if a test needed one.
func (s *Shared) Close() error {
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}

// Main runs a package's tests and closes the server; it is for TestMain's os.Exit.
func (s *Shared) Main(m *testing.M) (code int) {
	code = m.Run()
	if err := s.Close(); err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	return code
}

// needed skips a test where there is no PostgreSQL, and fails it at any other error.
func needed(t testing.TB, err error) {
	t.Helper()
	switch {
	case (errors.Is(err, ErrNotInstalled) || errors.Is(err, ErrNoPgBouncer)) && os.Getenv("MARKETPLACE_TEST_POSTGRES") != "require":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
}
