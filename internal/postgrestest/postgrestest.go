package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	superuser = "marketplace"
	patience  = time.Minute // for a start or a stop, on a machine that is busy
)

// Server is a PostgreSQL of one's own.
type Server struct {
	programs string
	folder   string
	owner    *owner // whom it runs as, nil for ourselves
	port     int
	password string
	settings []string
	process  *process // nil while it is down
	made     atomic.Int64
}

// Start starts a server for a test and removes it with it. Settings are those
// of postgresql.conf, as in "max_connections=20".
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := New(settings...)
	needed(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// New makes a cluster and starts it. It fails with ErrNotInstalled where there
// is no PostgreSQL. Close removes the cluster.
func New(settings ...string) (*Server, error) {
	programs, err := programs(installed)
	if err != nil {
		return nil, err
	}
	s := &Server{programs: programs, settings: settings}
	if err := s.makeCluster(); err != nil {
		return nil, errors.Join(err, s.removeFolder())
	}
	for range 5 { // another process may take the free port before we do
		if s.port, err = freePort(); err != nil {
			break
		}
		if err = s.Restart(); err == nil {
			return s, nil
		}
	}
	return nil, errors.Join(err, s.removeFolder())
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// makeCluster makes the server's folder, and in it the cluster.
func (s *Server) makeCluster() (err error) {
	made, err := initialized()
	if err != nil {
		return err
	}
	s.password = made.password
	if s.owner, err = otherThanRoot(); err != nil {
		return err
	}
	if s.folder, err = s.owner.folder(); err != nil {
		return err
	}
	if err := made.write(s.data(), s.owner); err != nil {
		return fmt.Errorf("postgrestest: %w", err)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// Restart starts the server again after Kill or Stop, at the same address with
// the same databases, and returns when it takes connections.
func (s *Server) Restart() error {
	if s.process != nil {
		return errors.New("postgrestest: the server is running")
	}
	settings := append([]string{
		"port=" + strconv.Itoa(s.port), "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on",
		"lc_messages=C", "log_destination=stderr", "logging_collector=off",
		"jit=off", // for tables without statistics it compiles queries of a few rows
	}, s.settings...)
	args := []string{"-D", s.data()}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	p, err := launch(filepath.Join(s.programs, "postgres"), s.folder, s.owner, args, "ready to accept ")
	if err != nil {
		return err
	}
	s.process = p
	return nil
}

// Kill kills every process of the server at once (SIGKILL; off Linux the first
// process alone, which the others notice), as a power cut would.
func (s *Server) Kill() error {
	if s.process == nil {
		return errors.New("postgrestest: the server is down")
	}
	err := s.process.kill()
	s.process = nil
	return err
}

// Stop stops the server and cuts its connections; Restart starts it again.
func (s *Server) Stop() error {
	if s.process == nil {
		return errors.New("postgrestest: the server is down")
	}
	err := s.process.stop()
	s.process = nil
	return err
}

// Standby makes the server a standby, which only reads, as of now.
func (s *Server) Standby() error {
	if err := s.Stop(); err != nil {
		return err
	}
	signal := filepath.Join(s.data(), "standby.signal")
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		return err
	}
	if s.owner != nil {
		if err := s.owner.give(signal); err != nil {
			return err
		}
	}
	return s.Restart()
}

// Close stops the server and removes its cluster.
func (s *Server) Close() error {
	if s.process == nil {
		// What a killed server left in shared memory goes only with its next start.
		if err := s.Restart(); err != nil {
			return errors.Join(err, s.removeFolder())
		}
	}
	return errors.Join(s.Stop(), s.removeFolder())
}

func (s *Server) removeFolder() error {
	if s.folder == "" {
		return nil
	}
	return os.RemoveAll(s.folder)
}

// Database makes an empty database and gives its URL. It goes with the server.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", s.made.Add(1))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	admin, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return s.URL(name)
}

// URL is where a database is, with the name and password of a superuser.
func (s *Server) URL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, s.password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Version is the version of the installed PostgreSQL, as in "postgres (PostgreSQL) 15.7".
func (s *Server) Version(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(s.programs, "postgres"), "--version").Output()
	return strings.TrimSpace(string(out)), err
}
