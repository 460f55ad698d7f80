package main

import (
	"fmt"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func (x *explanation) writeBadges(e *statistics.BadgeExplanation) {
	x.printf("Badges of freelancer %s\nas of %s, policy %s\n", e.Freelancer, e.AsOf, e.Policy)
	rising := "no"
	if e.Badges.RisingTalent {
		rising = "yes"
	}
	x.printf("\nRising Talent: %s\n", rising)
	x.facts(e.RisingTalentFacts)
	for _, s := range e.Badges.States() {
		x.printf("\n%s: %s\n", show.Badge(s.Badge), held(s))
		x.facts(s.Facts)
		for _, c := range s.Conditions {
			x.printf("\n  %s  %s\n", met(c), condition(c, x.question.rule().Badge, x.money))
			if c.Name == statistics.ConditionAssessments {
				x.assessments(e)
			}
			if c.Name == statistics.ConditionLargeContract && e.LargeContract != nil {
				x.sentence("       ", show.LargeContract(*e.LargeContract, x.money))
			}
			x.someFacts(c.Facts)
		}
	}
	if len(e.Perks) > 0 {
		x.printf("\nEntitlements: %s\n", show.Count(len(e.Perks)))
		for _, perk := range e.Perks {
			x.printf("  %s\n", show.Perk(perk))
		}
	}
}

// assessments are those that Top Rated looks at, and when their number changes.
func (x *explanation) assessments(e *statistics.BadgeExplanation) {
	for _, a := range e.Assessments {
		counts, shown := "does not count", show.Unknown
		if a.Good {
			counts = "counts"
		}
		if a.Displayed != nil {
			shown = show.Count(*a.Displayed) + " %"
		}
		if a.RisingTalent {
			counts += ", as Rising Talent"
		}
		x.printf("      %10s  %s  %5s  %s\n", fmt.Sprintf("#%d", a.Position), a.At, shown, counts)
	}
	x.sentence("       ", show.Assessments(e))
}

// shownFacts is how many events of a condition are shown at each end unless all
// are wanted.
const shownFacts = 4

func (x *explanation) someFacts(facts []projection.Evidence) {
	for i, f := range facts {
		switch left := len(facts) - 2*shownFacts; {
		case x.all || left <= 1 || i < shownFacts || i >= len(facts)-shownFacts:
			x.fact(f)
		case i == shownFacts:
			x.printf("      %10s  %s more (--all shows them)\n", "…", show.Count(left))
		}
	}
}
