package main

import (
	"strings"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (x *explanation) writeWork(e *statistics.WorkExplanation) {
	w := &e.Work
	marks := func(recent, longTerm bool) string { return marks(x.question.rule().Work, recent, longTerm) }
	x.printf("Work of freelancer %s\nas of %s, policy %s\n\n", e.Freelancer, e.AsOf, e.Policy)
	t := x.newTable(left(""), right("PAID "+x.money.Code), right("HOURS"), right("BILLED"), right("CLIENTS"), right("LONG-TERM"))
	t.row("ever", x.money.Amount(e.Paid), show.Hours(w.Minutes), show.Hours(w.MinutesBilled), show.Count(w.Clients), "")
	t.row("since "+e.RecentFrom, x.money.Amount(w.Paid12m), show.Hours(w.Minutes12m), show.Hours(w.MinutesBilled12m), show.Count(w.ClientsLastYear),
		show.Count(w.LongTermClients)+", "+show.Percent(w.LongTermBP))
	t.write(x.stdout, "  ")
	items(x, "Clients", e.Clients, func(c *statistics.WorkFor) {
		x.printf("  client %s%s\n", c.Client, marks(c.LastYear, c.LongTerm))
		x.printf("  paid %s, %s hours; since %s %s, %s hours\n", x.money.Money(c.Paid), show.Hours(c.Minutes), e.RecentFrom, x.money.Money(c.Paid12m), show.Hours(c.Minutes12m))
		if c.MinutesBilled > 0 {
			x.printf("  billed %s hours; worked since %s %s hours\n", show.Hours(c.MinutesBilled), e.RecentFrom, show.Hours(c.MinutesBilled12m))
		}
		for _, k := range c.Contracts {
			x.printf("    contract %s%s\n", k.Contract, marks(k.LastYear, k.LongTerm))
			x.facts(k.Facts)
		}
	})
}

func marks(p statistics.WorkPolicy, recent, longTerm bool) string {
	var words []string
	if recent {
		words = append(words, show.LastMonths(p.RecentMonths))
	}
	if longTerm {
		words = append(words, "long-term")
	}
	if len(words) == 0 {
		return ""
	}
	return "  " + strings.Join(words, ", ")
}
