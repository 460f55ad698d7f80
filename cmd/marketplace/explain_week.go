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
	s.period(&w.PeriodFigures)
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
	items(x, "Jobs posted", e.Jobs, func(j *statistics.WeekJob) {
		x.printf("  %s  %s\n", j.Job, show.Of(j.Candidates, "candidate", "candidates"))
		x.facts(j.Facts)
	})
	items(x, "Proposals", e.Proposals, func(p *statistics.WeekProposal) {
		x.printf("  %s  %s\n  freelancer %s\n", p.Proposal, became(p), p.Freelancer)
		x.facts(p.Facts)
	})
	items(x, "Meetings", e.Meetings, func(m *statistics.WeekMeeting) {
		x.printf("  %s %s  %s\n", m.Kind(), m.ID(), show.Form(m.Format, m.Channel))
		x.facts(m.Facts)
	})
	items(x, "Connects", e.Connects, func(c *statistics.WeekConnects) {
		x.printf("  freelancer %s  spent %s, returned %s\n", c.Freelancer, show.Count(int64(c.Spent)), show.Count(int64(c.Returned)))
		x.facts(c.Facts)
	})
	items(x, "Work billed", e.Billed, func(b *statistics.WeekBilled) {
		x.printf("  contract %s  %s hours\n", b.Contract, show.Hours(b.Minutes))
		x.facts(b.Facts)
	})
}

// became is what became of a proposal in a week.
func became(p *statistics.WeekProposal) string {
	words := "submitted "
	if !p.Submitted {
		words += "earlier "
	}
	words += "with " + show.BadgeStanding(p.Standing)
	if p.Interviews > 0 {
		words += ", interview started"
	}
	if p.Hires > 0 {
		words += ", hired"
	}
	return words
}

// did is what became of a contract in a week.
func did(c *statistics.WeekContract) string {
	words := ""
	if c.Started {
		words += ", started with " + show.BadgeStanding(c.Standing)
	}
	if c.Ended {
		words += ", ended"
	}
	if c.Disputed {
		words += ", disputed"
	}
	return words
}
