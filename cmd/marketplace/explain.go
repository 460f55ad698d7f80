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
				return usage("explain %q: known are job-success, responsiveness and dispute-rate", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		c.explainOne("job-success ID", "Explain a freelancer's Job Success score", cobra.ExactArgs(1), (*explanation).jobSuccess),
		c.explainOne("responsiveness ID", "Explain how well a freelancer answers invites", cobra.ExactArgs(1), (*explanation).responsiveness),
		c.explainOne("dispute-rate [ID]", "Explain the dispute rate of an account, or of the marketplace", cobra.MaximumNArgs(1), (*explanation).disputeRate),
	)
	return cmd
}

func (c *cli) explainOne(use, short string, args cobra.PositionalArgs, explain func(*explanation, context.Context, uuid.UUID) error) *cobra.Command {
	x := &explanation{cli: c}
	name := strings.Fields(use)[0]
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Example: "  marketplace explain " + name + " 01234567-89ab-cdef-0123-456789abcdef\n" +
			"  marketplace explain " + name + " 01234567-89ab-cdef-0123-456789abcdef --as-of 2017-06-30T00:00:00Z --json",
		Args: args,
		RunE: c.action(func(ctx context.Context, args []string) (err error) {
			id := uuid.Nil
			if len(args) > 0 {
				if id, err = parseID(args[0]); err != nil {
					return usage("%q: %w", args[0], err)
				}
			}
			if x.money, err = x.question.currency.use(); err != nil {
				return err
			}
			return x.question.asking(ctx, func(asked *marketplace.Questions, _ *marketplace.Marketplace) error {
				x.asked = asked
				return explain(x, ctx, id)
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

// facts writes a line for each event, but of more than three of one type in a
// row only the first and the last.
func (x *explanation) facts(facts []projection.Fact) {
	for len(facts) > 0 {
		n := 1
		for n < len(facts) && facts[n].Type == facts[0].Type {
			n++
		}
		for i, f := range facts[:n] {
			switch {
			case x.all || n <= 3 || i == 0 || i == n-1:
				x.printf("      %10s  %s  %s\n", position(f), f.OccurredAt, f.Type)
			case i == 1:
				x.printf("      %10s  %s more (--all shows them)\n", "…", show.Count(n-2))
			}
		}
		facts = facts[n:]
	}
}

func position(f projection.Fact) string { return fmt.Sprintf("#%d", f.Position) }
