package engine

import "github.com/google/uuid"

// idCache remembers the ids written lately, by the memory they take: it is how
// EventStoreDB recognises a repeated append without an expected revision. Of
// an id that was written twice it knows the first place.
type idCache struct {
	limit int
	size  int
	order []*Record // oldest first, from head on
	head  int
	byID  map[uuid.UUID]*Record
}

// idCacheBytes is EventStoreDB's limit of the cache.
const idCacheBytes = 8 << 20

func newIDCache(limit int) *idCache {
	return &idCache{limit: limit, byID: make(map[uuid.UUID]*Record)}
}

func (c *idCache) find(id uuid.UUID) *Record { return c.byID[id] }

func (c *idCache) add(r *Record) {
	if c.byID[r.ID] != nil {
		return
	}
	c.order = append(c.order, r)
	c.byID[r.ID] = r
	for c.size += entrySize(r); c.size > c.limit; {
		old := c.order[c.head]
		c.order[c.head] = nil
		c.head++
		c.size -= entrySize(old)
		delete(c.byID, old.ID)
	}
	if c.head > len(c.order)/2 {
		c.order = append([]*Record(nil), c.order[c.head:]...)
		c.head = 0
	}
}

// entrySize is how EventStoreDB counts an entry: the id, the revision, a
// pointer, and the stream's name in UTF-16.
func entrySize(r *Record) int { return 16 + 4 + 8 + 2*len(r.Stream) }
