package competing

import (
	"cmp"
	"slices"
)

// pinned keeps what belongs together with one consumer. What an event belongs
// to is hashed into one of many buckets. A bucket is assigned, when the first
// of its events comes, to the consumer that has the fewest, and stays with it.
// When a consumer joins, those that have more buckets than their share give
// some to it; when one leaves, its buckets wait to be assigned again.
type pinned struct {
	source  func(*message) (string, bool)
	buckets [bucketCount]bucket
	members []*member // also those who have left and whose buckets wait
}

const bucketCount = 1024

// bucket is what events are pinned by.
type bucket struct {
	owner    *member // nil: it was never assigned
	inFlight int
}

// member is a consumer with the buckets that were assigned to it.
type member struct {
	*Consumer
	gone    bool
	buckets int
}

func newPinned(source func(*message) (string, bool)) *pinned { return &pinned{source: source} }

func (b bucket) assigned() bool { return b.owner != nil && !b.owner.gone }

func (s *pinned) joined(c *Consumer) {
	m := &member{Consumer: c}
	s.members = append(s.members, m)
	share := s.share()
	for _, from := range s.members {
		if from != m && !from.gone && from.buckets > share {
			for _, i := range s.idlest(from)[:from.buckets-share] {
				s.assign(i, m)
			}
		}
	}
	s.members = slices.DeleteFunc(s.members, func(m *member) bool { return m.gone && m.buckets == 0 })
}

// share is how many buckets each consumer has if they all have as many.
func (s *pinned) share() int {
	buckets, present := 0, 0
	for _, m := range s.members {
		if !m.gone {
			buckets += m.buckets
			present++
		}
	}
	return (buckets + present - 1) / present
}

// idlest are the buckets of a consumer, those with the fewest events in flight
// first.
func (s *pinned) idlest(of *member) []int {
	var owned []int
	for i := range s.buckets {
		if s.buckets[i].owner == of {
			owned = append(owned, i)
		}
	}
	slices.SortStableFunc(owned, func(a, b int) int {
		return cmp.Compare(s.buckets[a].inFlight, s.buckets[b].inFlight)
	})
	return owned
}

func (s *pinned) left(c *Consumer) {
	m := s.members[slices.IndexFunc(s.members, func(m *member) bool { return m.Consumer == c })]
	m.gone = true
	for _, i := range s.idlest(m) {
		s.buckets[i].inFlight = 0
	}
}

// offer skips a message whose consumer has no room. Where nothing can be read
// of what it belongs to, EventStoreDB fails: neither it nor what comes behind
// it is ever given to anybody.
func (s *pinned) offer(m *message) outcome {
	if !s.hasRoom() {
		return noRoom
	}
	source, ok := s.source(m)
	if !ok {
		return noRoom
	}
	i := bucketOf(source)
	if !s.buckets[i].assigned() {
		s.assign(i, s.leastLoaded())
	}
	if !s.buckets[i].owner.push(m) {
		return skipped
	}
	s.buckets[i].inFlight++
	return sent
}

func (s *pinned) hasRoom() bool {
	room := 0
	for _, m := range s.members {
		if !m.gone {
			room += m.room - len(m.unconfirmed)
		}
	}
	return room != 0
}

func (s *pinned) leastLoaded() *member {
	var least *member
	for _, m := range s.members {
		if !m.gone && (least == nil || m.buckets < least.buckets) {
			least = m
		}
	}
	return least
}

func (s *pinned) assign(i int, to *member) {
	if from := s.buckets[i].owner; from != nil {
		from.buckets--
	}
	s.buckets[i].owner = to
	to.buckets++
}

func (s *pinned) confirmed(c *Consumer, m *message) {
	source, ok := s.source(m)
	if !ok {
		return
	}
	if b := &s.buckets[bucketOf(source)]; b.owner != nil && b.owner.Consumer == c {
		b.inFlight--
	}
}

func bucketOf(source string) int { return int(hash(source) % bucketCount) }
