package competing

import "slices"

// buffer is what waits for consumers: first what is to be given again, then
// what was read or came live.
//
// A group that has read everything is live, and takes events as they are
// written. Whatever comes live is also kept in a queue of the most recent ones.
// When a live group's buffer is full it is behind: it reads again, until what
// it reads meets the queue, and takes the rest from there.
type buffer struct {
	size   int
	after  *Position // read events up to here are known already; nil: none are
	live   bool
	retry  []*message
	read   []*message
	recent recent
}

// accepts reports whether a page of so many events has room.
func (b *buffer) accepts(page int) bool { return b.size-len(b.retry)-len(b.read) > page }

// addRead adds an event that was read, unless it has come live, too.
func (b *buffer) addRead(m *message) {
	switch {
	case b.live, b.after != nil && m.at.Compare(*b.after) <= 0:
	case b.recent.empty(), m.at.Compare(b.recent.first()) < 0:
		b.read = append(b.read, m)
	default:
		b.recent.forgetBefore(m.at)
		b.read = append(b.read, b.recent.take()...)
		b.live = true
	}
}

// addLive adds an event that has just been written. It reports false where
// EventStoreDB fails: there is no queue that could take it. The event itself
// is in the buffer all the same.
func (b *buffer) addLive(m *message) bool {
	if b.live {
		if len(b.read) < b.size {
			b.read = append(b.read, m)
		} else {
			b.live = false
		}
	}
	return b.recent.add(m)
}

// atEnd is told that everything was read, and reports whether the group is live
// now: while events have come live that were not read it is not.
func (b *buffer) atEnd() bool {
	b.live = b.live || b.recent.empty()
	return b.live
}

// addRetry adds a message that is to be given again: in the order of what the
// group reads, replayed ones behind the others. It reports false where
// EventStoreDB fails and loses the message: a replayed one stands before its
// place.
func (b *buffer) addRetry(m *message) bool {
	if m.replayed {
		b.retry = append(b.retry, m)
		return true
	}
	at := slices.IndexFunc(b.retry, func(other *message) bool {
		return other.replayed || m.at.Compare(other.at) < 0
	})
	switch {
	case at < 0:
		at = len(b.retry)
	case b.retry[at].replayed:
		return false
	}
	b.retry = slices.Insert(b.retry, at, m)
	return true
}

// each offers the messages, in their order, until nobody has room, and leaves
// those that were not sent.
func (b *buffer) each(offer func(*message) outcome) {
	var full bool
	if b.retry, full = offerAll(b.retry, offer); !full {
		b.read, _ = offerAll(b.read, offer)
	}
}

// offerAll gives the messages that are left, and whether nobody has room.
func offerAll(list []*message, offer func(*message) outcome) (left []*message, full bool) {
	left = list[:0]
	for i, m := range list {
		switch offer(m) {
		case skipped:
			left = append(left, m)
		case noRoom:
			if len(left) == 0 {
				return list[i:], true
			}
			return append(left, list[i:]...), true
		}
	}
	return left, false
}

// recent is a queue of the events that came live most recently.
type recent struct {
	size     int
	messages []*message
}

func (q *recent) empty() bool     { return len(q.messages) == 0 }
func (q *recent) first() Position { return q.messages[0].at }

func (q *recent) add(m *message) bool {
	if q.size == 0 {
		return false
	}
	if len(q.messages) == q.size {
		q.messages = q.messages[1:]
	}
	q.messages = append(q.messages, m)
	return true
}

func (q *recent) forgetBefore(p Position) {
	for !q.empty() && q.first().Compare(p) < 0 {
		q.messages = q.messages[1:]
	}
}

func (q *recent) take() []*message {
	all := q.messages
	q.messages = nil
	return all
}
