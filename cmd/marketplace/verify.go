package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

func (c *cli) verifyCommand() *cobra.Command {
	var log storeFlag
	rules := false
	var result resultFlag
	cmd := &cobra.Command{
		Use:   "verify [DIR]",
		Short: "Check that the log, or an archive, is as it was written",
		Long: `verify reads the whole log and checks that it is as it was written: every page,
every record by its checksum, positions and revisions without gaps, and that
every event can be decoded. It may run while others read and write. Events of
another program, or of the host's own, in streams that are not the marketplace's
are passed over, and their number is told.

With the folder of an archive it checks that one: the sums of its files, their
order, and that the typed columns say what the events say.

That a log is as it was written does not say that it ought to be: --rules audits it
too, as marketplace audit rules does, whose exit status is its own.`,
		Example: `  marketplace verify
  marketplace verify --rules
  marketplace verify --store sqlite:///var/lib/market.db
  marketplace verify /archive/market`,
		Args: cobra.MaximumNArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) error {
			if len(args) == 1 {
				if log.name != "" {
					return usage("name an archive or a log with --store, not both")
				}
				return c.verifyArchive(ctx, args[0], rules, result)
			}
			return log.reading(ctx, func(m *marketplace.Marketplace) error {
				if err := c.verify(ctx, m, log.shown(), result); err != nil || !rules {
					return err
				}
				return c.auditRules(ctx, m.Store(), log.shown(), result)
			})
		}),
	}
	log.add(cmd)
	result.add(cmd)
	cmd.Flags().BoolVar(&rules, "rules", false, "check that the log obeys the rules, too")
	return cmd
}

func (c *cli) verify(ctx context.Context, m *marketplace.Marketplace, url string, result resultFlag) error {
	if v, ok := underlying[interface{ Verify(context.Context) error }](m.Store()); ok {
		if err := v.Verify(ctx); err != nil {
			return err
		}
	}
	decoder := m.Registry().NewDecoder()
	events, foreign := 0, int64(0)
	for rec, err := range m.Store().ReadAll(ctx, store.Span{}) {
		if err != nil {
			return err
		}
		if event.Foreign(rec.Stream) {
			foreign++
			continue
		}
		if _, _, _, known := event.ParseStream(rec.Stream); !known {
			return &projection.FoldError{Type: rec.Type, Stream: rec.Stream, Revision: rec.Revision, Position: rec.Position, Err: projection.ErrStreamName}
		}
		if _, err := decoder.Decode(&rec); err != nil {
			return err
		}
		events++
	}
	err := result.tell(c.stdout, struct {
		Log      string `json:"log"`
		Events   int    `json:"events"`
		Foreign  int64  `json:"foreign,omitempty"` // of streams that are not the marketplace's
		Verified bool   `json:"verified"`
	}{url, events, int64(foreign), true}, "%s: %s, all as written\n", url, show.Of(events, "event", "events"))
	if err == nil && foreign > 0 && !bool(result) {
		_, err = fmt.Fprintf(c.stdout, "%s\n", passedOver(foreign))
	}
	return err
}

// passedOver says how many events of streams that are not ours were met.
func passedOver(events int64) string {
	return show.Of(events, "event", "events") + " of streams that are not the marketplace's passed over"
}

func (c *cli) verifyArchive(ctx context.Context, dir string, rules bool, result resultFlag) (err error) {
	s, err := archive.Open(ctx, dir, archive.Options{})
	if err != nil {
		return noArchive(dir, err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Verify(ctx); err != nil {
		return err
	}
	m, err := archive.ReadManifest(dir)
	if err != nil {
		return err
	}
	err = result.tell(c.stdout, struct {
		Archive  string `json:"archive"`
		Events   int64  `json:"events"`
		Files    int    `json:"files"`
		Verified bool   `json:"verified"`
	}{dir, int64(m.Events), len(m.Files), true}, "%s: %s in %s, all as written\n", dir, show.Of(m.Events, "event", "events"), show.Of(len(m.Files), "file", "files"))
	if err != nil || !rules {
		return err
	}
	return c.auditRules(ctx, s, dir, result)
}
