package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// resultsShown is how many found freelancers a page shows.
const resultsShown = 20

// choice is one of a form's answers to a question.
type choice struct {
	Value, Name string
	Chosen      bool
}

func (s *site) search(v *visit) (*page, error) {
	q, err := v.search()
	if err != nil {
		return nil, err
	}
	n, err := v.listed()
	if err != nil {
		return nil, err
	}
	q.Offset, q.Limit = (n-1)*resultsShown, resultsShown
	found, err := marketplace.Ask(v.ctx(), s.asked, statistics.SearchFor(q), v.options()...)
	if err != nil {
		return nil, err
	}
	part, err := v.pager(theList, n, int(found.Total), resultsShown)
	if err != nil {
		return nil, err
	}
	chosen := func(value, name, is string) choice { return choice{value, name, value == is} }
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
		[]choice{chosen("", "any", string(q.Level)), chosen(string(statistics.LevelUnder24h), "within "+show.Period(v.Policy.Responsiveness.Fast), string(q.Level)),
			chosen(string(statistics.LevelUnder3Days), "within "+show.Period(v.Policy.Responsiveness.Slow), string(q.Level))},
		[]choice{chosen(string(statistics.ByScore), "best score", string(q.Sort)), chosen(string(statistics.ByLevel), "fastest answers", string(q.Sort)),
			chosen(string(statistics.ByNewest), "newest", string(q.Sort)), chosen(string(statistics.ByPaid), "most paid", string(q.Sort)), chosen(string(statistics.ByRate), "lowest rate", string(q.Sort))},
		part,
	}}, nil
}

// risingTalent is the answer to which badge that is no event.Badge.
const risingTalent = "rising_talent"

func (v *visit) search() (q statistics.SearchQuery, err error) {
	q.Text, q.Category = v.Asked("text"), v.Asked("category")
	for skill := range strings.SplitSeq(v.Asked("skills"), ",") {
		if skill = strings.TrimSpace(skill); skill != "" {
			q.Skills = append(q.Skills, skill)
		}
	}
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

// amount is the money that the query asks for under a name, nil if it does not.
func (v *visit) amount(name string) (*event.Money, error) {
	text := v.Asked(name)
	if text == "" {
		return nil, nil
	}
	m, is := v.money.Parse(text)
	if !is {
		return nil, bad(name + " must be an amount of " + v.money.Code + ", such as " + v.money.Amount(sampleAmount) + ".")
	}
	return &m, nil
}

// sampleAmount shows how an amount is written.
const sampleAmount = 25_00

// listed is the number of the part of a list that a question asks for by itself.
func (v *visit) listed() (int, error) {
	n, err := v.part(theList)
	if err == nil && n > statistics.MaxSearchOffset/resultsShown {
		err = &problem{http.StatusNotFound, "The list has no page of that number."}
	}
	return n, err
}

// Badges are the names of the badges that a profile shows.
func (v *visit) Badges(p projection.Profile) string {
	return cmp.Or(show.Badges(p), show.Unknown)
}
