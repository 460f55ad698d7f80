package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// VerifyIdentity marks the identity of an account's holder, a client or a freelancer,
// as verified.
type VerifyIdentity struct {
	Client     uuid.UUID  `json:"client,omitzero"`
	Freelancer uuid.UUID  `json:"freelancer,omitzero"`
	Method     event.Text `json:"method,omitzero"` // how it was seen; it decides nothing
}

// RevokeIdentity takes that mark away.
type RevokeIdentity struct {
	Client     uuid.UUID `json:"client,omitzero"`
	Freelancer uuid.UUID `json:"freelancer,omitzero"`
}

// VerifyPhone marks the phone number of an account's holder as verified.
type VerifyPhone struct {
	Client     uuid.UUID  `json:"client,omitzero"`
	Freelancer uuid.UUID  `json:"freelancer,omitzero"`
	Method     event.Text `json:"method,omitzero"` // how it was seen; it decides nothing
}

// RevokePhone takes that mark away.
type RevokePhone struct {
	Client     uuid.UUID `json:"client,omitzero"`
	Freelancer uuid.UUID `json:"freelancer,omitzero"`
}

// AcceptTerms records that the holder of an account, a client's or a
// freelancer's, accepted a version of the terms of service.
type AcceptTerms struct {
	Client     uuid.UUID `json:"client,omitzero"`
	Freelancer uuid.UUID `json:"freelancer,omitzero"`
	Version    string    `json:"version"`
}

// RecordViolation records that the holder of an account broke a rule.
type RecordViolation struct {
	Client     uuid.UUID `json:"client,omitzero"`
	Freelancer uuid.UUID `json:"freelancer,omitzero"`
	Rule       string    `json:"rule"`
}

func (c VerifyIdentity) stream() string  { return accountStream(c.Client, c.Freelancer) }
func (c RevokeIdentity) stream() string  { return accountStream(c.Client, c.Freelancer) }
func (c VerifyPhone) stream() string     { return accountStream(c.Client, c.Freelancer) }
func (c RevokePhone) stream() string     { return accountStream(c.Client, c.Freelancer) }
func (c AcceptTerms) stream() string     { return accountStream(c.Client, c.Freelancer) }
func (c RecordViolation) stream() string { return accountStream(c.Client, c.Freelancer) }

func accountStream(client, freelancer uuid.UUID) string {
	if client != uuid.Nil {
		return event.ClientStream(client)
	}
	return event.FreelancerStream(freelancer)
}

func (c VerifyIdentity) validate() error {
	return validateAccount(c, c.Client, c.Freelancer).given("method", string(c.Method)).err()
}

func (c RevokeIdentity) validate() error { return validateAccount(c, c.Client, c.Freelancer).err() }

func (c VerifyPhone) validate() error {
	return validateAccount(c, c.Client, c.Freelancer).given("method", string(c.Method)).err()
}

func (c RevokePhone) validate() error { return validateAccount(c, c.Client, c.Freelancer).err() }

func (c AcceptTerms) validate() error {
	return validateAccount(c, c.Client, c.Freelancer).filled("version", c.Version).err()
}

func (c RecordViolation) validate() error {
	return validateAccount(c, c.Client, c.Freelancer).filled("rule", c.Rule).err()
}

func validateAccount(c Command, client, freelancer uuid.UUID) *validation {
	return validate(c).must((client == uuid.Nil) != (freelancer == uuid.Nil), "exactly one of client and freelancer must be given")
}

// move decides a command that asks no more than the state of the account it writes.
func move[S State](d *decision, allowed func(S) bool, otherwise string, e event.Event) ([]event.Event, error) {
	a, err := loadTarget[S](d)
	if err != nil {
		return nil, err
	}
	if !allowed(a) {
		return nil, d.reject(WrongState, "%s", otherwise)
	}
	return []event.Event{e}, nil
}

// flip decides a switch of an account: on when off, off when on.
func flip[S State](d *decision, on bool, is func(S) bool, e event.Event) ([]event.Event, error) {
	return move(d, func(a S) bool { return is(a) != on }, "that is so already", e)
}

func identityVerified(a holder) bool { return a.holds().identityVerified }
func phoneVerified(a holder) bool    { return a.holds().phoneVerified }

func (c VerifyIdentity) decide(d *decision) ([]event.Event, error) {
	return flip(d, true, identityVerified, &event.IdentityVerified{Method: c.Method})
}

func (c RevokeIdentity) decide(d *decision) ([]event.Event, error) {
	return flip(d, false, identityVerified, &event.IdentityVerificationRevoked{})
}

func (c VerifyPhone) decide(d *decision) ([]event.Event, error) {
	return flip(d, true, phoneVerified, &event.PhoneVerified{Method: c.Method})
}

func (c RevokePhone) decide(d *decision) ([]event.Event, error) {
	return flip(d, false, phoneVerified, &event.PhoneVerificationRevoked{})
}

func (c AcceptTerms) decide(d *decision) ([]event.Event, error) {
	if _, err := loadTarget[holder](d); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	if c.Client != uuid.Nil {
		d.actor = event.ActorClient
	}
	return []event.Event{&event.TermsAccepted{Version: c.Version}}, nil
}

func (c RecordViolation) decide(d *decision) ([]event.Event, error) {
	if _, err := loadTarget[holder](d); err != nil {
		return nil, err
	}
	return []event.Event{&event.TermsViolationRecorded{Rule: c.Rule}}, nil
}
