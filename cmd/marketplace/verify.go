package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/store"
)

func (c *cli) verifyCommand() *cobra.Command {
	var log storeFlag
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that the log is as it was written",
		Long: `verify reads the whole log and checks that it is as it was written: every page,
every record by its checksum, positions and revisions without gaps, and that
every event can be decoded. It may run while others read and write.`,
		Example: `  marketplace verify
  marketplace verify --store sqlite:///var/lib/market.db`,
		Args: cobra.NoArgs,
		RunE: c.action(func(ctx context.Context, _ []string) error {
			return log.reading(ctx, func(m *marketplace.Marketplace) error { return c.verify(ctx, m, log.url()) })
		}),
	}
	log.add(cmd)
	return cmd
}

func (c *cli) verify(ctx context.Context, m *marketplace.Marketplace, url string) error {
	if v, ok := m.Store().(interface{ Verify(context.Context) error }); ok {
		if err := v.Verify(ctx); err != nil {
			return err
		}
	}
	decoder := m.Registry().NewDecoder()
	events := 0
	for rec, err := range m.Store().ReadAll(ctx, store.Span{}) {
		if err != nil {
			return err
		}
		if _, err := decoder.Decode(&rec); err != nil {
			return err
		}
		events++
	}
	_, err := fmt.Fprintf(c.stdout, "%s: %s, all as written\n", url, of(events, "event", "events"))
	return err
}
