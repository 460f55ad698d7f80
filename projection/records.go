package projection

import (
	"fmt"
	"iter"
)

// The records of a model, in no order, as they are when the iteration begins:
// folding waits until it ends, so do not wait for the model in it. A record is
// the model's own, to be read during the iteration and not to be changed. An
// iterator of a stopped model yields its error and nothing else.

// Invites iterates over the invites.
func (m *Model) Invites() iter.Seq2[*InviteRecord, error] {
	return listed(m, &m.invites, func(e *inviteEntry) (*InviteRecord, uint64) { return &e.record, e.record.Next })
}

// Contracts iterates over the contracts.
func (m *Model) Contracts() iter.Seq2[*ContractRecord, error] {
	return listed(m, &m.contracts, func(e *contractEntry) (*ContractRecord, uint64) { return &e.record, e.record.Next })
}

// Jobs iterates over the jobs.
func (m *Model) Jobs() iter.Seq2[*JobRecord, error] {
	return listed(m, &m.jobs, func(e *jobEntry) (*JobRecord, uint64) { return &e.record, e.record.Next })
}

// Proposals iterates over the proposals.
func (m *Model) Proposals() iter.Seq2[*ProposalRecord, error] {
	return listed(m, &m.proposals, func(e *proposalEntry) (*ProposalRecord, uint64) { return &e.record, e.record.Next })
}

// Freelancers iterates over the freelancers who have registered.
func (m *Model) Freelancers() iter.Seq2[*FreelancerRecord, error] {
	return listed(m, &m.freelancers, func(e *freelancerEntry) (*FreelancerRecord, uint64) { return &e.record, e.record.Next })
}

// Clients iterates over the clients who have registered.
func (m *Model) Clients() iter.Seq2[*ClientRecord, error] {
	return listed(m, &m.clients, func(e *clientEntry) (*ClientRecord, uint64) { return &e.record, e.record.Next })
}

// listed iterates over the records of which an event has been folded.
func listed[E, R any](m *Model, t *table[E], record func(*E) (r *R, next uint64)) iter.Seq2[*R, error] {
	return func(yield func(*R, error) bool) {
		m.records.RLock()
		defer m.records.RUnlock()
		if err := m.Err(); err != nil {
			yield(nil, err)
			return
		}
		for e := range t.all() {
			if r, next := record(e); next > 0 && !yield(r, nil) {
				return
			}
		}
	}
}

// Adding records to a model makes its queries answer from them, as if it had
// folded their streams: a database adds those that a question needs. What a
// record points to becomes the model's own. Adding fails with ErrRepeated where
// the model has a record of that stream already, and with ErrGap for a record of
// no event.

// AddInvite adds a record.
func (m *Model) AddInvite(r *InviteRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	at := m.invites.intern(r.ID)
	e := m.invites.at(at)
	if err := addable(key{r.ID, invites}, e.record.Next, r.Next); err != nil {
		return err
	}
	e.record = *r
	e.next = m.freelancers.at(m.freelancers.intern(r.Freelancer)).invites.push(at)
	return nil
}

// AddContract adds a record.
func (m *Model) AddContract(r *ContractRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	at := m.contracts.intern(r.ID)
	e := m.contracts.at(at)
	if err := addable(key{r.ID, contracts}, e.record.Next, r.Next); err != nil {
		return err
	}
	e.record = *r
	e.nextOfFreelancer = m.freelancers.at(m.freelancers.intern(r.Freelancer)).contracts.push(at)
	e.nextOfClient = m.clients.at(m.clients.intern(r.Client)).contracts.push(at)
	return nil
}

// AddJob adds a record.
func (m *Model) AddJob(r *JobRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	at := m.jobs.intern(r.ID)
	e := m.jobs.at(at)
	if err := addable(key{r.ID, jobs}, e.record.Next, r.Next); err != nil {
		return err
	}
	e.record = *r
	e.next = m.clients.at(m.clients.intern(r.Client)).jobs.push(at)
	return nil
}

// AddProposal adds a record.
func (m *Model) AddProposal(r *ProposalRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	at := m.proposals.intern(r.ID)
	e := m.proposals.at(at)
	if err := addable(key{r.ID, proposals}, e.record.Next, r.Next); err != nil {
		return err
	}
	e.record = *r
	e.next = m.freelancers.at(m.freelancers.intern(r.Freelancer)).proposals.push(at)
	return nil
}

// AddFreelancer adds a record.
func (m *Model) AddFreelancer(r *FreelancerRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	e := m.freelancers.at(m.freelancers.intern(r.ID))
	if err := addable(key{r.ID, freelancers}, e.record.Next, r.Next); err != nil {
		return err
	}
	e.record = *r
	return nil
}

// AddClient adds a record.
func (m *Model) AddClient(r *ClientRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	e := m.clients.at(m.clients.intern(r.ID))
	if err := addable(key{r.ID, clients}, e.record.Next, r.Next); err != nil {
		return err
	}
	e.record = *r
	return nil
}

func addable(k key, there, next uint64) error {
	var cause error
	switch {
	case there > 0:
		cause = ErrRepeated
	case next == 0:
		cause = ErrGap
	default:
		return nil
	}
	return fmt.Errorf("projection: add the record of %s: %w", k.category.stream(k.id), cause)
}
