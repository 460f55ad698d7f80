package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/readmodel"
)

func (c *cli) followCommand() *cobra.Command {
	var f follower
	cmd := &cobra.Command{
		Use:   "follow",
		Short: "Keep a read model in a database up to date with the log",
		Long: `follow folds the log into the tables of a read model and stays on it: what is
appended is in the tables a moment later. It makes the read model if there is
none. Killed at any moment and run again, it goes on where it was; a lost log or
database is waited for. Of two on one partition the second waits and takes over.

With --once it ends when it has caught up, and with what waiting does not mend,
such as a full disk. A read model of several partitions, chosen when it is made, is
shared by as many processes; each runs --partition, and each is needed.

The tables, and how to ask them, are in docs/read-models.md.`,
		Example: `  marketplace follow --read-model sqlite:model.db
  marketplace follow --read-model sqlite:model.db --once
  marketplace follow --store "esdb://127.0.0.1:2113?tls=false" --read-model postgres://localhost/market
  marketplace follow --read-model "postgres://localhost/market?schema=market_b"
  marketplace follow --read-model postgres://localhost/market --partitions 4 --partition 2`,
		Args: cobra.NoArgs,
		RunE: c.exportingTo(f.listen.listens, func(ctx context.Context, _ []string) error {
			f.cli, f.store.exported, f.store.logger = c, c.telemetry, c.logger()
			if f.model == "" {
				return usage("--%s names the database", modelFlagName)
			}
			if !f.once {
				f.store = f.store.asLongAsItTakes()
			}
			shown, err := f.listen.beside(ctx, c)
			if err != nil {
				return err
			}
			err = f.store.reading(ctx, func(m *marketplace.Marketplace) error { return f.follow(ctx, m, shown) })
			if !f.once {
				err = untilInterrupted(ctx, err)
			}
			return errors.Join(err, shown.close(ctx))
		}),
	}
	f.store.add(cmd)
	f.model.add(cmd, "URL of the read model")
	f.result.add(cmd)
	cmd.Flags().BoolVar(&f.once, "once", false, "end when caught up")
	f.listen.add(cmd)
	cmd.Flags().IntVar(&f.partition, "partition", 0, "the partition to follow, from 0")
	cmd.Flags().IntVar(&f.partitions, "partitions", 0, "in how many the read model is divided (default: as it is, 1 if it is new)")
	c.addLog(cmd)
	return byEnvironment(cmd)
}

// follower is one run of the command follow.
type follower struct {
	*cli
	store                 storeFlag
	model                 modelFlag
	listen                listenFlag
	once                  bool
	result                resultFlag
	partition, partitions int
}

func (f *follower) follow(ctx context.Context, log *marketplace.Marketplace, shown *face) error {
	m, err := f.model.open(ctx, false, readmodel.Options{Partitions: f.partitions}, f.store.limit())
	if err != nil {
		return err
	}
	r, err := m.NewRunner(log.Store(), readmodel.RunnerOptions{
		Logger:    f.logger(),
		Partition: f.partition,
	})
	if err != nil {
		return errors.Join(err, m.Close())
	}
	f.telemetry.runner(r)
	model := ofReadModel(m)
	model.Behind = func() time.Duration { return since(r.Status().OldestPending) }
	monitor := shown.watch(ctx, ofLog(log.Store()), model)
	if f.once {
		err = f.catchUp(ctx, log, m, r)
	} else {
		err = r.Run(ctx)
	}
	monitor.Close()
	if s := r.Status(); s.Version > 0 { // else it has not come to look at the tables
		f.tell(s)
	}
	return errors.Join(err, m.Close())
}

// tell says how far the read model is. Positions are names: they are shown as
// events --from takes them.
func (f *follower) tell(s readmodel.Status) {
	if f.result {
		_ = f.writeJSON(struct { // stdout keeps its error
			Version   int64          `json:"version"`
			Partition int            `json:"partition"`
			Events    uint64         `json:"events"` // folded now
			Position  event.Position `json:"position"`
			Head      event.Position `json:"head"`
		}{int64(s.Version), s.Partition, uint64(s.Events), s.Position, s.Head})
		return
	}
	where := fmt.Sprintf("up to position %d", s.Position)
	if s.Head > s.Position {
		where += fmt.Sprintf(", behind the log's newest event at %d", s.Head)
	}
	fmt.Fprintf(f.stdout, "version %d, partition %d: %s folded, %s\n", // stdout keeps its error
		s.Version, s.Partition, show.Of(int64(s.Events), "event", "events"), where)
	if s.Foreign > 0 {
		f.note(passedOver(int64(s.Foreign)))
	}
}

// catchUp runs the runner until it holds what is in the log now, and computes
// the current statistics.
func (f *follower) catchUp(ctx context.Context, log *marketplace.Marketplace, m *readmodel.ReadModel, r *readmodel.Runner) error {
	head, err := log.Store().Head(ctx)
	if err != nil {
		return err
	}
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- r.Run(running) }()
	err = f.waitFor(ctx, r, head)
	cancel()
	if e := <-ended; e != nil {
		err = e // why it ended says more than that it did
	}
	if err != nil {
		return err
	}
	return f.refresh(ctx, m)
}

// waitFor waits for the runner to come to a position, and no longer than
// --timeout for a log or a database that the runner has lost. A disk that is full
// is waited for by a runner that stays, but nobody frees space for one that is to end.
func (f *follower) waitFor(ctx context.Context, r *readmodel.Runner, position event.Position) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	waited := make(chan error, 1)
	go func() { waited <- r.WaitFor(ctx, position) }()
	look := time.NewTicker(min(time.Second, f.store.timeout/10+1))
	defer look.Stop()
	for well := time.Now(); ; {
		select {
		case err := <-waited:
			return err
		case now := <-look.C:
			switch s := r.Status(); {
			case s.Err == nil || s.Activity == readmodel.Waiting:
				well = now
			case errors.Is(s.Err, readmodel.ErrFull):
				return s.Err
			case now.Sub(well) >= f.store.timeout:
				return &told{code: exitFailed, err: fmt.Errorf("the read model could not be written for %s: %s", f.store.timeout, oneLine(s.Err)),
					hint: "--timeout says how long to wait"}
			}
		}
	}
}

// refresh computes the current statistics, after another process that does.
func (f *follower) refresh(ctx context.Context, m *readmodel.ReadModel) error {
	for told := false; ; told = true {
		err := m.Refresh(ctx)
		if !errors.Is(err, readmodel.ErrLeased) {
			if told && err == nil {
				f.note("the current statistics are computed")
			}
			return err
		}
		if !told {
			f.note("another process computes the current statistics; waiting until it has")
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
