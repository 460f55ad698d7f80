package process

import (
	"container/heap"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// openingOf gives the first event of a stream. The caller reads it from the store.
type openingOf func(stream string) (event.Event, error)

// agenda is the fold of the log to the tasks that are open. It reads no clock. It
// is for one goroutine.
type agenda struct {
	policy       statistics.StandingPolicy
	sealedCounts bool // feedback is a signal from its submission
	allowances   []Allowance
	tasks        map[key]*entry
	queue        queue               // those that nothing keeps from being done
	held         map[string][]*entry // by stream: those that wait for something to happen in it
	memory
}

// memory is what an agenda knows beside its tasks.
type memory struct {
	disputes  map[string]map[uuid.UUID]dispute  // the open ones of a contract
	business  map[uuid.UUID]map[string]business // a client's, by stream
	openOf    map[string]uuid.UUID              // the client of each of them
	openFor   map[uuid.UUID]map[string]bool     // those of a job
	proposals map[string]business               // whose and to which job, until they end
	ended     map[string]bool                   // accounts that were barred or closed
	clients   map[uuid.UUID]*conduct            // those with something to remember
	facts     int                               // of them all
	rated     map[string]rated                  // contracts with feedback by the freelancer
	jobs      map[uuid.UUID]*job
	paidFor   map[uuid.UUID]uuid.UUID // jobs by the proposals that cost something
	rising    map[string]bool         // accounts of Rising Talents
	suspended map[string]bool         // accounts of freelancers
	granting  map[string]granting     // by account
}

// newAgenda makes the agenda of an empty log, by options that are whole.
func newAgenda(o Options) *agenda {
	return &agenda{
		policy: o.Standing, sealedCounts: o.SealedFeedback == statistics.SealedCounts, allowances: o.Connects,
		tasks: map[key]*entry{}, held: map[string][]*entry{},
		memory: memory{
			disputes: map[string]map[uuid.UUID]dispute{}, business: map[uuid.UUID]map[string]business{}, openOf: map[string]uuid.UUID{}, openFor: map[uuid.UUID]map[string]bool{},
			proposals: map[string]business{}, ended: map[string]bool{}, clients: map[uuid.UUID]*conduct{}, rated: map[string]rated{},
			jobs: map[uuid.UUID]*job{}, paidFor: map[uuid.UUID]uuid.UUID{}, rising: map[string]bool{}, suspended: map[string]bool{}, granting: map[string]granting{},
		},
	}
}

// size is how many tasks are open.
func (a *agenda) size() int { return len(a.tasks) }

// remembered is how many things there are to save.
func (a *agenda) remembered() int {
	m := &a.memory
	return len(a.tasks) + len(m.disputes) + len(m.openOf) + len(m.proposals) + len(m.ended) + len(m.clients) + m.facts + len(m.rated) +
		len(m.jobs) + len(m.paidFor) + len(m.rising) + len(m.suspended) + len(m.granting)
}

// fold takes the log's next event in and keeps no part of its memory. It fails
// only if opening does, and may then be given the event again.
func (a *agenda) fold(env *event.Envelope, opening openingOf) error {
	if err := a.foldConduct(env, opening); err != nil {
		return err
	}
	a.foldInvite(env)
	a.foldContract(env)
	a.foldWeek(env)
	a.foldHiring(env)
	a.foldConnects(env)
	a.foldBusiness(env)
	a.foldAllowance(env)
	a.foldStanding(env)
	a.foldBadges(env)
	return nil
}

// nextDue is the due moment of the next task, event.Never if there is none.
func (a *agenda) nextDue() event.Time {
	if t := a.next(); t != nil {
		return t.Due
	}
	return event.Never
}

// next is the task to be done next, nil if there is none. It stays until done.
func (a *agenda) next() *entry {
	for len(a.queue) > 0 {
		t := a.queue[0]
		contract := a.disputed(&t.task)
		if contract == "" {
			return t
		}
		a.hold(t, contract)
	}
	return nil
}

// moot reports whether there is nothing to do for a task that is due: somebody was hired,
// or what is to be withdrawn has expired, which its timer says.
func (a *agenda) moot(t *task, now event.Time) bool {
	var timer *entry
	switch t.Kind {
	case ReturnConnects:
		return a.unreturnable(t)
	case WithdrawOffers:
		timer = a.find(ExpireOffer, t.Stream, "")
	case WithdrawContractOffers:
		timer = a.find(ExpireContractOffer, t.Stream, "")
	case WithdrawInvites:
		timer = a.find(ExpireInvite, t.Stream, "")
	}
	return timer != nil && timer.Due <= now
}

// open opens a task, in the place of one with the same key.
func (a *agenda) open(env *event.Envelope, kind Kind, part string, due event.Time) *entry {
	return a.add(task{
		Kind: kind, Stream: env.Stream, Part: part, Due: due,
		Position: env.Position, Cause: env.ID, Correlation: env.CorrelationID,
	})
}

func (a *agenda) add(t task) *entry {
	a.close(t.Kind, t.Stream, t.Part)
	e := &entry{task: t, place: -1}
	a.tasks[t.key()] = e
	heap.Push(&a.queue, e)
	return e
}

// find gives an open task, nil if there is none.
func (a *agenda) find(kind Kind, stream string, part string) *entry {
	return a.tasks[key{kind, stream, part}]
}

// close closes a task if it is open.
func (a *agenda) close(kind Kind, stream string, part string) {
	if e := a.find(kind, stream, part); e != nil {
		a.done(e)
	}
}

// lessen takes from what is left of what a task is about: with nothing left there is
// nothing to do.
func (a *agenda) lessen(kind Kind, stream string, part string, by int64) {
	if e := a.find(kind, stream, part); e != nil {
		if e.Left -= by; e.Left <= 0 {
			a.done(e)
		}
	}
}

// given takes a task whose command is in the log out of the queue; the event that
// came of it closes the task.
func (a *agenda) given(e *entry) {
	if e.place >= 0 {
		heap.Remove(&a.queue, e.place)
	}
}

// done closes a task. One that is held is dropped with the others that are.
func (a *agenda) done(e *entry) {
	if a.tasks[e.key()] != e {
		return
	}
	delete(a.tasks, e.key())
	if e.place >= 0 {
		heap.Remove(&a.queue, e.place)
	}
}

// postpone lets a task be due at a later moment.
func (a *agenda) postpone(e *entry, due event.Time) {
	e.Due = due
	if e.place >= 0 {
		heap.Fix(&a.queue, e.place)
	}
}

// hold keeps a task back until something has happened in a stream: the end of its
// contract's dispute, the end of a suspension or a hold.
func (a *agenda) hold(e *entry, stream string) {
	heap.Remove(&a.queue, e.place)
	a.held[stream] = append(a.held[stream], e)
}

// release lets the tasks be done that waited for what has happened in a stream.
func (a *agenda) release(stream string) {
	for _, e := range a.held[stream] {
		if a.tasks[e.key()] == e {
			heap.Push(&a.queue, e)
		}
	}
	delete(a.held, stream)
}

// entry is a task with its place in the queue, -1 if it is not in it.
type entry struct {
	task
	place int
}

// queue is a heap of tasks, the next one first.
type queue []*entry

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].before(&q[j].task) }

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push implements heap.Interface.
func (q *queue) Push(x any) {
	e := x.(*entry)
	e.place = len(*q)
	*q = append(*q, e)
}

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	e.place = -1
	return e
}
