package projection

import "github.com/marketcore/marketplace/event"

// A Folder folds stored events into records one by one, by the rules of Model:
// what stops a model stops it. It is for one goroutine.
type Folder struct {
	source source
	batch  batch // of one event
}

// NewFolder makes a folder for the streams of a partition. It fails with
// ErrInvalidPartition.
func NewFolder(partition Partition) (*Folder, error) {
	if err := partition.validate(); err != nil {
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
	return into.fold(b)
}

// FoldDecoded is Fold of an event that is decoded already.
func (f *Folder) FoldDecoded(env *event.Envelope, into *Records) error {
	b := &f.batch
	b.empty()
	if err := f.source.takeDecoded(env, b); err != nil || len(b.keys) == 0 {
		return err
	}
	return into.fold(b)
}

// fold takes the change of a batch of one event in, if it has one.
func (rs *Records) fold(b *batch) error {
	stream := b.keys[0]
	if !stream.category.recorded() {
		return nil
	}
	return rs.byCategory()[stream.category].fold(stream.record(), &b.changes[stream.shard][0], &b.dictionary)
}
