package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

// account shows whatever has an id: a client, a freelancer, or both.
func (s *statsCommand) account(ctx context.Context, id uuid.UUID) error {
	c, none := marketplace.Ask(ctx, s.asked, statistics.ClientStatsOf(id), s.question.options()...)
	if none != nil && !errors.Is(none, statistics.ErrNotFound) {
		return none
	}
	f, err := marketplace.Ask(ctx, s.asked, statistics.FreelancerStatsOf(id), s.question.options()...)
	switch {
	case err != nil && !errors.Is(err, statistics.ErrNotFound):
		return err
	case err != nil && none != nil:
		return &statistics.NotFoundError{Kind: "client or freelancer", ID: id, AsOf: s.question.moment()}
	case s.question.json:
		return s.writeAnswer(s.question, s.money, id, struct {
			Client     *statistics.ClientStats     `json:"client"`
			Freelancer *statistics.FreelancerStats `json:"freelancer"`
		}{c, f})
	}
	if none == nil {
		s.showClient(id, c)
	}
	if err == nil {
		if none == nil {
			fmt.Fprintln(s.stdout)
		}
		s.showFreelancer(id, f)
	}
	return nil
}

func (s *statsCommand) freelancer(ctx context.Context, id uuid.UUID) error {
	f, err := marketplace.Ask(ctx, s.asked, statistics.FreelancerStatsOf(id), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeJSON(f)
	}
	s.showFreelancer(id, f)
	return nil
}

func (s *statsCommand) showFreelancer(id uuid.UUID, f *statistics.FreelancerStats) {
	s.heading("Freelancer", id)
	s.standing(f)
	fmt.Fprintf(s.stdout, "\nWhy: marketplace explain job-success %s \\\n      %s\n", id, strings.TrimSpace(s.question.flags()))
}

func (s *statsCommand) standing(f *statistics.FreelancerStats) {
	if j := f.JobSuccess; j == nil {
		s.figure("Job Success", show.Unknown, "too few outcomes")
	} else {
		s.figure("Job Success", fmt.Sprintf("%d %%", j.Displayed), fmt.Sprintf("(%s), from the best window: %s", show.Percent(&j.ScoreBP), show.Months(j.WindowMonths)))
		s.figure("  outcomes", show.Count(j.Outcomes), fmt.Sprintf("with %s: %s successful, %s neutral, %s negative",
			show.Of(j.Clients, "client", "clients"), show.Count(j.Successful), show.Count(j.Neutral), show.Count(j.Negative)))
	}
	r, p := &f.Responsiveness, s.question.rule().Responsiveness
	s.figure("Responsiveness", show.Percent(r.RateBP), show.Level(r.Level, p))
	s.figure("  invites", show.Count(r.Counted), fmt.Sprintf("%s answered, %s under %s, %s under %s",
		show.Count(r.Answered), show.Count(r.Answered24h), show.ShortPeriod(p.Fast), show.Count(r.Answered72h), show.ShortPeriod(p.Slow)))
	if r.MedianResponseS != nil {
		s.figure("  median response", show.Span(*r.MedianResponseS), "")
	}
	s.disputeFigures(&f.DisputeRate)
	s.figure("Paid", s.money.Money(f.Paid), "net of refunds")
}

func (s *statsCommand) client(ctx context.Context, id uuid.UUID) error {
	c, err := marketplace.Ask(ctx, s.asked, statistics.ClientStatsOf(id), s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeJSON(c)
	}
	s.showClient(id, c)
	return nil
}

func (s *statsCommand) showClient(id uuid.UUID, c *statistics.ClientStats) {
	s.heading("Client", id)
	s.disputeFigures(&c.DisputeRate)
	s.figure("Spent", s.money.Money(c.Spent), "net of refunds")
}

func (s *statsCommand) heading(kind string, id uuid.UUID) {
	fmt.Fprintf(s.stdout, "%s %s\nas of %s, policy %s\n\n", kind, id, s.question.moment(), s.question.rule().Name)
}

func (s *statsCommand) disputeFigures(d *statistics.DisputeRate) {
	s.figure("Dispute rate", show.PercentOfMillion(d.PPM), fmt.Sprintf("%s disputed of %s ended", show.Count(d.Disputed), show.Count(d.Ended)))
	s.figure("  in "+show.Months(s.question.rule().DisputeRate.RecentMonths), show.PercentOfMillion(d.PPM12m), fmt.Sprintf("%s disputed of %s ended", show.Count(d.Disputed12m), show.Count(d.Ended12m)))
}

func (s *statsCommand) figure(name, value, more string) {
	fmt.Fprintln(s.stdout, strings.TrimRight(fmt.Sprintf("  %-17s %17s   %s", name, value, more), " "))
}
