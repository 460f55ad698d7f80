package statistics

import (
	"cmp"
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// JobQuery says which open jobs to find, and in which order (rules 10, "finding work"; its
// details are ours). All that is asked must hold, and what a job does not say fits no
// question about it. The zero value finds every open job, the newest first.
type JobQuery struct {
	Text     string             // only those whose title, description or skills have each of its words; one without words asks nothing
	Skills   []string           // only those that ask for each of these skills
	Category string             // only those of this category
	Kind     event.ContractKind // only those of this kind
	// BudgetMin finds only those with at least such a budget, in minor units; nil asks nothing.
	BudgetMin *event.Money
	// RateMin finds only those that may pay so much for an hour, in minor units: the highest
	// rate that they name, the lower one where they name no other. Nil asks nothing.
	RateMin *event.Money

	Sort   JobOrder // default ByPosting
	Offset int      // how many of those found are passed over, to MaxSearchOffset
	Limit  int      // how many are listed at most, to MaxSearchLimit; 0 is DefaultSearchLimit
}

// JobOrder is by what found jobs are listed.
type JobOrder string

// The orders. Equals are in the order of their ids.
const (
	ByPosting    JobOrder = "newest"     // the one that was posted last first
	ByCandidates JobOrder = "candidates" // the fewest first, as who looks for work has it; of equally many the newest
)

var (
	jobOrders = []JobOrder{ByPosting, ByCandidates}
	jobKinds  = []event.ContractKind{event.KindFixed, event.KindHourly}
)

// Validate fails with a *QueryError for what makes no sense.
func (q JobQuery) Validate() error {
	switch {
	case q.Kind != "" && !slices.Contains(jobKinds, q.Kind):
		return invalidQuery("kind", "is %.40q; known are %v", q.Kind, jobKinds)
	case q.BudgetMin != nil && *q.BudgetMin < 0:
		return invalidQuery("budget_min", "is below 0")
	case q.RateMin != nil && *q.RateMin < 0:
		return invalidQuery("rate_min", "is below 0")
	case q.Sort != "" && !slices.Contains(jobOrders, q.Sort):
		return invalidQuery("order", "is %.40q; known are %v", q.Sort, jobOrders)
	}
	return cmp.Or(q.sought().validate(), validatePage(q.Offset, q.Limit))
}

func (q JobQuery) sought() sought { return sought{q.Text, q.Skills, q.Category} }

// finds reports whether a job of this kind that says this is sought.
func (q JobQuery) finds(kind event.ContractKind, c *projection.JobContent) bool {
	return (q.Kind == "" || kind == q.Kind) && pays(c.Budget, q.BudgetMin) && pays(cmp.Or(c.RateMax, c.RateMin), q.RateMin) &&
		q.sought().fits(c.Category, c.Skills, c.Title, c.Description)
}

// pays reports whether an amount, which is 0 where it is not known, is as high as is
// asked; nil asks nothing.
func pays(amount event.Money, asked *event.Money) bool {
	return asked == nil || amount != 0 && amount >= *asked
}

func (q JobQuery) order(a, b FoundJob) int {
	var first int
	if q.Sort == ByCandidates {
		first = cmp.Compare(a.Candidates, b.Candidates)
	}
	return cmp.Or(first, cmp.Compare(b.Posted, a.Posted), slices.Compare(a.Job[:], b.Job[:]))
}
