package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/store/archive"
)

func (c *cli) restoreCommand() *cobra.Command {
	var log storeFlag
	var result resultFlag
	cmd := &cobra.Command{
		Use:   "restore DIR",
		Short: "Write an archive into an empty log",
		Long: `restore writes every event of an archive into an empty log, in order: ids, data
and metadata byte for byte, each stream with its revisions. Positions and the
times of recording are the new log's own. At the end it compares all of it.

A restore that was stopped goes on when it is run again. A log that holds other
events is refused, and nothing is written to it.`,
		Example: `  marketplace restore /archive/market --store sqlite:restored.db`,
		Args:    cobra.ExactArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) error {
			return c.restore(ctx, args[0], log, result)
		}),
	}
	log.add(cmd)
	result.add(cmd)
	return cmd
}

func (c *cli) restore(ctx context.Context, dir string, log storeFlag, result resultFlag) (err error) {
	from, err := archive.Open(ctx, dir, archive.Options{})
	if err != nil {
		return noArchive(dir, err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	into, err := log.open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, into.Close()) }()
	p := c.counted()
	done, err := archive.Restore(ctx, from, into, p.report)
	p.clear()
	if err != nil {
		return err
	}
	return result.tell(c.stdout, struct {
		Archive string `json:"archive"`
		Log     string `json:"log"`
		Events  int64  `json:"events"` // restored now
	}{dir, log.shown(), done.Events}, "%s: %s restored into %s, all as in the archive\n", dir, show.Of(done.Events, "event", "events"), log.shown())
}
