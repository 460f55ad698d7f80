package projection

import (
	"sync/atomic"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// batch is the changes of one part of a log, by the shards of their streams,
// with their dictionary.
type batch struct {
	dictionary
	refs    []ref // of the keys, once the model has interned them
	changes [shardCount][]change
	order   []uint32 // of the keys, by category and shard; kept for its memory
	events  int

	// Of a load on several cores:
	index int
	part  store.FactPart
	width uint64       // as claimed
	lanes atomic.Int32 // that have not folded it yet
}

func (b *batch) empty() {
	b.dictionary.empty()
	b.events = 0
	for i := range b.changes {
		b.changes[i] = b.changes[i][:0]
	}
}

// source turns stored records into changes. It is for one goroutine.
type source struct {
	decoder   *event.Decoder
	partition Partition
}

func (m *Model) source() *source {
	return &source{decoder: m.registry.NewFoldDecoder(), partition: m.partition}
}

// take puts what a record changes into the batch.
func (s *source) take(rec *event.Record, b *batch) error {
	b.events++
	c, id, err := streamOf(rec.Stream)
	if c != foreign && !s.partition.has(id) || err != nil && s.partition.Index != 0 {
		return nil
	}
	if err != nil {
		return &FoldError{Type: rec.Type, Stream: rec.Stream, Revision: rec.Revision, Position: rec.Position, Err: err}
	}
	if c == foreign {
		return nil
	}
	env, err := s.decoder.Decode(rec)
	if err != nil {
		return err
	}
	ch, err := b.change(&env, b.key(c, id))
	if err == nil && c.recorded() {
		i := shardOf(id)
		b.changes[i] = append(b.changes[i], ch)
	}
	return err
}
