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

// Fold takes the stream's next event in. It fails with a *FoldError, and leaves
// the record as it is, for an event that is not the stream's next one or cannot
// be in it.
func (r *JobRecord) Fold(env *event.Envelope) error {
	d, ch, err := only(env, jobs)
	if err != nil {
		return err
	}
	return r.fold(&ch, &d)
}

func (r *JobRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	switch effects[ch.effect].kind {
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
