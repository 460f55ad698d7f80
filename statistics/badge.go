package statistics

import (
	"strconv"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// BadgeProgress is how a freelancer stands as of a moment: the badges that are
// held, and how far the conditions of the computed ones are met.
type BadgeProgress struct {
	RisingTalent bool          `json:"rising_talent"` // granted, and not ended
	TopRated     BadgeState    `json:"top_rated"`
	TopRatedPlus *BadgeState   `json:"top_rated_plus"` // nil under a policy without the badge
	Entitlements []Entitlement `json:"entitlements"`   // by the badges that are held, in the order of their names
}

// States are the badges that there are under the policy.
func (b *BadgeProgress) States() []*BadgeState {
	if b.TopRatedPlus == nil {
		return []*BadgeState{&b.TopRated}
	}
	return []*BadgeState{&b.TopRated, b.TopRatedPlus}
}

// BadgeState is one badge. Held and Met differ between two weekly assessments,
// with which badges are awarded and lost.
type BadgeState struct {
	Badge      event.Badge           `json:"badge"`
	Held       bool                  `json:"held"` // by the last BadgeAwarded or BadgeLost
	Met        bool                  `json:"met"`  // all conditions are
	Conditions []Condition           `json:"conditions"`
	Facts      []projection.Evidence `json:"facts,omitempty"` // of Held; only in an explanation
}

// Unmet are the names of the conditions that are not met.
func (s BadgeState) Unmet() []string {
	var names []string
	for _, c := range s.Conditions {
		if !c.Met {
			names = append(names, c.Name)
		}
	}
	return names
}

// Condition is one condition of a badge. It is met if Have is at least Need or,
// with AtMost, at most Need; unknown is not enough. But where categories have thresholds
// of their own large_contract is met by a contract that reaches its own
// (BadgePolicy.PlusContracts), which Have and Need may be of others.
type Condition struct {
	Name   string                `json:"name"`
	Met    bool                  `json:"met"`
	Have   *int64                `json:"have"` // null if there is nothing to measure
	Need   int64                 `json:"need"`
	AtMost bool                  `json:"at_most"`
	Unit   string                `json:"unit"`
	Within string                `json:"within,omitempty"` // how far back it looks, a number and a unit; empty where it looks at everything
	Facts  []projection.Evidence `json:"facts,omitempty"`  // that were read; only in an explanation
}

// The conditions of Top Rated, in their order.
const (
	ConditionDisplayed     = "displayed"      // the score now, in percent
	ConditionAssessments   = "assessments"    // good ones among the last
	ConditionFirstContract = "first_contract" // since its start, in seconds
	ConditionPaid          = "paid"           // in the months, in minor units; of Top Rated Plus too
	ConditionProfile       = "profile"        // how complete, in percent
	ConditionNoHold        = "no_hold"        // holds and suspensions in force in the days
	ConditionActive        = "active"         // proposals, accepted invites and payments in the days
	ConditionNoViolation   = "no_violation"   // of the rule, in the months
)

// The other conditions of Top Rated Plus.
const (
	ConditionTopRated      = "top_rated"      // how many of its conditions are met
	ConditionLargeContract = "large_contract" // the most paid for one in the months, in minor units
)

// badges says how a freelancer stands as of the moment.
func (p Policy) badges(h projection.FreelancerHistory, asOf event.Time) (*BadgeProgress, error) {
	r := p.readForBadges(h, asOf)
	b, err := r.progress()
	if err != nil {
		return nil, err
	}
	return &b, nil
}

// badgeReading is one look at a freelancer's history.
type badgeReading struct {
	BadgePolicy
	projection.FreelancerHistory
	asOf       event.Time
	scores     JobSuccessPolicy
	jobSuccess jobSuccessJudgement
	standing   freelancerStanding
	paidFrom   event.Time     // the months in which payments count
	noting     bool           // the facts that are read
	largest    *LargeContract // that large_contract names, where facts are noted
	sums       sums
}

func (p Policy) readForBadges(h projection.FreelancerHistory, asOf event.Time) badgeReading {
	asOf = asOf.Bounded()
	return badgeReading{
		BadgePolicy: p.Badge, FreelancerHistory: h, asOf: asOf, scores: p.JobSuccess,
		jobSuccess: p.JobSuccess.judgeAll(h.Contracts, h.Clients, asOf),
		standing:   standingOf(h.Account, asOf),
		paidFrom:   windowStart(asOf, p.Badge.PaidMonths).Start(),
	}
}

func (r *badgeReading) progress() (BadgeProgress, error) {
	b := BadgeProgress{RisingTalent: r.standing.risingTalent}
	b.TopRated = r.state(event.BadgeTopRated,
		r.displayed(), r.assessments(), r.firstContract(), r.paid(r.Paid), r.profile(), r.noHold(), r.active(), r.noViolation())
	if r.Plus {
		plus := r.state(event.BadgeTopRatedPlus, topRated(b.TopRated), r.paid(r.PlusPaid), r.largeContract())
		b.TopRatedPlus = &plus
	}
	b.Entitlements = r.entitled(&r.standing, r.asOf)
	return b, r.sums.err()
}

func (r *badgeReading) state(badge event.Badge, conditions ...Condition) BadgeState {
	decided := r.standing.badges[badge]
	s := BadgeState{Badge: badge, Held: r.standing.hasBadge(badge), Met: true, Conditions: conditions}
	for _, c := range conditions {
		s.Met = s.Met && c.Met
	}
	if r.noting && decided != nil {
		s.Facts = []projection.Evidence{decided.Evidence(decided.Kind.EventType())}
	}
	return s
}

// within says how far back a condition looks.
func (c Condition) within(n int, unit string) Condition {
	c.Within = strconv.Itoa(n) + " " + unit
	return c
}

// atLeast is a condition that needs so much or more.
func atLeast(name string, have, need int64, unit string, facts []projection.Evidence) Condition {
	return Condition{Name: name, Met: have >= need, Have: &have, Need: need, Unit: unit, Facts: facts}
}

// none is a condition that something did not happen.
func none(name string, have int64, unit string, facts []projection.Evidence) Condition {
	return Condition{Name: name, Met: have == 0, Have: &have, AtMost: true, Unit: unit, Facts: facts}
}

// unknown is a condition for which there is nothing to measure.
func unknown(name string, need int64, unit string, facts []projection.Evidence) Condition {
	return Condition{Name: name, Need: need, Unit: unit, Facts: facts}
}
