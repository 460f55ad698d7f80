package statistics

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// What the questions ask, for tests that have records and no view.

func DefaultDisputeRate() DisputeRatePolicy       { return defaultDisputeRate() }
func DefaultFigures() FiguresPolicy               { return defaultFigures() }
func DefaultResponsiveness() ResponsivenessPolicy { return defaultResponsiveness() }

func (p DisputeRatePolicy) Of(contracts []*projection.ContractRecord, asOf event.Time) DisputeRate {
	return p.of(contracts, asOf)
}

func (p DisputeRatePolicy) Explain(contracts []*projection.ContractRecord, asOf event.Time) *DisputeRateExplanation {
	return p.explain(contracts, asOf)
}

func (p ResponsivenessPolicy) Of(invites []*projection.InviteRecord, asOf event.Time) Responsiveness {
	return p.of(invites, asOf)
}

func (p ResponsivenessPolicy) Explain(freelancer uuid.UUID, invites []*projection.InviteRecord, asOf event.Time) *ResponsivenessExplanation {
	return p.explain(freelancer, invites, asOf)
}

func (p JobSuccessPolicy) Of(contracts []*projection.ContractRecord, clients projection.ClientLookup, asOf event.Time) *JobSuccess {
	return p.of(contracts, clients, asOf)
}

func (p JobSuccessPolicy) Explain(freelancer uuid.UUID, records []*projection.ContractRecord, lookup projection.ClientLookup, asOf event.Time) *JobSuccessExplanation {
	return p.explain(freelancer, records, lookup, asOf)
}

func (p Policy) Badges(h projection.FreelancerHistory, asOf event.Time) BadgeProgress {
	return *must(p.badges(h, asOf))
}

func (p Policy) ExplainBadges(h projection.FreelancerHistory, asOf event.Time) *BadgeExplanation {
	return must(p.explainBadges(h, asOf))
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func (h Hires) Shares() HireShares { return h.shares() }
