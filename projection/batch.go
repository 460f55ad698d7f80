package projection

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// batch is the changes of one part of a log, by the shards of their streams,
// with their dictionary.
type batch struct {
	dictionary
	refs      []ref // of the keys, once the model has interned them
	changes   [shardCount][]change
	order     []uint32         // of the keys, by category and shard; kept for its memory
	positions []event.Position // of all events of the part, those that change nothing too
	passed    uint64           // of these, events of streams that are not the marketplace's

	mu      sync.Mutex
	failure *failure // the first in the log

	// Of a load on several cores:
	index int
	part  store.ColumnPart
	kept  kept         // records that a reader left to be decoded
	fill  filling      // what makes changes of it
	lanes atomic.Int32 // that have not folded it yet
}

// failure is what ended a batch before its end.
type failure struct {
	at    event.Position // of the event that cannot be taken; event.LastPosition where the read broke off, 0 if nothing can be taken
	err   error
	stops bool // the model: the event will be the same tomorrow
}

func (b *batch) empty() {
	b.dictionary.empty()
	b.positions, b.passed, b.failure = b.positions[:0], 0, nil
	b.kept.empty()
	for i := range b.changes {
		b.changes[i] = b.changes[i][:0]
	}
}

// fail keeps the failure that comes first in the log.
func (b *batch) fail(f failure) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failure == nil || f.at < b.failure.at {
		b.failure = &f
	}
}

// unfit fails the batch at an event that cannot be decoded or folded.
func (b *batch) unfit(at event.Position, err error) { b.fail(failure{at, err, true}) }

// unread fails the batch where the store did, behind what it gave.
func (b *batch) unread(err error) { b.fail(failure{at: event.LastPosition, err: err}) }

// before is the position of the last event before another, 0 if that is the
// batch's first.
func (b *batch) before(at event.Position) event.Position {
	i, _ := slices.BinarySearch(b.positions, at)
	if i == 0 {
		return 0
	}
	return b.positions[i-1]
}

// source turns stored records into changes. It is for one goroutine.
type source struct {
	decoder   *event.Decoder
	partition Partition
}

func (m *Model) source() *source {
	return &source{decoder: m.registry.NewFoldDecoder(), partition: m.partition}
}

// read takes one step of a read into the batch. It fails at an error of the store or
// at an event that cannot be taken; the read is over then.
func (s *source) read(rec *event.Record, err error, b *batch) {
	if err != nil {
		b.unread(err)
	} else if err := s.take(rec, b); err != nil {
		b.unfit(rec.Position, err)
	}
}

// take puts what a record changes into the batch.
func (s *source) take(rec *event.Record, b *batch) error {
	b.positions = append(b.positions, rec.Position)
	stream, err := s.keyOf(rec.Stream, b)
	if err != nil {
		return &FoldError{Type: rec.Type, Stream: rec.Stream, Revision: rec.Revision, Position: rec.Position, Err: err}
	}
	if stream.category == foreign {
		return nil
	}
	env, err := s.decoder.Decode(rec)
	if err != nil {
		return err
	}
	return b.take(&env, stream)
}

// takeDecoded is take of an event that is decoded already.
func (s *source) takeDecoded(env *event.Envelope, b *batch) error {
	b.positions = append(b.positions, env.Position)
	stream, err := s.keyOf(env.Stream, b)
	if err != nil {
		return &FoldError{Type: env.Event.EventType(), Stream: env.Stream, Revision: env.Revision, Position: env.Position, Err: err}
	}
	if stream.category == foreign {
		return nil
	}
	return b.take(env, stream)
}

// keyOf reads the name of an event's stream, which is foreign if another partition
// has it.
func (s *source) keyOf(stream string, b *batch) (key, error) {
	k, err := keyOf(stream)
	if k.category == foreign && err == nil {
		b.passed++
	}
	if k.category != foreign && !s.partition.has(k.id) || err != nil && s.partition.Index != 0 {
		return key{}, nil
	}
	return k, err
}

// take puts what an event of the stream changes into the batch.
func (b *batch) take(env *event.Envelope, stream key) error {
	effect, fits := effectIn(effectOf[env.Event.EventType()], stream.category)
	if !fits {
		return &FoldError{Type: env.Event.EventType(), Stream: env.Stream, Revision: env.Revision, Position: env.Position, Err: ErrForeignEvent}
	}
	if !stream.category.recorded() && effects[effect].action == nothing {
		return nil // most of all events: of a week's segments no record keeps anything
	}
	ch := b.change(env, effect, b.dictionary.add(stream))
	k := &b.keys[ch.stream]
	b.changes[k.shard] = append(b.changes[k.shard], ch)
	return nil
}
