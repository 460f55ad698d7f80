package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// freelancerStanding is what the marks of a freelancer come to as of a moment.
type freelancerStanding struct {
	risingTalent bool
	rising       *projection.FreelancerMark // the last grant or end
	completeness *projection.FreelancerMark
	badges       map[event.Badge]*projection.FreelancerMark // the last award or loss
	assessments  []assessment                               // in the order of time
	holds        []hold                                     // in the order in which they were lifted, those in force last
	violations   []*projection.FreelancerMark
}

// assessment is a score as it was shown.
type assessment struct {
	projection.Moment
	displayed int64                      // percent, or NotScored
	rising    *projection.FreelancerMark // the last grant or end of Rising Talent before it
}

// risingTalent reports whether the freelancer was a Rising Talent then.
func (a *assessment) risingTalent() bool {
	return a.rising != nil && a.rising.Kind == projection.MarkRisingTalent
}

// hold is a hold from its placing to its lifting; event.Never if it is in force.
type hold struct{ placed, lifted projection.Moment }

func standingOf(r *projection.FreelancerRecord, asOf event.Time) freelancerStanding {
	s := freelancerStanding{badges: map[event.Badge]*projection.FreelancerMark{}}
	if r == nil {
		return s
	}
	inForce := map[string]projection.Moment{}
	var kinds []string // in the order of placing
	for i := range r.Marks {
		m := &r.Marks[i]
		if !m.By(asOf) {
			continue
		}
		switch m.Kind {
		case projection.MarkRisingTalent, projection.MarkRisingTalentEnded:
			s.risingTalent, s.rising = m.Kind == projection.MarkRisingTalent, m
		case projection.MarkCompleteness:
			s.completeness = m
		case projection.MarkBadgeAwarded, projection.MarkBadgeLost:
			s.badges[event.Badge(m.Word)] = m
		case projection.MarkAssessed:
			s.assessments = append(s.assessments, assessment{m.Moment, m.Number, s.rising})
		case projection.MarkHoldPlaced:
			inForce[m.Word] = m.Moment
			kinds = append(kinds, m.Word)
		case projection.MarkHoldLifted:
			if placed, ok := inForce[m.Word]; ok {
				s.holds = append(s.holds, hold{placed, m.Moment})
				delete(inForce, m.Word)
			}
		case projection.MarkViolation:
			s.violations = append(s.violations, m)
		}
	}
	for _, kind := range kinds {
		if placed, ok := inForce[kind]; ok {
			s.holds = append(s.holds, hold{placed, never})
			delete(inForce, kind)
		}
	}
	return s
}
