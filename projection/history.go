package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// FreelancerHistory is one freelancer's life on the marketplace: the records
// that a question about the account reads, each kind in any order.
type FreelancerHistory struct {
	Account   *FreelancerRecord
	Invites   []*InviteRecord
	Proposals []*ProposalRecord
	Contracts []*ContractRecord
	Clients   ClientLookup // who can void what the contracts say
}

// ClientHistory is the same of one client.
type ClientHistory struct {
	Account   *ClientRecord
	Jobs      []*JobRecord
	Contracts []*ContractRecord
}

// ClientLookup gives the record of a client, or nil if there is none to give;
// a client without a record, or without marks, voids nothing.
type ClientLookup func(client uuid.UUID) *ClientRecord

// Client is the record of a client; no look-up has none.
func (l ClientLookup) Client(id uuid.UUID) *ClientRecord {
	if l == nil {
		return nil
	}
	return l(id)
}

// RegisteredBy reports whether the account was open as of the moment.
func (h *FreelancerHistory) RegisteredBy(asOf event.Time) bool {
	return h != nil && h.Account != nil && h.Account.RegisteredBy(asOf)
}

// RegisteredBy reports whether the account was open as of the moment.
func (h *ClientHistory) RegisteredBy(asOf event.Time) bool {
	return h != nil && h.Account != nil && h.Account.Next > 0 && h.Account.Registered.By(asOf)
}
