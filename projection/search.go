package projection

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
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
	Profile
	Facts []Fact `json:"facts"` // the events that made the profile; those of the numbers are in their explanations
}

// search collects those whom a search finds.
type search struct {
	query  SearchQuery
	asOf   event.Time
	policy Policy
	found  []finding
}

// finding is a freelancer who was found, with what the order looks at.
type finding struct {
	account   *FreelancerRecord
	displayed *int64
	level     ResponseLevel
	rateBP    *int64
}

// begin begins a search as of the moment. It fails with a *QueryError.
func (q SearchQuery) begin(asOf event.Time, p Policy) (*search, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	q.Sort = cmp.Or(q.Sort, ByScore)
	q.Limit = cmp.Or(q.Limit, DefaultSearchLimit)
	return &search{query: q, asOf: bounded(asOf), policy: p}, nil
}

// wants reports whether a freelancer may be found, as far as the account tells.
func (s *search) wants(r *FreelancerRecord) bool {
	return r.registered(s.asOf) && s.query.wants(r.Profile(s.asOf))
}

// add finds a freelancer who is wanted, or does not.
func (s *search) add(r *FreelancerRecord, stats *FreelancerStats) {
	if !s.query.finds(stats) {
		return
	}
	f := finding{account: r, level: stats.Responsiveness.Level, rateBP: stats.Responsiveness.RateBP}
	if stats.JobSuccess != nil {
		f.displayed = &stats.JobSuccess.Displayed
	}
	s.found = append(s.found, f)
}

// results is the page that was asked for.
func (s *search) results() *SearchResults {
	slices.SortFunc(s.found, s.query.order)
	from := min(s.query.Offset, len(s.found))
	through := min(from+s.query.Limit, len(s.found))
	r := &SearchResults{
		AsOf: s.asOf, Policy: s.policy.Name, Total: int64(len(s.found)), Offset: s.query.Offset, Results: []SearchResult{},
	}
	for _, f := range s.found[from:through] {
		r.Results = append(r.Results, SearchResult{
			Freelancer: f.account.ID, Registered: f.account.Registered.At, Displayed: f.displayed, Level: f.level, RateBP: f.rateBP,
			Profile: f.account.Profile(s.asOf), Facts: f.account.profileFacts(s.asOf),
		})
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
