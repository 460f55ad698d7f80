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

func (c *cli) myStatsCommand() *cobra.Command {
	return c.askingAboutBadges(&cobra.Command{
		Use:   "my-stats FREELANCER",
		Short: "Show what a freelancer sees of their own standing and work",
		Long: `my-stats shows a freelancer's score, responsiveness, dispute rate, funnel, what was
paid and for whom, and how far the conditions of each badge are met. marketplace
explain says why each number is what it is.`,
		Example: `  marketplace my-stats 01234567-89ab-cdef-0123-456789abcdef
  marketplace my-stats 01234567-89ab-cdef-0123-456789abcdef --as-of 2019-12-31T23:59:59Z --json`,
		Args: cobra.ExactArgs(1),
	}, (*statsCommand).myStats)
}

// asking completes a command that asks a question.
func (c *cli) asking(cmd *cobra.Command, answer func(*statsCommand, context.Context, []string) error) *cobra.Command {
	return c.askingOf(cmd, answer, &question{})
}

// askingAboutBadges is asking where the answer depends on the rule for badges.
func (c *cli) askingAboutBadges(cmd *cobra.Command, answer func(*statsCommand, context.Context, []string) error) *cobra.Command {
	q := &question{}
	q.addBadges(cmd)
	return c.askingOf(cmd, answer, q)
}

func (c *cli) askingOf(cmd *cobra.Command, answer func(*statsCommand, context.Context, []string) error, q *question) *cobra.Command {
	s := &statsCommand{cli: c, question: q}
	cmd.RunE = c.action(func(ctx context.Context, args []string) (err error) {
		if s.money, err = s.question.currency.use(); err != nil {
			return err
		}
		return s.question.asking(ctx, func(asked *marketplace.Questions, m *marketplace.Marketplace) error {
			s.asked, s.market = asked, m
			return answer(s, ctx, args)
		})
	})
	s.question.add(cmd)
	return cmd
}

func (s *statsCommand) myStats(ctx context.Context, args []string) error {
	id, err := parseID(args[0])
	if err != nil {
		return usage("%q: %w", args[0], err)
	}
	f, err := marketplace.Ask(ctx, s.asked, statistics.MyStatsOf(id), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeAnswer(s.question, s.money, id, f)
	}
	s.heading("My Stats of freelancer", id)
	s.standing(&f.FreelancerStats)
	recent := s.question.rule().Work.RecentMonths
	s.figure("  in "+show.Months(recent), s.money.Money(f.Paid12m), "")
	s.figure("Hours paid", show.Hours(f.Minutes), fmt.Sprintf("%s in %s", show.Hours(f.Minutes12m), show.Months(recent)))
	s.figure("Hours billed", show.Hours(f.MinutesBilled), fmt.Sprintf("%s in %s", show.Hours(f.MinutesBilled12m), show.Months(recent)))
	s.figure("Clients", show.Count(f.Clients), fmt.Sprintf("%s in the %s, %s of them long-term (%s)",
		show.Count(f.ClientsLastYear), show.LastMonths(recent), show.Count(f.LongTermClients), show.Percent(f.LongTermBP)))
	s.funnel(&f.Funnel)
	s.figure("Connects", show.Count(f.ConnectsBalance), "marketplace connects shows how they moved")
	s.assessments(f.Assessments)
	s.badges(&f.Badges)
	why := names(func(e explained) bool { return e.myStats })
	fmt.Fprintf(s.stdout, "\nWhy: marketplace explain %s or %s\n      %s \\\n      %s\n",
		strings.Join(why[:len(why)-1], ", "), why[len(why)-1], id, strings.TrimSpace(s.question.flags()))
	return s.noteOldHistory(ctx, s.question.moment())
}

func (s *statsCommand) funnel(f *statistics.Funnel) {
	perHire := ""
	if f.ProposalsPerHire != nil {
		perHire = show.Decimal(*f.ProposalsPerHire, 2) + " proposals for each hire"
	}
	s.figure("Proposals", show.Count(f.Proposals), "in "+show.Days(s.question.rule().Funnel.Days))
	s.figure("  interviews", show.Count(f.Interviews), "")
	s.figure("  offers", show.Count(f.Offers), "")
	s.figure("  hires", show.Count(f.Hires), perHire)
}

// assessments writes as many as Top Rated looks at.
func (s *statsCommand) assessments(all []statistics.Assessment) {
	if len(all) == 0 {
		return
	}
	newest := all[max(0, len(all)-s.question.rule().Badge.Assessments):]
	fmt.Fprintf(s.stdout, "\nScore as it was shown, the last %s\n", show.Of(len(newest), "week", "weeks"))
	var line []string
	for _, a := range newest {
		shown := show.Unknown
		if a.Displayed != nil {
			shown = show.Count(*a.Displayed)
		}
		line = append(line, shown)
	}
	fmt.Fprintf(s.stdout, "  %s\n", strings.Join(line, " "))
}

func (s *statsCommand) badges(b *statistics.BadgeProgress) {
	if b.RisingTalent {
		fmt.Fprintln(s.stdout, "\nRising Talent")
	}
	for _, state := range b.States() {
		fmt.Fprintf(s.stdout, "\n%s: %s\n", show.Badge(state.Badge), held(state))
		for _, c := range state.Conditions {
			fmt.Fprintf(s.stdout, "  %s  %s\n", met(c), condition(c, s.question.rule().Badge, s.money))
		}
	}
	if len(b.Entitlements) > 0 {
		words := make([]string, len(b.Entitlements))
		for i, e := range b.Entitlements {
			words[i] = show.Entitlement(e)
		}
		fmt.Fprintf(s.stdout, "\nEntitled to %s\n", strings.Join(words, ", "))
	}
}

func held(s *statistics.BadgeState) string {
	is := "not held"
	if s.Held {
		is = "held"
	}
	if s.Met != s.Held {
		is += map[bool]string{true: ", and all conditions are met", false: ", though not every condition is met"}[s.Met]
	}
	return is
}

func met(c statistics.Condition) string {
	if c.Met {
		return "yes"
	}
	return "no "
}

// condition is what a condition asks for, and what there is of it.
func condition(c statistics.Condition, p statistics.BadgePolicy, money show.Currency) string {
	have := show.Unknown
	if c.Have != nil {
		have = show.Measure(*c.Have, c.Unit, money)
	}
	return show.Condition(c, p, money) + ": " + have
}
