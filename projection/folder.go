package projection

import (
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Records are the records of some streams, by the ids in their names: what a
// question, or a batch of events, needs of a database.
type Records struct {
	Freelancers map[uuid.UUID]*FreelancerRecord
	Clients     map[uuid.UUID]*ClientRecord
	Invites     map[uuid.UUID]*InviteRecord
	Contracts   map[uuid.UUID]*ContractRecord
	Jobs        map[uuid.UUID]*JobRecord
	Proposals   map[uuid.UUID]*ProposalRecord
}

// NewRecords makes room for records.
func NewRecords() *Records {
	return &Records{
		map[uuid.UUID]*FreelancerRecord{}, map[uuid.UUID]*ClientRecord{},
		map[uuid.UUID]*InviteRecord{}, map[uuid.UUID]*ContractRecord{},
		map[uuid.UUID]*JobRecord{}, map[uuid.UUID]*ProposalRecord{},
	}
}

// Client is a ClientLookup.
func (rs *Records) Client(id uuid.UUID) *ClientRecord { return rs.Clients[id] }

// Model is a model that answers from the records, which become its own.
func (rs *Records) Model() (*Model, error) {
	m := NewModel()
	for _, add := range []iter.Seq[error]{
		adding(rs.Freelancers, m.AddFreelancer), adding(rs.Clients, m.AddClient),
		adding(rs.Invites, m.AddInvite), adding(rs.Contracts, m.AddContract),
		adding(rs.Jobs, m.AddJob), adding(rs.Proposals, m.AddProposal),
	} {
		for err := range add {
			if err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

func adding[R any](records map[uuid.UUID]R, add func(R) error) iter.Seq[error] {
	return func(yield func(error) bool) {
		for _, r := range records {
			if !yield(add(r)) {
				return
			}
		}
	}
}

// A Folder folds stored events into records one by one, by the rules of Model:
// what stops a model stops it. It is for one goroutine.
type Folder struct {
	source source
	batch  batch // of one event
}

// NewFolder makes a folder for the streams of a partition. It fails with
// ErrInvalidPartition.
func NewFolder(partition Partition) (*Folder, error) {
	if err := partition.Validate(); err != nil {
		return nil, err
	}
	return &Folder{source: source{event.Marketplace().NewFoldDecoder(), partition}}, nil
}

// Fold takes an event into the record of its stream, which is made if there is
// none; so the records of the streams that have begun must be there. Events of
// other partitions and of foreign streams are passed by. It fails, and changes
// nothing, with an *event.DecodeError or a *FoldError.
func (f *Folder) Fold(rec *event.Record, into *Records) error {
	b := &f.batch
	b.empty()
	if err := f.source.take(rec, b); err != nil || len(b.keys) == 0 {
		return err
	}
	stream := b.keys[0]
	changes := b.changes[shardOf(stream.id)]
	if len(changes) == 0 {
		return nil // its streams have no record
	}
	switch stream.category {
	case invites:
		return foldInto(into.Invites, stream.id, &changes[0], &b.dictionary, (*InviteRecord).fold)
	case contracts:
		return foldInto(into.Contracts, stream.id, &changes[0], &b.dictionary, (*ContractRecord).fold)
	case jobs:
		return foldInto(into.Jobs, stream.id, &changes[0], &b.dictionary, (*JobRecord).fold)
	case proposals:
		return foldInto(into.Proposals, stream.id, &changes[0], &b.dictionary, (*ProposalRecord).fold)
	case freelancers:
		return foldInto(into.Freelancers, stream.id, &changes[0], &b.dictionary, (*FreelancerRecord).fold)
	default: // clients
		return foldInto(into.Clients, stream.id, &changes[0], &b.dictionary, (*ClientRecord).fold)
	}
}

func foldInto[R any](records map[uuid.UUID]*R, id uuid.UUID, ch *change, d *dictionary, fold func(*R, *change, *dictionary) error) error {
	r := records[id]
	if r != nil {
		return fold(r, ch, d)
	}
	r = new(R)
	if err := fold(r, ch, d); err != nil {
		return err
	}
	records[id] = r
	return nil
}
