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

	// LargeContract is the contract by which large_contract is met or, if it is not, the
	// one of which most was paid; nil without one that counts, and without Top Rated Plus.
	LargeContract *LargeContract `json:"large_contract"`

	// Assessments are the last ones that Top Rated looks at, the first first. With the
	// next one, due at NextAssessment, the first of as many as the policy looks at leaves.
	Assessments    []AssessmentCounted  `json:"assessments"`
	NextAssessment event.Time           `json:"next_assessment"`
	Leaves         bool                 `json:"leaves"`
	Perks          []EntitlementOfBadge `json:"perks"` // of the badges that are held
}

// LargeContract is a contract whose outcome is not negative, as Top Rated Plus sees it.
type LargeContract struct {
	Contract uuid.UUID   `json:"contract"`
	Category string      `json:"category"` // the host's word, "" without one
	Paid     event.Money `json:"paid"`     // in the policy's months, less refunds, minor units
	Need     event.Money `json:"need"`     // what one of its category is to reach
	Met      bool        `json:"met"`
}

// AssessmentCounted is a weekly assessment and whether it is a good one.
type AssessmentCounted struct {
	Assessment
	RisingTalent bool `json:"rising_talent"` // was one then
	Good         bool `json:"good"`
}

// EntitlementOfBadge is what a badge that is held is good for, from and until when, and
// whether that is so now.
type EntitlementOfBadge struct {
	Name  Entitlement `json:"name"`
	Badge event.Badge `json:"badge"`           // empty: Rising Talent
	From  string      `json:"from,omitempty"`  // the first date, if there is one
	Until string      `json:"until,omitempty"` // the first date on which it is no more, if there is one
	Holds bool        `json:"holds"`
}

// explainBadges is Badges with its reasons.
func (p Policy) explainBadges(h projection.FreelancerHistory, asOf event.Time) (*BadgeExplanation, error) {
	r := p.readForBadges(h, asOf)
	r.noting = true
	badges, err := r.progress()
	if err != nil {
		return nil, err
	}
	x := &BadgeExplanation{
		Freelancer: h.Account.ID, AsOf: r.asOf, Policy: p.Name, Badges: badges, RisingTalentFacts: []projection.Evidence{}, LargeContract: r.largest,
	}
	if m := r.standing.rising; m != nil {
		x.RisingTalentFacts = append(x.RisingTalentFacts, m.Evidence(m.Kind.EventType()))
	}
	last := r.lastAssessments()
	x.Assessments = make([]AssessmentCounted, len(last))
	for i := range last {
		x.Assessments[i] = AssessmentCounted{assessed(last[i].Moment, last[i].displayed), last[i].risingTalent(), r.good(&last[i])}
	}
	x.NextAssessment, x.Leaves = event.WeekOf(r.asOf).End(), len(last) == r.Assessments
	x.Perks = []EntitlementOfBadge{}
	for _, perk := range r.perksOf(&r.standing) {
		x.Perks = append(x.Perks, EntitlementOfBadge{perk.Name, perk.badge, perk.From, perk.Until, perk.openAt(r.asOf)})
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
