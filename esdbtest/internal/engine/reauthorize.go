package engine

import "errors"

// ErrShutOut ends a subscription whose subscriber may read no longer.
var ErrShutOut = errors.New("engine: the subscriber may not read any longer")

// watched is what a live subscription is about and whether its subscriber may
// go on. Both are guarded by the feed's lock.
type watched struct {
	stream  string // or AllStream
	allowed func() bool
}

// While makes the subscription to a stream, or to AllStream, last for as long
// as its subscriber is allowed to read. As EventStoreDB does it asks when an
// event is written to the metadata stream or to $settings. What came before
// that event is still delivered; then the subscription fails with ErrShutOut,
// once it has caught up.
func (s *Subscription) While(stream string, allowed func() bool) {
	s.feed.mu.Lock()
	s.feed.watched = watched{stream, allowed}
	s.feed.mu.Unlock()
	if !allowed() { // it may have changed since the subscription began
		s.feed.end(ErrShutOut)
	}
}

// reauthorize ends the subscriptions of those whom new records shut out. The
// caller holds write.
func (e *Engine) reauthorize(records []*Record) {
	for _, r := range records {
		of, isMetadata := IsMetadataStream(r.Stream)
		if !isMetadata && r.Stream != SettingsStream {
			continue
		}
		for _, f := range e.feedsOf(func(w watched) bool { return !isMetadata || w.stream == of }) {
			if !f.watching().allowed() {
				f.end(ErrShutOut)
			}
		}
	}
}

// feedsOf are those of subscriptions that are asked for.
func (e *Engine) feedsOf(wanted func(watched) bool) []*feed {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var feeds []*feed
	for f := range e.feeds {
		if w := f.watching(); w.allowed != nil && wanted(w) {
			feeds = append(feeds, f)
		}
	}
	return feeds
}

func (f *feed) watching() watched {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.watched
}

// end lets nothing more into the feed; err comes after what is there.
func (f *feed) end(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended == nil {
		f.ended = err
	}
	f.signal()
}
