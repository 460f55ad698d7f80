package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/readmodel"
)

// rebuilder is one run of the command rebuild.
type rebuilder struct {
	*cli
	store      storeFlag
	to         modelFlag
	memory     byteSize
	partitions int
	workers    int
	anew       bool
	compare    bool
	yes        bool
	result     resultFlag
}

func (c *cli) rebuildCommand() *cobra.Command {
	r := rebuilder{cli: c, memory: 2 << 30}
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Make the read model anew from the log, beside the live one, and swap",
		Long: `rebuild folds the whole log in memory, writes the rows in bulk into new tables
beside the live ones, catches up, compares, and puts the new tables under the
stable names in one transaction. Readers and runners go on meanwhile. It can be
stopped at any moment, by whatever, and run again: what was finished is kept.

Where the new tables say something else than the live ones, the differences are
shown, each with the event that it is about, and nothing is swapped without
--yes. Where the live ones are of another log, nothing at all is done without it.
The tables that were live are kept until rebuild drop.`,
		Example: `  marketplace rebuild --to sqlite:model.db
  marketplace rebuild --store sqlite:market.db --to postgres://localhost/market --partitions 4
  marketplace rebuild --to sqlite:model.db --compare
  marketplace rebuild versions --to sqlite:model.db
  marketplace rebuild drop --to sqlite:model.db`,
		Args: cobra.NoArgs,
		RunE: c.exporting(func(ctx context.Context, _ []string) error {
			if r.compare && r.yes {
				return usage("--compare swaps nothing, so --yes has no meaning")
			}
			if err := r.to.needed(); err != nil {
				return err
			}
			r.store.exported = c.telemetry
			return r.store.reading(ctx, func(m *marketplace.Marketplace) error { return r.rebuild(ctx, m) })
		}),
	}
	r.store.add(cmd)
	r.to.addTo(cmd)
	cmd.Flags().Var(&r.memory, "memory", "about how much memory to use, as 512MiB or 4GiB; with less the log is read more often")
	cmd.Flags().IntVar(&r.partitions, "partitions", 0, "in how many parts to divide the new tables (default: as the live ones, else 1)")
	cmd.Flags().IntVar(&r.workers, "workers", 0, "on how many goroutines to fold (default: the number of cores)")
	cmd.Flags().BoolVar(&r.anew, "anew", false, "discard what a rebuild that was stopped has left")
	cmd.Flags().BoolVar(&r.compare, "compare", false, "stop after the comparison and keep the new tables for the next rebuild")
	cmd.Flags().BoolVar(&r.yes, "yes", false, "swap also where the new tables say something else, or the live ones are of another log")
	r.result.add(cmd)
	cmd.AddCommand(c.rebuildVersionsCommand(), c.rebuildDropCommand())
	return cmd
}

// addTo adds the flag under the name that it has where rows are written.
func (f *modelFlag) addTo(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(f), "to", "", "URL of the read model")
}

func (f modelFlag) needed() error {
	if f == "" {
		return usage("--to names the database of the read model")
	}
	return nil
}

// errKept ends a rebuild before the swap.
var errKept = errors.New("nothing was swapped")

func (r *rebuilder) rebuild(ctx context.Context, log *marketplace.Marketplace) (err error) {
	m, err := r.to.open(ctx, false, readmodel.Options{}, r.store.limit())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	// Half of it for records, the rest for what is read, written and garbage.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(int64(r.memory)))
	options := readmodel.RebuildOptions{
		Anew: r.anew, Memory: int64(r.memory) / 2, Partitions: r.partitions, Workers: r.workers, Accept: r.accept,
		OtherLog: r.yes, Logger: r.logger(),
	}
	if screen := terminal(r.stderr); screen != nil {
		options.Progress = func(p readmodel.RebuildProgress) { _, _ = io.WriteString(screen, clearLine+rebuildLine(p)) }
		defer func() { _, _ = io.WriteString(screen, clearLine) }()
	}
	began := time.Now()
	done, err := m.Rebuild(ctx, log.Store(), options)
	switch {
	case errors.Is(err, errKept) && r.compare:
		return nil
	case errors.Is(err, errKept):
		return &told{code: exitFailed, err: errors.New("the new tables say something else than the live ones; nothing was swapped"),
			hint: "run it again with --yes to swap: the new tables are kept and only caught up"}
	case err != nil && interrupted(ctx):
		return &told{code: exitFailed, err: errors.New("the rebuild was interrupted; the live tables are as they were"),
			hint: "running it again goes on with what is finished"}
	case err != nil:
		return err
	}
	return r.result.tell(r.stdout, struct {
		Version    int64 `json:"version"` // that is live now
		Partitions int64 `json:"partitions"`
	}{done.Version.Number, done.Version.Partitions}, "version %d is live, in %s, after %s\n", done.Version.Number,
		show.Of(done.Version.Partitions, "partition", "partitions"), seconds(time.Since(began)))
}

// shownDifferences is how many differences are shown one by one.
const shownDifferences = 20

// accept shows the comparison and decides.
func (r *rebuilder) accept(c *readmodel.Comparison) error {
	w := io.Writer(r.stdout)
	if r.result {
		w = r.stderr
	}
	switch {
	case c.Err != nil:
		fmt.Fprintf(w, "version %d cannot be compared: %s\n", c.Was, oneLine(c.Err))
	case c.Equal():
		fmt.Fprintf(w, "versions %d and %d say the same of %s, up to position %d\n", c.Was, c.Is, show.Of(int64(c.Entities), "stream", "streams"), c.Through)
	default:
		fmt.Fprintf(w, "versions %d and %d differ in %s of %s, up to position %d:\n", c.Was, c.Is,
			show.Count(int64(c.Changed)), show.Of(int64(c.Entities), "stream", "streams"), c.Through)
		fmt.Fprintf(w, "  %s facts missing, %s extra, %s different\n", show.Count(int64(c.Missing)), show.Count(int64(c.Extra)), show.Count(int64(c.Different)))
		for _, n := range c.Rows {
			if n.Was != n.Is {
				fmt.Fprintf(w, "  %s: %s, were %s\n", n.Table, show.Of(n.Is, "row", "rows"), show.Count(n.Was))
			}
		}
		for i, d := range c.Differences {
			if i == shownDifferences {
				fmt.Fprintln(w, "  …")
				break
			}
			fmt.Fprintf(w, "  %s\n", d)
		}
	}
	if r.compare || !r.yes && c.Err == nil && !c.Equal() {
		return errKept
	}
	return nil
}

// rebuildLine is how far a rebuild is, for the screen.
func rebuildLine(p readmodel.RebuildProgress) string {
	text := strings.ReplaceAll(string(p.Phase), "_", " ")
	if p.Passes > 1 && (p.Phase == readmodel.RebuildFolding || p.Phase == readmodel.RebuildWriting) {
		text = fmt.Sprintf("%s, pass %d of %d", text, p.Pass, p.Passes)
	}
	if p.Done > 0 {
		text += fmt.Sprintf("  %s, %s/s", show.Count(int64(p.Done)), show.Count(p.Rate))
	}
	if p.Remaining > 0 {
		text += ", " + show.Span(int64(p.Remaining.Seconds())) + " left"
	}
	return text
}

// byteSize is a flag: a number of bytes with a unit.
type byteSize int64

var byteUnits = []struct {
	name string
	size int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

func (s *byteSize) String() string {
	for _, u := range byteUnits {
		if int64(*s)%u.size == 0 {
			return strconv.FormatInt(int64(*s)/u.size, 10) + u.name
		}
	}
	return ""
}

func (s *byteSize) Set(text string) error {
	for _, u := range byteUnits {
		digits, found := strings.CutSuffix(text, u.name)
		if !found {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 1 || n > (1<<50)/u.size {
			break
		}
		*s = byteSize(n * u.size)
		return nil
	}
	return errors.New("a size is written as 512MiB or 4GiB")
}

func (*byteSize) Type() string { return "size" }
