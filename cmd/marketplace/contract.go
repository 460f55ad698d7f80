package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
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

// askingContract completes a command that asks about the contract that its first
// argument names, and writes the answer as JSON, with what people wrote or without it, or
// for people.
func askingContract[R any](c *cli, cmd *cobra.Command, ask func(*contractQuestion, context.Context, uuid.UUID, []string) (R, error),
	withText func(R) any, write func(*contractQuestion, R)) *cobra.Command {
	q := &contractQuestion{cli: c}
	answer := func(ctx context.Context, args []string) error {
		id, err := parseID(args[0])
		if err != nil {
			return usage("%q: %w", args[0], err)
		}
		r, err := ask(q, ctx, id, args[1:])
		switch {
		case err != nil:
			return err
		case q.question.json && q.showText:
			return q.writeJSON(withText(r))
		case q.question.json:
			return q.writeJSON(r)
		}
		write(q, r)
		return nil
	}
	cmd.RunE = c.action(func(ctx context.Context, args []string) (err error) {
		if q.question.model != "" {
			return &told{code: exitUsage, err: fmt.Errorf("a read model keeps neither milestones nor segments, so %s is read from the log", cmd.Name()),
				hint: "give the log that the read model follows with --store URL, and no --" + modelFlagName}
		}
		if q.money, err = q.question.currency.use(); err != nil {
			return err
		}
		return q.question.asking(ctx, func(asked *marketplace.Questions, _ *marketplace.Marketplace) error {
			q.asked = asked
			return answer(ctx, args)
		})
	})
	q.question.addMoment(cmd)
	q.question.model.add(cmd, "not for this question, which is asked of the log")
	cmd.Flags().BoolVar(&q.showText, "show-text", false, "show what people wrote")
	return cmd
}

func (c *cli) contractCommand() *cobra.Command {
	return askingContract(c, &cobra.Command{
		Use:   "contract CONTRACT",
		Short: "Show a contract: milestones, escrow, weeks, money, disputes, feedback",
		Long: `contract shows how a contract stood at a moment: its state, what became of the
money in escrow, its milestones, the bills of its weeks, bonuses and refunds, its
disputes and how they were shared, and the feedback that is published. marketplace
diary shows one week's segments. It is read from the log: a read model keeps neither.

What people wrote, such as what was agreed, shows as [personal text] unless
--show-text is given.`,
		Example: `  marketplace contract 01234567-89ab-cdef-0123-456789abcdef
  marketplace contract 01234567-89ab-cdef-0123-456789abcdef --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.ExactArgs(1),
	}, func(q *contractQuestion, ctx context.Context, id uuid.UUID, _ []string) (*aggregate.ContractReport, error) {
		return q.asked.Contract(ctx, id, q.question.options()...)
	}, contractWithText, (*contractQuestion).writeContract)
}

func (q *contractQuestion) writeContract(r *aggregate.ContractReport) {
	q.printf("Contract %s\nas of %s\n\n", r.Contract, r.AsOf)
	q.terms(r)
	q.milestones(r.Milestones)
	q.weeks(r.Weeks)
	q.payments("Bonuses", r.Bonuses)
	q.payments("Refunds", r.Refunds)
	q.disputes(r.Disputes)
	q.feedback(r)
}

func (q *contractQuestion) printf(format string, args ...any) { fmt.Fprintf(q.stdout, format, args...) }

// text is what a person wrote as it is shown.
func (q *contractQuestion) text(t event.Text) string {
	if q.showText {
		return show.Printable(string(t))
	}
	return t.String()
}

// said writes what a person wrote, if anything, on lines of its own that fit.
func (q *contractQuestion) said(indent, name string, t event.Text) {
	if t == "" {
		return
	}
	q.printf("%s", wrapped(indent+name+": ", indent+"  ", q.text(t), q.width))
}

// terms are what stands above the lists.
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
		s.figure("In escrow", q.money.Money(r.Escrow.Held), "of "+q.money.Amount(r.Escrow.Funded)+" funded")
		s.figure("  released", q.money.Amount(r.Escrow.Released), "to the freelancer")
		s.figure("  refunded", q.money.Amount(r.Escrow.Refunded), "to the client")
	}
	q.printf("\n  client      %s\n  freelancer  %s\n  job         %s\n", r.Client, r.Freelancer, r.Job)
	q.said("  ", "agreed", r.Description)
}

func (q *contractQuestion) milestones(all []aggregate.Milestone) {
	if len(all) == 0 {
		return
	}
	q.printf("\nMilestones: %s\n", show.Count(len(all)))
	for i, m := range all {
		due := ""
		if m.Due != nil {
			due = ", due " + string(*m.Due)
		}
		q.printf("\n %2d. %s, %s%s\n", i+1, show.Reason(m.State), q.money.Money(m.Amount), due)
		q.printf("     milestone %s\n", m.Milestone)
		q.printf("     funded %s: released %s, refunded %s, held %s\n",
			q.money.Amount(m.Funded()), q.money.Amount(m.Released), q.money.Amount(m.Refunded), q.money.Amount(m.Held))
		if m.ReleasedAt != nil {
			q.printf("     last released %s%s\n", m.ReleasedAt, due)
		}
		if m.Attempts > 0 {
			q.printf("     handed in %s\n", show.Of(m.Attempts, "time", "times"))
		}
		switch {
		case m.AutoReleaseAt != nil:
			q.printf("     released %s unless the client answers\n", m.AutoReleaseAt)
		case m.RespondBy != nil:
			q.printf("     refunded %s unless the freelancer answers\n", m.RespondBy)
		}
		q.said("     ", "agreed", m.Description)
	}
}

func (q *contractQuestion) weeks(all []aggregate.Week) {
	if len(all) == 0 {
		return
	}
	q.printf("\nWeeks: %s\n", show.Count(len(all)))
	t := q.newTable(left("WEEK"), right("HOURS"), right("BILLED "+q.money.Code), right("REFUSED"), right("PAID"), left("UNDER REVIEW UNTIL"))
	for _, w := range all {
		review := "not invoiced yet"
		if w.ReviewEndsAt != nil {
			review = w.ReviewEndsAt.String()
		}
		t.row(w.Week.String(), show.Hours(w.Minutes), q.optional(w.Amount), q.money.Amount(w.Refused), q.money.Amount(w.Paid), review)
	}
	t.write(q.stdout, "  ")
}

func (q *contractQuestion) payments(title string, all []aggregate.Payment) {
	if len(all) == 0 {
		return
	}
	q.printf("\n%s: %s\n", title, show.Count(len(all)))
	t := q.newTable(left("WHEN"), right("AMOUNT "+q.money.Code))
	for _, p := range all {
		t.row(p.At.String(), q.money.Amount(p.Amount))
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
