package competing

import "slices"

// Strategy is how a group chooses the consumer for an event.
type Strategy string

// The strategies of EventStoreDB.
const (
	DispatchToSingle    Strategy = "DispatchToSingle"
	RoundRobin          Strategy = "RoundRobin"
	Pinned              Strategy = "Pinned"              // by stream
	PinnedByCorrelation Strategy = "PinnedByCorrelation" // by $correlationId of the metadata
)

// outcome is what became of a message that was offered.
type outcome int

const (
	sent    outcome = iota
	skipped         // its consumer has no room; others may overtake it
	noRoom          // nobody has room
)

// chooser gives messages to consumers.
type chooser interface {
	joined(*Consumer)
	left(*Consumer)
	offer(*message) outcome
	// confirmed is told of a message that a consumer has no longer.
	confirmed(*Consumer, *message)
}

// chooser makes the strategy's chooser, nil of one that does not exist.
func (s Strategy) chooser() chooser {
	switch s {
	case RoundRobin:
		return &roundRobin{}
	case DispatchToSingle:
		return &roundRobin{stay: true}
	case Pinned:
		return newPinned(sourceStream)
	case PinnedByCorrelation:
		return newPinned(correlation)
	}
	return nil
}

// roundRobin gives each message to the next consumer that has room or, if it
// stays, to one consumer until that has none.
type roundRobin struct {
	stay  bool
	queue []*Consumer
}

func (s *roundRobin) joined(c *Consumer) { s.queue = append(s.queue, c) }

func (s *roundRobin) left(c *Consumer) {
	s.queue = slices.DeleteFunc(s.queue, func(other *Consumer) bool { return other == c })
}

func (s *roundRobin) offer(m *message) outcome {
	for range s.queue {
		c := s.queue[0]
		pushed := c.push(m)
		if !pushed || !s.stay {
			s.queue = append(s.queue[1:], c)
		}
		if pushed {
			return sent
		}
	}
	return noRoom
}

func (*roundRobin) confirmed(*Consumer, *message) {}
