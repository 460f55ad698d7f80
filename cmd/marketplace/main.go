// Command marketplace imports histories of commands into a log and answers
// questions about them: statistics as of any day, the reasons for a number, the
// events themselves.
//
// Each command is a thin layer over the root package and has a file of its own;
// run is the whole program without the process around it, so that tests call
// what people call.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// together is how long after the first signal others belong to it: who interrupts a
// group of processes, as timeout and shells do, may send a process two.
const together = time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks to stop, a later one ends the process as ever.
	context.AfterFunc(ctx, func() { time.AfterFunc(together, stop) })
	// A reader that has seen enough, as head, is an error of a write and not
	// the end of the process, so that commands tidy up.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
