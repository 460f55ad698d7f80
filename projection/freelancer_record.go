package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// FreelancerRecord is the fold of one freelancer account's stream. The
// statistics of a freelancer rest on invites and contracts; whether one was
// available stands in the invite, captured when it was sent.
type FreelancerRecord struct {
	ID         uuid.UUID
	Next       uint64 // the revision that the stream's next event has
	Registered Moment
}

// Fold takes the stream's next event in. It fails with a *FoldError, and leaves
// the record as it is, for an event that is not the stream's next one or cannot
// be in it.
func (r *FreelancerRecord) Fold(env *event.Envelope) error {
	d, ch, err := only(env, freelancers)
	if err != nil {
		return err
	}
	return r.fold(&ch, &d)
}

func (r *FreelancerRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	if effects[ch.effect].kind == opened {
		*r = FreelancerRecord{ID: d.keys[ch.stream].id, Registered: ch.at}
	}
	r.Next++
	return nil
}

// registered reports whether the account was open as of the moment.
func (r *FreelancerRecord) registered(asOf event.Time) bool {
	return r.Next > 0 && r.Registered.By(asOf)
}
