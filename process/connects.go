package process

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// orphaned is how long a proposal may be on its way after it was applied for: where two
// streams cannot be written at once, a crash may come between (ours).
const orphaned = 24 // hours

// job is what there is to know of a job to say who gets Connects back.
type job struct {
	Client  uuid.UUID                 `json:"client"`
	Hired   *event.Time               `json:"hired,omitempty"`   // the first hire
	Ends    []jobEnd                  `json:"ends,omitempty"`    // that give Connects back
	Applied map[uuid.UUID]application `json:"applied,omitempty"` // proposals that cost something
}

// jobEnd is an end of a job that gives Connects back: where there was no hire, or in any
// case.
type jobEnd struct {
	At          event.Time     `json:"at"`
	InAnyCase   bool           `json:"in_any_case,omitzero"`
	Position    event.Position `json:"position"`
	ID          uuid.UUID      `json:"id"`
	Correlation uuid.UUID      `json:"correlation"`
}

// application is a proposal that cost Connects.
type application struct {
	Freelancer uuid.UUID      `json:"freelancer"`
	Position   event.Position `json:"position"`
	Submitted  bool           `json:"submitted,omitzero"` // else it is still on its way
}

// hiredBy reports whether somebody had been hired for the job at a moment or before.
func (j *job) hiredBy(t event.Time) bool { return j.Hired != nil && *j.Hired <= t }

// foldConnects: lots expire; what a proposal cost comes back when its job ends as one
// that gives back, and when the proposal never came to be (fine print N6). Each end is
// judged by itself, as of its moment, whatever order the log has.
func (a *agenda) foldConnects(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.ConnectsGranted:
		a.openLot(env, e.Lot, e.Amount, e.ExpiresAt)
	case *event.ConnectsPurchased:
		a.openLot(env, e.Lot, e.Amount, e.ExpiresAt)
	case *event.ConnectsReturned:
		a.openLot(env, e.Lot, e.Amount, e.ExpiresAt)
		a.cameBack(env.Stream, e.Proposal)
	case *event.ConnectsExpired:
		a.close(ExpireConnects, env.Stream, strconv.Itoa(e.Lot))
	case *event.ConnectsSpent:
		a.lessen(ExpireConnects, env.Stream, strconv.Itoa(e.Lot), int64(e.Amount))
		a.applied(env, e)
	case *event.JobPosted:
		_, id, _, _ := event.ParseStream(env.Stream)
		a.job(id).Client = e.Client
	case *event.JobClosed:
		if e.Reason == event.CloseCancelled || e.Reason == event.CloseSanctioned {
			a.givesBack(env, false)
		}
	case *event.JobRemoved:
		if e.Reason == event.RemoveTOS {
			a.givesBack(env, true)
		}
	case *event.OfferAccepted:
		if p, known := a.proposals[env.Stream]; known {
			a.hired(p.Job, p.Client, env.OccurredAt)
		}
	case *event.ContractStarted:
		a.hired(e.Job, e.Client, env.OccurredAt)
	}
}

func (a *agenda) openLot(env *event.Envelope, lot int, amount event.Connects, expiresAt event.Time) {
	a.open(env, ExpireConnects, strconv.Itoa(lot), expiresAt).Left = int64(amount)
}

func (a *agenda) job(id uuid.UUID) *job {
	j := a.jobs[id]
	if j == nil {
		j = &job{Applied: map[uuid.UUID]application{}}
		a.jobs[id] = j
	}
	return j
}

// hired remembers a hire by the job's client.
func (a *agenda) hired(id, client uuid.UUID, at event.Time) {
	if j := a.jobs[id]; j != nil && j.Client == client && !j.hiredBy(at) {
		j.Hired = &at
	}
}

// applied remembers a proposal that cost something, at the first lot of which it took.
func (a *agenda) applied(env *event.Envelope, e *event.ConnectsSpent) {
	if _, known := a.paidFor[e.Proposal]; known {
		return
	}
	a.paidFor[e.Proposal] = e.Job
	_, freelancer, _, _ := event.ParseStream(env.Stream)
	j := a.job(e.Job)
	p := application{Freelancer: freelancer, Position: env.Position}
	if j.Applied[e.Proposal] = p; a.proposals[event.ProposalStream(e.Proposal)] != (business{}) {
		a.submitted(e.Proposal)
		return
	}
	a.open(env, ReturnConnects, e.Proposal.String(), env.OccurredAt.AddHours(orphaned))
}

// submitted says that a proposal has come to be: what it cost comes back only where its job
// ends so, or has ended (fine print N6).
func (a *agenda) submitted(proposal uuid.UUID) {
	j := a.jobs[a.paidFor[proposal]]
	if j == nil {
		return
	}
	p := j.Applied[proposal]
	p.Submitted = true
	j.Applied[proposal] = p
	a.close(ReturnConnects, event.FreelancerStream(p.Freelancer), proposal.String())
	for i := range j.Ends {
		a.owes(j, i, proposal)
	}
}

// cameBack forgets what a proposal cost.
func (a *agenda) cameBack(account string, proposal uuid.UUID) {
	a.close(ReturnConnects, account, proposal.String())
	id, known := a.paidFor[proposal]
	if !known {
		return
	}
	j := a.jobs[id]
	for i := range j.Ends {
		a.close(ReturnConnects, account, returned(proposal, i))
	}
	delete(j.Applied, proposal)
	delete(a.paidFor, proposal)
}

// givesBack opens a task for each proposal to the job that cost something.
func (a *agenda) givesBack(env *event.Envelope, inAnyCase bool) {
	_, id, _, _ := event.ParseStream(env.Stream)
	j := a.job(id)
	j.Ends = append(j.Ends, jobEnd{env.OccurredAt, inAnyCase, env.Position, env.ID, env.CorrelationID})
	for proposal := range j.Applied {
		a.owes(j, len(j.Ends)-1, proposal)
	}
}

// owes opens the task for a proposal. One that is still on its way waits until it is
// there, or comes back when its day is over.
func (a *agenda) owes(j *job, end int, proposal uuid.UUID) {
	e, p := &j.Ends[end], j.Applied[proposal]
	if !p.Submitted {
		return
	}
	a.add(task{
		Kind: ReturnConnects, Stream: event.FreelancerStream(p.Freelancer), Part: returned(proposal, end),
		Due: e.At, Order: p.Position, Position: e.Position, Cause: e.ID, Correlation: e.Correlation,
	})
}

// returned is the part of a task that an end of a job opened: a job has two at most, but
// each is judged by itself.
func returned(proposal uuid.UUID, end int) string { return proposal.String() + " " + strconv.Itoa(end) }

// partOfEnd undoes returned.
func partOfEnd(part string) (proposal uuid.UUID, end int, ok bool) {
	id, number, ok := strings.Cut(part, " ")
	proposal, err := uuid.Parse(id)
	if !ok || err != nil {
		return proposal, 0, false
	}
	end, err = strconv.Atoi(number)
	return proposal, end, err == nil && end >= 0
}

// unreturnable reports whether somebody had been hired when the job ended that was to
// give back: then Connects stay spent.
func (a *agenda) unreturnable(t *task) bool {
	proposal, end, ofEnd := partOfEnd(t.Part)
	j := a.jobs[a.paidFor[proposal]]
	if !ofEnd || j == nil || end >= len(j.Ends) {
		return false
	}
	return !j.Ends[end].InAnyCase && j.hiredBy(j.Ends[end].At)
}
