// Command nodesuite stands in for Docker when the test suites of the Node
// clients of EventStoreDB and KurrentDB run: under the name docker and first in
// PATH, it starts servers of package esdbtest where the suite asks "docker
// compose" for containers. The suite's compose file, which is JSON, says what
// they are to be. See scripts/node-suite.sh.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	var failed *curlError
	switch {
	case errors.As(err, &failed):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(failed.code)
	case err != nil:
		fmt.Fprintln(os.Stderr, "nodesuite:", err)
		os.Exit(1)
	}
}

// run does what the suite asks of docker.
func run(ctx context.Context, args []string) error {
	switch {
	case slices.Equal(args, []string{"-v"}), slices.Equal(args, []string{"compose", "-v"}):
		fmt.Println("nodesuite in the place of Docker")
		return nil
	case len(args) > 1 && args[0] == "image" && args[1] == "ls":
		fmt.Println("present") // no image has to be pulled
		return nil
	case len(args) == 1 && args[0] == serveCommand:
		return serve(ctx)
	case len(args) == 3 && args[0] == judgeCommand:
		return judge(args[1], args[2])
	case len(args) > 1 && args[0] == "compose":
		return compose(args[1], args[2:])
	}
	return fmt.Errorf("docker %q is not what the suites ask for", args)
}

// compose does what the suite asks of docker compose, in the folder of a
// compose file.
func compose(command string, args []string) error {
	switch command {
	case "up":
		return up()
	case "down":
		return down()
	case "stop":
		return control("/stop?node=" + args[len(args)-1])
	case "exec": // -T NODE curl … URL
		return curl(args[1], args[len(args)-1])
	case "logs":
		return nil // nothing is logged
	}
	return fmt.Errorf("docker compose %s is not what the suites ask for", command)
}
