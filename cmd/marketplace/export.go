package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

func (c *cli) exportCommand() *cobra.Command {
	var log storeFlag
	var ndjson string
	var result resultFlag
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write the log to an archive of Parquet files",
		Long: `export writes the log to an archive: a folder of Parquet files that DuckDB, Spark
and pandas read, with a manifest of their checksums. An archive that is there is
extended by what is new. An export that was stopped, by whatever, leaves a whole
archive, and goes on when it is run again. Every command that reads a log reads
an archive too: --store archive:DIR.

With --ndjson it writes the log to a file as JSON instead, one event a line;
compressed if the file's name ends in .zst or .gz, to standard output if it is -.`,
		Example: `  marketplace export /archive/market
  marketplace verify /archive/market
  marketplace stats --store archive:///archive/market --as-of 2019-12-31T23:59:59Z
  marketplace export --ndjson - | jq -r .type | sort | uniq -c`,
		Args: cobra.MaximumNArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) error {
			if (len(args) == 1) == (ndjson != "") {
				return usage("name the folder of the archive, or a file with --ndjson")
			}
			return log.readingStore(ctx, func(s store.Store) error {
				if ndjson != "" {
					return c.exportNDJSON(ctx, s, ndjson, result)
				}
				return c.export(ctx, s, args[0], result)
			})
		}),
	}
	log.add(cmd)
	result.add(cmd)
	cmd.Flags().StringVar(&ndjson, "ndjson", "", "file for the log as JSON, - for standard output")
	return cmd
}

func (c *cli) export(ctx context.Context, s store.Store, dir string, result resultFlag) error {
	p := c.counted()
	done, err := archive.Export(ctx, s, dir, archive.ExportOptions{Progress: p.report})
	p.clear()
	if err != nil {
		return err
	}
	m, err := archive.ReadManifest(dir)
	if err != nil {
		return err
	}
	return result.tell(c.stdout, struct {
		Archive  string         `json:"archive"`
		Added    int64          `json:"added"`
		Events   int64          `json:"events"`
		Files    int            `json:"files"`
		Position event.Position `json:"position"`
	}{dir, done.Events, int64(m.Events), len(m.Files), event.Position(m.Head)}, "%s: %s added; %s in %s, up to position %d\n", dir,
		show.Of(done.Events, "event", "events"), show.Of(m.Events, "event", "events"), show.Of(len(m.Files), "file", "files"), m.Head)
}

func (c *cli) exportNDJSON(ctx context.Context, s store.Store, path string, result resultFlag) error {
	if path == standardOutput {
		done, err := archive.WriteNDJSON(ctx, s, c.stdout, nil)
		if err == nil && bool(result) {
			err = writeJSON(c.stderr, exported{path, done.Events})
		}
		return err
	}
	p := c.counted()
	n, err := c.writeNDJSON(ctx, s, path, p.report)
	p.clear()
	if err != nil {
		return err
	}
	return result.tell(c.stdout, exported{path, n}, "%s: %s\n", path, show.Of(n, "event", "events"))
}

// exported is a file with events.
type exported struct {
	File   string `json:"file"`
	Events int64  `json:"events"`
}

// writeNDJSON writes a file that appears when it is whole.
func (c *cli) writeNDJSON(ctx context.Context, s store.Store, path string, report func(archive.Progress)) (int64, error) {
	o, err := c.createOutput(path)
	if err != nil {
		return 0, err
	}
	defer o.discard()
	done, err := archive.WriteNDJSON(ctx, s, o, report)
	if err == nil {
		err = o.commit()
	}
	return done.Events, err
}
