package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/examples/history"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) demoCommand() *cobra.Command {
	var money currencyFlag
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show what it does with an invented history",
		Long: `demo imports four years of an invented marketplace into a log in a temporary
folder and shows its statistics, one of them with its reasons. It leaves nothing
behind.`,
		Example: "  marketplace demo",
		Args:    cobra.NoArgs,
		RunE: c.action(func(ctx context.Context, _ []string) (err error) {
			d := &demo{cli: c}
			if d.money, err = money.use(); err != nil {
				return err
			}
			folder, err := os.MkdirTemp("", "marketplace-demo-")
			if err != nil {
				return err
			}
			return errors.Join(d.run(ctx, folder), os.RemoveAll(folder))
		}),
	}
	money.add(cmd)
	return cmd
}

// demo is one run of the command demo.
type demo struct {
	*cli
	market *marketplace.Marketplace
	money  show.Currency
}

func (d *demo) run(ctx context.Context, folder string) (err error) {
	file := filepath.Join(folder, history.Medium)
	if err := unpack(history.Medium, file); err != nil {
		return err
	}
	src, err := d.openScript(ctx, file)
	if err != nil {
		return err
	}
	defer src.close()
	log := storeFlag{name: "sqlite:" + filepath.Join(folder, "demo.db")}
	if d.market, err = log.toWrite(ctx, marketplace.Options{}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.market.Close()) }()

	began := time.Now()
	done, err := d.importInto(ctx, d.market, src, marketplace.ImportOptions{Rejection: func(marketplace.ImportRejection) error { return nil }})
	if err != nil {
		return err
	}
	took := time.Since(began)
	events, err := countEvents(ctx, d.market.Store())
	if err != nil {
		return err
	}
	fmt.Fprintf(d.stdout, "Imported %s of an invented marketplace in %s (%s a second):\n%s applied, each decided by the rules; %s rejected; %s are in the log.\n\n",
		show.Of(done.Lines, "command", "commands"), seconds(took), show.Count(rate(done.Lines, took)),
		show.Count(done.Applied), show.Count(done.Rejected), show.Of(events, "event", "events"))
	return d.show(ctx)
}

func unpack(name, file string) error {
	from, err := history.Files.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(file)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

// shownFreelancers is how many rows the demo's table has.
const shownFreelancers = 8

func (d *demo) show(ctx context.Context) error {
	q := question{}
	if err := q.asOf.Set(history.MediumEnd); err != nil {
		return err
	}
	r, err := marketplace.Ask(ctx, d.market, statistics.FullReport(), q.options()...)
	if err != nil {
		return err
	}
	s := &statsCommand{cli: d.cli, asked: d.market.Questions, market: d.market, question: &q, money: d.money, limit: shownFreelancers}
	fmt.Fprintf(d.stdout, "The marketplace as of %s\n\n", r.AsOf)
	s.figures(&r.Marketplace)
	s.freelancers(r)

	id, ok := telling(r)
	if !ok {
		return errors.New("the demo's history has no freelancer to explain")
	}
	e, err := marketplace.Ask(ctx, d.market, statistics.ExplainJobSuccess(id), q.options()...)
	if err != nil {
		return err
	}
	fmt.Fprint(d.stdout, "\nEvery number can say why:\n\n")
	(&explanation{cli: d.cli, money: d.money, brief: true}).writeJobSuccess(e)
	d.next(id)
	return nil
}

// telling picks a freelancer whose score is short to explain and still says
// something: good and bad outcomes, as few as there are.
func telling(r *statistics.Report) (uuid.UUID, bool) {
	ids := slices.DeleteFunc(slices.Collect(maps.Keys(r.Freelancers)), func(id uuid.UUID) bool {
		j := r.Freelancers[id].JobSuccess
		return j == nil || j.Negative == 0 || j.ScoreBP < 5000
	})
	if len(ids) == 0 {
		return uuid.Nil, false
	}
	return slices.MinFunc(ids, func(a, b uuid.UUID) int {
		x, y := r.Freelancers[a], r.Freelancers[b]
		return cmp.Or(cmp.Compare(x.JobSuccess.Outcomes, y.JobSuccess.Outcomes), cmp.Compare(x.DisputeRate.Ended, y.DisputeRate.Ended), slices.Compare(a[:], b[:]))
	}), true
}

// next says what to try, in lines that can be pasted in the project's folder.
func (d *demo) next(id uuid.UUID) {
	earlier := event.MustParseTime(history.MediumEnd).AddMonths(-18)
	fmt.Fprintf(d.stdout, `
Try next, in the project's folder:

  go run ./cmd/marketplace import examples/history/medium.ndjson.zst
  go run ./cmd/marketplace stats --as-of %[2]s
  go run ./cmd/marketplace stats --as-of %[3]s --policy 2020-03
  go run ./cmd/marketplace explain job-success %[1]s \
      --as-of %[2]s
  go run ./cmd/marketplace explain dispute-rate --as-of %[2]s
  go run ./cmd/marketplace events freelancerAccount-%[1]s
`, id, history.MediumEnd, earlier)
}
