package statistics

import (
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// SearchQuery says which freelancers to find, and in which order. The zero value
// finds every public profile, the best scores first.
type SearchQuery struct {
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
)

// SearchOrder is by what found freelancers are listed. Equals are in the order
// of their ids.
type SearchOrder string

// The orders. Who has no score, or no level, comes last.
const (
	ByScore  SearchOrder = "score"  // the displayed Job Success score, the best first
	ByLevel  SearchOrder = "level"  // how fast they answer, the fastest first, then how often
	ByNewest SearchOrder = "newest" // who registered last first
)

var searchOrders = []SearchOrder{ByScore, ByLevel, ByNewest}

// Validate fails with a *QueryError for what makes no sense.
func (q SearchQuery) Validate() error {
	switch {
	case q.Badge != "" && q.Badge != event.BadgeTopRated && q.Badge != event.BadgeTopRatedPlus:
		return invalidQuery("badge", "is %.40q; known are %s and %s", q.Badge, event.BadgeTopRated, event.BadgeTopRatedPlus)
	case q.MinDisplayed < 0 || q.MinDisplayed > 100:
		return invalidQuery("min_displayed", "is %d; it is 0 to 100 percent", q.MinDisplayed)
	case q.Level != LevelUnknown && speed(q.Level) == 0:
		return invalidQuery("level", "is %.40q; known are %s, %s and %s", q.Level, LevelUnder24h, LevelUnder3Days, LevelOver3Days)
	case q.Sort != "" && !slices.Contains(searchOrders, q.Sort):
		return invalidQuery("sort", "is %.40q; known are %v", q.Sort, searchOrders)
	}
	return validatePage(q.Offset, q.Limit)
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
	return p.Public && (!q.Available || p.Available) && (!q.Verified || p.IdentityVerified) &&
		(!q.RisingTalent || p.RisingTalent) && (q.Badge == "" || slices.Contains(p.Badges, q.Badge))
}

// finds reports whether the statistics are such as are sought.
func (q SearchQuery) finds(s *FreelancerStats) bool {
	if q.MinDisplayed > 0 && (s.JobSuccess == nil || s.JobSuccess.Displayed < int64(q.MinDisplayed)) {
		return false
	}
	return speed(s.Responsiveness.Level) >= speed(q.Level)
}
