package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/internal/show"
)

func (c *cli) diaryCommand() *cobra.Command {
	return c.askingContract(&cobra.Command{
		Use:   "diary CONTRACT WEEK",
		Short: "Show a week of an hourly contract, segment by segment",
		Long: `diary shows an ISO week of the Work Diary of an hourly contract: every ten minutes,
how much of them is billed, whether payment protection covers them or why not, and
the week's bill. Before the invoice it is what would be billed. It is read from the
log: a read model keeps no segments.

What people wrote, the memos, shows as [personal text] unless --show-text is given.`,
		Example: `  marketplace diary 01234567-89ab-cdef-0123-456789abcdef 2017-W05
  marketplace diary 01234567-89ab-cdef-0123-456789abcdef 2017-W05 --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.ExactArgs(2),
	}, (*contractQuestion).diary)
}

func (q *contractQuestion) diary(ctx context.Context, args []string) error {
	id, err := parseID(args[0])
	if err != nil {
		return usage("%q: %w", args[0], err)
	}
	week, err := parseWeek(args[1])
	if err != nil {
		return usage("%q: %w", args[1], err)
	}
	d, err := q.asked.WorkDiary(ctx, id, week, q.question.options()...)
	if err != nil {
		return err
	}
	if q.question.json {
		return q.writeDiary(d)
	}
	q.printf("Work Diary of contract %s, week %s\nas of %s\n\n", id, week, d.AsOf)
	s := &statsCommand{cli: q.cli}
	s.figure("Logged", show.Hours(d.Minutes), fmt.Sprintf("hours, %s over the weekly limit", show.Hours(d.OverLimitMinutes)))
	s.figure("Billable", show.Hours(d.BillableMinutes), fmt.Sprintf("hours, %s protected", show.Hours(d.ProtectedMinutes)))
	review := "not invoiced yet"
	if d.ReviewEndsAt != nil {
		review = "under review until " + d.ReviewEndsAt.String()
	}
	s.figure("Invoice "+q.money.Code, q.optional(d.Amount), review)
	s.figure("  refused", q.money.Amount(d.Refused), "")
	s.figure("  paid", q.money.Amount(d.Paid), "")
	q.segments(d.Segments)
	return nil
}

func (q *contractQuestion) segments(all []aggregate.Segment) {
	q.printf("\nSegments: %s\n", show.Count(len(all)))
	if len(all) == 0 {
		return
	}
	t := q.newTable(left("START"), left("KIND"), right("ACTIVITY"), left("SCREENSHOT"), right("BILLED"), left("PROTECTED"), left("MEMO"))
	for _, s := range all {
		protected, screenshot := "yes", "no"
		if s.WhyNot != nil {
			protected = "no: " + show.Reason(*s.WhyNot)
		}
		if s.Screenshot {
			screenshot = "yes"
		}
		t.row(s.Start.String(), string(s.Kind), show.Count(s.Activity), screenshot, fmt.Sprintf("%d min", s.BilledMinutes), protected, q.text(s.Memo))
	}
	t.write(q.stdout, "  ")
}

// writeDiary writes the report in the shape of the rules; with --show-text the memos
// stand in it.
func (q *contractQuestion) writeDiary(d *aggregate.WorkDiary) error {
	if !q.showText {
		return q.writeJSON(d)
	}
	type segment struct {
		aggregate.Segment
		Memo string `json:"memo,omitempty"`
	}
	told := struct {
		*aggregate.WorkDiary
		Segments []segment `json:"segments"`
	}{d, make([]segment, len(d.Segments))}
	for i, s := range d.Segments {
		told.Segments[i] = segment{s, string(s.Memo)}
	}
	return q.writeJSON(told)
}
