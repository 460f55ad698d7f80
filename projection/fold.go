package projection

import (
	"slices"
	"sync/atomic"

	"github.com/google/uuid"
)

// Entries are records with the lists that lead to them. An account's lists are
// threaded through the invites and contracts that are on them: folding, which
// goes on in all shards at once, puts an entry at the front of one without a
// lock.
type (
	freelancerEntry struct {
		record    FreelancerRecord
		invites   list
		proposals list
		contracts list
	}
	clientEntry struct {
		record    ClientRecord
		jobs      list
		contracts list
	}
	jobEntry struct {
		record JobRecord
		next   ref // of the client's
	}
	proposalEntry struct {
		record ProposalRecord
		next   ref // of the freelancer's
	}
	inviteEntry struct {
		record InviteRecord
		next   ref // of the freelancer's
	}
	contractEntry struct {
		record           ContractRecord
		nextOfFreelancer ref
		nextOfClient     ref
	}
)

// list is the ref of its first entry.
type list struct{ first atomic.Uint64 }

// push puts an entry at the front and gives the one that is next.
func (l *list) push(r ref) ref { return ref(l.first.Swap(uint64(r))) }

func (l *list) head() ref { return ref(l.first.Load()) }

// intern finds the refs of the batch's keys. Keys are taken shard by shard, so
// that a lock is taken once for each and its hash table stays in the cache.
func (m *Model) intern(b *batch) {
	b.refs = slices.Grow(b.refs[:0], len(b.keys))[:len(b.keys)]
	if len(b.keys) < shardCount {
		for i := range b.keys {
			b.refs[i] = m.internOne(&b.keys[i])
		}
		return
	}
	var ends [recordedCategories * shardCount]int
	bucket := func(k *key) int { return int(k.category-clients)*shardCount + shardOf(k.id) }
	for i := range b.keys {
		if k := &b.keys[i]; k.category.recorded() {
			ends[bucket(k)]++
		}
	}
	total := 0
	for i, n := range ends {
		ends[i] = total
		total += n
	}
	b.order = slices.Grow(b.order[:0], total)[:total]
	for i := range b.keys {
		if k := &b.keys[i]; k.category.recorded() {
			end := &ends[bucket(k)]
			b.order[*end] = uint32(i)
			*end++
		}
	}
	start := 0
	for i, end := range ends {
		if start < end {
			shard, keys := i%shardCount, b.order[start:end]
			switch clients + category(i/shardCount) {
			case clients:
				m.clients.internAll(shard, b, keys)
			case freelancers:
				m.freelancers.internAll(shard, b, keys)
			case invites:
				m.invites.internAll(shard, b, keys)
			case contracts:
				m.contracts.internAll(shard, b, keys)
			case jobs:
				m.jobs.internAll(shard, b, keys)
			case proposals:
				m.proposals.internAll(shard, b, keys)
			}
		}
		start = end
	}
}

func (t *table[T]) internAll(shard int, b *batch, keys []uint32) {
	s := &t.shards[shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		b.refs[k] = refTo(shard, s.number(b.keys[k].id))
	}
}

func (m *Model) internOne(k *key) ref {
	switch k.category {
	case clients:
		return m.clients.intern(k.id)
	case freelancers:
		return m.freelancers.intern(k.id)
	case invites:
		return m.invites.intern(k.id)
	case contracts:
		return m.contracts.intern(k.id)
	case jobs:
		return m.jobs.intern(k.id)
	case proposals:
		return m.proposals.intern(k.id)
	}
	return 0
}

// fold takes the batch's changes of one shard into their records, in the log's
// order. Several goroutines may fold at once, each another shard. It stops at
// the first change that does not fit.
func (m *Model) fold(b *batch, shard int) (*change, error) {
	invited, contracted := m.invites.shards[shard].list(), m.contracts.shards[shard].list()
	for i := range b.changes[shard] {
		ch := &b.changes[shard][i]
		number := b.refs[ch.stream].number()
		var err error
		switch b.keys[ch.stream].category {
		case invites:
			err = m.foldInvite(entry(invited, number), ch, b)
		case contracts:
			err = m.foldContract(entry(contracted, number), ch, b)
		case freelancers:
			err = m.freelancers.at(b.refs[ch.stream]).record.fold(ch, &b.dictionary)
		case clients:
			err = m.clients.at(b.refs[ch.stream]).record.fold(ch, &b.dictionary)
		case jobs:
			err = m.foldJob(m.jobs.at(b.refs[ch.stream]), ch, b)
		case proposals:
			err = m.foldProposal(m.proposals.at(b.refs[ch.stream]), ch, b)
		}
		if err != nil {
			return ch, err
		}
	}
	return nil, nil
}

func (m *Model) foldInvite(e *inviteEntry, ch *change, b *batch) error {
	if err := e.record.fold(ch, &b.dictionary); err != nil {
		return err
	}
	if effects[ch.effect].kind == opened {
		e.next = m.freelancers.at(b.refs[ch.freelancer]).invites.push(b.refs[ch.stream])
	}
	return nil
}

func (m *Model) foldContract(e *contractEntry, ch *change, b *batch) error {
	if err := e.record.fold(ch, &b.dictionary); err != nil {
		return err
	}
	if effects[ch.effect].kind == opened {
		e.nextOfFreelancer = m.freelancers.at(b.refs[ch.freelancer]).contracts.push(b.refs[ch.stream])
		e.nextOfClient = m.clients.at(b.refs[ch.client]).contracts.push(b.refs[ch.stream])
	}
	return nil
}

func (m *Model) foldJob(e *jobEntry, ch *change, b *batch) error {
	if err := e.record.fold(ch, &b.dictionary); err != nil {
		return err
	}
	if effects[ch.effect].kind == opened {
		e.next = m.clients.at(b.refs[ch.client]).jobs.push(b.refs[ch.stream])
	}
	return nil
}

func (m *Model) foldProposal(e *proposalEntry, ch *change, b *batch) error {
	if err := e.record.fold(ch, &b.dictionary); err != nil {
		return err
	}
	if effects[ch.effect].kind == opened {
		e.next = m.freelancers.at(b.refs[ch.freelancer]).proposals.push(b.refs[ch.stream])
	}
	return nil
}

// foldAll folds a whole batch. Of the changes that do not fit it tells of the
// first in the log.
func (m *Model) foldAll(b *batch) (*change, error) {
	m.intern(b)
	var first *change
	var why error
	for shard := range b.changes {
		if ch, err := m.fold(b, shard); err != nil && (first == nil || ch.at.Position < first.at.Position) {
			first, why = ch, err
		}
	}
	return first, why
}

// invitesOf appends a freelancer's invites to into.
func (m *Model) invitesOf(f *freelancerEntry, into []*InviteRecord) []*InviteRecord {
	for r := f.invites.head(); r != 0; {
		e := m.invites.at(r)
		into, r = append(into, &e.record), e.next
	}
	return into
}

// proposalsOf appends a freelancer's proposals to into.
func (m *Model) proposalsOf(f *freelancerEntry, into []*ProposalRecord) []*ProposalRecord {
	for r := f.proposals.head(); r != 0; {
		e := m.proposals.at(r)
		into, r = append(into, &e.record), e.next
	}
	return into
}

// jobsOf appends a client's jobs to into.
func (m *Model) jobsOf(c *clientEntry, into []*JobRecord) []*JobRecord {
	for r := c.jobs.head(); r != 0; {
		e := m.jobs.at(r)
		into, r = append(into, &e.record), e.next
	}
	return into
}

// contractsOf appends a freelancer's contracts to into.
func (m *Model) contractsOf(f *freelancerEntry, into []*ContractRecord) []*ContractRecord {
	for r := f.contracts.head(); r != 0; {
		e := m.contracts.at(r)
		into, r = append(into, &e.record), e.nextOfFreelancer
	}
	return into
}

// contractsWith appends a client's contracts to into.
func (m *Model) contractsWith(c *clientEntry, into []*ContractRecord) []*ContractRecord {
	for r := c.contracts.head(); r != 0; {
		e := m.contracts.at(r)
		into, r = append(into, &e.record), e.nextOfClient
	}
	return into
}

func (m *Model) client(id uuid.UUID) *ClientRecord {
	if e := m.clients.find(id); e != nil {
		return &e.record
	}
	return nil
}
