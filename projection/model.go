package projection

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Model is the read model in memory: the records of a whole log, an index of
// each account's invites and contracts, and the position up to which the log
// is folded. It is safe for concurrent use.
//
//	m := projection.NewModel(event.Marketplace())
//	err := m.Load(ctx, log, runtime.NumCPU()) // what is there, in bulk
//	go m.Follow(ctx, log)                     // what comes
//	report, err := m.Report(ctx, asOf, policy)
//
// An event that cannot be decoded or folded stops the model: Load or Follow
// fails with the error, which names the position, and from then on every
// query and every WaitFor answers with that error under ErrStopped. A model
// never answers from half a log. A stopped model stays stopped; mend the cause
// and load a new one.
//
// Streams of a category that is not ours are no part of the model: a host may
// keep its own streams in the same log, and so does EventStoreDB ($…).
type Model struct {
	registry  *event.Registry
	partition Partition
	feeding   sync.Mutex // held by the one Load or Follow

	records  sync.RWMutex // written under by folding, read under by queries
	shards   [shardCount]shard
	accounts [shardCount]accounts

	progress
}

// A shard holds the records of the streams whose ids fall to it. Shards are
// folded in parallel; one shard by one goroutine at a time.
type shard struct {
	invites   map[uuid.UUID]*InviteRecord
	contracts map[uuid.UUID]*ContractRecord
}

// accounts holds the accounts whose ids fall to it. Every shard's folding adds
// to their lists, hence the lock.
type accounts struct {
	sync.Mutex
	freelancers map[uuid.UUID]*freelancerEntry
	clients     map[uuid.UUID]*clientEntry
}

type freelancerEntry struct {
	record    FreelancerRecord
	invites   []*InviteRecord
	contracts []*ContractRecord
}

type clientEntry struct {
	record    ClientRecord
	contracts []*ContractRecord
}

const (
	shardBits  = 5
	shardCount = 1 << shardBits
)

// shardOf spreads ids whatever their version, of which some grow with time.
func shardOf(id uuid.UUID) int {
	h := binary.LittleEndian.Uint64(id[:8])*0x9e3779b97f4a7c15 ^ binary.LittleEndian.Uint64(id[8:])
	return int(h * 0x9e3779b97f4a7c15 >> (64 - shardBits))
}

// NewModel makes an empty model at position 0.
func NewModel(registry *event.Registry) *Model {
	m, _ := NewModelOf(registry, Partition{}) // which is valid
	return m
}

// NewModelOf makes an empty model that folds the streams of a partition and
// passes the others by, whatever they hold. Its statistics are those of its own
// streams only. It fails with ErrInvalidPartition.
func NewModelOf(registry *event.Registry, partition Partition) (*Model, error) {
	if err := partition.Validate(); err != nil {
		return nil, err
	}
	m := &Model{registry: registry, partition: partition}
	for i := range m.shards {
		m.shards[i] = shard{map[uuid.UUID]*InviteRecord{}, map[uuid.UUID]*ContractRecord{}}
		m.accounts[i].freelancers = map[uuid.UUID]*freelancerEntry{}
		m.accounts[i].clients = map[uuid.UUID]*clientEntry{}
	}
	return m, nil
}

// reader turns stored records into changes. It is for one goroutine.
type reader struct {
	decoder   *event.Decoder
	partition Partition
}

func (m *Model) reader() reader { return reader{m.registry.NewFoldDecoder(), m.partition} }

// read reports false for an event that changes no record.
func (r reader) read(rec *event.Record, ch *change) (bool, error) {
	c, id, err := streamOf(rec.Stream)
	if c != foreign && !r.partition.has(id) || err != nil && r.partition.Index != 0 {
		return false, nil
	}
	if err != nil {
		return false, &FoldError{Type: rec.Type, Stream: rec.Stream, Revision: rec.Revision, Position: rec.Position, Err: err}
	}
	if c == foreign {
		return false, nil
	}
	env, err := r.decoder.Decode(rec)
	if err != nil {
		return false, err
	}
	return c.recorded(), ch.set(&env, c, id)
}

// fold takes a change into its record. Two goroutines may fold at once if their
// changes fall to different shards.
func (m *Model) fold(ch *change) error {
	i := shardOf(ch.stream)
	switch ch.category {
	case invites:
		return m.foldInvite(&m.shards[i], ch)
	case contracts:
		return m.foldContract(&m.shards[i], ch)
	case freelancers:
		a := &m.accounts[i]
		a.Lock()
		defer a.Unlock()
		return a.freelancer(ch.stream).record.fold(ch)
	default: // clients
		a := &m.accounts[i]
		a.Lock()
		defer a.Unlock()
		return a.client(ch.stream).record.fold(ch)
	}
}

func (m *Model) foldInvite(s *shard, ch *change) error {
	if r := s.invites[ch.stream]; r != nil {
		return r.fold(ch)
	}
	r := &InviteRecord{}
	if err := r.fold(ch); err != nil {
		return err
	}
	s.invites[ch.stream] = r
	a := &m.accounts[shardOf(r.Freelancer)]
	a.Lock()
	f := a.freelancer(r.Freelancer)
	f.invites = append(f.invites, r)
	a.Unlock()
	return nil
}

func (m *Model) foldContract(s *shard, ch *change) error {
	if r := s.contracts[ch.stream]; r != nil {
		return r.fold(ch)
	}
	r := &ContractRecord{}
	if err := r.fold(ch); err != nil {
		return err
	}
	s.contracts[ch.stream] = r
	a := &m.accounts[shardOf(r.Freelancer)]
	a.Lock()
	f := a.freelancer(r.Freelancer)
	f.contracts = append(f.contracts, r)
	a.Unlock()
	a = &m.accounts[shardOf(r.Client)]
	a.Lock()
	c := a.client(r.Client)
	c.contracts = append(c.contracts, r)
	a.Unlock()
	return nil
}

// freelancer gives the entry of a freelancer, who need not be registered yet:
// streams are folded in any order.
func (a *accounts) freelancer(id uuid.UUID) *freelancerEntry {
	e := a.freelancers[id]
	if e == nil {
		e = &freelancerEntry{record: FreelancerRecord{ID: id, Registered: never}}
		a.freelancers[id] = e
	}
	return e
}

func (a *accounts) client(id uuid.UUID) *clientEntry {
	e := a.clients[id]
	if e == nil {
		e = &clientEntry{record: ClientRecord{ID: id, Registered: never}}
		a.clients[id] = e
	}
	return e
}

// progress is how far a model is, and why it stopped if it did.
type progress struct {
	mu       sync.Mutex
	position event.Position
	err      error
	moved    chan struct{} // closed when the others change; nil if nobody waits
}

// Position is where the model is: every event up to it is folded, none after.
func (p *progress) Position() event.Position {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}

// Err is why the model stopped, nil if it did not. It is ErrStopped and wraps
// the cause, an *event.DecodeError or a *FoldError.
func (p *progress) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// WaitFor returns when the model has folded every event up to the position, so
// that who appended an event reads it. It waits until the context ends, whether
// or not anybody follows a log.
func (p *progress) WaitFor(ctx context.Context, position event.Position) error {
	for {
		p.mu.Lock()
		if p.err != nil || p.position >= position {
			defer p.mu.Unlock()
			return p.err
		}
		if p.moved == nil {
			p.moved = make(chan struct{})
		}
		at, moved := p.position, p.moved
		p.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("projection: waiting for position %d, the model is at %d: %w", position, at, context.Cause(ctx))
		}
	}
}

func (p *progress) advance(to event.Position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.position = max(p.position, to)
	p.wake()
}

// stop stops the model at the event that it could not take.
func (p *progress) stop(at event.Position, cause error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.position = max(p.position, at-1)
	p.err = fmt.Errorf("%w: %w", ErrStopped, cause)
	p.wake()
	return p.err
}

func (p *progress) wake() {
	if p.moved != nil {
		close(p.moved)
		p.moved = nil
	}
}
