package main

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/store"
)

const (
	storeVariable = "MARKETPLACE_STORE"
	defaultStore  = "sqlite:marketplace.db"
)

// storeFlag names the log that a command works on.
type storeFlag string

func (f *storeFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(f), "store", "", "URL of the log (default $"+storeVariable+", else "+defaultStore+")")
}

func (f storeFlag) url() string {
	if f != "" {
		return string(f)
	}
	if url := os.Getenv(storeVariable); url != "" {
		return url
	}
	return defaultStore
}

// shown is the URL without its password, for people to see.
func (f storeFlag) shown() string {
	u, err := url.Parse(f.url())
	if err != nil {
		return "the log"
	}
	if _, secret := u.User.Password(); secret {
		return u.Redacted()
	}
	return f.url()
}

// toWrite opens the log, and creates it if there is none.
func (f storeFlag) toWrite(ctx context.Context) (*marketplace.Marketplace, error) {
	return marketplace.Open(ctx, f.url(), marketplace.Options{Workers: runtime.GOMAXPROCS(0)})
}

// toGoOn opens a log that exists, to write to it.
func (f storeFlag) toGoOn(ctx context.Context) (*marketplace.Marketplace, error) {
	m, err := f.toRead(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.Close(); err != nil {
		return nil, err
	}
	return f.toWrite(ctx)
}

// toRead opens a log that exists, beside others that read or write it.
func (f storeFlag) toRead(ctx context.Context) (*marketplace.Marketplace, error) {
	url := f.url()
	if strings.HasPrefix(strings.ToLower(url), "memory:") {
		return nil, usage("a log in memory ends with its command, so there is nothing to read in %s", url)
	}
	m, err := marketplace.Open(ctx, url, marketplace.Options{ReadOnly: true, Workers: runtime.GOMAXPROCS(0)})
	return m, f.noLog(err)
}

// noLog tells of a log that does not exist.
func (f storeFlag) noLog(err error) error {
	if errors.Is(err, store.ErrUnavailable) && errors.Is(err, fs.ErrNotExist) {
		return &told{code: exitNotFound,
			err: errors.New("there is no log at " + f.shown()), hint: "import a history first: marketplace import FILE; or name another log with --store URL"}
	}
	return err
}

// noArchive tells of an archive that does not exist.
func noArchive(dir string, err error) error {
	if errors.Is(err, store.ErrUnavailable) && errors.Is(err, fs.ErrNotExist) {
		return &told{code: exitNotFound, err: errors.New("there is no archive in " + dir), hint: "marketplace export writes one"}
	}
	return err
}

// reading opens the log for reading and closes it afterwards.
func (f storeFlag) reading(ctx context.Context, do func(*marketplace.Marketplace) error) error {
	m, err := f.toRead(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(m), m.Close())
}
