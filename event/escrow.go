package event

import (
	"fmt"

	"github.com/google/uuid"
)

// ReleaseCause is why escrow went to the freelancer.
type ReleaseCause string

// The causes of a release.
const (
	ReleasedByClient  ReleaseCause = "client"
	ReleasedAuto      ReleaseCause = "auto" // the client did not answer a submission in time
	ReleasedByDispute ReleaseCause = "dispute"
)

// RefundCause is why escrow went back to the client.
type RefundCause string

// The causes of an escrow refund.
const (
	RefundAccepted          RefundCause = "accepted"
	RefundLapsed            RefundCause = "lapsed" // the freelancer did not answer in time
	RefundEndedByFreelancer RefundCause = "ended_by_freelancer"
	RefundByDispute         RefundCause = "dispute"
)

// MilestoneAdded says that a part of a fixed-price contract was agreed.
type MilestoneAdded struct {
	Milestone   uuid.UUID `json:"milestone"`
	Amount      Money     `json:"amount"`
	Description Text      `json:"description,omitzero"` // what was agreed
	Due         Day       `json:"due,omitzero"`         // binds nothing
}

// MilestoneFunded says that the client put the milestone's whole amount in
// escrow.
type MilestoneFunded struct {
	Milestone uuid.UUID `json:"milestone"`
	Amount    Money     `json:"amount"`
}

// WorkSubmitted says that the freelancer handed the milestone's work in.
type WorkSubmitted struct {
	Milestone     uuid.UUID `json:"milestone"`
	Attempt       int       `json:"attempt"` // from 1
	AutoReleaseAt Time      `json:"auto_release_at"`
}

// ChangesRequested says that the client wants the submitted work changed.
type ChangesRequested struct {
	Milestone uuid.UUID `json:"milestone"`
}

// MilestoneReleased says that escrow went to the freelancer.
type MilestoneReleased struct {
	Milestone uuid.UUID    `json:"milestone"`
	Amount    Money        `json:"amount"`
	Cause     ReleaseCause `json:"cause"`
}

// EscrowRefundRequested says that the client wants what is left in escrow back.
type EscrowRefundRequested struct {
	Milestone uuid.UUID `json:"milestone"`
	Amount    Money     `json:"amount"`
	RespondBy Time      `json:"respond_by"`
}

// EscrowRefundRefused says that the freelancer does not give it back.
type EscrowRefundRefused struct {
	Milestone uuid.UUID `json:"milestone"`
}

// EscrowRefunded says that escrow went back to the client.
type EscrowRefunded struct {
	Milestone uuid.UUID   `json:"milestone"`
	Amount    Money       `json:"amount"`
	Cause     RefundCause `json:"cause"`
}

func (*MilestoneAdded) EventType() string        { return "MilestoneAdded" }
func (*MilestoneFunded) EventType() string       { return "MilestoneFunded" }
func (*WorkSubmitted) EventType() string         { return "WorkSubmitted" }
func (*ChangesRequested) EventType() string      { return "ChangesRequested" }
func (*MilestoneReleased) EventType() string     { return "MilestoneReleased" }
func (*EscrowRefundRequested) EventType() string { return "EscrowRefundRequested" }
func (*EscrowRefundRefused) EventType() string   { return "EscrowRefundRefused" }
func (*EscrowRefunded) EventType() string        { return "EscrowRefunded" }

func (e *MilestoneAdded) Format(f fmt.State, verb rune) { format(f, verb, e) }
