package statistics

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FreelancerStatsOf asks for the statistics of one freelancer.
func FreelancerStatsOf(freelancer uuid.UUID) Question[*FreelancerStats] {
	return ofFreelancer(freelancer, projection.PartInvites|projection.PartContracts, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*FreelancerStats, error) {
		return p.freelancerStats(h, asOf)
	})
}

// ClientStatsOf asks for the statistics of one client.
func ClientStatsOf(client uuid.UUID) Question[*ClientStats] {
	return ofClient(client, projection.PartContracts, func(h projection.ClientHistory, asOf event.Time, p Policy) (*ClientStats, error) {
		return p.clientStats(h, asOf)
	})
}

// MyStatsOf asks what a freelancer sees of their own standing and work.
func MyStatsOf(freelancer uuid.UUID) Question[*MyStats] {
	return ofFreelancer(freelancer, projection.StandingParts, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*MyStats, error) {
		return p.MyStats(h, asOf)
	})
}

// ClientProfileOf asks how a client stands, and what freelancers may expect.
func ClientProfileOf(client uuid.UUID) Question[*ClientProfile] {
	return ofClient(client, projection.AllParts, func(h projection.ClientHistory, asOf event.Time, p Policy) (*ClientProfile, error) {
		return p.ClientProfile(h, asOf)
	})
}

// BadgesOf asks how a freelancer stands towards the badges.
func BadgesOf(freelancer uuid.UUID) Question[*BadgeProgress] {
	return ofFreelancer(freelancer, projection.StandingParts, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*BadgeProgress, error) {
		return p.badges(h, asOf)
	})
}

// BadgesUntil asks the same by what the log held up to a position: who decides by
// it comes to the same when deciding again, whatever has happened since. It fails
// with ErrBehind of a view that has not got there.
func BadgesUntil(freelancer uuid.UUID, position event.Position) Question[*BadgeProgress] {
	return func(v projection.View, asOf event.Time, p Policy) (*BadgeProgress, error) {
		at, err := v.Position()
		if err != nil {
			return nil, err
		}
		if at < position {
			return nil, fmt.Errorf("statistics: badges as of position %d: %w, it is at %d", position, ErrBehind, at)
		}
		h, err := v.Freelancer(freelancer, projection.StandingParts)
		if err != nil {
			return nil, err
		}
		if h != nil {
			if told := h.Until(position); told.RegisteredBy(asOf) {
				return p.badges(told, asOf)
			}
		}
		return nil, &NotFoundError{Kind: "freelancer", ID: freelancer, AsOf: asOf}
	}
}

// ExplainJobSuccess asks why a freelancer's score is what it is: each contract
// with its class, weight and windows, and the events that made them so.
func ExplainJobSuccess(freelancer uuid.UUID) Question[*JobSuccessExplanation] {
	return ofFreelancer(freelancer, projection.PartContracts, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*JobSuccessExplanation, error) {
		x := p.JobSuccess.explain(freelancer, h.Contracts, h.Clients, asOf)
		x.Policy = p.Name
		return x, nil
	})
}

// ExplainResponsiveness asks why a freelancer's responsiveness is what it is,
// invite by invite.
func ExplainResponsiveness(freelancer uuid.UUID) Question[*ResponsivenessExplanation] {
	return ofFreelancer(freelancer, projection.PartInvites, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*ResponsivenessExplanation, error) {
		x := p.Responsiveness.explain(freelancer, h.Invites, asOf)
		x.Policy = p.Name
		return x, nil
	})
}

// ExplainDisputeRate asks why the dispute rate of an account is what it is,
// contract by contract. The id is a freelancer's or a client's; where one id is
// both, the freelancer's.
func ExplainDisputeRate(account uuid.UUID) Question[*DisputeRateExplanation] {
	return func(v projection.View, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
		x, err := ExplainFreelancerDisputeRate(account)(v, asOf, p)
		if errors.Is(err, ErrNotFound) {
			return ExplainClientDisputeRate(account)(v, asOf, p)
		}
		return x, err
	}
}

// ExplainFreelancerDisputeRate asks the same about a freelancer.
func ExplainFreelancerDisputeRate(freelancer uuid.UUID) Question[*DisputeRateExplanation] {
	return ofFreelancer(freelancer, projection.PartContracts, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
		return p.explainDisputes(DisputesOfFreelancer, freelancer, h.Contracts, asOf), nil
	})
}

// ExplainClientDisputeRate asks the same about a client.
func ExplainClientDisputeRate(client uuid.UUID) Question[*DisputeRateExplanation] {
	return ofClient(client, projection.PartContracts, func(h projection.ClientHistory, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
		return p.explainDisputes(DisputesOfClient, client, h.Contracts, asOf), nil
	})
}

func (p Policy) explainDisputes(of string, id uuid.UUID, contracts []*projection.ContractRecord, asOf event.Time) *DisputeRateExplanation {
	x := p.DisputeRate.explain(contracts, asOf)
	x.Of, x.ID, x.Policy = of, id, p.Name
	return x
}

// ExplainFunnel asks why a freelancer's funnel is what it is, proposal by
// proposal.
func ExplainFunnel(freelancer uuid.UUID) Question[*FunnelExplanation] {
	return ofFreelancer(freelancer, projection.PartProposals, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*FunnelExplanation, error) {
		x := p.Funnel.explain(h.Proposals, asOf)
		x.Freelancer, x.Policy = freelancer, p.Name
		return x, nil
	})
}

// ExplainWork asks what a freelancer's paid work is made of, client by client.
func ExplainWork(freelancer uuid.UUID) Question[*WorkExplanation] {
	return ofFreelancer(freelancer, projection.PartContracts|projection.PartWeeks, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*WorkExplanation, error) {
		x, err := p.Work.explain(&h, asOf)
		if err != nil {
			return nil, err
		}
		x.Freelancer, x.Policy = freelancer, p.Name
		return x, nil
	})
}

// ExplainBadges asks how a freelancer stands towards the badges, condition by
// condition.
func ExplainBadges(freelancer uuid.UUID) Question[*BadgeExplanation] {
	return ofFreelancer(freelancer, projection.StandingParts, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*BadgeExplanation, error) {
		return p.explainBadges(h, asOf)
	})
}

// ExplainClientProfile asks why a client's profile is what it is: signals, jobs
// and contracts.
func ExplainClientProfile(client uuid.UUID) Question[*ClientProfileExplanation] {
	return ofClient(client, projection.AllParts, func(h projection.ClientHistory, asOf event.Time, p Policy) (*ClientProfileExplanation, error) {
		return p.explainClientProfile(h, asOf)
	})
}
