package postgrestest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// process is a running server.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when the first process has ended
}

// maxLines bounds how much of the server's log an error tells.
const maxLines = 20

// launch starts a server and waits for the line of its log that says, with the
// words, that it takes connections.
func launch(program, folder string, as *owner, args []string, words string) (*process, error) {
	cmd := exec.Command(program, args...)
	cmd.Dir = folder
	as.run(cmd)
	endWithUs(cmd)
	log, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, ended: make(chan struct{})}
	started, ready := make(chan error), make(chan bool, 1)
	go func() {
		// The kernel ends the child with the thread that started it, so the
		// thread stays as long as the child does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			<-p.ended
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("postgrestest: %w", err)
	}
	tail := make(chan []string, 1)
	go func() {
		tail <- follow(log, words, ready)
		_ = cmd.Wait() // how it ended stands in its log
		close(p.ended)
	}()
	select {
	case <-ready:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("postgrestest: the server did not start:\n%s", strings.Join(<-tail, "\n"))
	case <-time.After(patience):
		return nil, errors.Join(errors.New("postgrestest: the server takes no connections"), p.kill())
	}
}

// follow reads the server's log to its end, tells when the server is ready, and
// gives the last lines.
func follow(log io.Reader, words string, ready chan<- bool) (tail []string) {
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), words) {
			select {
			case ready <- true:
			default:
			}
		}
		if tail = append(tail, lines.Text()); len(tail) > maxLines {
			tail = tail[1:]
		}
	}
	_, _ = io.Copy(io.Discard, log) // a line too long for the scanner must not block the server
	return tail
}

// stop ends the server at once, without a checkpoint: the next start recovers.
func (p *process) stop() error {
	if err := quit(p.cmd.Process); err != nil {
		return errors.Join(err, p.kill())
	}
	return p.wait()
}

func (p *process) kill() error {
	if err := killAll(p.cmd.Process); err != nil {
		return err
	}
	return p.wait()
}

func (p *process) wait() error {
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
		return errors.New("postgrestest: the server does not end")
	}
}
