package engine

import "slices"

// What EventStoreDB keeps in mind beside the log shows at its edges:
//
//   - Who writes goes by the revision that was written last, and looks into the
//     index only where nothing was. So a metadata stream that was written to goes
//     on behind the tombstone of its stream, though nobody can read it any more.
//   - Metadata that somebody has looked at since they were written stay known
//     until others are written. So their ACL outlives the tombstone of the stream.
//   - What one write has written is on its way to the index while the next one, or
//     a refused one, is decided. Where that is metadata it takes them as they are:
//     declared JSON or not, and of a metadata stream, too, which has none to
//     anybody else.
//
// A restart forgets all of it, and the ids written lately.

// Forget forgets what a restart does: an append repeated without an expected
// revision is then written again.
func (e *Engine) Forget() {
	e.write.Lock()
	defer e.write.Unlock()
	e.ids = newIDCache(idCacheBytes)
	e.written = nil
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.streams {
		s.forget()
	}
}

func (s *stream) forget() {
	s.written = false
	s.known.Store(false)
}

func (s *stream) wrote() {
	s.written = true
	s.known.Store(false)
}

// lastWritten is the last revision as writers know it. The caller holds write.
func (e *Engine) lastWritten(name string) int64 {
	if s := e.streams[name]; s != nil && s.written {
		return s.last()
	}
	return e.last(name)
}

// consult is metadataOf for a reader, who makes it known. The caller holds
// write or mu.
func (e *Engine) consult(stream string) Metadata {
	if s := e.metadataStream(stream); s != nil && !s.known.Load() {
		s.known.Store(true)
	}
	return e.metadataOf(stream)
}

// consultToWrite is consult for a writer. The caller holds write.
func (e *Engine) consultToWrite(stream string) Metadata {
	name := MetadataStream(stream)
	for _, r := range slices.Backward(e.recent) {
		if r.Stream == name {
			return parseMetadataJSON(r.Data)
		}
	}
	return e.consult(stream)
}
