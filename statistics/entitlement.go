package statistics

import (
	"slices"
	"time"

	"github.com/marketcore/marketplace/event"
)

// Entitlement is what a badge is good for: something that the marketplace gives. The set
// is open; a host's own are words of a-z, 0-9 and _.
type Entitlement string

// The entitlements of the default policy (fine print P6).
const (
	PremiumSupport     Entitlement = "premium_support"
	ExclusiveResources Entitlement = "exclusive_resources"
	SelectInvitations  Entitlement = "select_invitations" // invitations to select jobs
	Community          Entitlement = "community"
	Workshops          Entitlement = "workshops"
	FeedbackRemoval    Entitlement = "feedback_removal" // of feedback from the score
)

// Perk is an entitlement and when a badge brings it.
type Perk struct {
	Name Entitlement
	// From is the first date on which it does and Until the first one on which it does
	// no more, such as 2016-01-01; empty ones are no bounds.
	From, Until string
}

// maxPerks bounds the perks of a badge.
const maxPerks = 100

func topRatedPerks() []Perk {
	return []Perk{
		{Name: PremiumSupport}, {Name: ExclusiveResources}, {Name: SelectInvitations}, {Name: Community}, {Name: Workshops},
		{Name: FeedbackRemoval, From: "2016-01-01", Until: "2024-09-03"},
	}
}

func (p Perk) validate() error {
	if p.Name == "" || len(p.Name) > maxPolicyName {
		return invalidPolicy("badges: an entitlement's name of %d bytes; 1 to %d make sense", len(p.Name), maxPolicyName)
	}
	for _, c := range p.Name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return invalidPolicy("badges: entitlement %.40q; its letters must be of a-z, 0-9 and _", string(p.Name))
		}
	}
	for _, date := range []string{p.From, p.Until} {
		if date == "" {
			continue
		}
		if _, ok := dateOf(date); !ok {
			return invalidPolicy("badges: entitlement %s: %.40q is no date such as 2016-01-01", p.Name, date)
		}
	}
	return nil
}

// dateOf is the first moment of a date.
func dateOf(date string) (event.Time, bool) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil || t.Year() < 1 {
		return 0, false
	}
	return event.At(t), true
}

// openAt reports whether a badge brings it at the moment.
func (p Perk) openAt(t event.Time) bool {
	from, bounded := dateOf(p.From)
	if bounded && t < from {
		return false
	}
	until, bounded := dateOf(p.Until)
	return !bounded || t < until
}

// perkOf is a perk with the badge that brings it, none for Rising Talent.
type perkOf struct {
	Perk
	badge event.Badge
}

// perksOf are those of a badge that the standing has, all of them together.
func (p BadgePolicy) perksOf(s *freelancerStanding) (perks []perkOf) {
	add := func(has bool, badge event.Badge, of []Perk) {
		for _, perk := range of {
			if has {
				perks = append(perks, perkOf{perk, badge})
			}
		}
	}
	add(s.hasBadge(event.BadgeTopRated), event.BadgeTopRated, p.TopRatedPerks)
	add(s.hasBadge(event.BadgeTopRatedPlus), event.BadgeTopRatedPlus, p.TopRatedPlusPerks)
	add(s.risingTalent, "", p.RisingTalentPerks)
	return perks
}

// entitled is what the badges that are held are good for at the moment, each once, in the
// order of the names. That a badge's conditions are met is not enough.
func (p BadgePolicy) entitled(s *freelancerStanding, asOf event.Time) []Entitlement {
	told := []Entitlement{}
	for _, perk := range p.perksOf(s) {
		if perk.openAt(asOf) {
			told = append(told, perk.Name)
		}
	}
	slices.Sort(told)
	return slices.Compact(told)
}
