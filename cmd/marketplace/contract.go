package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
)

// contractQuestion is what is asked about one contract. It is read from the log, and
// no policy touches it.
type contractQuestion struct {
	*cli
	question question
	showText bool
	money    show.Currency
	asked    *marketplace.Questions
}

// askingContract completes a command that asks about one contract.
func (c *cli) askingContract(cmd *cobra.Command, answer func(*contractQuestion, context.Context, []string) error) *cobra.Command {
	q := &contractQuestion{cli: c}
	cmd.RunE = c.action(func(ctx context.Context, args []string) (err error) {
		if q.money, err = q.question.currency.use(); err != nil {
			return err
		}
		return q.question.asking(ctx, func(asked *marketplace.Questions, _ *marketplace.Marketplace) error {
			q.asked = asked
			return answer(q, ctx, args)
		})
	})
	q.question.addMoment(cmd)
	cmd.Flags().BoolVar(&q.showText, "show-text", false, "show what people wrote")
	return cmd
}

func (c *cli) contractCommand() *cobra.Command {
	return c.askingContract(&cobra.Command{
		Use:   "contract CONTRACT",
		Short: "Show a contract: milestones, escrow, weeks, disputes",
		Long: `contract shows how a contract stood at a moment: its state, what became of the
money in escrow, its milestones, the bills of its weeks, its disputes. marketplace
diary shows one week's segments. It is read from the log: a read model keeps neither.

What people wrote, such as what was agreed, shows as [personal text] unless
--show-text is given.`,
		Example: `  marketplace contract 01234567-89ab-cdef-0123-456789abcdef
  marketplace contract 01234567-89ab-cdef-0123-456789abcdef --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.ExactArgs(1),
	}, (*contractQuestion).contract)
}

func (q *contractQuestion) contract(ctx context.Context, args []string) error {
	id, err := parseID(args[0])
	if err != nil {
		return usage("%q: %w", args[0], err)
	}
	r, err := q.asked.Contract(ctx, id, q.question.options()...)
	if err != nil {
		return err
	}
	if q.question.json {
		return q.writeContract(r)
	}
	q.printf("Contract %s\nas of %s\n\n", id, r.AsOf)
	q.terms(r)
	q.milestones(r.Milestones)
	q.weeks(r.Weeks)
	q.disputes(r.Disputes)
	return nil
}

func (q *contractQuestion) printf(format string, args ...any) { fmt.Fprintf(q.stdout, format, args...) }

// text is what a person wrote as it is shown.
func (q *contractQuestion) text(t event.Text) string {
	if q.showText {
		return show.Printable(string(t))
	}
	return t.String()
}

// terms are what stands above the tables.
func (q *contractQuestion) terms(r *aggregate.ContractReport) {
	s := &statsCommand{cli: q.cli}
	ended := "started " + r.StartedAt.String()
	if r.EndedAt != nil {
		ended += ", ended " + r.EndedAt.String()
	}
	s.figure("State", string(r.State), ended)
	s.figure("Kind", string(r.Kind), "hired "+show.Via(r.Via))
	if r.HourlyRate != nil {
		s.figure("Rate", q.money.Money(*r.HourlyRate), fmt.Sprintf("an hour, up to %s hours a week", show.Hours(*r.WeeklyLimitMinutes)))
	}
	s.figure("Paid", q.money.Money(r.Paid), "net of refunds")
	if r.Kind == event.KindFixed {
		s.figure("In escrow", q.money.Money(r.Escrow.Held), fmt.Sprintf("of %s funded: %s released, %s refunded",
			q.money.Amount(r.Escrow.Funded), q.money.Amount(r.Escrow.Released), q.money.Amount(r.Escrow.Refunded)))
	}
	q.printf("\n  client      %s\n  freelancer  %s\n  job         %s\n", r.Client, r.Freelancer, r.Job)
	if r.Description != "" {
		q.printf("  agreed      %s\n", q.text(r.Description))
	}
}

func (q *contractQuestion) milestones(all []aggregate.Milestone) {
	if len(all) == 0 {
		return
	}
	q.printf("\nMilestones: %s\n", show.Count(len(all)))
	t := q.newTable(left("MILESTONE"), left("STATE"), right("AMOUNT "+q.money.Code), right("RELEASED"), right("REFUNDED"), right("HELD"),
		right("ATTEMPTS"), left("DUE BY"))
	for _, m := range all {
		due := ""
		switch {
		case m.AutoReleaseAt != nil:
			due = "released " + m.AutoReleaseAt.String()
		case m.RespondBy != nil:
			due = "refunded " + m.RespondBy.String()
		}
		t.row(m.Milestone.String(), show.Reason(m.State), q.money.Amount(m.Amount), q.money.Amount(m.Released), q.money.Amount(m.Refunded),
			q.money.Amount(m.Held), show.Count(m.Attempts), due)
	}
	t.write(q.stdout, "  ")
	for _, m := range all {
		if m.Description == "" && m.Due == nil {
			continue
		}
		day := ""
		if m.Due != nil {
			day = " by " + string(*m.Due)
		}
		q.printf("  %s was agreed%s: %s\n", m.Milestone.String()[:8], day, q.text(m.Description))
	}
}

func (q *contractQuestion) weeks(all []aggregate.Week) {
	if len(all) == 0 {
		return
	}
	q.printf("\nWeeks: %s\n", show.Count(len(all)))
	t := q.newTable(left("WEEK"), right("HOURS"), right("BILLED "+q.money.Code), right("REFUSED"), right("PAID"), left("UNDER REVIEW UNTIL"))
	for _, w := range all {
		t.row(w.Week.String(), show.Hours(w.Minutes), q.optional(w.Amount), q.money.Amount(w.Refused), q.money.Amount(w.Paid), momentOf(w.ReviewEndsAt))
	}
	t.write(q.stdout, "  ")
}

func (q *contractQuestion) disputes(all []aggregate.Dispute) {
	if len(all) == 0 {
		return
	}
	q.printf("\nDisputes: %s\n", show.Count(len(all)))
	t := q.newTable(left("DISPUTE"), left("BY"), left("STATE"), right("AMOUNT "+q.money.Code), left("WEEK"), left("ANSWER BY"), left("UNANSWERED"))
	for _, d := range all {
		week, lapse := "", ""
		if d.Week != nil {
			week = d.Week.String()
		}
		if d.OnLapse != nil {
			lapse = string(*d.OnLapse)
		}
		t.row(d.Dispute.String(), string(d.By), string(d.State), q.money.Amount(d.Amount), week, d.RespondBy.String(), lapse)
	}
	t.write(q.stdout, "  ")
}

// optional is an amount, or that there is none.
func (q *contractQuestion) optional(amount *event.Money) string {
	if amount == nil {
		return show.Unknown
	}
	return q.money.Amount(*amount)
}

// momentOf is a moment, or nothing.
func momentOf(t *event.Time) string {
	if t == nil {
		return ""
	}
	return t.String()
}

// writeContract writes the report in the shape of the rules; with --show-text what
// people wrote stands in it.
func (q *contractQuestion) writeContract(r *aggregate.ContractReport) error {
	if !q.showText {
		return q.writeJSON(r)
	}
	type milestone struct {
		aggregate.Milestone
		Description string `json:"description,omitempty"`
	}
	told := struct {
		*aggregate.ContractReport
		Milestones  []milestone `json:"milestones"`
		Description string      `json:"description,omitempty"`
	}{r, make([]milestone, len(r.Milestones)), string(r.Description)}
	for i, m := range r.Milestones {
		told.Milestones[i] = milestone{m, string(m.Description)}
	}
	return q.writeJSON(told)
}
