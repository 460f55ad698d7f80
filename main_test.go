package marketplace_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/script/scriptfile"
)

// importEnv makes the test binary an importer that another test kills: it holds
// the store's URL and the script's path.
const (
	importStoreEnv  = "MARKETPLACE_TEST_IMPORT_STORE"
	importScriptEnv = "MARKETPLACE_TEST_IMPORT_SCRIPT"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(importStoreEnv); url != "" {
		if err := importAndTell(url, os.Getenv(importScriptEnv)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// importAndTell writes a line to standard output after every durable group.
func importAndTell(url, path string) error {
	ctx := context.Background()
	f, err := scriptfile.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := open.Marketplace(ctx, url, marketplace.Options{})
	if err != nil {
		return err
	}
	if _, err := m.Import(ctx, f, marketplace.ImportOptions{
		Progress: func(r marketplace.ImportReport) { fmt.Println(r.Lines) },
	}); err != nil {
		return err
	}
	return m.Close()
}
