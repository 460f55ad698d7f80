package projection

import (
	"slices"

	"github.com/google/uuid"
)

// recordTable is the table of any kind of records.
type recordTable interface {
	internIn(shard int, id uuid.UUID) ref
	// internAll interns those of the batch's keys that are of one shard.
	internAll(all *tables, shard int, b *batch, keys []uint32)
	// fold takes in changes of one shard up to the first of another kind. It tells
	// how many, and why no more if one does not fit.
	fold(all *tables, b *batch, shard int, changes []change) (int, error)
	// add puts records of the kind into the table, and stops at one that it cannot.
	add(*tables, recordMap) error
}

// intern finds the refs of the batch's keys. Keys are taken shard by shard, so
// that a lock is taken once for each and its hash table stays in the cache.
func (m *Model) intern(b *batch) {
	b.refs = slices.Grow(b.refs[:0], len(b.keys))[:len(b.keys)]
	kinds := m.byCategory()
	if len(b.keys) < shardCount {
		for i := range b.keys {
			if k := &b.keys[i]; k.category.recorded() {
				b.refs[i] = kinds[k.category].internIn(int(k.shard), m.numbered(k))
			}
		}
		return
	}
	var ends [recordCategories * shardCount]int
	bucket := func(k *key) int { return int(k.category)*shardCount + int(k.shard) }
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
			kinds[i/shardCount].internAll(&m.tables, i%shardCount, b, b.order[start:end])
		}
		start = end
	}
}

func (t *table[R, L, P, Q]) internAll(all *tables, shard int, b *batch, keys []uint32) {
	s := &t.shards[shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	var id uuid.UUID
	var number uint32
	for _, k := range keys {
		// What happened to a record at one moment often stands together.
		if next := all.numbered(&b.keys[k]); next != id || number == 0 {
			id, number = next, s.number(next)
		}
		b.refs[k] = refTo(shard, number)
	}
}

// fold takes the batch's changes of one shard into their records, in the log's
// order. Several goroutines may fold at once, each another shard. It stops at
// the first change that does not fit.
func (m *Model) fold(b *batch, shard int) (*change, error) {
	changes := b.changes[shard]
	if len(changes) == 0 {
		return nil, nil
	}
	kinds := m.byCategory()
	for len(changes) > 0 {
		n, err := kinds[b.keys[changes[0].stream].category].fold(&m.tables, b, shard, changes)
		if err != nil {
			return &changes[n], err
		}
		changes = changes[n:]
	}
	return nil, nil
}

func (t *table[R, L, P, Q]) fold(all *tables, b *batch, shard int, changes []change) (int, error) {
	chunks, kind := t.shards[shard].list(), b.keys[changes[0].stream].category
	for i := range changes {
		ch := &changes[i]
		if b.keys[ch.stream].category != kind {
			return i, nil
		}
		at := b.refs[ch.stream]
		e := entryOf(chunks, at.number())
		if err := P(&e.record).fold(ch, &b.dictionary); err != nil {
			return i, err
		}
		if effects[ch.effect].action == opened {
			Q(&e.links).join(all, at, owners{client: b.refs[ch.client], freelancer: b.refs[ch.freelancer], other: b.refs[ch.other]})
		}
	}
	return len(changes), nil
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
