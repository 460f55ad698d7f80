package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// MyStats is what a freelancer sees of their own standing and work (rules 9).
type MyStats struct {
	FreelancerStats // as in the report
	Work
	Funnel      Funnel        `json:"funnel"`
	Badges      BadgeProgress `json:"badges"`
	Assessments []Assessment  `json:"assessments"` // as they were shown, the oldest first
}

// Assessment is the Job Success score as it was shown from a moment on.
type Assessment struct {
	At        event.Time     `json:"at"`
	Position  event.Position `json:"position"`  // of its JobSuccessAssessed
	Displayed *int64         `json:"displayed"` // percent; nil without a score
}

// MyStats computes a freelancer's statistics from the freelancer's records.
func (p Policy) MyStats(h projection.FreelancerHistory, asOf event.Time) *MyStats {
	asOf = asOf.Bounded()
	return &MyStats{
		FreelancerStats: *p.freelancerStats(h, asOf),
		Work:            p.Work.of(h.Contracts, asOf),
		Funnel:          p.Funnel.of(h.Proposals, asOf),
		Badges:          p.badges(h, asOf),
		Assessments:     assessments(h.Account, asOf),
	}
}

func assessments(r *projection.FreelancerRecord, asOf event.Time) []Assessment {
	all := []Assessment{}
	for i := range r.Marks {
		m := &r.Marks[i]
		if m.Kind != projection.MarkAssessed || !m.By(asOf) {
			continue
		}
		a := Assessment{At: m.At, Position: m.Position}
		if displayed := m.Number; displayed != projection.NotScored {
			a.Displayed = &displayed
		}
		all = append(all, a)
	}
	return all
}
