package aggregate

import "github.com/marketcore/marketplace/event"

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
