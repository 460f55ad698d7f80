package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (c *cli) profileCommand() *cobra.Command {
	var own bool
	cmd := c.asking(&cobra.Command{
		Use:   "profile FREELANCER",
		Short: "Show a freelancer's public profile and work history",
		Long: `profile shows a freelancer as everybody sees one: what they say of their work,
tests, badges, Job Success, earnings and hours, and the contracts of their work
history. Nobody sees a private profile, or that of an account that is suspended or
closed, but its owner with --own. It shows what people wrote.`,
		Example: `  marketplace profile 01234567-89ab-cdef-0123-456789abcdef
  marketplace profile 01234567-89ab-cdef-0123-456789abcdef --own --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.ExactArgs(1),
	}, func(s *statsCommand, ctx context.Context, args []string) error {
		return s.publicProfile(ctx, args, own)
	})
	cmd.Flags().BoolVar(&own, "own", false, "as its owner sees it, public or not")
	return cmd
}

func (s *statsCommand) publicProfile(ctx context.Context, args []string, own bool) error {
	id, err := parseID(args[0])
	if err != nil {
		return usage("%q: %w", args[0], err)
	}
	p, err := marketplace.Ask(ctx, s.asked, statistics.PublicProfileOf(id, own), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, uuid.Nil, p)
	}
	s.heading("Freelancer", id)
	if p.Category != nil {
		s.figure("Category", show.Printable(*p.Category), "")
	}
	if p.HourlyRate != nil {
		s.figure("Rate", s.money.Money(*p.HourlyRate), "an hour")
	}
	score := show.Unknown
	if p.Displayed != nil {
		score = fmt.Sprintf("%d %%", *p.Displayed)
	}
	s.figure("Job Success", score, "")
	s.figure("Answers invites", show.Percent(p.RateBP), orUnknown(string(p.Level)))
	s.figure("Badges", orUnknown(show.Badges(p.Profile)), profileMarks(p.Profile))
	s.figure("Paid", s.money.Money(p.Paid), "net of refunds")
	s.figure("  in "+show.Months(s.question.rule().Work.RecentMonths), s.money.Money(p.Paid12m), "")
	s.figure("Hours", show.Hours(p.Minutes), "paid for")
	s.profileSays(p)
	s.workHistory(p.History)
	return nil
}

// profileSays writes what a freelancer says of their work, and what tests say of it.
func (s *statsCommand) profileSays(p *statistics.PublicProfile) {
	for _, text := range []*statistics.Shown{p.Title, p.Introduction} {
		if text != nil && *text != "" {
			fmt.Fprintf(s.stdout, "\n%s\n", shownText(text))
		}
	}
	var skills, works, tests []string
	for _, skill := range p.Skills {
		skills = append(skills, shownText(&skill))
	}
	for _, item := range p.Portfolio {
		work := shownText(&item.Title)
		if item.Ref != nil {
			work += ", " + shownText(item.Ref)
		}
		works = append(works, work)
	}
	for _, t := range p.Tests {
		tests = append(tests, fmt.Sprintf("%s: %s of 100, %s", show.Printable(t.Test), show.Count(t.Score), t.At.Date()))
	}
	s.list("Skills", skills)
	s.list("Work shown", works)
	s.list("Tests", tests)
}

// workHistory writes the contracts as a table, and below it what was said of each.
func (s *statsCommand) workHistory(history []statistics.PastWork) {
	if len(history) == 0 {
		return
	}
	fmt.Fprintf(s.stdout, "\nWork history: %s\n", show.Of(int64(len(history)), "contract", "contracts"))
	t := s.newTable(left("CONTRACT"), left("KIND"), left("STARTED"), left("ENDED"), right("PAID "+s.money.Code), right("HOURS"), right("STARS"))
	for _, w := range history {
		ended := "runs"
		if w.Ended != nil {
			ended = w.Ended.Date().String()
		}
		t.row(w.Contract.String(), string(w.Kind), w.Started.Date().String(), ended, s.money.Amount(w.Paid), show.Hours(w.Minutes), show.Stars(w.Stars))
	}
	t.write(s.stdout, "  ")
	for _, w := range history {
		if w.Title == nil && w.Comment == nil && w.Response == nil {
			continue
		}
		fmt.Fprintf(s.stdout, "\n  %s\n", w.Contract)
		for _, said := range []struct {
			what string
			text *statistics.Shown
		}{{"job", w.Title}, {"comment", w.Comment}, {"response", w.Response}} {
			if said.text != nil {
				fmt.Fprintf(s.stdout, "    %-9s %s\n", said.what, shownText(said.text))
			}
		}
	}
}

// shownText is what a person wrote, safe for a terminal.
func shownText(text *statistics.Shown) string {
	if text == nil {
		return show.Unknown
	}
	return show.Printable(string(*text))
}
