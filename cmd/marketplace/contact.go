package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) contactCommand() *cobra.Command {
	return c.asking(&cobra.Command{
		Use:   "contact CLIENT FREELANCER",
		Short: "Show since when a client and a freelancer see each other's contact details",
		Long: `contact shows when a client and a freelancer first saw each other's contact details,
and by which invite, proposal or contract.`,
		Example: `  marketplace contact 01234567-89ab-cdef-0123-456789abcdef 76543210-89ab-cdef-0123-456789abcdef
  marketplace contact 01234567-89ab-cdef-0123-456789abcdef 76543210-89ab-cdef-0123-456789abcdef --json`,
		Args: cobra.ExactArgs(2),
	}, (*statsCommand).contact)
}

func (s *statsCommand) contact(ctx context.Context, args []string) error {
	ids := make([]uuid.UUID, len(args))
	for i, arg := range args {
		var err error
		if ids[i], err = parseID(arg); err != nil {
			return usage("%q: %w", arg, err)
		}
	}
	c, err := marketplace.Ask(ctx, s.asked, statistics.ContactOf(ids[0], ids[1]), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, uuid.Nil, c)
	}
	fmt.Fprintf(s.stdout, "Contact of client %s\n   and freelancer %s\nas of %s\n\n", c.Client, c.Freelancer, c.AsOf)
	if c.At == nil {
		fmt.Fprintln(s.stdout, "  Neither has seen the other's contact details.")
		return nil
	}
	fmt.Fprintf(s.stdout, "  since %s, by %s\n", c.At, *c.Stream)
	return nil
}
