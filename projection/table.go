package projection

import (
	"encoding/binary"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
)

const (
	shardBits  = 5
	shardCount = 1 << shardBits
)

// shardOf spreads ids whatever their version, of which some grow with time.
func shardOf(id uuid.UUID) int {
	h := binary.LittleEndian.Uint64(id[:8])*0x9e3779b97f4a7c15 ^ binary.LittleEndian.Uint64(id[8:])
	return int(h * 0x9e3779b97f4a7c15 >> (64 - shardBits))
}

// ref is where a table holds an entry: the shard, and in it the number from 1.
// The zero ref is none.
type ref uint64

func refTo(shard int, number uint32) ref { return ref(shard)<<32 | ref(number) }

func (r ref) shard() int     { return int(r >> 32) }
func (r ref) number() uint32 { return uint32(r) }

// table holds the entries of one kind of records. An id becomes a number once, and
// from then on an entry is found by counting, not by hashing. The ids fall to
// shards, each of which has numbers and a lock of its own.
type table[R, L any, P recordOf[R], Q linksOf[L]] struct {
	shards [shardCount]tableShard[entry[R, L]]
}

type tableShard[T any] struct {
	mu      sync.Mutex
	numbers map[uuid.UUID]uint32
	// Entries never move. Who has a number may reach its entry without the
	// lock: the list of chunks that it is in was published before.
	chunks atomic.Pointer[[]*[chunkSize]T]
}

const (
	chunkBits = 6
	chunkSize = 1 << chunkBits
)

// number gives the id's number, a new one with a zero entry if it has none. The
// lock is held.
func (s *tableShard[T]) number(id uuid.UUID) uint32 {
	n, known := s.numbers[id]
	if known {
		return n
	}
	if s.numbers == nil {
		s.numbers = map[uuid.UUID]uint32{}
	}
	n = uint32(len(s.numbers)) + 1
	s.numbers[id] = n
	if (n-1)%chunkSize == 0 {
		chunks := append(s.list(), new([chunkSize]T))
		s.chunks.Store(&chunks)
	}
	return n
}

func (s *tableShard[T]) list() []*[chunkSize]T {
	if p := s.chunks.Load(); p != nil {
		return *p
	}
	return nil
}

func (s *tableShard[T]) at(number uint32) *T { return entryOf(s.list(), number) }

func entryOf[T any](chunks []*[chunkSize]T, number uint32) *T {
	return &chunks[(number-1)>>chunkBits][(number-1)%chunkSize]
}

func (t *table[R, L, P, Q]) at(r ref) *entry[R, L] { return t.shards[r.shard()].at(r.number()) }

// intern gives the ref of an id, of a new entry if it has none.
func (t *table[R, L, P, Q]) intern(id uuid.UUID) ref { return t.internIn(shardOf(id), id) }

func (t *table[R, L, P, Q]) internIn(shard int, id uuid.UUID) ref {
	s := &t.shards[shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	return refTo(shard, s.number(id))
}

// find gives the entry of an id, nil if it has none. Nobody interns meanwhile.
func (t *table[R, L, P, Q]) find(id uuid.UUID) *entry[R, L] {
	s := &t.shards[shardOf(id)]
	if n := s.numbers[id]; n != 0 {
		return s.at(n)
	}
	return nil
}

// all iterates over the entries. Nobody interns meanwhile.
func (t *table[R, L, P, Q]) all() iter.Seq[*entry[R, L]] {
	return func(yield func(*entry[R, L]) bool) {
		for i := range t.shards {
			s := &t.shards[i]
			left := len(s.numbers)
			for _, chunk := range s.list() {
				for k := range chunk[:min(left, chunkSize)] {
					if !yield(&chunk[k]) {
						return
					}
				}
				left -= chunkSize
			}
		}
	}
}
