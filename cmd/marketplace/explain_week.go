package main

import (
	"context"
	"fmt"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (x *explanation) week(ctx context.Context, args []string) error {
	week, err := parseWeek(args[0])
	if err != nil {
		return usage("%q: %w", args[0], err)
	}
	return answer(ctx, x, statistics.ExplainWeek(week), (*explanation).writeWeek)
}

func (x *explanation) writeWeek(e *statistics.WeekExplanation) {
	w := &e.Figures
	x.printf("Week %s, %s to %s\nas of %s, policy %s\n\n", fmt.Sprint(w.Week), e.From, e.Until-1, e.AsOf, e.Policy)
	s := &statsCommand{cli: x.cli, question: &x.question, money: x.money}
	s.totals(&w.MarketTotals)
	s.figure("Disputed", show.Count(w.Disputed), "of the contracts that ended, "+show.PercentOfMillion(w.DisputePPM))
	items(x, "Contracts", e.Contracts, func(c *statistics.WeekContract) {
		x.printf("  contract   %s  %s%s\n", c.Contract, show.Via(c.Via), did(c))
		x.printf("  client     %s\n  freelancer %s\n", c.Client, c.Freelancer)
		x.printf("  gross %s, refunds %s, %s hours\n", x.money.Money(c.GrossVolume), x.money.Money(c.Refunds), show.Hours(c.Minutes))
		x.facts(c.Facts)
	})
	items(x, "Invites sent", e.Invites, func(v *statistics.InviteVerdict) {
		x.printf("  %s  %s\n", v.Invite, verdict(v))
		x.facts(v.Facts)
	})
}

// did is what became of a contract in a week.
func did(c *statistics.WeekContract) string {
	words := ""
	if c.Started {
		words += ", started"
	}
	if c.Ended {
		words += ", ended"
	}
	if c.Disputed {
		words += ", disputed"
	}
	return words
}
