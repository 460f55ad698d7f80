package projection

import (
	"fmt"
	"iter"

	"github.com/google/uuid"
)

// The records of a model, in no order, as they are when the iteration begins:
// folding waits until it ends, so do not wait for the model in it. A record is
// the model's own, to be read during the iteration and not to be changed. An
// iterator of a stopped model yields its error and nothing else.

// Invites iterates over the invites.
func (m *Model) Invites() iter.Seq2[*InviteRecord, error] {
	return listed(m, func(yield func(*InviteRecord) bool) {
		for i := range m.shards {
			for _, r := range m.shards[i].invites {
				if !yield(r) {
					return
				}
			}
		}
	})
}

// Contracts iterates over the contracts.
func (m *Model) Contracts() iter.Seq2[*ContractRecord, error] {
	return listed(m, func(yield func(*ContractRecord) bool) {
		for i := range m.shards {
			for _, r := range m.shards[i].contracts {
				if !yield(r) {
					return
				}
			}
		}
	})
}

// Freelancers iterates over the freelancers who have registered.
func (m *Model) Freelancers() iter.Seq2[*FreelancerRecord, error] {
	return listed(m, func(yield func(*FreelancerRecord) bool) {
		for i := range m.accounts {
			for _, e := range m.accounts[i].freelancers {
				if e.record.Next > 0 && !yield(&e.record) {
					return
				}
			}
		}
	})
}

// Clients iterates over the clients who have registered.
func (m *Model) Clients() iter.Seq2[*ClientRecord, error] {
	return listed(m, func(yield func(*ClientRecord) bool) {
		for i := range m.accounts {
			for _, e := range m.accounts[i].clients {
				if e.record.Next > 0 && !yield(&e.record) {
					return
				}
			}
		}
	})
}

func listed[T any](m *Model, all iter.Seq[*T]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		m.records.RLock()
		defer m.records.RUnlock()
		if err := m.Err(); err != nil {
			yield(nil, err)
			return
		}
		all(func(r *T) bool { return yield(r, nil) })
	}
}

// Adding records to a model makes its queries answer from them, as if it had
// folded their streams: a database adds those that a question needs. A record
// becomes the model's own. Adding fails with ErrRepeated where the model has a
// record of that stream already, and with ErrGap for a record of no event.

// AddInvite adds a record.
func (m *Model) AddInvite(r *InviteRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	s := &m.shards[shardOf(r.ID)]
	return m.add(r.Next, invites, r.ID, s.invites[r.ID] != nil, func() {
		s.invites[r.ID] = r
		f := m.accounts[shardOf(r.Freelancer)].freelancer(r.Freelancer)
		f.invites = append(f.invites, r)
	})
}

// AddContract adds a record.
func (m *Model) AddContract(r *ContractRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	s := &m.shards[shardOf(r.ID)]
	return m.add(r.Next, contracts, r.ID, s.contracts[r.ID] != nil, func() {
		s.contracts[r.ID] = r
		f := m.accounts[shardOf(r.Freelancer)].freelancer(r.Freelancer)
		f.contracts = append(f.contracts, r)
		c := m.accounts[shardOf(r.Client)].client(r.Client)
		c.contracts = append(c.contracts, r)
	})
}

// AddFreelancer adds a record.
func (m *Model) AddFreelancer(r *FreelancerRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	e := m.accounts[shardOf(r.ID)].freelancer(r.ID)
	return m.add(r.Next, freelancers, r.ID, e.record.Next > 0, func() { e.record = *r })
}

// AddClient adds a record.
func (m *Model) AddClient(r *ClientRecord) error {
	m.records.Lock()
	defer m.records.Unlock()
	e := m.accounts[shardOf(r.ID)].client(r.ID)
	return m.add(r.Next, clients, r.ID, e.record.Next > 0, func() { e.record = *r })
}

func (m *Model) add(next uint64, c category, id uuid.UUID, there bool, add func()) error {
	switch {
	case there:
		return fmt.Errorf("projection: add the record of %s: %w", c.stream(id), ErrRepeated)
	case next == 0:
		return fmt.Errorf("projection: add the record of %s: %w", c.stream(id), ErrGap)
	}
	add()
	return nil
}
