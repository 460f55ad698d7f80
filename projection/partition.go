package projection

import (
	"fmt"
	"hash/fnv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// maxPartitions bounds how many parts a log's streams are shared among.
const maxPartitions = 1024

// Partition is one of several parts of a log's streams, so that processes,
// machines or passes share the work: part Index, from 0, of Of. The zero value
// is the whole log.
//
// A stream belongs to the part FNV-1a(id) mod Of, where FNV-1a is the 64-bit
// hash and id the 16 bytes of the id in the stream's name: a contract and its
// work weeks fall together. A stream without an id of ours belongs to part 0.
// The rule is stable: databases remember checkpoints by it.
type Partition struct {
	Index, Of int
}

func (p Partition) validate() error {
	if p == (Partition{}) || p.Of >= 1 && p.Of <= maxPartitions && p.Index >= 0 && p.Index < p.Of {
		return nil
	}
	return fmt.Errorf("projection: %w: %v; parts are numbered from 0, and there are up to %d", ErrInvalidPartition, p, maxPartitions)
}

// Has reports whether the stream is in the partition. Each stream is in exactly
// one of a number of partitions.
func (p Partition) Has(stream string) bool {
	if p.Of <= 1 {
		return true
	}
	_, id, _, ok := event.ParseStream(stream)
	if !ok {
		return p.Index == 0
	}
	return p.has(id)
}

// has is Has for a stream with that id.
func (p Partition) has(id uuid.UUID) bool {
	if p.Of <= 1 {
		return true
	}
	h := fnv.New64a()
	_, _ = h.Write(id[:])
	return h.Sum64()%uint64(p.Of) == uint64(p.Index)
}

// String is the partition as "i of n".
func (p Partition) String() string { return fmt.Sprintf("%d of %d", p.Index, p.Of) }
