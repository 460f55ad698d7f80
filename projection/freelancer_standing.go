package projection

import "github.com/marketcore/marketplace/event"

// freelancerStanding is what the marks of a freelancer come to as of a moment.
type freelancerStanding struct {
	risingTalent bool
	rising       *FreelancerMark // the last grant or end
	completeness *FreelancerMark
	badges       map[event.Badge]*FreelancerMark // the last award or loss
	assessments  []assessment                    // in the order of time
	holds        []hold                          // in the order in which they were lifted, those in force last
	violations   []*FreelancerMark
}

// assessment is a score as it was shown.
type assessment struct {
	Moment
	displayed int64           // percent, or NotScored
	rising    *FreelancerMark // the last grant or end of Rising Talent before it
}

// risingTalent reports whether the freelancer was a Rising Talent then.
func (a *assessment) risingTalent() bool {
	return a.rising != nil && a.rising.Kind == MarkRisingTalent
}

// hold is a hold from its placing to its lifting; event.Never if it is in force.
type hold struct{ placed, lifted Moment }

func standingOf(r *FreelancerRecord, asOf event.Time) freelancerStanding {
	s := freelancerStanding{badges: map[event.Badge]*FreelancerMark{}}
	if r == nil {
		return s
	}
	inForce := map[string]Moment{}
	var kinds []string // in the order of placing
	for i := range r.Marks {
		m := &r.Marks[i]
		if !m.By(asOf) {
			continue
		}
		switch m.Kind {
		case MarkRisingTalent, MarkRisingTalentEnded:
			s.risingTalent, s.rising = m.Kind == MarkRisingTalent, m
		case MarkCompleteness:
			s.completeness = m
		case MarkBadgeAwarded, MarkBadgeLost:
			s.badges[event.Badge(m.Word)] = m
		case MarkAssessed:
			s.assessments = append(s.assessments, assessment{m.Moment, m.Number, s.rising})
		case MarkHoldPlaced:
			inForce[m.Word] = m.Moment
			kinds = append(kinds, m.Word)
		case MarkHoldLifted:
			if placed, ok := inForce[m.Word]; ok {
				s.holds = append(s.holds, hold{placed, m.Moment})
				delete(inForce, m.Word)
			}
		case MarkViolation:
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
