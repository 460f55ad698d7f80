// Readmodel is a host that keeps a read model beside its log and asks it in
// SQL, as any other service could. Run it with
//
//	go run ./examples/readmodel
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/script/scriptfile"
)

func main() {
	folder, err := os.MkdirTemp("", "readmodel")
	if err != nil {
		log.Fatal(err)
	}
	err = run(context.Background(), "sqlite:"+filepath.Join(folder, "market.db"), "examples/history/small.ndjson", os.Stdout)
	if err := errors.Join(err, os.RemoveAll(folder)); err != nil {
		log.Fatal(err)
	}
}

// run keeps the log and the read model in one file; any two URLs do.
func run(ctx context.Context, url, history string, out io.Writer) (err error) {
	market, err := open.Marketplace(ctx, url, marketplace.Options{})
	if err != nil {
		return err
	}
	defer market.Close()
	model, err := open.ReadModel(ctx, url, false, readmodel.Options{})
	if err != nil {
		return err
	}
	defer model.Close()

	// The runner follows the log for as long as the host lives.
	runner, err := model.NewRunner(market.Store(), readmodel.RunnerOptions{})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(running) }()
	defer func() {
		stop()
		err = errors.Join(err, <-ended)
	}()

	past, err := scriptfile.Open(history)
	if err != nil {
		return err
	}
	defer past.Close()
	if _, err := market.Import(ctx, past, marketplace.ImportOptions{}); err != nil {
		return err
	}

	// What was appended can be read once the runner has come so far.
	head, err := market.Store().Head(ctx)
	if err != nil {
		return err
	}
	if err := runner.WaitFor(ctx, head); err != nil {
		return err
	}
	return bestPaid(ctx, model.Database(), out)
}

// bestPaid asks in SQL; from another program it is the same query.
func bestPaid(ctx context.Context, db readmodel.Database, out io.Writer) error {
	return db.Read(ctx, func(tx readmodel.Tx) error {
		rows := tx.Query(`
			SELECT c.freelancer_id, count(DISTINCT c.client_id), sum(p.amount)
			FROM contracts c JOIN payments p ON p.contract_id = c.id
			WHERE p.kind <> 'refund'
			GROUP BY c.freelancer_id ORDER BY sum(p.amount) DESC, c.freelancer_id LIMIT 3`)
		for row, err := range rows {
			if err != nil {
				return err
			}
			var freelancer uuid.UUID
			var clients, cents int64
			if err := row.Scan(&freelancer, &clients, &cents); err != nil {
				return err
			}
			fmt.Fprintf(out, "%s worked for %d clients and was paid %d.%02d\n", freelancer, clients, cents/100, cents%100)
		}
		return nil
	})
}
