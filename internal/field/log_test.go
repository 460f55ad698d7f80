package field

import (
	"context"
	"database/sql"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // for database/sql
	"github.com/stretchr/testify/require"
)

// A log is lost, yesterday's backup takes its place, and business goes on past
// the old end: what has followed the lost one refuses to follow this one.
func TestRestoredBackup(t *testing.T) {
	s := newShell(t)
	s.does("import %s --store sqlite:m.db", sample(t, "restored/before.ndjson"))
	s.does("backup --store sqlite:m.db bak.db")
	s.does("import %s --store sqlite:m.db", sample(t, "restored/lost.ndjson"))
	s.does("follow --store sqlite:m.db --read-model sqlite:model.db --once")
	s.does("run --once --store sqlite:m.db --checkpoint agenda")
	s.does("export --store sqlite:m.db ar")
	lost, err := filepath.Glob(filepath.Join(s.folder, "m.db*"))
	require.NoError(t, err)
	for _, name := range lost {
		require.NoError(t, os.Remove(name))
	}
	require.NoError(t, os.Rename(filepath.Join(s.folder, "bak.db"), filepath.Join(s.folder, "m.db")))
	s.does("import %s --store sqlite:m.db", sample(t, "restored/after.ndjson"))

	s.fails("rebuild", "follow --store sqlite:m.db --read-model sqlite:model.db --once")
	s.fails("another log", "export --store sqlite:m.db ar")
	agenda := s.try("run --once --store sqlite:m.db --checkpoint agenda")
	require.Zero(t, agenda.code, agenda.err)
	require.Contains(t, agenda.err, "folded from its beginning")

	s.does("rebuild --store sqlite:m.db --to sqlite:model.db --yes")
	s.does("follow --store sqlite:m.db --read-model sqlite:model.db --once")
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.folder, "model.db")+"?mode=ro")
	require.NoError(t, err)
	defer db.Close()
	var lostClients, newClients int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM clients WHERE registered_at >= unixepoch('2025-01-01') AND registered_at < unixepoch('2026-01-01')").Scan(&lostClients))
	require.NoError(t, db.QueryRow("SELECT count(*) FROM clients WHERE registered_at >= unixepoch('2026-01-01')").Scan(&newClients))
	require.Zero(t, lostClients, "what the log does not hold")
	require.Equal(t, 300, newClients)
}

// The addresses of EventStoreDB that its documents show.
func TestConnectionStrings(t *testing.T) {
	s := newShell(t)
	address := s.eventStore()
	for url, ok := range map[string]bool{
		"kurrentdb://" + address + "?tls=false": true, "ESDB://" + address + "?tls=false": true,
		"esdb://" + address + "/?tls=false": true, "esdb://" + address: false, // it speaks no TLS
	} {
		r := s.try("verify --timeout 5s --store %s", url)
		require.Equal(t, ok, r.code == 0, "%s\n%s%s", url, r.out, r.err)
	}
}

// eventStore starts a server that speaks EventStoreDB's protocol.
func (s *shell) eventStore() (address string) {
	s.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(s, err)
	address = l.Addr().String()
	require.NoError(s, l.Close())
	ctx, cancel := context.WithCancel(context.Background())
	server := s.command(ctx, "eventstore --listen "+address)
	server.Cancel = func() error { return server.Process.Signal(os.Interrupt) }
	server.WaitDelay = patience
	require.NoError(s, server.Start())
	s.Cleanup(func() { cancel(); _ = server.Wait() }) // it was told to end
	require.Eventually(s, func() bool {
		conn, err := net.Dial("tcp", address)
		return err == nil && conn.Close() == nil
	}, patience, 20*time.Millisecond)
	return address
}
