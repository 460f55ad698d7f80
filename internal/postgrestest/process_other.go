//go:build !linux

package postgrestest

import (
	"errors"
	"os"
	"os/exec"
)

func endWithUs(*exec.Cmd) {}

func killAll(first *os.Process) error {
	if err := first.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}
