package statistics

import (
	"sort"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// BadgeStanding is the highest badge that a freelancer held at a moment, "none" without
// one.
type BadgeStanding string

// The standings, the highest first.
const (
	BadgeStandingTopRatedPlus BadgeStanding = "top_rated_plus"
	BadgeStandingTopRated     BadgeStanding = "top_rated"
	BadgeStandingRisingTalent BadgeStanding = "rising_talent"
	BadgeStandingNone         BadgeStanding = "none"
)

// AllBadgeStandings are all of them, the highest first.
func AllBadgeStandings() [4]BadgeStanding {
	return [...]BadgeStanding{BadgeStandingTopRatedPlus, BadgeStandingTopRated, BadgeStandingRisingTalent, BadgeStandingNone}
}

// BadgeStandings counts by the freelancer's standing.
type BadgeStandings struct {
	TopRatedPlus int64 `json:"top_rated_plus"`
	TopRated     int64 `json:"top_rated"`
	RisingTalent int64 `json:"rising_talent"`
	None         int64 `json:"none"`
}

// Of is the count of a standing.
func (s *BadgeStandings) Of(standing BadgeStanding) *int64 {
	switch standing {
	case BadgeStandingTopRatedPlus:
		return &s.TopRatedPlus
	case BadgeStandingTopRated:
		return &s.TopRated
	case BadgeStandingRisingTalent:
		return &s.RisingTalent
	}
	return &s.None
}

// Total is the count of all.
func (s *BadgeStandings) Total() int64 { return s.TopRatedPlus + s.TopRated + s.RisingTalent + s.None }

func (s *BadgeStandings) add(other *BadgeStandings) {
	for _, standing := range AllBadgeStandings() {
		*s.Of(standing) += *other.Of(standing)
	}
}

// careers has how the standing of freelancers changed, of those whose ever did: few
// have a badge, and of their assessments only those count with which the score became
// good or was no more.
type careers map[uuid.UUID][]stage

// stage is a part of a career, from a moment on.
type stage struct {
	from                           event.Time
	rising, topRated, topRatedPlus bool
	topScore                       bool // the last assessment showed a good score
}

func (s *stage) standing() BadgeStanding {
	switch {
	case s.topRatedPlus:
		return BadgeStandingTopRatedPlus
	case s.topRated:
		return BadgeStandingTopRated
	case s.rising:
		return BadgeStandingRisingTalent
	}
	return BadgeStandingNone
}

// add takes in an account, whose stream keeps the order of time.
func (c careers) add(r *projection.FreelancerRecord, p BadgePolicy) {
	var now stage
	var all []stage
	for i := range r.Marks {
		m, next := &r.Marks[i], now
		switch m.Kind {
		case projection.MarkRisingTalent, projection.MarkRisingTalentEnded:
			next.rising = m.Kind == projection.MarkRisingTalent
		case projection.MarkBadgeAwarded, projection.MarkBadgeLost:
			held := m.Kind == projection.MarkBadgeAwarded
			switch event.Badge(m.Word) {
			case event.BadgeTopRated:
				next.topRated = held
			case event.BadgeTopRatedPlus:
				next.topRatedPlus = held
			}
		case projection.MarkAssessed:
			next.topScore = m.Number >= p.Displayed
		}
		if next != now {
			now, next.from = next, m.At
			all = append(all, next)
		}
	}
	if all != nil {
		c[r.ID] = all
	}
}

// at is the stage that an account had reached at a moment, with what happened in that
// very second.
func (c careers) at(freelancer uuid.UUID, when event.Time) stage {
	all := c[freelancer]
	n := sort.Search(len(all), func(i int) bool { return all[i].from > when })
	if n == 0 {
		return stage{}
	}
	return all[n-1]
}
