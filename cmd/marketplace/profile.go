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
	s.figure("Title", shownText(p.Title), "")
	if p.Category != nil {
		s.figure("Category", show.Printable(*p.Category), "")
	}
	for _, skill := range p.Skills {
		s.figure("Skill", shownText(&skill), "")
	}
	if p.HourlyRate != nil {
		s.figure("Rate", s.money.Money(*p.HourlyRate), "an hour")
	}
	for _, t := range p.Tests {
		s.figure("Test", show.Count(t.Score), show.Printable(t.Test)+", "+t.At.Date().String())
	}
	score := show.Unknown
	if p.Displayed != nil {
		score = fmt.Sprintf("%d %%", *p.Displayed)
	}
	s.figure("Job Success", score, "")
	s.figure("Answers invites", show.Percent(p.RateBP), orUnknown(string(p.Level)))
	s.figure("Badges", orUnknown(show.Badges(p.Profile)), profileMarks(p.Profile))
	s.figure("Paid", s.money.Money(p.Paid), "net of refunds")
	s.figure("Hours", show.Hours(p.Minutes), "paid for")
	if p.Introduction != nil && *p.Introduction != "" {
		fmt.Fprintf(s.stdout, "\n%s\n", shownText(p.Introduction))
	}
	s.workHistory(p.History)
	return nil
}

func (s *statsCommand) workHistory(history []statistics.PastWork) {
	if len(history) == 0 {
		return
	}
	fmt.Fprintf(s.stdout, "\nWork history: %s\n", show.Of(int64(len(history)), "contract", "contracts"))
	t := s.newTable(left("CONTRACT"), left("KIND"), left("STARTED"), left("ENDED"), right("PAID "+s.money.Code), right("HOURS"), right("STARS"), left("WHAT THEY SAID"))
	for _, w := range history {
		ended := "runs"
		if w.Ended != nil {
			ended = w.Ended.Date().String()
		}
		t.row(w.Contract.String(), string(w.Kind), w.Started.Date().String(), ended, s.money.Amount(w.Paid), show.Hours(w.Minutes), show.Stars(w.Stars), shownText(w.Comment))
	}
	t.write(s.stdout, "  ")
}

// shownText is what a person wrote, safe for a terminal.
func shownText(text *statistics.Shown) string {
	if text == nil {
		return show.Unknown
	}
	return show.Printable(string(*text))
}
