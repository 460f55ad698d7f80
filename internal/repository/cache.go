package repository

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/marketcore/marketplace/event"
)

// cache keeps aggregates between commands. An entry is in one session or in
// the cache, never in two places.
type cache struct {
	mu       sync.Mutex
	lru      *simplelru.LRU[string, *loaded]
	decoders sync.Pool
}

func newCache(size int) (*cache, error) {
	lru, err := simplelru.NewLRU[string, *loaded](size, nil)
	if err != nil {
		return nil, err
	}
	return &cache{lru: lru}, nil
}

func (c *cache) decoder(r *event.Registry) *event.Decoder {
	if d, ok := c.decoders.Get().(*event.Decoder); ok {
		return d
	}
	return r.NewDecoder()
}

func (c *cache) take(stream string) *loaded {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.lru.Peek(stream)
	if ok {
		c.lru.Remove(stream)
	}
	return l
}

func (c *cache) put(all map[string]*loaded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for stream, l := range all {
		if l.next == 0 {
			continue // nothing to keep of a stream that does not exist
		}
		if old, ok := c.lru.Peek(stream); !ok || old.next < l.next {
			c.lru.Add(stream, l)
		}
	}
}
