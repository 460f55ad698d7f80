//go:build !unix

package postgrestest

import (
	"os"
	"os/exec"
)

// owner is the user that a server runs as; nil is ourselves.
type owner struct{}

func otherThanRoot() (*owner, error)   { return nil, nil }
func (*owner) folder() (string, error) { return os.MkdirTemp("", "postgrestest-") }
func (*owner) give(string) error       { return nil }
func (*owner) run(*exec.Cmd)           {}
func quit(first *os.Process) error     { return first.Kill() }
