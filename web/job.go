package web

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

// job is the page of one job: what it says, what was asked about it, what it came to, who
// wants it, and its events. What a job says everybody may read, so it shows as it is.
func job(v *visit, id uuid.UUID, j *statistics.Job) (*page, error) {
	p := jobPage{Job: j}
	if j.Reason != nil {
		p.Why = show.Reason(*j.Reason)
	}
	var err error
	if p.Asked, p.AskedPager, err = pagedList(v, "asked", j.Asked, itemsShown); err != nil {
		return nil, err
	}
	if p.Candidates, p.CandidatePager, err = pagedList(v, "candidates", j.Candidates, itemsShown); err != nil {
		return nil, err
	}
	if p.Events, err = v.eventsOf(v, event.JobStream(id)); err != nil {
		return nil, err
	}
	return &page{name: "job", Title: "Job", Body: p}, nil
}

// jobPage is a job with the parts of its lists that are shown.
type jobPage struct {
	*statistics.Job
	Why            string // it ended, "" while it is open
	Asked          []statistics.JobQuestion
	AskedPager     pager
	Candidates     []statistics.JobCandidate
	CandidatePager pager
	Events         *streamEvents
}
