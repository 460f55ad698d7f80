package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// JobRecord is the fold of one job's stream.
type JobRecord struct {
	ID           uuid.UUID
	Client       uuid.UUID
	Next         uint64 // the revision that the stream's next event has
	Posted       Moment
	Closed       Moment // by the client
	CloseReason  event.CloseReason
	Removed      Moment // by the platform, closed before or not
	RemoveReason event.RemoveReason
}

func (r *JobRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	switch effects[ch.effect].action {
	case opened:
		*r = JobRecord{ID: d.keys[ch.stream].id, Client: d.keys[ch.client].id, Posted: ch.at, Closed: never, Removed: never}
	case jobClosed:
		if r.Closed.Happened() || r.Removed.Happened() {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		r.Closed, r.CloseReason = ch.at, event.CloseReason(d.text(ch.word))
	case jobRemoved:
		if r.Removed.Happened() {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		r.Removed, r.RemoveReason = ch.at, event.RemoveReason(d.text(ch.word))
	}
	r.Next++
	return nil
}

type jobLinks struct{ next ref } // of the client's

func (l *jobLinks) join(t *tables, at ref, of owners) {
	l.next = t.clients.at(of.client).links.jobs.push(at)
}

func (r *JobRecord) stream() (key, uint64) { return key{id: r.ID, category: jobs}, r.Next }

func (r *JobRecord) owners(t *tables) owners {
	return owners{client: t.clients.intern(r.Client)}
}

func (r *JobRecord) equal(s *JobRecord) bool {
	a, b := *r, *s
	a.Next, b.Next = 0, 0
	return a == b
}

func (r *JobRecord) tell(t *telling) {
	t.add(r.Posted, "JobPosted", field{"client", r.Client.String()})
	t.add(r.Closed, "JobClosed", field{"reason", string(r.CloseReason)})
	t.add(r.Removed, "JobRemoved", field{"reason", string(r.RemoveReason)})
}
