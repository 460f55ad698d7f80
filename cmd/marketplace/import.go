package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/script/scriptfile"
)

func (c *cli) importCommand() *cobra.Command {
	im := &importing{cli: c}
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Apply a history of commands to the log",
		Long: `import applies a command script to the log, line by line: JSON, one command a
line. It may be compressed with zstd or gzip, and may begin with a byte order mark.
FILE - is standard input. The log is created if there is none.

A line that is malformed or against the rules is rejected and stops nothing; the
exit status is 0 when the file was read to its end, and 1 when no line of it is a
command. What was applied is durable, and importing the same file again applies
nothing twice. So an import that was stopped, by whatever, goes on when it is run
again. A line that comes to more events than the log takes at once is rejected too,
as too_large, and one that says something else than was said under its id before as
id_reused.

A line whose moment is more than 5 minutes after the clock's is rejected as in_future,
since nothing earlier could happen after it; like every rejection that stays. Test data
may be of the future: --allow-future takes it.

What is UTF-16, a JSON array or compressed in another way is refused, and nothing of
it is applied. --report and --repeated write to files, - is standard output; what was
imported is then told on standard error.

Where the hosts on the log have a secret for the digests of commands, the variable
` + digestVariable + ` holds it here.`,
		Example: `  marketplace import history.ndjson.zst
  marketplace import history.ndjson --store sqlite:///var/lib/market.db --report report.json
  marketplace import history.ndjson.gz --repeated - | jq -r .first | sort | uniq -c
  marketplace import test-data.ndjson --store sqlite:test.db --allow-future
  xz -dc history.ndjson.xz | marketplace import -`,
		Args: cobra.ExactArgs(1),
		RunE: c.exporting(func(ctx context.Context, args []string) error {
			im.log.exported = c.telemetry
			if im.reportPath == standardOutput && im.repeatedPath == standardOutput {
				return usage("--report and --repeated cannot both write to standard output")
			}
			im.path = args[0]
			return im.run(ctx)
		}),
	}
	im.log.add(cmd)
	cmd.Flags().StringVar(&im.reportPath, "report", "", "file for the report in JSON, with every rejected line; written when the import is done")
	cmd.Flags().StringVar(&im.repeatedPath, "repeated", "", "file for the repeated lines, each with the outcome that its id had first, JSON, one a line")
	cmd.Flags().BoolVar(&im.future, "allow-future", false, "take lines whose moment has not come: for test data")
	return cmd
}

// importing is one run of the command import.
type importing struct {
	*cli
	log                            storeFlag
	path, reportPath, repeatedPath string
	future                         bool
}

func (im *importing) run(ctx context.Context) (err error) {
	src, err := im.openScript(ctx, im.path)
	if err != nil {
		return err
	}
	defer src.close()
	var report *reportFile
	if im.reportPath != "" {
		if report, err = im.createReport(im.reportPath, im.path); err != nil {
			return err
		}
		defer report.discard()
	}
	var repeated *output
	if im.repeatedPath != "" {
		if repeated, err = im.createOutput(im.repeatedPath, im.path, im.reportPath); err != nil {
			return err
		}
		defer repeated.discard()
	}
	m, err := im.log.toWrite(ctx, marketplace.Options{AllowFuture: im.future})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()

	codes := map[aggregate.Code]int64{}
	commands, is := 0, isCommand()
	options := marketplace.ImportOptions{Line: func(l *script.Line) {
		if is(l) {
			commands++
		}
	}, Rejection: func(r marketplace.ImportRejection) error {
		codes[r.Code]++
		if report == nil {
			return nil
		}
		return report.add(r)
	}}
	if repeated != nil {
		lines := json.NewEncoder(repeated)
		options.Repeat = func(r marketplace.ImportRepeat) error { return lines.Encode(r) }
	}
	began := time.Now()
	done, err := im.importInto(ctx, m, src, options)
	if err != nil {
		return stopped(ctx, done, err)
	}
	im.summary(done, codes, time.Since(began))
	if n := codes[aggregate.InFuture]; n > 0 {
		fmt.Fprintf(im.stderr, "%s of the future: --allow-future takes what is test data\n", show.Of(n, "line is", "lines are"))
	}
	if report != nil {
		err = report.commit(done)
	}
	if repeated != nil {
		err = errors.Join(err, repeated.commit())
	}
	if err == nil && done.Lines > 0 && commands == 0 {
		err = &told{code: exitFailed, err: fmt.Errorf("no line of %s is a command", im.shown()),
			hint: "a script has one JSON object a line, with id, at and cmd; --report FILE says what is wrong with each line"}
	}
	return err
}

// isCommand tells lines that name a command of the marketplace, whatever becomes of
// them, from those of a file that is no script.
func isCommand() func(*script.Line) bool {
	names := map[string]bool{}
	for _, c := range aggregate.Commands() {
		names[aggregate.CommandName(c)] = true
	}
	return func(l *script.Line) bool { return l.HasID && l.Cmd != nil && names[*l.Cmd] }
}

// shown is the script's name for people.
func (im *importing) shown() string {
	if im.path == standardInput {
		return "standard input"
	}
	return im.path
}

// importInto imports with the progress on the screen.
func (c *cli) importInto(ctx context.Context, m *marketplace.Marketplace, src *source, options marketplace.ImportOptions) (marketplace.ImportReport, error) {
	if screen := terminal(c.stderr); screen != nil {
		p := &progress{screen: screen, size: src.size, consumed: src.consumed, now: time.Now}
		p.start()
		defer p.clear()
		options.Progress = p.report
	}
	return m.Import(ctx, src, options)
}

// stopped says what an import that did not come to its end has left behind.
func stopped(ctx context.Context, done marketplace.ImportReport, err error) error {
	t := &told{code: exitFailed, hint: "their outcome is in the log; running the same import again goes on behind them"}
	if interrupted(ctx) {
		t.err = fmt.Errorf("the import was interrupted after %s", show.Of(done.Lines, "line", "lines"))
	} else {
		t.err = fmt.Errorf("the import stopped after %s: %s", show.Of(done.Lines, "line", "lines"), oneLine(err))
	}
	return t
}

func (im *importing) summary(done marketplace.ImportReport, codes map[aggregate.Code]int64, took time.Duration) {
	w := im.beside(im.reportPath)
	if im.repeatedPath == standardOutput {
		w = im.stderr
	}
	fmt.Fprintf(w, "Imported %s into %s in %s (%s lines/s)\n\n", im.shown(), im.log.shown(), seconds(took), show.Count(rate(done.Lines, took)))
	t := im.newTable(left("lines"), right(show.Count(done.Lines)))
	t.row("applied", show.Count(done.Applied))
	t.row("repeated", show.Count(done.Repeated))
	t.row("rejected", show.Count(done.Rejected))
	t.write(w, "  ")
	if len(codes) == 0 {
		return
	}
	byCount := func(a, b aggregate.Code) int {
		if codes[a] != codes[b] {
			return int(codes[b] - codes[a])
		}
		return bytes.Compare([]byte(a), []byte(b))
	}
	t = im.newTable(left("REJECTED AS"), right("LINES"))
	for _, code := range slices.SortedFunc(maps.Keys(codes), byCount) {
		t.row(string(code), show.Count(codes[code]))
	}
	fmt.Fprintln(w)
	t.write(w, "  ")
}

func seconds(d time.Duration) string { return show.Decimal(d.Milliseconds()/10, 2) + " s" }

func rate(n int64, took time.Duration) int64 { return n * 1000 / max(took.Milliseconds(), 1) }

// source is a script that is being read.
type source struct {
	io.Reader
	size     int64        // bytes in the file, -1 if nobody knows
	consumed func() int64 // bytes of them read so far
	close    func()
}

// standardInput is the name of a script that is none.
const standardInput = "-"

// openScript opens a script and looks at what it begins with, so that what cannot be
// read is refused before anything is made for it.
func (c *cli) openScript(ctx context.Context, path string) (*source, error) {
	src := &source{size: -1}
	if path == standardInput {
		src.Reader, src.close = c.openInput(ctx)
	} else {
		f, err := scriptfile.Open(path)
		if err != nil {
			return nil, err
		}
		src = &source{Reader: f, size: f.Size(), consumed: f.Consumed, close: func() { _ = f.Close() }}
	}
	text := bufio.NewReader(src.Reader)
	if _, err := text.Peek(1); err != nil && err != io.EOF {
		src.close()
		return nil, err
	}
	src.Reader = text
	return src, nil
}

// openInput reads standard input. Reading it may wait for ever, and nothing but the
// end of the process ends such a read; here it ends with the context.
func (c *cli) openInput(ctx context.Context) (text io.Reader, end func()) {
	pr, pw := io.Pipe()
	go func() {
		_, err := io.Copy(pw, c.stdin)
		pw.CloseWithError(err)
	}()
	stop := context.AfterFunc(ctx, func() { pr.CloseWithError(context.Cause(ctx)) })
	in := scriptfile.NewReader(pr)
	return in, func() {
		stop()
		_ = pr.Close()
		_ = in.Close()
	}
}
