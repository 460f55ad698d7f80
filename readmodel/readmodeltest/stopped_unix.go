//go:build unix

package readmodeltest

import (
	"os"
	"syscall"
)

const canStop = true

// stopThis stops this process, as kill -STOP does, until goOn.
func stopThis() { _ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) }

func goOn(p *os.Process) error { return p.Signal(syscall.SIGCONT) }
