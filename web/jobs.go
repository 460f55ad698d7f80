package web

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// jobs finds open jobs, as freelancers see them who look for work. What a job says
// everybody may read, so it shows as it is.
func (s *site) jobs(v *visit) (*page, error) {
	q, err := v.jobs()
	if err != nil {
		return nil, err
	}
	found, part, err := listed(v, func(offset, limit int) statistics.Question[*statistics.FoundJobs] {
		q.Offset, q.Limit = offset, limit
		return statistics.SearchJobs(q)
	}, func(f *statistics.FoundJobs) int64 { return f.Total })
	if err != nil {
		return nil, err
	}
	return &page{name: "jobs", Title: "Find jobs", Body: struct {
		*statistics.FoundJobs
		Kinds  []choice
		Orders []choice
		Pager  pager
	}{
		found,
		[]choice{chosen("", "any", q.Kind), chosen(event.KindFixed, "fixed price", q.Kind), chosen(event.KindHourly, "hourly", q.Kind)},
		[]choice{chosen(statistics.ByPosting, "newest", q.Sort), chosen(statistics.ByCandidates, "fewest candidates", q.Sort)},
		part,
	}}, nil
}

// jobs is which ones are asked for.
func (v *visit) jobs() (q statistics.JobQuery, err error) {
	q.Text, q.Skills, q.Category = v.Asked("text"), v.skills(), v.Asked("category")
	q.Kind, q.Sort = event.ContractKind(v.query.Get("kind")), statistics.JobOrder(v.query.Get("order"))
	if q.BudgetMin, err = v.amount("budget_min"); err != nil {
		return q, err
	}
	if q.RateMin, err = v.amount("rate_min"); err != nil {
		return q, err
	}
	return q, wrongQuery(q.Validate())
}
