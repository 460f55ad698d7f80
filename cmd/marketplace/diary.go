package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/internal/show"
)

func (c *cli) diaryCommand() *cobra.Command {
	return askingContract(c, &cobra.Command{
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
	}, func(q *contractQuestion, ctx context.Context, id uuid.UUID, args []string) (*aggregate.WorkDiary, error) {
		week, err := parseWeek(args[0])
		if err != nil {
			return nil, usage("%q: %w", args[0], err)
		}
		return q.asked.WorkDiary(ctx, id, week, q.question.options()...)
	}, diaryWithText, (*contractQuestion).writeDiary)
}

func (q *contractQuestion) writeDiary(d *aggregate.WorkDiary) {
	q.printf("Work Diary of contract %s, week %s\nas of %s\n\n", d.Contract, d.Week, d.AsOf)
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
	q.printf("\nSegments: %s\n", show.Count(len(d.Segments)))
	for all := d.Segments; len(all) > 0; {
		day := all[0].Start.Date()
		n := 1
		for n < len(all) && all[n].Start.Date() == day {
			n++
		}
		q.printf("\n  %s, %s\n", day, all[0].Start.Std().Weekday())
		q.segments(all[:n])
		q.memos(all[:n])
		all = all[n:]
	}
}

// segments are those of a day.
func (q *contractQuestion) segments(all []aggregate.Segment) {
	t := q.newTable(left("START"), left("KIND"), right("ACTIVITY"), left("SCREENSHOT"), right("BILLED"), left("PROTECTED"))
	for _, s := range all {
		screenshot := "no"
		if s.Screenshot {
			screenshot = "yes"
		}
		t.row(clock(s), string(s.Kind), show.Count(s.Activity), screenshot, fmt.Sprintf("%d min", s.BilledMinutes), show.Protected(s.WhyNot))
	}
	t.write(q.stdout, "  ")
}

// clock is when on its day a segment begins.
func clock(s aggregate.Segment) string { return s.Start.Std().Format("15:04") }

// memos are those of a day, one that goes on over several segments once.
func (q *contractQuestion) memos(all []aggregate.Segment) {
	last := ""
	for _, s := range all {
		memo := q.text(s.Memo)
		if memo != "" && memo != last {
			q.printf("%s", wrapped("  from "+clock(s)+": ", "    ", memo, q.width))
		}
		last = memo
	}
}

// diaryWithText is a diary with the memos as they are.
func diaryWithText(d *aggregate.WorkDiary) any {
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
	return told
}
