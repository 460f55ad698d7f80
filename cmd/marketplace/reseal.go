package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/sqlite"
)

func (c *cli) resealCommand() *cobra.Command {
	var result resultFlag
	cmd := &cobra.Command{
		Use:   "reseal FILE",
		Short: "Give the pages of a log's file their checksums again",
		Long: `reseal is for a log's file that another program has written to, such as sqlite3
after a crash: its pages then lack the checksums by which damage is noticed, and the
log cannot be opened. It verifies everything else first, every record by its own
checksum, positions and revisions, and writes the pages anew only if all is as it
was written; what is damaged is told and left as it is.

Nobody may write to the log meanwhile. Make a copy of the file before.`,
		Example: `  cp market.db market.copy
  marketplace reseal market.db
  marketplace verify --store sqlite:market.db`,
		Args: cobra.ExactArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) error { return c.reseal(ctx, args[0], result) }),
	}
	result.add(cmd)
	return cmd
}

func (c *cli) reseal(ctx context.Context, path string, result resultFlag) error {
	err := sqlite.Reseal(ctx, path)
	if errors.Is(err, store.ErrUnavailable) && errors.Is(err, fs.ErrNotExist) {
		return &told{code: exitNotFound, err: errors.New("there is no file " + path), hint: "name the file of a log, without sqlite:"}
	}
	if err != nil {
		return err
	}
	return result.tell(c.stdout, struct {
		File     string `json:"file"`
		Verified bool   `json:"verified"`
	}{path, true}, "%s: verified, and every page has its checksum again\n", path)
}
