package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// BadgeExplanation is how a freelancer stands, each condition with the facts
// that were read for it: of "displayed" all of Job Success, which
// JobSuccessExplanation shows contract by contract; of Top Rated in Top Rated
// Plus none, because they stand under Top Rated.
type BadgeExplanation struct {
	Freelancer        uuid.UUID             `json:"freelancer"`
	AsOf              event.Time            `json:"as_of"`
	Policy            string                `json:"policy"`
	Badges            BadgeProgress         `json:"badges"`
	RisingTalentFacts []projection.Evidence `json:"rising_talent_facts"` // the last grant or end
}

// explainBadges is Badges with its reasons.
func (p Policy) explainBadges(h projection.FreelancerHistory, asOf event.Time) (*BadgeExplanation, error) {
	r := p.readForBadges(h, asOf)
	r.noting = true
	badges, err := r.progress()
	if err != nil {
		return nil, err
	}
	x := &BadgeExplanation{Freelancer: h.Account.ID, AsOf: r.asOf, Policy: p.Name, Badges: badges, RisingTalentFacts: []projection.Evidence{}}
	if m := r.standing.rising; m != nil {
		x.RisingTalentFacts = append(x.RisingTalentFacts, m.Evidence(m.Kind.EventType()))
	}
	return x, nil
}

// notes are the facts that a condition has read. Nil ones keep none: who does
// not ask why pays nothing for it.
type notes struct{ facts []projection.Evidence }

func (r *badgeReading) notes() *notes {
	if !r.noting {
		return nil
	}
	return &notes{}
}

// note keeps a fact that has happened.
func (n *notes) note(m projection.Moment, eventType string) {
	if n != nil && m.Happened() {
		n.facts = append(n.facts, m.Evidence(eventType))
	}
}

// judged keeps what was read to judge a contract.
func (n *notes) judged(c *contractJudgement, asOf event.Time) {
	if n != nil {
		n.facts = append(n.facts, c.facts(asOf)...)
	}
}

// list is every fact once, in the log's order.
func (n *notes) list() []projection.Evidence {
	if n == nil {
		return nil
	}
	projection.InLogOrder(n.facts)
	return slices.Compact(n.facts)
}
