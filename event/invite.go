package event

import (
	"fmt"

	"github.com/google/uuid"
)

// WithdrawReason is why a client withdrew an invite.
type WithdrawReason string

// The reasons for a withdrawal.
const (
	WithdrawChangedMind WithdrawReason = "changed_mind"
	WithdrawHiredOther  WithdrawReason = "hired_other"
	WithdrawJobClosed   WithdrawReason = "job_closed"
	WithdrawSanctioned  WithdrawReason = "client_sanctioned" // by the platform
)

// InviteSent says that a client invited a freelancer to an interview for a job.
type InviteSent struct {
	Job        uuid.UUID `json:"job"`
	Client     uuid.UUID `json:"client"`
	Freelancer uuid.UUID `json:"freelancer"`
	// FreelancerAvailable is captured at sending: later changes must not matter.
	FreelancerAvailable bool `json:"freelancer_available"`
	ExpiresAt           Time `json:"expires_at"`
	Message             Text `json:"message,omitzero"`
}

// InviteAccepted says that the freelancer wants the interview. A reply.
type InviteAccepted struct {
	CoverLetter Text `json:"cover_letter"`
}

// ContactExchanged says that both sides of an invite or a proposal now see each
// other's contact details.
type ContactExchanged struct{}

// InviteDeclined says that the freelancer does not want the interview. A reply.
type InviteDeclined struct {
	Reason Text `json:"reason,omitzero"`
}

// InviteReported says that the freelancer reported the invite as spam. A reply.
type InviteReported struct {
	Reason Text `json:"reason,omitzero"`
}

// InviteArchived says that the freelancer put the invite aside. Not a reply.
type InviteArchived struct{}

// InviteWithdrawn says that the client, or the platform from a client that it barred,
// took the invite back.
type InviteWithdrawn struct {
	Reason WithdrawReason `json:"reason"`
}

// InviteExpired says that the invite's time ran out.
type InviteExpired struct{}

func (*InviteSent) EventType() string       { return "InviteSent" }
func (*InviteAccepted) EventType() string   { return "InviteAccepted" }
func (*ContactExchanged) EventType() string { return "ContactExchanged" }
func (*InviteDeclined) EventType() string   { return "InviteDeclined" }
func (*InviteReported) EventType() string   { return "InviteReported" }
func (*InviteArchived) EventType() string   { return "InviteArchived" }
func (*InviteWithdrawn) EventType() string  { return "InviteWithdrawn" }
func (*InviteExpired) EventType() string    { return "InviteExpired" }

func (e *InviteSent) Format(f fmt.State, verb rune)     { format(f, verb, e) }
func (e *InviteAccepted) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *InviteDeclined) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *InviteReported) Format(f fmt.State, verb rune) { format(f, verb, e) }
