package projection

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// BadgeExplanation is how a freelancer stands, each condition with the facts
// that were read for it: of "displayed" all of Job Success, which
// JobSuccessExplanation shows contract by contract; of Top Rated in Top Rated
// Plus none, because they stand under Top Rated.
type BadgeExplanation struct {
	Freelancer        uuid.UUID     `json:"freelancer"`
	AsOf              event.Time    `json:"as_of"`
	Policy            string        `json:"policy"`
	Badges            BadgeProgress `json:"badges"`
	RisingTalentFacts []Fact        `json:"rising_talent_facts"` // the last grant or end
}

// ExplainBadges is Badges with its reasons.
func (p Policy) ExplainBadges(freelancer uuid.UUID, h FreelancerHistory, clients ClientLookup, asOf event.Time) *BadgeExplanation {
	r := p.readForBadges(h, clients, asOf)
	r.noting = true
	x := &BadgeExplanation{Freelancer: freelancer, AsOf: r.asOf, Policy: p.Name, Badges: r.progress(), RisingTalentFacts: []Fact{}}
	if m := r.standing.rising; m != nil {
		x.RisingTalentFacts = append(x.RisingTalentFacts, m.fact(m.Kind.EventType()))
	}
	return x
}

// Badges says how a freelancer stands. It fails with a *NotFoundError like
// Freelancer.
func (m *Model) Badges(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*BadgeProgress, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *BadgeProgress {
		b := p.Badges(m.historyOf(f), m.client, asOf)
		return &b
	})
}

// BadgesUntil is Badges by what the log held up to a position, for which it
// waits as WaitFor does: who decides by it comes to the same when deciding again,
// whatever has happened since.
func (m *Model) BadgesUntil(ctx context.Context, freelancer uuid.UUID, asOf event.Time, until event.Position, p Policy) (*BadgeProgress, error) {
	if err := m.WaitFor(ctx, until); err != nil {
		return nil, err
	}
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*BadgeProgress, error) {
		if f := m.freelancers.find(freelancer); f != nil {
			if h := m.historyOf(f).Until(until); h.Account != nil && h.Account.registered(asOf) {
				b := p.Badges(h, ClientLookup(m.client).Until(until), asOf)
				return &b, nil
			}
		}
		return nil, &NotFoundError{Kind: "freelancer", ID: freelancer, AsOf: asOf}
	})
}

// ExplainBadges says how a freelancer stands, and why. It fails with a
// *NotFoundError like Freelancer.
func (m *Model) ExplainBadges(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*BadgeExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *BadgeExplanation {
		return p.ExplainBadges(freelancer, m.historyOf(f), m.client, asOf)
	})
}

// notes are the facts that a condition has read. Nil ones keep none: who does
// not ask why pays nothing for it.
type notes struct{ facts []Fact }

func (r *badgeReading) notes() *notes {
	if !r.noting {
		return nil
	}
	return &notes{}
}

// note keeps a fact that has happened.
func (n *notes) note(m Moment, eventType string) {
	if n != nil && m.Happened() {
		n.facts = append(n.facts, m.fact(eventType))
	}
}

// judged keeps what was read to judge a contract.
func (n *notes) judged(c *contractJudgement, asOf event.Time) {
	if n != nil {
		n.facts = append(n.facts, c.facts(asOf)...)
	}
}

// list is every fact once, in the log's order.
func (n *notes) list() []Fact {
	if n == nil {
		return nil
	}
	inLogOrder(n.facts)
	return slices.Compact(n.facts)
}
