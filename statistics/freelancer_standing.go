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
	holds        []hold                                     // and suspensions, in the order in which they were lifted, those in force last
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

// hold is a hold, or a suspension of the account, from its placing to its lifting;
// event.Never if it is in force.
type hold struct {
	by             projection.FreelancerMarkKind // MarkHoldPlaced or MarkFreelancerSuspended
	placed, lifted projection.Moment
}

func (h *hold) liftedBy() projection.FreelancerMarkKind {
	if h.by == projection.MarkFreelancerSuspended {
		return projection.MarkFreelancerReinstated
	}
	return projection.MarkHoldLifted
}

// restraint is what is in force at most once at a time.
type restraint struct {
	by   projection.FreelancerMarkKind
	kind string // of a hold
}

// hasBadge reports whether a badge was awarded and not lost.
func (s *freelancerStanding) hasBadge(badge event.Badge) bool {
	decided := s.badges[badge]
	return decided != nil && decided.Kind == projection.MarkBadgeAwarded
}

func standingOf(r *projection.FreelancerRecord, asOf event.Time) freelancerStanding {
	s := freelancerStanding{badges: map[event.Badge]*projection.FreelancerMark{}}
	if r == nil {
		return s
	}
	inForce := map[restraint]projection.Moment{}
	var placed []restraint // in that order
	place := func(r restraint, m *projection.FreelancerMark) {
		inForce[r] = m.Moment
		placed = append(placed, r)
	}
	lift := func(r restraint, m projection.Moment) {
		if placed, ok := inForce[r]; ok {
			s.holds = append(s.holds, hold{r.by, placed, m})
			delete(inForce, r)
		}
	}
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
			place(restraint{m.Kind, m.Word}, m)
		case projection.MarkHoldLifted:
			lift(restraint{projection.MarkHoldPlaced, m.Word}, m.Moment)
		case projection.MarkFreelancerSuspended:
			place(restraint{by: m.Kind}, m)
		case projection.MarkFreelancerReinstated:
			lift(restraint{by: projection.MarkFreelancerSuspended}, m.Moment)
		case projection.MarkViolation:
			s.violations = append(s.violations, m)
		}
	}
	for _, r := range placed {
		lift(r, never)
	}
	return s
}
