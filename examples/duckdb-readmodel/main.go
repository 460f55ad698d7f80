// Duckdb-readmodel keeps a read model in a DuckDB file, by a readmodel.Database
// that is not of the library, and asks it in DuckDB's SQL. Run it in its folder
// with
//
//	go run .
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/examples/duckdb-readmodel/duckdb"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

func main() {
	folder, err := os.MkdirTemp("", "duckdb-readmodel")
	if err != nil {
		log.Fatal(err)
	}
	err = run(context.Background(), filepath.Join(folder, "market.duckdb"), "../history/small.ndjson", os.Stdout)
	if err := errors.Join(err, os.RemoveAll(folder)); err != nil {
		log.Fatal(err)
	}
}

// run makes a log of a history, a read model of the log, and asks that.
func run(ctx context.Context, path, history string, out io.Writer) (err error) {
	events, err := imported(ctx, history)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, events.Close()) }()
	db, err := duckdb.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	model, err := readmodel.New(db, readmodel.Options{})
	if err != nil {
		return err
	}
	if _, err := model.Rebuild(ctx, events, readmodel.RebuildOptions{}); err != nil {
		return err
	}
	return payments(ctx, db, out)
}

func imported(ctx context.Context, history string) (_ store.Store, err error) {
	events := memory.New()
	market, err := marketplace.New(events, marketplace.Options{})
	if err != nil {
		return nil, err
	}
	past, err := scriptfile.Open(history)
	if err != nil {
		return nil, err
	}
	defer past.Close()
	_, err = market.Import(ctx, past, marketplace.ImportOptions{})
	return events, err
}

// payments asks what SQL of DuckDB is for: each quarter's payments, the middle
// one of them, and the sum so far.
func payments(ctx context.Context, db readmodel.Database, out io.Writer) error {
	return db.Read(ctx, func(tx readmodel.Tx) error {
		rows := tx.Query(`
			FROM (
				FROM payments
				SELECT date_trunc('quarter', occurred_at) AS quarter, count(*) AS number, quantile_disc(amount, 0.5) AS middle, sum(amount) AS paid
				WHERE kind <> 'refund'
				GROUP BY ALL)
			SELECT quarter, number, middle, sum(paid) OVER (ORDER BY quarter)
			ORDER BY quarter LIMIT 4`)
		for row, err := range rows {
			if err != nil {
				return err
			}
			var quarter event.Time
			var count, middle, soFar int64
			if err := row.Scan(&quarter, &count, &middle, &soFar); err != nil {
				return err
			}
			fmt.Fprintf(out, "from %s: %d payments, the middle one of %d.%02d, %d.%02d so far\n",
				quarter, count, middle/100, middle%100, soFar/100, soFar%100)
		}
		return nil
	})
}
