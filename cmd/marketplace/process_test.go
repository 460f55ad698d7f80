//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program starts the program as a process of its own and reads the first line
// that it writes.
func program(t *testing.T, args ...string) (p *exec.Cmd, stdout *bufio.Reader, close func() error, stderr *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p = exec.CommandContext(t.Context(), self, args...)
	p.Env = append(os.Environ(), asProgram+"=1")
	stderr = &bytes.Buffer{}
	p.Stderr = stderr
	pipe, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	stdout = bufio.NewReaderSize(pipe, 16)
	line, err := stdout.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "#1  2016-01-04T00:10:00Z  ClientRegistered")
	return p, stdout, pipe.Close, stderr
}

func TestInterruptEndsFollowing(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p, stdout, _, stderr := program(t, "events", "--follow", "--store", small(t))
		require.NoError(t, p.Process.Signal(signal))
		_, err := stdout.WriteTo(&bytes.Buffer{})
		require.NoError(t, err)
		require.NoError(t, p.Wait(), "exit status 0")
		require.Empty(t, stderr.String())
	}
}

// Whoever interrupts a group of processes may send a process two signals.
func TestSignalsTogetherAreOne(t *testing.T) {
	for apart := together; apart >= together/2; { // they were not together: this machine has other things to do
		p, stdout, _, stderr := program(t, "events", "--follow", "--store", small(t))
		began := time.Now()
		for range 3 {
			if err := p.Process.Signal(syscall.SIGTERM); !errors.Is(err, os.ErrProcessDone) {
				require.NoError(t, err)
			}
		}
		apart = time.Since(began)
		_, err := stdout.WriteTo(&bytes.Buffer{})
		require.NoError(t, err)
		err = p.Wait()
		if apart < together/2 {
			require.NoError(t, err, "exit status 0")
			require.Empty(t, stderr.String())
		}
	}
}

// As with | head: the log is larger than what a pipe holds.
func TestClosedPipeEndsQuietly(t *testing.T) {
	p, _, closePipe, stderr := program(t, "events", "--store", small(t))
	require.NoError(t, closePipe())
	require.NoError(t, p.Wait(), "exit status 0")
	require.Empty(t, stderr.String())
}
