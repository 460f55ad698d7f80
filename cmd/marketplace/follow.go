package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection/readmodel"
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

With --once it ends when it has caught up. A read model of several partitions,
chosen when it is made, is shared by as many processes; each runs --partition.

The tables, and how to ask them, are in docs/read-models.md.`,
		Example: `  marketplace follow --read-model sqlite:model.db
  marketplace follow --read-model sqlite:model.db --once
  marketplace follow --store "esdb://127.0.0.1:2113?tls=false" --read-model postgres://localhost/market
  marketplace follow --read-model postgres://localhost/market --partitions 4 --partition 2`,
		Args: cobra.NoArgs,
		RunE: c.action(func(ctx context.Context, _ []string) error {
			f.cli = c
			if f.model == "" {
				return usage("--%s names the database", modelFlagName)
			}
			return f.store.reading(ctx, func(m *marketplace.Marketplace) error { return f.follow(ctx, m) })
		}),
	}
	f.store.add(cmd)
	f.model.add(cmd, "URL of the read model")
	cmd.Flags().BoolVar(&f.once, "once", false, "end when caught up")
	cmd.Flags().IntVar(&f.partition, "partition", 0, "the partition to follow, from 0")
	cmd.Flags().IntVar(&f.partitions, "partitions", 1, "in how many a new read model is divided")
	return cmd
}

// follower is one run of the command follow.
type follower struct {
	*cli
	store                 storeFlag
	model                 modelFlag
	once                  bool
	partition, partitions int
}

func (f *follower) follow(ctx context.Context, log *marketplace.Marketplace) error {
	m, err := f.model.open(ctx, false, readmodel.Options{Partitions: f.partitions})
	if err != nil {
		return err
	}
	r, err := m.NewRunner(log.Store(), readmodel.RunnerOptions{
		Logger:    slog.New(slog.NewTextHandler(f.stderr, nil)),
		Partition: f.partition,
	})
	if err != nil {
		return errors.Join(err, m.Close())
	}
	if f.once {
		err = f.catchUp(ctx, log, m, r)
	} else {
		err = r.Run(ctx)
	}
	s := r.Status()
	fmt.Fprintf(f.stdout, "version %d, partition %d, at position %s of %s, %s events folded\n", // stdout keeps its error
		s.Version, s.Partition, show.Count(int64(s.Position)), show.Count(int64(s.Head)), show.Count(int64(s.Events)))
	return errors.Join(err, m.Close())
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
	err = r.WaitFor(ctx, head)
	cancel()
	if e := <-ended; !errors.Is(e, context.Canceled) {
		err = e // why it ended says more than that it did
	}
	if err != nil {
		return err
	}
	return refresh(ctx, m)
}

// refresh computes the current statistics, after another process that does.
func refresh(ctx context.Context, m *readmodel.ReadModel) error {
	for {
		err := m.Refresh(ctx)
		if !errors.Is(err, readmodel.ErrLeased) {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
