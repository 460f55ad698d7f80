package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) figuresCommand() *cobra.Command {
	weeks := 12
	cmd := c.asking(&cobra.Command{
		Use:   "figures",
		Short: "Show the marketplace week by week",
		Long: `figures shows the marketplace in all and per ISO week: gross volume, hours,
contracts started and ended, disputes, how hires came about, invites and how many
were answered. marketplace explain week says what one week is made of.`,
		Example: `  marketplace figures
  marketplace figures --as-of 2019-12-31T23:59:59Z --weeks 0
  marketplace figures --json > figures.json`,
		Args: cobra.NoArgs,
	}, func(s *statsCommand, ctx context.Context, _ []string) error {
		if weeks < 0 {
			return usage("--weeks %d: it is 0 or more", weeks)
		}
		return s.weekly(ctx, weeks)
	})
	cmd.Flags().IntVar(&weeks, "weeks", weeks, "the last weeks to show, 0 for all; JSON has all")
	return cmd
}

func (s *statsCommand) weekly(ctx context.Context, weeks int) error {
	f, err := marketplace.Ask(ctx, s.asked, statistics.MarketplaceFigures(), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, uuid.Nil, f)
	}
	fmt.Fprintf(s.stdout, "Marketplace as of %s, policy %s\n\n", f.AsOf, f.Policy)
	s.totals(&f.MarketTotals)
	s.disputeFigures(&f.DisputeRate)
	s.funnel(&f.Funnel)
	shown := f.Weeks
	if weeks > 0 {
		shown = shown[max(0, len(shown)-weeks):]
	}
	if len(shown) == 0 {
		return s.noteOldHistory(ctx, f.AsOf)
	}
	fmt.Fprintf(s.stdout, "\nThe last %s of %s (--weeks 0 shows all)\n", show.Of(len(shown), "week", "weeks"), show.Count(int64(len(f.Weeks))+f.EarlierWeeks))
	t := s.newTable(left("WEEK"), right("GROSS "+s.money.Code), right("REFUNDS"), right("HOURS"), right("STARTED"), right("ENDED"), right("DISPUTED"),
		right("BY INVITE"), right("INVITES"), right("ANSWERED"))
	for i := range shown {
		w := &shown[i]
		t.row(fmt.Sprint(w.Week), s.money.Amount(w.GrossVolume), s.money.Amount(w.Refunds), show.Hours(w.Minutes), show.Count(w.ContractsStarted),
			show.Count(w.ContractsEnded), show.Count(w.Disputed), show.Percent(w.HireShares.InviteBP), show.Count(w.InvitesSent), show.Percent(w.ResponseRateBP))
	}
	t.write(s.stdout, "  ")
	return s.noteOldHistory(ctx, f.AsOf)
}

// totals are the figures that add up over weeks.
func (s *statsCommand) totals(t *statistics.MarketTotals) {
	s.figure("Gross volume", s.money.Money(t.GrossVolume), "to freelancers, before refunds")
	s.figure("  refunds", s.money.Money(t.Refunds), "")
	s.figure("  hours", show.Hours(t.Minutes), "")
	s.figure("Contracts started", show.Count(t.ContractsStarted), origins(t))
	s.figure("  ended", show.Count(t.ContractsEnded), "")
	s.figure("Invites sent", show.Count(t.InvitesSent), "")
	s.figure("  answered", show.Percent(t.ResponseRateBP), fmt.Sprintf("%s of %s that count", show.Count(t.InvitesAnswered), show.Count(t.InvitesCounted)))
}

func origins(t *statistics.MarketTotals) string {
	if t.Hires.Total() == 0 {
		return ""
	}
	return fmt.Sprintf("%s by invite, %s by proposal, %s direct",
		show.Percent(t.HireShares.InviteBP), show.Percent(t.HireShares.ProposalBP), show.Percent(t.HireShares.DirectBP))
}

// parseWeek reads an ISO week as reports write it.
func parseWeek(s string) (event.Week, error) {
	w, err := event.ParseWeek(s)
	if err != nil {
		return w, fmt.Errorf("not an ISO week such as 2017-W05")
	}
	return w, nil
}
