package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

// The exit codes, as the help of the program says them.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
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
	if interrupted(ctx) && code == exitFailed && hint == "" {
		err = errors.New("interrupted")
	}
	if !began {
		code = exitUsage
	}
	if hint == "" && code == exitUsage {
		hint = fmt.Sprintf("see %s --help", command.CommandPath())
	}
	fmt.Fprintf(c.stderr, "marketplace: %s\n", oneLine(err))
	if hint != "" {
		fmt.Fprintf(c.stderr, "%s\n", hint)
	}
	return code
}

func classify(err error) (code int, hint string) {
	var t *told
	switch {
	case errors.As(err, &t):
		return t.code, t.hint
	case errors.Is(err, statistics.ErrUnknownPolicy), errors.Is(err, store.ErrBadURL), errors.Is(err, readmodel.ErrBadURL):
		return exitUsage, ""
	case errors.Is(err, statistics.ErrNotFound):
		return exitNotFound, "marketplace stats lists who was registered at that moment"
	case errors.Is(err, store.ErrStreamNotFound), errors.Is(err, script.ErrNotFound):
		return exitNotFound, ""
	case errors.Is(err, readmodel.ErrNotFound):
		return exitNotFound, "make it first: marketplace follow --read-model URL"
	case errors.Is(err, readmodel.ErrOtherLog):
		return exitFailed, "marketplace rebuild --yes makes the read model anew from this log"
	case errors.Is(err, archive.ErrOtherLog):
		return exitFailed, ""
	case errors.Is(err, store.ErrUnknownPosition):
		return exitFailed, "another log, or an older copy, has taken the place of the one that was read; run the command again to read that"
	case errors.Is(err, store.ErrCorrupt):
		return exitFailed, "the log is damaged; go on from a backup"
	}
	return exitFailed, ""
}

// oneLine is the error's text on one line and without the names of packages
// before it, which say nothing to who runs the program.
func oneLine(err error) string {
	text := strings.TrimSpace(err.Error())
	for again := true; again; {
		again = false
		for _, name := range []string{"marketplace: ", "store: ", "projection: ", "readmodel: ", "event: "} {
			if rest, found := strings.CutPrefix(text, name); found {
				text, again = rest, true
			}
		}
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// interrupted reports whether the person who runs the program stopped it.
func interrupted(ctx context.Context) bool { return ctx.Err() != nil }
