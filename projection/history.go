package projection

// FreelancerHistory is one freelancer's life on the marketplace: the records
// that a question about the account needs, each kind in any order. Clients, who
// can void what their contracts say, come by a ClientLookup.
type FreelancerHistory struct {
	Account   *FreelancerRecord
	Invites   []*InviteRecord
	Proposals []*ProposalRecord
	Contracts []*ContractRecord
}

// ClientHistory is the same of one client.
type ClientHistory struct {
	Account   *ClientRecord
	Jobs      []*JobRecord
	Contracts []*ContractRecord
}

func (m *Model) historyOf(f *freelancerEntry) FreelancerHistory {
	return FreelancerHistory{&f.record, m.invitesOf(f, nil), m.proposalsOf(f, nil), m.contractsOf(f, nil)}
}

func (m *Model) historyOfClient(c *clientEntry) ClientHistory {
	return ClientHistory{&c.record, m.jobsOf(c, nil), m.contractsWith(c, nil)}
}
