package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
)

func (c *cli) backupCommand() *cobra.Command {
	var log storeFlag
	var result resultFlag
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the log to a file while others use it",
		Long: `backup copies the log, as it is at one moment, to a new file while others read
and write. FILE appears when the copy is whole; it is a log like the first, named
sqlite:FILE. FILE - is standard output; the copy is made in the folder for temporary
files first.`,
		Example: `  marketplace backup /backup/market-2019-12-31.db
  marketplace verify --store sqlite:///backup/market-2019-12-31.db
  marketplace backup - | ssh archive 'cat > market.db'`,
		Args: cobra.ExactArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) error {
			return log.reading(ctx, func(m *marketplace.Marketplace) error { return c.backup(ctx, m, args[0], result) })
		}),
	}
	log.add(cmd)
	result.add(cmd)
	return cmd
}

func (c *cli) backup(ctx context.Context, m *marketplace.Marketplace, path string, result resultFlag) error {
	b, ok := underlying[interface {
		Backup(ctx context.Context, path string) error
	}](m.Store())
	if !ok {
		return usage("this kind of log has no backup of its own")
	}
	if path == standardOutput {
		return c.backupToOutput(ctx, b.Backup, result)
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
	return result.tell(c.stdout, copied{path, info.Size()}, "%s: %s\n", path, show.Of(info.Size(), "byte", "bytes"))
}

// copied is a file that was written.
type copied struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

func (c *cli) backupToOutput(ctx context.Context, backup func(context.Context, string) error, result resultFlag) error {
	folder, err := os.MkdirTemp("", "marketplace-backup-")
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "copy.db")
	err = backup(ctx, path)
	if err == nil {
		err = c.send(path, result)
	}
	return errors.Join(err, os.RemoveAll(folder))
}

// send writes a file to standard output.
func (c *cli) send(path string, result resultFlag) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(c.stdout, f)
	if err != nil {
		return err
	}
	return result.tell(c.stderr, copied{standardOutput, n}, "%s\n", show.Of(n, "byte", "bytes"))
}
