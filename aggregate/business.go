package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// business is what a command would begin that begins something between accounts: who
// is in it and what it asks of them (rules 1, New business).
type business struct {
	client      *clientAggregate       // nil if there is none in it
	freelancers []*freelancerAggregate // all that are in it
	block       event.HoldBlock        // the part of the marketplace which a hold may block; "" if none counts
	acts        holder                 // whose acceptance of the terms is asked; nil if nobody's
}

// newBusiness refuses to begin anything with an account that may not now (fine print
// D4, D6, D7). Both sides are asked as they stand, whoever acts.
func (d *decision) newBusiness(b business) error {
	if b.client != nil && b.client.suspended() {
		return d.reject(ClientSuspended, "the client is suspended or barred")
	}
	for _, f := range b.freelancers {
		if f.suspended() {
			return d.reject(FreelancerSuspended, "the freelancer is suspended, or the account is closed")
		}
	}
	for _, f := range b.freelancers {
		if b.block != "" && f.blocked(b.block) {
			return d.reject(OnHold, "a hold of the freelancer blocks %s", b.block)
		}
	}
	if version := d.terms.RequiredVersion; version != "" && b.acts != nil && !b.acts.holds().accepted(version) {
		return d.reject(TermsNotAccepted, "who acts has not accepted the terms of service that are required")
	}
	return nil
}

// jobOf is the job that a client's business is about, nil where the log does not know
// it: then its id is opaque. A known one must be the client's (fine print E1).
func (d *decision) jobOf(id, client uuid.UUID) (*jobAggregate, error) {
	j, err := read[*jobAggregate](d, event.JobStream(id))
	if err != nil || !j.Exists() {
		return nil, err
	}
	if j.client != client {
		return nil, d.reject(NotFound, "the client has no %s", event.JobStream(id))
	}
	return j, nil
}
