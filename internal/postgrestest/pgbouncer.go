package postgrestest

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// ErrNoPgBouncer says that no PgBouncer was found, and what to install.
var ErrNoPgBouncer = errors.New("postgrestest: PgBouncer is not installed: pgbouncer is neither in PATH nor in /usr/sbin;" +
	" install it (Debian, Ubuntu: apt-get install pgbouncer)")

// PgBouncer starts a stock PgBouncer of a pool mode before the server, for a test,
// and gives the way of a URL of the server through it. Settings are those of
// pgbouncer.ini beside it, as in "server_round_robin=1". The test is skipped, or
// fails, as with Start where there is none.
func (s *Server) PgBouncer(t testing.TB, mode string, more ...string) (through func(serverURL string) string) {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/pgbouncer")
	}
	if err != nil {
		needed(t, ErrNoPgBouncer)
	}
	folder, err := os.MkdirTemp(s.folder, "pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	users, settings := filepath.Join(folder, "users.txt"), filepath.Join(folder, "pgbouncer.ini")
	for path, text := range map[string]string{
		users: fmt.Sprintf("%q %q\n", superuser, s.password),
		settings: fmt.Sprintf("[databases]\n* = host=127.0.0.1 port=%d\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\n"+
			"auth_type = scram-sha-256\nauth_file = %s\npool_mode = %s\nunix_socket_dir =\n%s\n", s.port, port, users, mode, strings.Join(more, "\n")),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s.owner != nil {
			if err := s.owner.give(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s.owner != nil {
		if err := s.owner.give(folder); err != nil {
			t.Fatal(err)
		}
	}
	p, err := launch(program, folder, s.owner, []string{settings}, "process up")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.kill(); err != nil {
			t.Error(err)
		}
	})
	return func(serverURL string) string {
		u, err := url.Parse(serverURL)
		if err != nil {
			t.Fatal(err)
		}
		u.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		return u.String()
	}
}
