package main

import (
	"bufio"
	"context"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// cli is one run of the program.
type cli struct {
	stdin  io.Reader
	stdout *bufio.Writer // keeps its first error, which exitCode looks at
	stderr io.Writer
	width  int // of the terminal that shows stdout, 0 if none does

	log       logFlags
	began     bool       // the command line was right and its command runs
	telemetry *telemetry // of the command that runs
}

// run runs one command line and gives the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &cli{stdin: stdin, stdout: bufio.NewWriterSize(stdout, 64<<10), stderr: stderr, width: width(stdout)}
	root := c.root()
	root.SetArgs(append([]string{}, args...)) // cobra takes nil for os.Args
	root.SetIn(stdin)
	root.SetOut(c.stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteContextC(ctx)
	code := c.exitCode(ctx, command, err, c.stdout.Flush())
	c.telemetry.flush(ctx) // last, so that nobody waits for an answer because of a collector
	return code
}

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "marketplace",
		Short: "The facts of a freelance marketplace, and what they come to",
		Long: `marketplace keeps the history of a freelance marketplace as a log of events and
computes its statistics from them: Job Success, responsiveness, dispute rates,
as of any moment, each number with its reasons.

The log is named by a URL, --store or $MARKETPLACE_STORE:
  sqlite:market.db           a file, by its path from the working folder
  sqlite:///var/lib/m.db     a file, by its absolute path
  memory:                    a log that ends with the command (import, simulate)
  esdb://host:2113           an EventStoreDB, by its connection string
  archive:DIR                an archive that export wrote, only to be read
Without either it is sqlite:marketplace.db. Only do, import,
reseal, run, restore and simulate write to it. A command that ends by itself gives up when
the log has given nothing for --timeout; the others wait as long as it takes.

follow keeps a read model in a database, --read-model, and the commands that show
statistics, and serve, answer from one:
  sqlite:model.db            a file; that of a log may hold both
  postgres://host/db         a PostgreSQL, by its connection string

import, run, follow, rebuild and serve export metrics and traces where
OpenTelemetry's OTEL_* variables say so, and nothing without them.

Moments are written as in 2019-12-31T23:59:59Z, in UTC. A day alone, 2019-12-31, is
its last second, or its first where something begins with it.

Exit status:
  0  done
  1  failed: a file, the log or the machine
  2  wrong use: an unknown flag or policy, a malformed time, id or URL
  3  not found: no such file, log, stream or account
  4  audit has found something`,
		Example: `  marketplace demo
  marketplace import history.ndjson.zst --report report.json
  marketplace stats --as-of 2019-12-31T23:59:59Z`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(c.importCommand(), c.statsCommand(), c.myStatsCommand(), c.connectsCommand(), c.profileCommand(), c.clientCommand(), c.clientsCommand(),
		c.jobCommand(), c.jobsCommand(), c.contractCommand(), c.diaryCommand(), c.contactCommand(), c.searchCommand(), c.figuresCommand(), c.explainCommand(), c.eventsCommand(),
		c.runCommand(), c.followCommand(), c.rebuildCommand(), c.verifyCommand(), c.auditCommand(), c.resealCommand(), c.backupCommand(),
		c.exportCommand(), c.restoreCommand(), c.doCommand(), c.serveCommand(), c.simulateCommand(), c.catalogueCommand(), c.eventstoreCommand(), c.demoCommand())
	return root
}

// version is the module's, as go install writes it into the program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// action is a command's function. It marks that what goes wrong from here on is
// no wrong use of the command line.
func (c *cli) action(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c.began = true
		return do(cmd.Context(), args)
	}
}
