package main

import (
	"bufio"
	"bytes"
	"context"
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
	"github.com/marketcore/marketplace/script/scriptfile"
)

func (c *cli) importCommand() *cobra.Command {
	var log storeFlag
	var report string
	var future bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Apply a history of commands to the log",
		Long: `import applies a command script to the log, line by line: JSON, one command a
line, or the same compressed, in a file whose name ends in .zst. FILE - is
standard input, not compressed. The log is created if there is none.

A line that is malformed or against the rules is rejected and stops nothing; the
exit status is 0 when the file was read to its end. What was applied is durable,
and importing the same file again applies nothing twice. So an import that was
stopped, by whatever, goes on when it is run again.

A line whose moment is more than 5 minutes after the clock's is rejected as in_future,
since nothing earlier could happen after it; it is tried again in the next import of
the file. Test data may be of the future: --allow-future takes it.

Where the hosts on the log have a secret for the digests of commands, the variable
`+digestVariable+` holds it here.`,
		Example: `  marketplace import history.ndjson.zst
  marketplace import history.ndjson --store sqlite:///var/lib/market.db --report report.json
  gunzip -c history.ndjson.gz | marketplace import -
  marketplace import test-data.ndjson --store sqlite:test.db --allow-future`,
		Args: cobra.ExactArgs(1),
		RunE: c.exporting(func(ctx context.Context, args []string) error {
			log.exported = c.telemetry
			return c.importScript(ctx, args[0], log, report, future)
		}),
	}
	log.add(cmd)
	cmd.Flags().StringVar(&report, "report", "", "file for the report in JSON, with every rejected line; written when the import is done")
	cmd.Flags().BoolVar(&future, "allow-future", false, "take lines whose moment has not come: for test data")
	return cmd
}

func (c *cli) importScript(ctx context.Context, path string, log storeFlag, reportPath string, future bool) (err error) {
	src, err := c.openScript(ctx, path)
	if err != nil {
		return err
	}
	defer src.close()
	var report *reportFile
	if reportPath != "" {
		if report, err = createReport(reportPath, path); err != nil {
			return err
		}
		defer report.discard()
	}
	m, err := log.toWrite(ctx, marketplace.Options{AllowFuture: future})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()

	codes := map[aggregate.Code]int64{}
	began := time.Now()
	done, err := c.importInto(ctx, m, src, func(r marketplace.ImportRejection) error {
		codes[r.Code]++
		if report == nil {
			return nil
		}
		return report.add(r)
	})
	if err != nil {
		return stopped(ctx, done, err)
	}
	if n := codes[aggregate.InFuture]; n > 0 {
		fmt.Fprintf(c.stderr, "%s of the future: --allow-future takes what is test data\n", show.Of(n, "line is", "lines are"))
	}
	if report != nil {
		return report.commit(done)
	}
	c.summary(path, log.shown(), done, codes, time.Since(began))
	return nil
}

// importInto imports with the progress on the screen.
func (c *cli) importInto(ctx context.Context, m *marketplace.Marketplace, src *source, rejected func(marketplace.ImportRejection) error) (marketplace.ImportReport, error) {
	options := marketplace.ImportOptions{Rejection: rejected}
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

func (c *cli) summary(path, url string, done marketplace.ImportReport, codes map[aggregate.Code]int64, took time.Duration) {
	if path == "-" {
		path = "standard input"
	}
	w := c.stdout
	fmt.Fprintf(w, "Imported %s into %s in %s (%s lines/s)\n\n", path, url, seconds(took), show.Count(rate(done.Lines, took)))
	t := newTable(left("lines"), right(show.Count(done.Lines)))
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
	t = newTable(left("REJECTED AS"), right("LINES"))
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

func (c *cli) openScript(ctx context.Context, path string) (*source, error) {
	if path != "-" {
		f, err := scriptfile.Open(path)
		if err != nil {
			return nil, err
		}
		return &source{Reader: f, size: f.Size(), consumed: f.Consumed, close: func() { _ = f.Close() }}, nil
	}
	// Reading standard input may wait for ever, and nothing but the end of
	// the process ends such a read; the import ends with the context.
	pr, pw := io.Pipe()
	go func() {
		_, err := io.Copy(pw, c.stdin)
		pw.CloseWithError(err)
	}()
	stop := context.AfterFunc(ctx, func() { pr.CloseWithError(context.Cause(ctx)) })
	in := bufio.NewReader(pr)
	src := &source{Reader: in, size: -1, close: func() { stop(); _ = pr.Close() }}
	if start, _ := in.Peek(len(zstdMagic)); bytes.Equal(start, zstdMagic) {
		src.close()
		return nil, usage("standard input is compressed; import it with zstd -dc FILE | marketplace import -")
	}
	return src, nil
}

var zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
