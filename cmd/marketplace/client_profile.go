package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) clientCommand() *cobra.Command {
	return c.asking(&cobra.Command{
		Use:   "client CLIENT",
		Short: "Show how a client stands, and what freelancers may expect",
		Long: `client shows how a client stands, the negative signals that count now, and what
freelancers may expect: hire rate, spend, stars, payment and dispute rate.
marketplace explain client says why.`,
		Example: `  marketplace client 01234567-89ab-cdef-0123-456789abcdef
  marketplace client 01234567-89ab-cdef-0123-456789abcdef --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.ExactArgs(1),
	}, (*statsCommand).clientProfile)
}

func (s *statsCommand) clientProfile(ctx context.Context, args []string) error {
	id, err := parseID(args[0])
	if err != nil {
		return usage("%q: %w", args[0], err)
	}
	c, err := marketplace.Ask(ctx, s.asked, statistics.ClientProfileOf(id), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, id, c)
	}
	s.heading("Client", id)
	until := ""
	if c.Until != nil {
		until = "until " + c.Until.String()
	}
	s.figure("Standing", string(c.State), until)
	s.figure("  signals", show.Count(c.Signals), "negative ones that count now")
	since := ""
	if c.DueSince != nil {
		since = "due since " + c.DueSince.String()
	}
	s.figure("  next step", c.Next.String(), since)
	s.figure("Registered", c.Registered.Date().String(), "")
	s.figure("Contracts running", show.Count(c.RunningContracts), "")
	s.figure("Jobs posted", show.Count(c.JobsPosted), fmt.Sprintf("%s with a hire, %s", show.Count(c.JobsWithHire), show.Percent(c.HireRateBP)))
	s.figure("Spent", s.money.Money(c.Spent), "net of refunds")
	s.figure("Stars", show.Stars(c.Stars), "mean of "+show.Of(c.Feedbacks, "freelancer's published feedback", "freelancers' published feedbacks"))
	verified := "no"
	if c.PaymentVerified {
		verified = "yes"
	}
	s.figure("Payment verified", verified, "")
	if c.ReleaseMedianS != nil {
		s.figure("Pays work", "in "+show.Span(*c.ReleaseMedianS), "the median, from a submission to its release; "+show.Percent(c.AutoReleasedBP)+" by the timer")
	}
	s.disputeFigures(&c.DisputeRate)
	fmt.Fprintf(s.stdout, "\nWhy: marketplace explain client %s \\\n      %s\n", id, strings.TrimSpace(s.question.flags()))
	return nil
}
