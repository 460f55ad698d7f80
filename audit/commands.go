package audit

import (
	"context"
	"hash/maphash"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// generation is how many commands are remembered: the last so many, or twice as many.
const generation = 4 << 20

// commands remembers which commands have written, by a hash of their id and stream:
// about 20 bytes each. Of two that have the same the stream tells.
type commands struct {
	seed       maphash.Seed
	most       int
	young, old map[uint64]struct{}
}

func newCommands() *commands {
	return &commands{seed: maphash.MakeSeed(), most: generation, young: map[uint64]struct{}{}}
}

// first is the revision at which an event's command has written to its stream before,
// nil if it has not.
func (c *commands) first(ctx context.Context, s store.Store, e *event.Envelope) (*uint64, error) {
	key := maphash.Comparable(c.seed, struct {
		stream  string
		command uuid.UUID
	}{e.Stream, e.CommandID})
	_, inYoung := c.young[key]
	_, inOld := c.old[key]
	if !inYoung && !inOld {
		if len(c.young) >= c.most {
			c.old, c.young = c.young, map[uint64]struct{}{}
		}
		c.young[key] = struct{}{}
		return nil, nil
	}
	decoder := event.Marketplace().NewDecoder()
	for rec, err := range s.ReadStream(ctx, e.Stream, 0) {
		if err != nil {
			return nil, err
		}
		if rec.Revision >= e.Revision {
			break
		}
		meta, err := decoder.DecodeMeta(&rec)
		if err != nil {
			return nil, err
		}
		if meta.CommandID == e.CommandID {
			revision := rec.Revision
			return &revision, nil
		}
	}
	return nil, nil
}
