package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/simulate"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

func (c *cli) simulateCommand() *cobra.Command {
	s := &simulation{cli: c, from: dateFlag{time.Date(2016, time.January, 4, 0, 0, 0, 0, time.UTC)}}
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Fill a new log with the life of an invented market",
		Long: `simulate lives the life of an invented market in a new, empty log: clients and
freelancers with characters do what such people do, every step of theirs a command
that is decided by the rules, and everything that follows by itself follows in its
own second. Nothing in the log says that it was invented.

The seed decides everything: the same seed, numbers and dates give the same log
byte for byte, on every run. An esdb: log gets the same events, with the
server's own times of recording.

--script writes the commands to a file, which marketplace import takes; it comes
to the same events in another log. The file is compressed if its name ends in .zst
or .gz; - is standard output, and what was simulated is told on standard error.

A market of 5,000 freelancers and 2,000 clients has about 130,000 events a month.
At most a million of each are simulated, for at most 1,200 months. A run that is
interrupted leaves the beginning of the market in the log, all that was done.`,
		Example: `  marketplace simulate --store sqlite:demo.db --seed 7
  marketplace simulate --store sqlite:big.db --freelancers 5000 --clients 2000
  marketplace simulate --store memory: --months 6 --script half-a-year.ndjson.zst`,
		Args: cobra.NoArgs,
		RunE: c.action(func(ctx context.Context, _ []string) error { return s.run(ctx) }),
	}
	s.store.add(cmd)
	s.result.add(cmd)
	flags := cmd.Flags()
	flags.Uint64Var(&s.seed, "seed", 1, "what decides everything that is left to chance")
	flags.IntVar(&s.freelancers, "freelancers", 200, "how many freelancers register")
	flags.IntVar(&s.clients, "clients", 80, "how many clients register")
	flags.Var(&s.from, "from", "first day, such as 2016-01-04")
	flags.IntVar(&s.months, "months", 24, "how many months are simulated")
	flags.StringVar(&s.script, "script", "", "file for the commands as a script, - for standard output")
	return cmd
}

// dateFlag is a day, from its first second.
type dateFlag struct{ time.Time }

func (f *dateFlag) String() string { return f.Format(time.DateOnly) }

func (f *dateFlag) Set(s string) (err error) {
	f.Time, err = time.Parse(time.DateOnly, s)
	if err != nil {
		return errors.New("not a day of the form 2016-01-04")
	}
	return nil
}

func (f *dateFlag) Type() string { return "day" }

// simulation is one run of the command simulate.
type simulation struct {
	*cli
	store                        storeFlag
	seed                         uint64
	freelancers, clients, months int
	from                         dateFlag
	script                       string
	result                       resultFlag

	screen       io.Writer // nil if no person looks
	began, drawn time.Time
	done         int64
	line         []byte
}

func (s *simulation) run(ctx context.Context) (err error) {
	if most := 12 * simulate.MaxYears; s.months < 1 || s.months > most {
		return usage("--months is %d; it must be 1 to %d", s.months, most)
	}
	o := simulate.Options{
		Seed: s.seed, Freelancers: s.freelancers, Clients: s.clients,
		From: s.from.Time, Until: event.At(s.from.Time).AddMonths(s.months).Std(), Clock: process.NewManualClock(s.from.Time),
	}
	if err := o.Validate(); err != nil {
		return usage("%v", err)
	}
	var to *output
	if s.script != "" {
		if to, err = s.createOutput(s.script); err != nil {
			return err
		}
		defer to.discard()
	}
	s.screen, s.began = terminal(s.stderr), time.Now()
	o.Done = func(d simulate.Done) error {
		s.progress(d.At, event.At(o.From), event.At(o.Until))
		if to == nil {
			return nil
		}
		if s.line, err = script.Append(s.line[:0], d.ID, d.At, d.Command); err != nil {
			return err
		}
		_, err := to.Write(s.line)
		return err
	}
	log, err := s.store.watched(ctx, func(ctx context.Context) (store.Store, error) {
		// recorded_at, too, is of the simulated time.
		m, err := open.Marketplace(ctx, s.store.url(), marketplace.Options{Now: o.Clock.Now})
		if err != nil {
			return nil, err
		}
		return m.Store(), nil
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := s.store.writable(ctx, log); err != nil {
		return err
	}
	result, err := simulate.Run(ctx, log, o)
	if s.screen != nil {
		_, _ = io.WriteString(s.screen, clearLine)
	}
	switch {
	case errors.Is(err, simulate.ErrNotEmpty):
		return &told{code: exitFailed, err: errors.New("there are events in the log already"), hint: "a simulated market is the whole of its log; name a new one with --store URL"}
	case err != nil && interrupted(ctx):
		return &told{code: exitFailed, err: fmt.Errorf("the simulation was interrupted after %s", show.Of(s.done, "command", "commands")),
			hint: "what they came to is in the log; the whole market takes a new run, in a new log"}
	case err != nil:
		return err
	}
	if to != nil {
		if err := to.commit(); err != nil {
			return err
		}
	}
	events, err := countEvents(ctx, log)
	if err != nil {
		return err
	}
	if s.result {
		return s.writeResult(result, events)
	}
	s.tell(result, events, o.Until)
	return nil
}

// progress draws how far the market is.
func (s *simulation) progress(at, from, until event.Time) {
	if s.done++; s.screen == nil || s.done%256 != 0 || time.Since(s.drawn) < redraw {
		return
	}
	s.drawn = time.Now()
	fmt.Fprintf(s.screen, "%s%3d %%  %v  %s commands, %s commands/s", clearLine,
		percent(int64(at-from), int64(until-from)), at.Date(), show.Count(s.done), show.Count(rate(s.done, s.drawn.Sub(s.began))))
}

func (s *simulation) tell(r *simulate.Result, events int64, until time.Time) {
	took := time.Since(s.began)
	w := s.beside(s.script)
	fmt.Fprintf(w, "Simulated %s and %s from %v to %s into %s in %s (%s commands/s)\n\n",
		show.Of(s.freelancers, "freelancer", "freelancers"), show.Of(s.clients, "client", "clients"), &s.from, until.Format(time.DateOnly),
		s.store.shown(), seconds(took), show.Count(rate(r.Commands, took)))
	m := &r.Market
	hires := m.Hires.Invite + m.Hires.Proposal + m.Hires.Direct
	share := func(n int64) string {
		if hires == 0 {
			return show.Percent(nil)
		}
		bp := (n*10_000 + hires/2) / hires
		return show.Percent(&bp)
	}
	t := s.newTable(left("commands"), right(show.Count(r.Commands)))
	t.row("events", show.Count(events))
	t.row("contracts started", show.Count(hires))
	t.row("  via an invite", share(m.Hires.Invite))
	t.row("  via a proposal", share(m.Hires.Proposal))
	t.row("  direct", share(m.Hires.Direct))
	t.row("contracts ended", show.Count(m.DisputeRate.Ended))
	t.row("  disputed", show.PercentOfMillion(m.DisputeRate.PPM))
	t.row("to come", show.Count(r.Open))
	t.write(w, "  ")
	if s.script != "" && s.script != standardOutput {
		fmt.Fprintf(w, "\nThe commands are in %s.\n", s.script)
	}
}

// writeResult is tell as JSON.
func (s *simulation) writeResult(r *simulate.Result, events int64) error {
	m := &r.Market
	return writeJSON(s.beside(s.script), struct {
		Log       string           `json:"log"`
		Seed      uint64           `json:"seed"`
		Commands  int64            `json:"commands"`
		Events    int64            `json:"events"`
		Hires     statistics.Hires `json:"hires"`
		Ended     int64            `json:"contracts_ended"`
		DisputePM *int64           `json:"dispute_ppm"`
		Open      int              `json:"open"` // still to come by itself
	}{s.store.shown(), s.seed, r.Commands, events, m.Hires, m.DisputeRate.Ended, m.DisputeRate.PPM, r.Open})
}
