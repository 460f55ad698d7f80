package statistics

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// SearchResults is a page of the freelancers that a search found.
type SearchResults struct {
	AsOf    event.Time     `json:"as_of"`
	Policy  string         `json:"policy"`
	Total   int64          `json:"total"` // how many were found
	Offset  int            `json:"offset"`
	Results []SearchResult `json:"results"`
}

// SearchResult is a freelancer as clients see one (rules 9).
type SearchResult struct {
	Freelancer uuid.UUID     `json:"freelancer"`
	Registered event.Time    `json:"registered"`
	Displayed  *int64        `json:"displayed"` // Job Success score in percent; nil without one
	Level      ResponseLevel `json:"level"`
	RateBP     *int64        `json:"rate_bp"` // of invites answered, as in Responsiveness
	projection.Profile
	Title      *Shown                `json:"title"`
	Category   *string               `json:"category"`
	Skills     []Shown               `json:"skills"`
	HourlyRate *event.Money          `json:"hourly_rate"` // minor units; nil if not given
	Paid       event.Money           `json:"paid"`        // lifetime, net of refunds, minor units
	Minutes    int64                 `json:"minutes"`     // of hourly work that was paid for
	Facts      []projection.Evidence `json:"facts"`       // the events that made the profile; those of the numbers are in their explanations
}

// search finds freelancers account by account, so that nobody needs to have all
// of them at once. It keeps no more than the results need.
type search struct {
	query  SearchQuery
	asOf   event.Time
	policy Policy
	found  page[finding]
}

// finding is a freelancer who was found, with what the order looks at.
type finding struct {
	account   *projection.FreelancerRecord
	displayed *int64
	level     ResponseLevel
	rateBP    *int64
	rate      event.Money // for an hour; 0 if not given
	paid      event.Money
	minutes   int64
}

// search begins one as of the moment. It fails with a *QueryError for a
// query that makes no sense.
func (p Policy) search(q SearchQuery, asOf event.Time) (*search, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	q.Sort = cmp.Or(q.Sort, ByScore)
	q.Limit = cmp.Or(q.Limit, DefaultSearchLimit)
	return &search{query: q, asOf: asOf.Bounded(), policy: p, found: page[finding]{order: q.order, offset: q.Offset, limit: q.Limit}}, nil
}

// wants reports whether a freelancer may be found, as far as the account tells.
func (s *search) wants(r *projection.FreelancerRecord) bool {
	return r.RegisteredBy(s.asOf) && shows(r, s.asOf) && !keptFrom(r, event.BlockSearch, s.asOf) &&
		s.query.wants(r.Profile(s.asOf)) && s.query.finds(r.Described(s.asOf))
}

// add takes in a freelancer who is wanted, by the invites and contracts. It fails with
// a *SumError.
func (s *search) add(h *projection.FreelancerHistory) error {
	stats, err := s.policy.freelancerStats(*h, s.asOf)
	if err != nil {
		return err
	}
	work, err := s.policy.Work.of(h, s.asOf)
	if err != nil {
		return err
	}
	if !s.query.wantsStats(stats, work.Minutes) {
		return nil
	}
	f := finding{account: h.Account, paid: stats.Paid, minutes: work.Minutes, level: stats.Responsiveness.Level, rateBP: stats.Responsiveness.RateBP}
	if stats.JobSuccess != nil {
		f.displayed = &stats.JobSuccess.Displayed
	}
	if d := h.Account.Described(s.asOf); d != nil {
		f.rate = d.HourlyRate
	}
	s.found.add(f)
	return nil
}

// results is the page that was asked for.
func (s *search) results() *SearchResults {
	r := &SearchResults{AsOf: s.asOf, Policy: s.policy.Name, Total: s.found.total, Offset: s.query.Offset, Results: []SearchResult{}}
	for _, f := range s.found.items() {
		result := SearchResult{
			Freelancer: f.account.ID, Registered: f.account.Registered.At, Displayed: f.displayed, Level: f.level, RateBP: f.rateBP,
			Profile: f.account.Profile(s.asOf), Skills: []Shown{}, HourlyRate: orNil(f.rate), Paid: f.paid, Minutes: f.minutes,
			Facts: f.account.ProfileFacts(s.asOf),
		}
		if d := f.account.Described(s.asOf); d != nil {
			result.Title, result.Category, result.Skills = optionalText(d.Title), orNil(d.Category), shownList(d.Skills)
		}
		r.Results = append(r.Results, result)
	}
	return r
}

func (q SearchQuery) order(a, b finding) int {
	var first int
	switch q.Sort {
	case ByScore:
		first = cmp.Compare(orLess(b.displayed), orLess(a.displayed))
	case ByLevel:
		first = cmp.Or(cmp.Compare(speed(b.level), speed(a.level)), cmp.Compare(orLess(b.rateBP), orLess(a.rateBP)))
	case ByNewest:
		first = cmp.Compare(b.account.Registered.At, a.account.Registered.At)
	case ByPaid:
		first = cmp.Compare(b.paid, a.paid)
	case ByRate:
		first = cmp.Compare(uint64(a.rate)-1, uint64(b.rate)-1) // 0, none, is the greatest
	}
	return cmp.Or(first, slices.Compare(a.account.ID[:], b.account.ID[:]))
}

// orLess is less than every known number if there is none.
func orLess(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}
