package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
)

func (c *cli) explainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Say why a number is what it is",
		Long: `explain shows a number and everything it rests on: what counted, with the events
that made it so, and what was left out and why. An event is named by its position
in the log, which marketplace events --from shows.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("explain %q: known are %s", args[0], strings.Join(explainable, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		c.explainOne("job-success ID", "Explain a freelancer's Job Success score", cobra.ExactArgs(1), (*explanation).jobSuccess),
		c.explainOne("responsiveness ID", "Explain how well a freelancer answers invites", cobra.ExactArgs(1), (*explanation).responsiveness),
		c.explainOne("dispute-rate [ID]", "Explain the dispute rate of an account, or of the marketplace", cobra.MaximumNArgs(1), (*explanation).disputeRate),
		c.explainOne("work ID", "Explain what a freelancer was paid, and for whom", cobra.ExactArgs(1), (*explanation).work),
		c.explainOne("funnel [ID]", "Explain the funnel of a freelancer, or of the marketplace", cobra.MaximumNArgs(1), (*explanation).funnel),
		c.explainOne("badges ID", "Explain how a freelancer stands towards each badge", cobra.ExactArgs(1), (*explanation).badges),
		c.explainOne("client ID", "Explain a client's standing, hire rate, spend and stars", cobra.ExactArgs(1), (*explanation).client),
		c.explainWeek(),
	)
	return cmd
}

// explainable are the numbers that there is an explanation of.
var explainable = []string{"job-success", "responsiveness", "dispute-rate", "work", "funnel", "badges", "client", "week"}

// explainOne is the explanation of an account's number; where the account may be
// left out, uuid.Nil is the whole marketplace.
func (c *cli) explainOne(use, short string, args cobra.PositionalArgs, explain func(*explanation, context.Context, uuid.UUID) error) *cobra.Command {
	return c.explaining(use, short, "01234567-89ab-cdef-0123-456789abcdef", args, func(x *explanation, ctx context.Context, args []string) (err error) {
		id := uuid.Nil
		if len(args) > 0 {
			if id, err = parseID(args[0]); err != nil {
				return usage("%q: %w", args[0], err)
			}
		}
		return explain(x, ctx, id)
	})
}

func (c *cli) explainWeek() *cobra.Command {
	return c.explaining("week WEEK", "Explain the figures of an ISO week", "2017-W05", cobra.ExactArgs(1), func(x *explanation, ctx context.Context, args []string) error {
		week, err := parseWeek(args[0])
		if err != nil {
			return usage("%q: %w", args[0], err)
		}
		return x.week(ctx, week)
	})
}

func (c *cli) explaining(use, short, sample string, args cobra.PositionalArgs, explain func(*explanation, context.Context, []string) error) *cobra.Command {
	x := &explanation{cli: c}
	name := strings.Fields(use)[0]
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Example: "  marketplace explain " + name + " " + sample + "\n" +
			"  marketplace explain " + name + " " + sample + " --as-of 2017-06-30T00:00:00Z --json",
		Args: args,
		RunE: c.action(func(ctx context.Context, args []string) (err error) {
			if x.money, err = x.question.currency.use(); err != nil {
				return err
			}
			return x.question.asking(ctx, func(asked *marketplace.Questions, _ *marketplace.Marketplace) error {
				x.asked = asked
				return explain(x, ctx, args)
			})
		}),
	}
	x.question.add(cmd)
	cmd.Flags().BoolVar(&x.all, "all", false, "show every event and every contract, however many")
	return cmd
}

// explanation is one answer of the command explain.
type explanation struct {
	*cli
	asked    *marketplace.Questions
	question question
	money    show.Currency
	all      bool // show everything
	brief    bool // of what is left out, show only how much
}

func (x *explanation) printf(format string, args ...any) { fmt.Fprintf(x.stdout, format, args...) }

// answer writes an explanation as JSON, or for people.
func answer[T any](x *explanation, e *T, err error, write func(*T)) error {
	switch {
	case err != nil:
		return err
	case x.question.json:
		return x.writeJSON(e)
	}
	write(e)
	return nil
}

// shownItems is how many items of a list are shown unless all are wanted.
const shownItems = 20

// items writes the items of a list, or the first of them.
func items[T any](x *explanation, title string, list []T, write func(*T)) {
	if len(list) == 0 {
		return
	}
	x.printf("\n%s: %s\n", title, show.Count(len(list)))
	for i := range list {
		if !x.all && i == shownItems && len(list) > shownItems+1 {
			x.printf("\n  … and %s more (--all shows them)\n", show.Count(len(list)-shownItems))
			return
		}
		x.printf("\n")
		write(&list[i])
	}
}

// facts writes a line for each event, but of more than three of one type in a
// row only the first and the last.
func (x *explanation) facts(facts []projection.Evidence) {
	for len(facts) > 0 {
		n := 1
		for n < len(facts) && facts[n].Type == facts[0].Type {
			n++
		}
		for i, f := range facts[:n] {
			switch {
			case x.all || n <= 3 || i == 0 || i == n-1:
				x.fact(f)
			case i == 1:
				x.printf("      %10s  %s more (--all shows them)\n", "…", show.Count(n-2))
			}
		}
		facts = facts[n:]
	}
}

func (x *explanation) fact(f projection.Evidence) {
	x.printf("      %10s  %s  %s\n", position(f), f.OccurredAt, f.Type)
}

func position(f projection.Evidence) string { return fmt.Sprintf("#%d", f.Position) }
