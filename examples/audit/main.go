// Audit asks a log, as of any day and under any published rule, what a score
// is and why. Run it with
//
//	go run ./examples/audit
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store/memory"
)

func main() {
	if err := run(context.Background(), "examples/history/small.ndjson", os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, history string, out io.Writer) error {
	f, err := scriptfile.Open(history)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		return err
	}
	defer m.Close()
	report, err := m.Import(ctx, f, marketplace.ImportOptions{})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d commands: %d applied, %d repeated, %d rejected\n\n", report.Lines, report.Applied, report.Repeated, report.Rejected)

	freelancer := uuid.MustParse("1d3edb40-fb5b-4e4b-82a2-4b18baa6bfcf")
	day := time.Date(2017, 4, 30, 12, 0, 0, 0, time.UTC)

	fmt.Fprintln(out, "The same facts on other days:")
	for _, t := range []time.Time{day.AddDate(0, -4, 0), day, day.AddDate(0, 10, 0)} {
		if err := show(ctx, out, m, freelancer, t.Format(time.DateOnly), marketplace.AsOf(t)); err != nil {
			return err
		}
	}
	fmt.Fprintln(out, "\nThe same facts under other rules:")
	for _, name := range statistics.PresetNames() {
		if err := show(ctx, out, m, freelancer, name, marketplace.AsOf(day), marketplace.Preset(name)); err != nil {
			return err
		}
	}

	why, err := marketplace.Ask(ctx, m, statistics.ExplainJobSuccess(freelancer), marketplace.AsOf(day))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nWhy it is what it is on", day.Format(time.DateOnly)+":")
	for _, c := range why.Contracts {
		last := c.Facts[len(c.Facts)-1]
		fmt.Fprintf(out, "  contract %.8s: %s, weight %d, by %s at position %d\n", c.Contract, c.Class, c.Weight, last.Type, last.Position)
	}
	for _, c := range why.LeftOut {
		fmt.Fprintf(out, "  contract %.8s: left out, %s\n", c.Contract, c.Reason)
	}
	return nil
}

func show(ctx context.Context, out io.Writer, m *marketplace.Marketplace, freelancer uuid.UUID, label string, q ...marketplace.QueryOption) error {
	stats, err := marketplace.Ask(ctx, m, statistics.FreelancerStatsOf(freelancer), q...)
	if err != nil {
		return err
	}
	if s := stats.JobSuccess; s != nil {
		fmt.Fprintf(out, "  %-10s  Job Success %d %% of %d outcomes in %d months\n", label, s.Displayed, s.Outcomes, s.WindowMonths)
	} else {
		fmt.Fprintf(out, "  %-10s  no score\n", label)
	}
	return nil
}
