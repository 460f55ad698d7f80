package event

import "github.com/google/uuid"

// CloseReason is why a client's job was closed.
type CloseReason string

// The reasons for closing a job. Connects come back where it was cancelled
// before any contract, and not where it expired.
const (
	CloseFilled    CloseReason = "filled"
	CloseCancelled CloseReason = "cancelled"
	CloseExpired   CloseReason = "expired"
)

// RemoveReason is why the platform removed a job.
type RemoveReason string

// The reasons for a removal. Connects come back where it was the terms of
// service.
const (
	RemoveTOS   RemoveReason = "tos"
	RemoveOther RemoveReason = "other"
)

// JobPosted says that a client looks for a freelancer.
type JobPosted struct {
	Client   uuid.UUID    `json:"client"`
	Kind     ContractKind `json:"kind"`
	Category string       `json:"category,omitzero"`
	Connects Connects     `json:"connects"` // what a proposal costs, 0 or more
}

// JobClosed says that the job takes no more proposals and offers.
type JobClosed struct {
	Reason CloseReason `json:"reason"`
}

// JobRemoved says that the platform took the job away, for good.
type JobRemoved struct {
	Reason RemoveReason `json:"reason"`
}

func (*JobPosted) EventType() string  { return "JobPosted" }
func (*JobClosed) EventType() string  { return "JobClosed" }
func (*JobRemoved) EventType() string { return "JobRemoved" }
