package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) connectsCommand() *cobra.Command {
	return c.asking(&cobra.Command{
		Use:   "connects FREELANCER",
		Short: "Show a freelancer's Connects, in which lots they lie, and how they moved",
		Long: `connects shows how many Connects a freelancer can spend on proposals, the lots in
which they came, with what is left of each and until when, and every movement, in
the order of the log.`,
		Example: `  marketplace connects 01234567-89ab-cdef-0123-456789abcdef
  marketplace connects 01234567-89ab-cdef-0123-456789abcdef --as-of 2024-09-03T00:00:00Z --json`,
		Args: cobra.ExactArgs(1),
	}, (*statsCommand).connects)
}

func (s *statsCommand) connects(ctx context.Context, args []string) error {
	id, err := parseID(args[0])
	if err != nil {
		return usage("%q: %w", args[0], err)
	}
	c, err := marketplace.Ask(ctx, s.asked, statistics.ConnectsOf(id), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, uuid.Nil, c)
	}
	s.heading("Connects of freelancer", id)
	s.figure("Balance", show.Count(c.Balance), "in lots that have not run out")
	if len(c.Lots) > 0 {
		fmt.Fprintf(s.stdout, "\nLots\n")
		t := s.newTable(right("LOT"), left("CAME"), right("AMOUNT"), right("LEFT"), left("RUNS OUT"))
		for _, l := range c.Lots {
			t.row(fmt.Sprint(l.Lot), show.Lot(l), show.Count(l.Amount), show.Count(l.Left), l.ExpiresAt.String())
		}
		t.write(s.stdout, "  ")
	}
	if len(c.History) > 0 {
		fmt.Fprintf(s.stdout, "\nHow they moved\n")
		t := s.newTable(right("POSITION"), left("AT"), left("WHAT"), right("AMOUNT"), right("LOT"), left("PROPOSAL"))
		for _, e := range c.History {
			t.row(fmt.Sprintf("#%d", e.Position), e.At.String(), e.Kind.String(), signed(e), fmt.Sprint(e.Lot), proposalOf(e))
		}
		t.write(s.stdout, "  ")
	}
	return s.noteOldHistory(ctx, c.AsOf)
}

// signed is what a movement adds to its lot.
func signed(e statistics.ConnectsEntry) string {
	if e.Kind.Begins() {
		return "+" + show.Count(e.Amount)
	}
	return "-" + show.Count(e.Amount)
}

// proposalOf is the proposal that a movement is for.
func proposalOf(e statistics.ConnectsEntry) string {
	if e.Kind == projection.ConnectsSpent || e.Kind == projection.ConnectsReturned {
		return e.Proposal.String()
	}
	return ""
}
