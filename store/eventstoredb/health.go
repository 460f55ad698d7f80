package eventstoredb

import "time"

// Health is how the connection fares.
type Health struct {
	Connected    bool
	Node         string    // host:port that it is, or was last, connected to
	Since        time.Time // since when it is connected, or is not
	LastError    error     // why the last attempt failed or the last connection ended; nil if none did
	Connections  uint64    // made so far
	Replacements uint64    // of them, those that took the place of one before
}

// Health tells how the connection fares. It does not ask the server.
func (s *Store) Health() Health {
	s.supervisor.mu.Lock()
	defer s.supervisor.mu.Unlock()
	return s.supervisor.health
}
