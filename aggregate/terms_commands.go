package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

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

func (c AcceptTerms) stream() string     { return accountStream(c.Client, c.Freelancer) }
func (c RecordViolation) stream() string { return accountStream(c.Client, c.Freelancer) }

func accountStream(client, freelancer uuid.UUID) string {
	if client != uuid.Nil {
		return event.ClientStream(client)
	}
	return event.FreelancerStream(freelancer)
}

func (c AcceptTerms) validate() error {
	return validateAccount(c, c.Client, c.Freelancer).filled("version", c.Version).err()
}

func (c RecordViolation) validate() error {
	return validateAccount(c, c.Client, c.Freelancer).filled("rule", c.Rule).err()
}

func validateAccount(c Command, client, freelancer uuid.UUID) *validation {
	return validate(c).must((client == uuid.Nil) != (freelancer == uuid.Nil), "exactly one of client and freelancer must be given")
}

func (c AcceptTerms) decide(d *decision) ([]event.Event, error) {
	if _, err := loadTarget[State](d); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	if c.Client != uuid.Nil {
		d.actor = event.ActorClient
	}
	return []event.Event{&event.TermsAccepted{Version: c.Version}}, nil
}

func (c RecordViolation) decide(d *decision) ([]event.Event, error) {
	if _, err := loadTarget[State](d); err != nil {
		return nil, err
	}
	return []event.Event{&event.TermsViolationRecorded{Rule: c.Rule}}, nil
}
