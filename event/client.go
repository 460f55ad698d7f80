package event

import (
	"fmt"

	"github.com/google/uuid"
)

// SanctionReason is why an account was suspended or closed, or a client barred.
type SanctionReason string

// The reasons for a sanction.
const (
	SanctionTOS     SanctionReason = "tos" // the terms of service
	SanctionConduct SanctionReason = "conduct"
	SanctionPayment SanctionReason = "payment"
	SanctionFraud   SanctionReason = "fraud"
)

// FlagBasis is what a client's flag rests on, as far as rules depend on it.
type FlagBasis string

// The bases of a flag. PoorCollaboration voids the client's feedback.
const (
	FlagPoorCollaboration FlagBasis = "poor_collaboration"
	FlagOther             FlagBasis = "other"
)

// ContactBasis is why a client was contacted, as far as rules depend on it.
type ContactBasis string

// The bases of a contact. ConsistentlyNegative starts the period after which a
// client's slate is clean again.
const (
	ContactConsistentlyNegative ContactBasis = "consistently_negative"
	ContactOther                ContactBasis = "other"
)

// ClientRegistered opens a client account.
type ClientRegistered struct{}

// PaymentMethodVerified says that the client can pay.
type PaymentMethodVerified struct{}

// PaymentMethodLost says that the client's payment method no longer works.
type PaymentMethodLost struct{}

// ClientComplaintRecorded says that a freelancer reported unprofessional conduct.
type ClientComplaintRecorded struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Contract   uuid.UUID `json:"contract,omitzero"`
	Reason     Text      `json:"reason"`
}

// ClientContacted says that the platform wrote to the client about their conduct.
type ClientContacted struct {
	Basis  ContactBasis `json:"basis"`
	Reason Text         `json:"reason"`
}

// ClientFlagged marks the client.
type ClientFlagged struct {
	Basis  FlagBasis `json:"basis"`
	Reason Text      `json:"reason"`
}

// ClientFlagLifted takes the mark away.
type ClientFlagLifted struct{}

// ClientSuspended allows no new business for now; running contracts go on.
type ClientSuspended struct {
	Reason SanctionReason `json:"reason"`
}

// ClientReinstated ends a suspension.
type ClientReinstated struct{}

// ClientBarred ends what the client is permitted, for good.
type ClientBarred struct {
	Reason SanctionReason `json:"reason"`
}

func (*ClientRegistered) EventType() string        { return "ClientRegistered" }
func (*PaymentMethodVerified) EventType() string   { return "PaymentMethodVerified" }
func (*PaymentMethodLost) EventType() string       { return "PaymentMethodLost" }
func (*ClientComplaintRecorded) EventType() string { return "ClientComplaintRecorded" }
func (*ClientContacted) EventType() string         { return "ClientContacted" }
func (*ClientFlagged) EventType() string           { return "ClientFlagged" }
func (*ClientFlagLifted) EventType() string        { return "ClientFlagLifted" }
func (*ClientSuspended) EventType() string         { return "ClientSuspended" }
func (*ClientReinstated) EventType() string        { return "ClientReinstated" }
func (*ClientBarred) EventType() string            { return "ClientBarred" }

func (e *ClientComplaintRecorded) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *ClientContacted) Format(f fmt.State, verb rune)         { format(f, verb, e) }
func (e *ClientFlagged) Format(f fmt.State, verb rune)           { format(f, verb, e) }
