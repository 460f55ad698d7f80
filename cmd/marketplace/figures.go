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
		Long: `figures shows the marketplace in all, over the last year and per ISO week: gross
volume, hours, contracts started and ended, disputes, how hires came about and how
the freelancers stood, invites and how many were answered, jobs, what became of
proposals by how the freelancers stood at the submission, meetings; and whether Rising
Talent helps to win a first contract, and whether it helps to contact clients who are
consistently negative. marketplace explain week says what one week is made of.`,
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
	s.outreach(&f.Outreach)
	fmt.Fprintf(s.stdout, "\nIn the %s\n", show.LastMonths(s.question.rule().Figures.RecentMonths))
	s.period(&f.Year)
	s.firstContracts(&f.FirstContracts)
	shown := f.Weeks
	if weeks > 0 {
		shown = shown[max(0, len(shown)-weeks):]
	}
	if len(shown) == 0 {
		return s.noteOldHistory(ctx, f.AsOf)
	}
	fmt.Fprintf(s.stdout, "\nThe last %s of %s (--weeks 0 shows all)\n", show.Of(len(shown), "week", "weeks"), show.Count(int64(len(f.Weeks))+f.EarlierWeeks))
	t := s.newTable(left("WEEK"), right("GROSS "+s.money.Code), right("REFUNDS"), right("HOURS"), right("STARTED"), right("ENDED"), right("DISPUTED"),
		right("BY INVITE"), right("INVITES"), right("ANSWERED"), right("JOBS"))
	for i := range shown {
		w := &shown[i]
		t.row(fmt.Sprint(w.Week), s.money.Amount(w.GrossVolume), s.money.Amount(w.Refunds), show.Hours(w.Minutes), show.Count(w.ContractsStarted),
			show.Count(w.ContractsEnded), show.Count(w.Disputed), show.Percent(w.HireShares.InviteBP), show.Count(w.InvitesSent), show.Percent(w.ResponseRateBP),
			show.Count(w.JobsPosted))
	}
	t.write(s.stdout, "  ")
	return s.noteOldHistory(ctx, f.AsOf)
}

// totals are the figures that add up over weeks.
func (s *statsCommand) totals(t *statistics.MarketTotals) {
	s.figure("Gross volume", s.money.Money(t.GrossVolume), "to freelancers, before refunds")
	s.figure("  refunds", s.money.Money(t.Refunds), "")
	s.figure("  hours", show.Hours(t.Minutes), "by the day of payment")
	s.figure("  hours billed", show.Hours(t.MinutesBilled), "by the week worked")
	s.figure("Contracts started", show.Count(t.ContractsStarted), origins(t))
	s.figure("  by badge", show.Count(t.ContractsStarted-t.HiresByStanding.None), standings(t))
	s.figure("  by top score", show.Count(t.HiresTopScore), s.topScore(t))
	s.figure("  ended", show.Count(t.ContractsEnded), "")
	s.figure("Invites sent", show.Count(t.InvitesSent), "")
	s.figure("  answered", show.Percent(t.ResponseRateBP), fmt.Sprintf("%s of %s that count", show.Count(t.InvitesAnswered), show.Count(t.InvitesCounted)))
	s.figure("Jobs posted", show.Count(t.JobsPosted), "")
	s.figure("  candidates", show.Stars(t.CandidatesPerJob), "for each")
	s.figure("  proposals", show.Count(t.Proposals), "submitted")
	s.figure("  interviews", show.Count(t.Interviews), "started")
	s.proposals(t)
	s.figure("Connects spent", show.Count(int64(t.ConnectsSpent)), "")
	s.figure("  returned", show.Count(int64(t.ConnectsReturned)), "")
	s.meetings(&t.Meetings)
}

// period is totals of a period with its disputes.
func (s *statsCommand) period(p *statistics.PeriodFigures) {
	s.totals(&p.MarketTotals)
	s.figure("Disputed", show.Count(p.Disputed), "of the contracts that ended, "+show.PercentOfMillion(p.DisputePPM))
}

func standings(t *statistics.MarketTotals) string {
	h := &t.HiresByStanding
	return fmt.Sprintf("%s %s, %s %s, %s Rising Talent", show.Count(h.TopRatedPlus), show.Badge(event.BadgeTopRatedPlus),
		show.Count(h.TopRated), show.Badge(event.BadgeTopRated), show.Count(h.RisingTalent))
}

func (s *statsCommand) topScore(t *statistics.MarketTotals) string {
	return fmt.Sprintf("%s, a Job Success score of %d %% or more", show.Percent(t.HiresTopScoreBP), s.question.rule().Badge.Displayed)
}

// proposals are counted by what the freelancer was at the submission.
func (s *statsCommand) proposals(t *statistics.MarketTotals) {
	fmt.Fprintln(s.stdout, "  Proposals by the badge at the submission")
	for _, b := range statistics.AllBadgeStandings() {
		s.figure("  "+show.BadgeStanding(b), show.Count(*t.ProposalsByStanding.Of(b)), fmt.Sprintf("submitted; %s, %s",
			show.Of(*t.InterviewsByStanding.Of(b), "interview", "interviews"), show.Of(*t.ProposalHiresByStanding.Of(b), "hire", "hires")))
	}
}

// meetings are counted by what happened, and those scheduled by format.
func (s *statsCommand) meetings(m *statistics.Meetings) {
	all := []*statistics.MeetingCounts{&m.OneOnOne, &m.Panel, &m.Telephone, &m.Group}
	var n statistics.MeetingCounts
	for _, c := range all {
		n.Scheduled, n.Held, n.Cancelled = n.Scheduled+c.Scheduled, n.Held+c.Held, n.Cancelled+c.Cancelled
	}
	s.figure("Meetings", show.Count(n.Scheduled), fmt.Sprintf("scheduled: %s one on one, %s panel, %s telephone, %s group",
		show.Count(m.OneOnOne.Scheduled), show.Count(m.Panel.Scheduled), show.Count(m.Telephone.Scheduled), show.Count(m.Group.Scheduled)))
	s.figure("  held", show.Count(n.Held), "")
	s.figure("  cancelled", show.Count(n.Cancelled), "")
}

// firstContracts says whether Rising Talent helps to win one.
func (s *statsCommand) firstContracts(f *statistics.FirstContracts) {
	fmt.Fprintf(s.stdout, "\nA first contract in %s\n", show.Days(s.question.rule().Figures.FirstContractDays))
	for _, g := range []struct {
		who string
		*statistics.FirstContract
	}{{"Rising Talents", &f.RisingTalent}, {"Others", &f.Others}} {
		s.figure(g.who, show.Percent(g.WonBP), fmt.Sprintf("%s of %s won one; net %s", show.Count(g.Won), show.Count(g.Counted), s.money.Money(g.Paid)))
	}
}

// outreach says whether it helps to contact clients.
func (s *statsCommand) outreach(f *statistics.Outreach) {
	s.figure("Clients contacted", show.Count(f.ClientsContacted), "for being consistently negative")
	s.figure("  improved", show.Percent(f.ImprovedBP), "in "+show.Days(s.question.rule().Figures.OutreachDays))
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
