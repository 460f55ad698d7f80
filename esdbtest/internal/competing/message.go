package competing

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// message is an event on its way to a consumer.
type message struct {
	resolved engine.Resolved
	at       Position // in what the group reads; of a replayed one none
	retries  int
	replayed bool // it was parked and is given again, and counts for no checkpoint

	// Known from when it is first given to a consumer.
	sequence int64     // it was the n-th, unsent before
	before   *Position // what a checkpoint says while this one is not done; nil: nothing
}

const unsent = -1

// id is what consumers acknowledge a message by: that of the link, if one was
// followed.
func (m *message) id() uuid.UUID { return m.resolved.Original().ID }

// revision is that of the event as it stood in what was read.
func (m *message) revision() uint64 { return m.resolved.Original().Revision }
