package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

func (s *statistics) freelancer(ctx context.Context, id uuid.UUID) error {
	f, err := s.asked.Freelancer(ctx, id, s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeJSON(f)
	}
	s.heading("Freelancer", id)
	if j := f.JobSuccess; j == nil {
		s.figure("Job Success", unknown, "too few outcomes")
	} else {
		s.figure("Job Success", fmt.Sprintf("%d %%", j.Displayed), fmt.Sprintf("(%s), from the best window: %d months", percent(&j.ScoreBP), j.WindowMonths))
		s.figure("  outcomes", count(j.Outcomes), fmt.Sprintf("with %s: %s successful, %s neutral, %s negative",
			of(j.Clients, "client", "clients"), count(j.Successful), count(j.Neutral), count(j.Negative)))
	}
	r := &f.Responsiveness
	s.figure("Responsiveness", percent(r.RateBP), level(r.Level))
	s.figure("  invites", count(r.Counted), fmt.Sprintf("%s answered, %s under 24 h, %s under 72 h", count(r.Answered), count(r.Answered24h), count(r.Answered72h)))
	if r.MedianResponseS != nil {
		s.figure("  median response", span(*r.MedianResponseS), "")
	}
	s.disputeFigures(&f.DisputeRate)
	s.figure("Paid", s.money.money(f.Paid), "net of refunds")
	fmt.Fprintf(s.stdout, "\nWhy: marketplace explain job-success %s \\\n      %s\n", id, strings.TrimSpace(s.question.flags()))
	return nil
}

func (s *statistics) client(ctx context.Context, id uuid.UUID) error {
	c, err := s.asked.Client(ctx, id, s.question.options()...)
	if err != nil {
		return err
	}
	if s.question.json {
		return s.writeJSON(c)
	}
	s.heading("Client", id)
	s.disputeFigures(&c.DisputeRate)
	s.figure("Spent", s.money.money(c.Spent), "net of refunds")
	return nil
}

func (s *statistics) heading(kind string, id uuid.UUID) {
	fmt.Fprintf(s.stdout, "%s %s\nas of %s, policy %s\n\n", kind, id, s.question.moment(), s.question.policyName())
}

func (s *statistics) disputeFigures(d *projection.DisputeRate) {
	s.figure("Dispute rate", percentOfMillion(d.PPM), fmt.Sprintf("%s disputed of %s ended", count(d.Disputed), count(d.Ended)))
	s.figure("  in 12 months", percentOfMillion(d.PPM12m), fmt.Sprintf("%s disputed of %s ended", count(d.Disputed12m), count(d.Ended12m)))
}

func (s *statistics) figure(name, value, more string) {
	fmt.Fprintln(s.stdout, strings.TrimRight(fmt.Sprintf("  %-17s %17s   %s", name, value, more), " "))
}

func level(l projection.ResponseLevel) string {
	switch l {
	case projection.LevelUnder24h:
		return "usually answers within 24 hours"
	case projection.LevelUnder3Days:
		return "usually answers within 3 days"
	case projection.LevelOver3Days:
		return "usually takes more than 3 days"
	}
	return "too few invites for a level"
}
