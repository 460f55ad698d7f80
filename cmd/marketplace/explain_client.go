package main

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func (x *explanation) writeClient(e *statistics.ClientProfileExplanation) {
	p := &e.Profile
	x.printf("Client %s\nas of %s, policy %s\n\n  %s\n", e.Client, e.AsOf, e.Policy, show.Standing(p.State))
	x.facts(e.Standing)
	x.printf("  spent %s; %s stars of %s\n", x.money.Money(p.Spent), show.Stars(p.Stars), show.Of(p.Feedbacks, "feedback", "feedbacks"))
	x.printf("  %s of %s with a hire, %s\n", show.Count(p.JobsWithHire), show.Of(p.JobsPosted, "job", "jobs"), show.Percent(p.HireRateBP))
	if e.Payment != nil {
		x.facts([]projection.Evidence{*e.Payment})
	}
	signal := func(s *statistics.SignalExplained) {
		x.printf("  %s\n  %s\n", show.Signal(s.Kind), show.SignalSource(s.Source))
		if s.Contract != uuid.Nil {
			x.printf("  contract   %s\n", s.Contract)
		}
		x.facts([]projection.Evidence{s.Fact})
	}
	items(x, "Negative signals that count", e.Signals, signal)
	items(x, "Negative signals that count no more", e.PastSignals, signal)
	items(x, "Jobs", e.Jobs, func(j *statistics.JobHires) {
		hired := "no hire"
		if j.Hired {
			hired = "hired"
		}
		x.printf("  job %s  %s\n", j.Job, hired)
		x.facts(j.Facts)
	})
	items(x, "Contracts with money or stars", e.Contracts, func(c *statistics.ClientContract) {
		x.printf("  contract   %s  paid %s, %s stars\n  freelancer %s\n", c.Contract, x.money.Money(c.Paid), show.Stars(c.Stars), c.Freelancer)
		x.facts(c.Facts)
	})
}
