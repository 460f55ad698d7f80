package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// The exit codes, as the help of the program says them. Which an error has is said
// by the list in docs/errors.md.
const (
	exitDone     = 0
	exitFailed   = fault.ExitFailed
	exitUsage    = fault.ExitUsage
	exitNotFound = fault.ExitNotFound
	exitFindings = 4 // which no error has: what was asked for was done
)

// told is an error with its exit code and, if there is one, what to do about it.
type told struct {
	err  error
	code int
	hint string
}

func (e *told) Error() string { return e.err.Error() }

func (e *told) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &told{err: fmt.Errorf(format, args...), code: exitUsage}
}

// exitCode says on stderr what went wrong, in one or two lines, and gives the
// code. A reader of stdout that went away is no failure.
func (c *cli) exitCode(ctx context.Context, command *cobra.Command, err, flushed error) int {
	if errors.Is(flushed, syscall.EPIPE) && (err == nil || errors.Is(err, syscall.EPIPE)) {
		return exitDone
	}
	if err == nil && flushed == nil {
		return exitDone
	}
	began := c.began
	if err == nil {
		began, err = true, fmt.Errorf("writing the output: %w", flushed)
	}
	code, hint := classify(err)
	if wasInterrupted(ctx, err) {
		err = errors.New("interrupted")
	}
	if !began {
		code = exitUsage
	}
	if hint == "" && code == exitUsage {
		hint = fmt.Sprintf("see %s --help", command.CommandPath())
	}
	c.failed(err, code, hint)
	return code
}

// hints are what this program offers for an error, the first that is found.
var hints = []struct {
	err  error
	hint string
}{
	{statistics.ErrNotFound, "marketplace stats lists who was registered at that moment, marketplace events ID what the log has of an id"},
	{readmodel.ErrNotFound, "make it first: marketplace follow --read-model URL"},
	{readmodel.ErrOtherLog, "marketplace rebuild --yes makes the read model anew from this log"}, // an archive's says what to do
	{store.ErrUnknownPosition, "another log, or an older copy, has taken the place of the one that was read; run the command again to read that"},
	{store.ErrCorrupt, "the log is damaged; go on from a backup"},
}

func classify(err error) (code int, hint string) {
	var t *told
	if errors.As(err, &t) {
		return t.code, t.hint
	}
	code = fault.InfoOf(err).Exit
	for _, h := range hints {
		switch {
		case !errors.Is(err, h.err):
		case h.err == readmodel.ErrOtherLog && roomOf(err) != readmodel.ErrOtherLog.Room():
			return code, ""
		default:
			return code, h.hint
		}
	}
	return code, ""
}

// roomOf is the package whose error it is.
func roomOf(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Room()
	}
	return ""
}

// oneLine is the error's text on one line and without the names of packages
// before it, which say nothing to who runs the program. What closing something says
// of a failure that is told already is left out.
func oneLine(err error) string {
	text := ""
	for _, line := range strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = withoutPackage(line); !strings.Contains(text, line) {
			text = strings.TrimSpace(text + " " + line)
		}
	}
	return text
}

func withoutPackage(text string) string {
	text = strings.TrimSpace(text)
	for again := true; again; {
		again = false
		for _, name := range []string{"marketplace: ", "store: ", "projection: ", "statistics: ", "readmodel: ", "event: "} {
			if rest, found := strings.CutPrefix(text, name); found {
				text, again = rest, true
			}
		}
	}
	return text
}

// interrupted reports whether the person who runs the program stopped it.
func interrupted(ctx context.Context) bool { return ctx.Err() != nil }

// untilInterrupted is what a command came to that runs until it is interrupted: that
// is how it ends, wherever it was, and no failure.
func untilInterrupted(ctx context.Context, err error) error {
	if err != nil && wasInterrupted(ctx, err) {
		return nil
	}
	return err
}

// wasInterrupted reports an error that says no more than that.
func wasInterrupted(ctx context.Context, err error) bool {
	code, hint := classify(err)
	return interrupted(ctx) && code == exitFailed && hint == ""
}
