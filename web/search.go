package web

import (
	"cmp"
	"strconv"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func (s *site) search(v *visit) (*page, error) {
	q, err := v.search()
	if err != nil {
		return nil, err
	}
	found, part, err := listed(v, func(offset, limit int) statistics.Question[*statistics.SearchResults] {
		q.Offset, q.Limit = offset, limit
		return statistics.SearchFor(q)
	}, func(r *statistics.SearchResults) int64 { return r.Total })
	if err != nil {
		return nil, err
	}
	badge := string(q.Badge)
	if q.RisingTalent {
		badge = risingTalent
	}
	return &page{name: "search", Title: "Find freelancers", Body: struct {
		*statistics.SearchResults
		Query  statistics.SearchQuery
		Badges []choice
		Levels []choice
		Orders []choice
		Pager  pager
	}{
		found, q,
		[]choice{chosen("", "any or none", badge), chosen(string(event.BadgeTopRated), "Top Rated", badge),
			chosen(string(event.BadgeTopRatedPlus), "Top Rated Plus", badge), chosen(risingTalent, "Rising Talent", badge)},
		[]choice{chosen("", "any", q.Level), chosen(statistics.LevelUnder24h, "within "+show.Period(v.Policy.Responsiveness.Fast), q.Level),
			chosen(statistics.LevelUnder3Days, "within "+show.Period(v.Policy.Responsiveness.Slow), q.Level)},
		[]choice{chosen(statistics.ByScore, "best score", q.Sort), chosen(statistics.ByLevel, "fastest answers", q.Sort),
			chosen(statistics.ByNewest, "newest", q.Sort), chosen(statistics.ByPaid, "most paid", q.Sort), chosen(statistics.ByRate, "lowest rate", q.Sort)},
		part,
	}}, nil
}

// risingTalent is the answer to which badge that is no event.Badge.
const risingTalent = "rising_talent"

func (v *visit) search() (q statistics.SearchQuery, err error) {
	q.Text, q.Skills, q.Category = v.Asked("text"), v.skills(), v.Asked("category")
	if q.RateMin, err = v.amount("rate_min"); err != nil {
		return q, err
	}
	if q.RateMax, err = v.amount("rate_max"); err != nil {
		return q, err
	}
	paid, err := v.amount("paid_min")
	if err != nil {
		return q, err
	}
	if paid != nil {
		q.PaidMin = *paid
	}
	if text := v.Asked("hours_min"); text != "" {
		if q.HoursMin, err = strconv.ParseInt(text, 10, 64); err != nil {
			return q, bad("hours_min must be a whole number of hours.")
		}
	}
	if text := v.Asked("score"); text != "" {
		if q.MinDisplayed, err = strconv.Atoi(text); err != nil {
			return q, bad("score must be a whole number of percent, 0 to 100.")
		}
	}
	q.Verified, q.Available = v.query.Get("verified") != "", v.query.Get("available") != ""
	q.Level = statistics.ResponseLevel(v.query.Get("level"))
	q.Sort = statistics.SearchOrder(v.query.Get("order"))
	if badge := v.query.Get("badge"); badge == risingTalent {
		q.RisingTalent = true
	} else {
		q.Badge = event.Badge(badge)
	}
	return q, wrongQuery(q.Validate())
}

// Badges are the names of the badges that a profile shows.
func (v *visit) Badges(p projection.Profile) string {
	return cmp.Or(show.Badges(p), show.Unknown)
}
