package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// visit is one request for a page, with as of when and under which policy it
// asks. Its exported methods are for the templates.
type visit struct {
	*site
	request *http.Request
	query   url.Values

	AsOf     event.Time
	AsOfText string // as it was asked for, "" for now
	Policy   statistics.Policy
	isNamed  bool // the policy was asked for by name

	Status marketplace.Status // of what was asked last
}

// furthest is how many years ahead of now a page may be asked for.
const furthest = 10

// visit reads what every page's query may have. The visit is whole, as of now
// and under the newest policy, also when it fails.
func (s *site) visit(r *http.Request) (*visit, error) {
	now := event.At(s.options.Now())
	v := &visit{site: s, request: r, query: r.URL.Query(), AsOf: now, Policy: s.options.Policies[0]}
	if text := strings.TrimSpace(v.query.Get("as_of")); text != "" {
		at, err := parseMoment(text)
		if err != nil {
			return v, bad("as_of must be a date such as 2019-12-31, which means its last second, or a moment such as 2019-12-31T12:00:00Z.")
		}
		if at > now.AddMonths(12*furthest) {
			return v, bad("as_of may be at most " + strconv.Itoa(furthest) + " years ahead.")
		}
		v.AsOf, v.AsOfText = at, text
	}
	if name := v.query.Get("policy"); name != "" {
		i := slices.IndexFunc(s.options.Policies, func(p statistics.Policy) bool { return p.Name == name })
		if i < 0 {
			oldestFirst := v.Policies()
			slices.Reverse(oldestFirst)
			return v, bad("policy must be one of " + strings.Join(oldestFirst, ", ") + ".")
		}
		v.Policy, v.isNamed = s.options.Policies[i], true
	}
	return v, nil
}

// parseMoment reads a moment, or a date as its last second.
func parseMoment(text string) (event.Time, error) {
	if len(text) == len(time.DateOnly) {
		text += "T23:59:59Z"
	}
	return event.ParseTime(text)
}

func (v *visit) ctx() context.Context { return v.request.Context() }

func (v *visit) options() []marketplace.QueryOption {
	return []marketplace.QueryOption{marketplace.AsOf(v.AsOf.Std()), marketplace.Under(v.Policy), marketplace.WithStatus(&v.Status)}
}

func (v *visit) id() (uuid.UUID, error) {
	id, ok := parseID(v.request.PathValue("id"))
	if !ok {
		return uuid.Nil, &problem{http.StatusNotFound, "The address holds no id of the form 01234567-89ab-cdef-0123-456789abcdef."}
	}
	return id, nil
}

// week is the one that the address holds.
func (v *visit) week() (event.Week, error) {
	week, err := event.ParseWeek(v.request.PathValue("week"))
	if err != nil {
		return week, &problem{http.StatusNotFound, "There is no such week; an ISO week has the form 2017-W05."}
	}
	return week, nil
}

// parseID reads an id as reports write it; uuid.Parse takes other forms too.
func parseID(text string) (uuid.UUID, bool) {
	id, err := uuid.Parse(text)
	return id, err == nil && len(text) == 36 && id != uuid.Nil
}

// Link is the address of a page, as of the same moment and under the same
// policy, with more pairs of a name and a value in its query.
func (v *visit) Link(path string, pairs ...any) string {
	q := url.Values{}
	if v.AsOfText != "" {
		q.Set("as_of", v.AsOfText)
	}
	if v.isNamed {
		q.Set("policy", v.Policy.Name)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(text(pairs[i]), text(pairs[i+1]))
	}
	if len(q) == 0 {
		return v.site.options.Prefix + path
	}
	return v.site.options.Prefix + path + "?" + q.Encode()
}

// Again is the address of this page with one thing in its query changed.
func (v *visit) Again(name string, value any) string {
	q := url.Values{}
	for _, p := range v.Kept(name) {
		q.Set(p.Name, p.Value)
	}
	q.Set(name, text(value))
	return v.Here() + "?" + q.Encode()
}

// Of is the address of a page of an account: Of "freelancers" id "funnel".
func (v *visit) Of(kind string, id uuid.UUID, more ...string) string {
	return v.Link("/" + strings.Join(append([]string{kind, id.String()}, more...), "/"))
}

// EventLink is the address of an event's page, "" if there are none.
func (v *visit) EventLink(at event.Position) string {
	if v.site.options.Log == nil {
		return ""
	}
	return v.Link("/events/" + strconv.FormatUint(uint64(at), 10))
}

// Static is the address of a file of the pages' own.
func (v *visit) Static(name string) string { return v.site.options.Prefix + "/static/" + name }

// Path is the address of a page, for a form that asks for its query.
func (v *visit) Path(path string) string { return v.site.options.Prefix + path }

// Here is the address of this page without its query.
func (v *visit) Here() string { return v.site.options.Prefix + v.request.URL.Path }

// Within reports whether this page is at the path or below it.
func (v *visit) Within(path string) bool {
	here := v.request.URL.Path
	return here == path || path != "/" && strings.HasPrefix(here, path+"/")
}

// pair is a name and a value of a query.
type pair struct{ Name, Value string }

// Kept are the parts of the query that a form keeps beside those that it asks
// for itself. A page number is none: other answers have other pages.
func (v *visit) Kept(asked ...string) []pair {
	var kept []pair
	for name, values := range v.query {
		if !slices.Contains(lists, name) && !slices.Contains(asked, name) && len(values) > 0 && values[0] != "" {
			kept = append(kept, pair{name, values[0]})
		}
	}
	slices.SortFunc(kept, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return kept
}

// Asked is what the query asks for under a name, for the field of a form.
func (v *visit) Asked(name string) string { return strings.TrimSpace(v.query.Get(name)) }

// IsDate reports whether the page was asked for as of a date or as of now.
func (v *visit) IsDate() bool { return v.AsOfText == "" || len(v.AsOfText) == len(time.DateOnly) }

// Policies are the names of those that can be asked under, the newest first.
func (v *visit) Policies() []string {
	var names []string
	for _, p := range v.site.options.Policies {
		names = append(names, p.Name)
	}
	return names
}

// Level says in words how fast a freelancer usually answers, under the policy.
func (v *visit) Level(l statistics.ResponseLevel) string {
	return show.Level(l, v.Policy.Responsiveness)
}

// Need says in words what a condition of a badge asks for, under the policy.
func (v *visit) Need(c statistics.Condition) string {
	return show.Condition(c, v.Policy.Badge, v.site.money)
}

// LargeContract says in words by which contract Top Rated Plus has a large one.
func (v *visit) LargeContract(c *statistics.LargeContract) string {
	return show.LargeContract(*c, v.site.money)
}

// Class says in words why a contract is of its class, under the policy.
func (v *visit) Class(c *statistics.ContractOutcome) string {
	return show.Class(c, v.Policy.JobSuccess)
}

// with hands a part of a page to a template of its own.
type with struct {
	*visit
	It any
}

// With hands a part of the page to a template of its own.
func (v *visit) With(it any) with { return with{v, it} }

// Newest is when the log's newest event occurred, if the page is as of now and
// that is so long ago that there is little to see. It is "" otherwise.
func (v *visit) Newest() string {
	log := v.site.options.Log
	if log == nil || v.AsOfText != "" {
		return ""
	}
	rec, err := store.Newest(v.ctx(), log)
	if err != nil || rec.ID == uuid.Nil || event.Foreign(rec.Stream) {
		return "" // only a hint is lost
	}
	meta, err := event.Marketplace().NewDecoder().DecodeMeta(&rec)
	if err != nil || meta.OccurredAt.AddMonths(6) >= v.AsOf {
		return ""
	}
	return meta.OccurredAt.Date().String()
}
