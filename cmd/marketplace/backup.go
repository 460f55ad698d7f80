package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
)

func (c *cli) backupCommand() *cobra.Command {
	var log storeFlag
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the log to a file while others use it",
		Long: `backup copies the log, as it is at one moment, to a new file while others read
and write. FILE appears when the copy is whole; it is a log like the first, named
sqlite:FILE.`,
		Example: `  marketplace backup /backup/market-2019-12-31.db
  marketplace verify --store sqlite:///backup/market-2019-12-31.db`,
		Args: cobra.ExactArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) error {
			return log.reading(ctx, func(m *marketplace.Marketplace) error { return c.backup(ctx, m, args[0]) })
		}),
	}
	log.add(cmd)
	return cmd
}

func (c *cli) backup(ctx context.Context, m *marketplace.Marketplace, path string) error {
	b, ok := underlying[interface {
		Backup(ctx context.Context, path string) error
	}](m.Store())
	if !ok {
		return usage("this kind of log has no backup of its own")
	}
	err := b.Backup(ctx, path)
	if errors.Is(err, fs.ErrExist) {
		return &told{code: exitFailed, err: fmt.Errorf("%s exists already", path), hint: "name a new file, or remove the old one first"}
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%s: %s\n", path, show.Of(info.Size(), "byte", "bytes"))
	return err
}
