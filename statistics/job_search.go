package statistics

import (
	"cmp"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FoundJobs is a page of the open jobs that a search found.
type FoundJobs struct {
	AsOf   event.Time `json:"as_of"`
	Policy string     `json:"policy"`
	Total  int64      `json:"total"` // how many were found
	Offset int        `json:"offset"`
	Jobs   []FoundJob `json:"jobs"`
}

// FoundJob is an open job as freelancers see one who look for work (rules 10): what it
// says, nil where it says nothing, and who posted it. Of invites it says nothing.
type FoundJob struct {
	Job      uuid.UUID          `json:"job"`
	Client   uuid.UUID          `json:"client"`
	Posted   event.Time         `json:"posted"`
	Kind     event.ContractKind `json:"kind"`
	Category *string            `json:"category"`
	Title    *Shown             `json:"title"`
	Skills   []Shown            `json:"skills"`
	Budget   *event.Money       `json:"budget"`   // minor units
	RateMin  *event.Money       `json:"rate_min"` // minor units for an hour
	RateMax  *event.Money       `json:"rate_max"`
	Duration *event.JobDuration `json:"duration"`
	Connects event.Connects     `json:"connects"` // what a proposal costs

	// Candidates are all proposals to the job as of the moment, withdrawn and declined ones
	// too, as in Job and in the candidates per job of Figures.
	Candidates int64      `json:"candidates"`
	Card       ClientCard `json:"card"`
}

// SearchJobs asks for jobs that were open as of the moment, whose clients were registered,
// and neither suspended nor barred. A query that makes no sense fails with a *QueryError, a
// sum that 64 bits do not hold with a *SumError.
func SearchJobs(q JobQuery) Question[*FoundJobs] {
	return func(v projection.View, asOf event.Time, p Policy) (*FoundJobs, error) {
		if err := q.Validate(); err != nil {
			return nil, err
		}
		hiring, candidates, err := whoHires(v, asOf)
		if err != nil {
			return nil, err
		}
		found := page[FoundJob]{order: q.order, offset: q.Offset, limit: cmp.Or(q.Limit, DefaultSearchLimit)}
		err = each(v.Jobs(), func(r *projection.JobRecord) {
			if !openJob(r, asOf) || !hiring[r.Client] {
				return
			}
			if c := r.ContentAt(asOf); q.finds(r.Kind, &c) {
				found.add(foundJob(r, &c, candidates[r.ID]))
			}
		})
		if err != nil {
			return nil, err
		}
		answer := &FoundJobs{AsOf: asOf, Policy: p.Name, Total: found.total, Offset: q.Offset, Jobs: append([]FoundJob{}, found.items()...)}
		return answer, p.giveCards(v, answer.Jobs, asOf)
	}
}

// whoHires are the clients who may hire as of the moment, and the number of proposals to
// each job.
func whoHires(v projection.View, asOf event.Time) (hiring map[uuid.UUID]bool, candidates map[uuid.UUID]int64, err error) {
	hiring, candidates = map[uuid.UUID]bool{}, map[uuid.UUID]int64{}
	err = each(v.Clients(projection.PartMarks), func(h *projection.ClientHistory) {
		if h.RegisteredBy(asOf) && mayHire(h.Account, asOf) {
			hiring[h.Account.ID] = true
		}
	})
	if err != nil {
		return nil, nil, err
	}
	err = each(v.Proposals(), func(r *projection.ProposalRecord) {
		if r.Submitted.By(asOf) {
			candidates[r.Job]++
		}
	})
	return hiring, candidates, err
}

// mayHire reports whether the client is neither suspended nor barred as of the moment.
func mayHire(r *projection.ClientRecord, asOf event.Time) bool {
	may := true
	for i := range r.Marks {
		m := &r.Marks[i]
		if !m.By(asOf) {
			continue
		}
		switch m.Kind {
		case projection.MarkSuspended:
			may = false
		case projection.MarkReinstated:
			may = true
		case projection.MarkBarred:
			return false
		}
	}
	return may
}

func openJob(r *projection.JobRecord, asOf event.Time) bool {
	return r.Posted.By(asOf) && !r.Closed.By(asOf) && !r.Removed.By(asOf)
}

func foundJob(r *projection.JobRecord, c *projection.JobContent, candidates int64) FoundJob {
	return FoundJob{
		Job: r.ID, Client: r.Client, Posted: r.Posted.At, Kind: r.Kind, Category: orNil(c.Category), Title: optionalText(c.Title), Skills: shownList(c.Skills),
		Budget: orNil(c.Budget), RateMin: orNil(c.RateMin), RateMax: orNil(c.RateMax), Duration: orNil(c.Duration), Connects: c.Connects, Candidates: candidates,
	}
}

// giveCards gives each job the card of its client.
func (p Policy) giveCards(v projection.View, jobs []FoundJob, asOf event.Time) error {
	cards := map[uuid.UUID]ClientCard{}
	for i := range jobs {
		j := &jobs[i]
		if _, known := cards[j.Client]; !known {
			h, err := v.Client(j.Client, projection.AllParts)
			if err != nil {
				return err
			}
			profile, err := p.ClientProfile(*h, asOf)
			if err != nil {
				return err
			}
			cards[j.Client] = profile.ClientCard
		}
		j.Card = cards[j.Client]
	}
	return nil
}
