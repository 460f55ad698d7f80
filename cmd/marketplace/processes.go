package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/process"
)

func (c *cli) runCommand() *cobra.Command {
	var log storeFlag
	var checkpoint string
	var once bool
	var result resultFlag
	var listen listenFlag
	var allowance allowanceFlag
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Do what follows by itself: deadlines that lapse, and the like",
		Long: `run follows the log and does what follows by itself: invites expire, submitted
work and escrow refunds are released, weeks are invoiced and paid, feedback is
published, disputes lapse, accepted invites open proposals, accepted offers start
contracts, offers and Connects expire, Connects come back, freelancers are
assessed every week and get and lose badges with it, consistently negative
clients are contacted, suspended and barred. With --connects-allowance public every
freelancer gets the monthly Connects of the model marketplace. What has become due while nothing ran
is done at once, in order, and at the present moment.

It goes on until it is interrupted, which is no failure: the exit status is 0 then.
With --once it ends when nothing more is due. It then tells what it has done. A log
that gives nothing is waited for; that it is gone, and that it is back, is told on
standard error. A log that can only be read, such as an archive, is refused.

--checkpoint names a file that saves the next start from reading the whole log. A
file of SQLite is written to by one process at a time, so a host that has its log
there runs this inside (Processes in the Go package); over EventStoreDB any number
may run, and each thing is done once.`,
		Example: `  marketplace run --once
  marketplace run --store esdb://127.0.0.1:2113?tls=false --checkpoint market.agenda`,
		Args: cobra.NoArgs,
		RunE: c.exportingTo(listen.listens, func(ctx context.Context, _ []string) error {
			log.exported, log.logger = c.telemetry, c.logger()
			if !once {
				log = log.asLongAsItTakes()
			}
			shown, err := listen.beside(ctx, c)
			if err != nil {
				return err
			}
			err = c.runs(ctx, log, shown, process.Options{Connects: allowance}, checkpoint, once, result)
			if !once {
				err = untilInterrupted(ctx, err)
			}
			return errors.Join(err, shown.close(ctx))
		}),
	}
	log.add(cmd)
	cmd.Flags().StringVar(&checkpoint, "checkpoint", "", "file that keeps what is still to be done")
	cmd.Flags().Var(&allowance, "connects-allowance", "Connects that every freelancer gets each month: none, or public, those of the model marketplace (default none)")
	complete(cmd, "connects-allowance", "none", "public")
	result.add(cmd)
	cmd.Flags().BoolVar(&once, "once", false, "do what is due now and end")
	listen.add(cmd)
	c.addLog(cmd)
	return byEnvironment(cmd)
}

func (c *cli) runs(ctx context.Context, log storeFlag, shown *face, options process.Options, checkpoint string, once bool, result resultFlag) error {
	m, err := log.toGoOn(ctx)
	if err != nil {
		return err
	}
	err = c.processes(ctx, m, shown, options, checkpoint, once, result)
	return errors.Join(err, m.Close())
}

// allowanceFlag is which Connects are granted monthly.
type allowanceFlag []process.Allowance

func (f *allowanceFlag) String() string {
	if len(*f) > 0 {
		return "public"
	}
	return ""
}

func (f *allowanceFlag) Set(s string) error {
	switch s {
	case "none":
		*f = nil
	case "public":
		*f = process.ModelAllowances()
	default:
		return errors.New("known are none, public")
	}
	return nil
}

func (f *allowanceFlag) Type() string { return "name" }

// failures hands on what is wrong, and that it is over, which Waiting tells with how
// long it took.
type failures struct{ slog.Handler }

func (h failures) Handle(ctx context.Context, r slog.Record) error {
	tell := r.Level >= slog.LevelWarn
	r.Attrs(func(a slog.Attr) bool {
		tell = tell || a.Key == "waited"
		return !tell
	})
	if !tell {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (c *cli) processes(ctx context.Context, m *marketplace.Marketplace, shown *face, options process.Options, checkpoint string, once bool, result resultFlag) error {
	// Rejections are outcomes, which the table counts: only failures are told.
	options.Logger = slog.New(failures{c.logger().Handler()})
	if checkpoint != "" {
		options.Checkpoint = process.FileCheckpoint(checkpoint)
	}
	p, err := m.Processes(options)
	if err != nil {
		return err
	}
	c.telemetry.processes(p)
	monitor := shown.watch(ctx, ofLog(m.Store()), ofDeadlines(p))
	defer monitor.Close()
	if once {
		err = p.Settle(ctx)
		err = errors.Join(err, p.Save(context.WithoutCancel(ctx)))
	} else {
		err = p.Run(ctx)
	}
	if s := p.Status(); err == nil || s.Position > 0 { // else nothing is known of what is to come
		if result {
			return errors.Join(err, c.writeOutcomes(s))
		}
		c.outcomes(s)
		if s.Foreign > 0 {
			c.note(passedOver(int64(s.Foreign)))
		}
	}
	return err
}

func sorted(outcomes map[process.Outcome]uint64) []process.Outcome {
	return slices.SortedFunc(maps.Keys(outcomes), func(a, b process.Outcome) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.What, b.What))
	})
}

// writeOutcomes is outcomes as JSON.
func (c *cli) writeOutcomes(s process.Status) error {
	type outcome struct {
		What    string `json:"what"`
		Outcome string `json:"outcome"`
		Times   uint64 `json:"times"`
	}
	done := struct {
		Outcomes []outcome   `json:"outcomes"`
		Open     int         `json:"open"` // still to come
		Next     *event.Time `json:"next"` // of which the first is due then
	}{Outcomes: []outcome{}, Open: s.Open}
	for _, o := range sorted(s.Outcomes) {
		done.Outcomes = append(done.Outcomes, outcome{string(o.Kind), o.What, s.Outcomes[o]})
	}
	if s.Open > 0 {
		done.Next = &s.NextDue
	}
	return c.writeJSON(done)
}

// outcomes tells what was done and what is still to be done.
func (c *cli) outcomes(s process.Status) {
	if len(s.Outcomes) > 0 {
		t := c.newTable(left("what"), left("outcome"), right("times"))
		for _, o := range sorted(s.Outcomes) {
			t.row(string(o.Kind), o.What, fmt.Sprint(s.Outcomes[o]))
		}
		t.write(c.stdout, "")
	}
	next := ""
	if s.Open > 0 {
		next = fmt.Sprintf(", the next at %v", s.NextDue)
	}
	fmt.Fprintf(c.stdout, "%s to come%s\n", show.Of(s.Open, "thing", "things"), next) // stdout keeps its error
}
