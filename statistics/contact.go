package statistics

import (
	"cmp"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Contact is when a client and a freelancer first saw each other's contact details, and
// the stream that shows it; both nil if they had not (rules 2, fine print E9).
type Contact struct {
	Client     uuid.UUID   `json:"client"`
	Freelancer uuid.UUID   `json:"freelancer"`
	AsOf       event.Time  `json:"as_of"`
	At         *event.Time `json:"at"`
	Stream     *string     `json:"stream"`
}

// ContactOf asks when a client and a freelancer first saw each other's contact
// details: by an invite or a proposal, or by the start of a contract, whatever became
// of them since.
func ContactOf(client, freelancer uuid.UUID) Question[*Contact] {
	return func(v projection.View, asOf event.Time, p Policy) (*Contact, error) {
		if _, err := ofClient(client, 0, func(projection.ClientHistory, event.Time, Policy) (*Contact, error) { return nil, nil })(v, asOf, p); err != nil {
			return nil, err
		}
		wanted := projection.PartInvites | projection.PartProposals | projection.PartContracts
		return ofFreelancer(freelancer, wanted, func(h projection.FreelancerHistory, asOf event.Time, _ Policy) (*Contact, error) {
			return contact(client, h, asOf), nil
		})(v, asOf, p)
	}
}

func contact(client uuid.UUID, h projection.FreelancerHistory, asOf event.Time) *Contact {
	c := &Contact{Client: client, Freelancer: h.Account.ID, AsOf: asOf}
	for _, i := range h.Invites {
		c.disclosed(i.Client, i.Contact, event.InviteStream, i.ID)
	}
	for _, p := range h.Proposals {
		c.disclosed(p.Client, p.Contact, event.ProposalStream, p.ID)
	}
	for _, k := range h.Contracts {
		c.disclosed(k.Client, k.Started, event.ContractStream, k.ID)
	}
	return c
}

// disclosed takes in that a stream shows them to a client at a moment: the earliest
// counts, of equal ones the stream that comes first in the order of text.
func (c *Contact) disclosed(client uuid.UUID, m projection.Moment, stream func(uuid.UUID) string, id uuid.UUID) {
	if client != c.Client || !m.By(c.AsOf) {
		return
	}
	name := stream(id)
	if c.At == nil || cmp.Or(cmp.Compare(m.At, *c.At), cmp.Compare(name, *c.Stream)) < 0 {
		c.At, c.Stream = &m.At, &name
	}
}
