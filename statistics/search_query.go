package statistics

import (
	"cmp"
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// SearchQuery says which freelancers to find, and in which order. The zero value
// finds every public profile, the best scores first.
type SearchQuery struct {
	Text     string       // only those whose title, introduction or skills have each of its words; one without words asks nothing
	Skills   []string     // only those with each of these skills
	Category string       // only those of this category
	RateMin  *event.Money // only those whose hourly rate is at least so high; nil asks nothing
	RateMax  *event.Money // only those whose hourly rate is at most so high; nil asks nothing
	PaidMin  event.Money  // only those who were paid so much, net, ever
	HoursMin int64        // only those who were paid for so many hours

	Badge        event.Badge   // only those who hold it
	RisingTalent bool          // only Rising Talents
	MinDisplayed int           // only those with such a Job Success score or a better one, in percent
	Level        ResponseLevel // only those who answer so fast or faster
	Verified     bool          // only those whose identity is verified
	Available    bool          // only those who take work
	Sort         SearchOrder   // default ByScore
	Offset       int           // how many of those found are passed over, to MaxSearchOffset
	Limit        int           // how many are listed at most, to MaxSearchLimit; 0 is DefaultSearchLimit
}

// The bounds of a search.
const (
	DefaultSearchLimit = 20
	MaxSearchLimit     = 1000
	MaxSearchOffset    = 10_000_000

	maxSought = 10_000 // bytes of a text, and skills
)

// SearchOrder is by what found freelancers are listed. Equals are in the order
// of their ids.
type SearchOrder string

// The orders. Who has no score, or no level, comes last.
const (
	ByScore  SearchOrder = "score"  // the displayed Job Success score, the best first
	ByLevel  SearchOrder = "level"  // how fast they answer, the fastest first, then how often
	ByNewest SearchOrder = "newest" // who registered last first
	ByPaid   SearchOrder = "paid"   // who was paid most first
	ByRate   SearchOrder = "rate"   // who asks least for an hour first; who says no rate last
)

var searchOrders = []SearchOrder{ByScore, ByLevel, ByNewest, ByPaid, ByRate}

// Validate fails with a *QueryError for what makes no sense.
func (q SearchQuery) Validate() error {
	switch {
	case q.RateMin != nil && *q.RateMin < 0:
		return invalidQuery("rate_min", "is below 0")
	case q.RateMax != nil && *q.RateMax < 0:
		return invalidQuery("rate_max", "is below 0")
	case q.PaidMin < 0:
		return invalidQuery("paid_min", "is below 0")
	case q.HoursMin < 0:
		return invalidQuery("hours_min", "is below 0")
	case q.Badge != "" && q.Badge != event.BadgeTopRated && q.Badge != event.BadgeTopRatedPlus:
		return invalidQuery("badge", "is %.40q; known are %s and %s", q.Badge, event.BadgeTopRated, event.BadgeTopRatedPlus)
	case q.MinDisplayed < 0 || q.MinDisplayed > 100:
		return invalidQuery("score", "is %d; it is 0 to 100 percent", q.MinDisplayed)
	case q.Level != LevelUnknown && speed(q.Level) == 0:
		return invalidQuery("level", "is %.40q; known are %s, %s and %s", q.Level, LevelUnder24h, LevelUnder3Days, LevelOver3Days)
	case q.Sort != "" && !slices.Contains(searchOrders, q.Sort):
		return invalidQuery("order", "is %.40q; known are %v", q.Sort, searchOrders)
	}
	return cmp.Or(q.sought().validate(), validatePage(q.Offset, q.Limit))
}

// speed ranks the levels, the unknown one as 0.
func speed(l ResponseLevel) int {
	switch l {
	case LevelUnder24h:
		return 3
	case LevelUnder3Days:
		return 2
	case LevelOver3Days:
		return 1
	}
	return 0
}

// wants reports whether the account is one that is sought.
func (q SearchQuery) wants(p projection.Profile) bool {
	return (!q.Available || p.Available) && (!q.Verified || p.IdentityVerified) &&
		(!q.RisingTalent || p.RisingTalent) && (q.Badge == "" || slices.Contains(p.Badges, q.Badge))
}

// wantsStats reports whether the statistics are such as are sought.
func (q SearchQuery) wantsStats(s *FreelancerStats, minutes int64) bool {
	if q.PaidMin > 0 && s.Paid < q.PaidMin || minutes/60 < q.HoursMin {
		return false
	}
	if q.MinDisplayed > 0 && (s.JobSuccess == nil || s.JobSuccess.Displayed < int64(q.MinDisplayed)) {
		return false
	}
	return speed(s.Responsiveness.Level) >= speed(q.Level)
}
