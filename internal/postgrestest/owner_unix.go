//go:build unix

package postgrestest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// owner is the user that a server runs as; nil is ourselves.
type owner struct{ uid, gid uint32 }

// otherThanRoot is whom root lets the server run as.
func otherThanRoot() (*owner, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &owner{uint32(uid), uint32(gid)}, nil
	}
	return nil, errors.New("postgrestest: PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

// folder makes a folder that the owner can reach.
func (o *owner) folder() (string, error) {
	parent := ""
	if o != nil {
		parent = "/tmp"
	}
	folder, err := os.MkdirTemp(parent, "postgrestest-")
	if err == nil && o != nil {
		err = o.give(folder)
	}
	return folder, err
}

func (o *owner) give(path string) error { return os.Chown(path, int(o.uid), int(o.gid)) }

func (o *owner) run(cmd *exec.Cmd) {
	if o != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: o.uid, Gid: o.gid}}
	}
}

// quit asks for an immediate shutdown, which leaves nothing in shared memory.
func quit(first *os.Process) error {
	if err := first.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("postgrestest: %w", err)
	}
	return nil
}
