package event

import "fmt"

// IdentityVerified says that the holder of a client's or freelancer's account is who
// they say they are.
type IdentityVerified struct {
	Method Text `json:"method,omitzero"` // how it was seen; it decides nothing
}

// IdentityVerificationRevoked takes that back.
type IdentityVerificationRevoked struct{}

// PhoneVerified says that the holder of an account can be reached at their phone
// number.
type PhoneVerified struct {
	Method Text `json:"method,omitzero"` // how it was seen; it decides nothing
}

// PhoneVerificationRevoked takes that back.
type PhoneVerificationRevoked struct{}

// TermsAccepted says that the holder of an account accepted a version of the terms
// of service.
type TermsAccepted struct {
	Version string `json:"version"`
}

// TermsViolationRecorded says that the holder of an account broke a rule of the
// terms.
type TermsViolationRecorded struct {
	Rule string `json:"rule"`
}

func (*IdentityVerified) EventType() string            { return "IdentityVerified" }
func (*IdentityVerificationRevoked) EventType() string { return "IdentityVerificationRevoked" }
func (*PhoneVerified) EventType() string               { return "PhoneVerified" }
func (*PhoneVerificationRevoked) EventType() string    { return "PhoneVerificationRevoked" }
func (*TermsAccepted) EventType() string               { return "TermsAccepted" }
func (*TermsViolationRecorded) EventType() string      { return "TermsViolationRecorded" }

func (e *IdentityVerified) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *PhoneVerified) Format(f fmt.State, verb rune)    { format(f, verb, e) }
