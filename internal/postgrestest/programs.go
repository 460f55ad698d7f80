package postgrestest

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// ErrNotInstalled says that no PostgreSQL was found, and what to install.
var ErrNotInstalled = errors.New("postgrestest: PostgreSQL is not installed: initdb and postgres are neither in PATH " +
	"nor where distributions put them; install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql)")

// Where distributions and installers put a version's programs.
var installed = []string{
	"/usr/lib/postgresql/*/bin",         // Debian, Ubuntu
	"/usr/pgsql-*/bin",                  // PostgreSQL's own packages for Red Hat
	"/opt/homebrew/opt/postgresql*/bin", // Homebrew
	"/usr/local/opt/postgresql*/bin",    // Homebrew on Intel
	"/usr/local/pgsql/bin",              // from source
	`C:\Program Files\PostgreSQL\*\bin`, // Windows
	"/Library/PostgreSQL/*/bin",         // macOS installer
	"/run/current-system/sw/bin",        // NixOS
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// programs is the folder with initdb and postgres: the one in PATH, else the
// newest that is installed.
func programs(installed []string) (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil && complete(filepath.Dir(path)) {
			return filepath.Dir(path), nil
		}
	}
	for _, pattern := range installed {
		folders, _ := filepath.Glob(pattern) // the patterns are well-formed
		slices.SortFunc(folders, func(a, b string) int { return cmp.Compare(versionIn(b), versionIn(a)) })
		if i := slices.IndexFunc(folders, complete); i >= 0 {
			return folders[i], nil
		}
	}
	return "", ErrNotInstalled
}

func complete(folder string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			return false
		}
	}
	return true
}

// versionIn is the major version in the name of the folder that holds bin, 0 if
// there is none.
func versionIn(folder string) int {
	digits := strings.FieldsFunc(filepath.Base(filepath.Dir(folder)), func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	version, _ := strconv.Atoi(digits[0]) // digits, and no more than a version has
	return version
}
