package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// RegisterClient opens a client account.
type RegisterClient struct {
	Client uuid.UUID `json:"client"`
}

// VerifyPaymentMethod marks the client as able to pay.
type VerifyPaymentMethod struct {
	Client uuid.UUID `json:"client"`
}

// LosePaymentMethod takes that mark away.
type LosePaymentMethod struct {
	Client uuid.UUID `json:"client"`
}

// RecordComplaint records that a freelancer reported unprofessional conduct.
type RecordComplaint struct {
	Client     uuid.UUID  `json:"client"`
	Freelancer uuid.UUID  `json:"freelancer"`
	Contract   uuid.UUID  `json:"contract,omitzero"`
	Reason     event.Text `json:"reason"`
}

// ContactClient records that the platform wrote to the client about their
// conduct. The reason "consistently_negative" has a meaning in the rules.
type ContactClient struct {
	Client uuid.UUID  `json:"client"`
	Reason event.Text `json:"reason"`
}

// FlagClient marks the client; the reason "poor_collaboration" voids feedback.
type FlagClient struct {
	Client uuid.UUID  `json:"client"`
	Reason event.Text `json:"reason"`
}

// LiftClientFlag takes the mark away.
type LiftClientFlag struct {
	Client uuid.UUID `json:"client"`
}

// SuspendClient keeps an active client from starting anything new.
type SuspendClient struct {
	Client uuid.UUID            `json:"client"`
	Reason event.SanctionReason `json:"reason"`
}

// ReinstateClient ends a suspension.
type ReinstateClient struct {
	Client uuid.UUID `json:"client"`
}

// BarClient excludes a client for good.
type BarClient struct {
	Client uuid.UUID            `json:"client"`
	Reason event.SanctionReason `json:"reason"`
}

func (c RegisterClient) stream() string      { return event.ClientStream(c.Client) }
func (c VerifyPaymentMethod) stream() string { return event.ClientStream(c.Client) }
func (c LosePaymentMethod) stream() string   { return event.ClientStream(c.Client) }
func (c RecordComplaint) stream() string     { return event.ClientStream(c.Client) }
func (c ContactClient) stream() string       { return event.ClientStream(c.Client) }
func (c FlagClient) stream() string          { return event.ClientStream(c.Client) }
func (c LiftClientFlag) stream() string      { return event.ClientStream(c.Client) }
func (c SuspendClient) stream() string       { return event.ClientStream(c.Client) }
func (c ReinstateClient) stream() string     { return event.ClientStream(c.Client) }
func (c BarClient) stream() string           { return event.ClientStream(c.Client) }

func (c RegisterClient) validate() error      { return validate(c).id("client", c.Client).err() }
func (c VerifyPaymentMethod) validate() error { return validate(c).id("client", c.Client).err() }
func (c LosePaymentMethod) validate() error   { return validate(c).id("client", c.Client).err() }
func (c LiftClientFlag) validate() error      { return validate(c).id("client", c.Client).err() }
func (c ReinstateClient) validate() error     { return validate(c).id("client", c.Client).err() }

func (c RecordComplaint) validate() error {
	return validate(c).id("client", c.Client).id("freelancer", c.Freelancer).filled("reason", string(c.Reason)).err()
}

func (c ContactClient) validate() error {
	return validate(c).id("client", c.Client).filled("reason", string(c.Reason)).err()
}

func (c FlagClient) validate() error {
	return validate(c).id("client", c.Client).filled("reason", string(c.Reason)).err()
}

func (c SuspendClient) validate() error { return validateSanction(c, "client", c.Client, c.Reason) }
func (c BarClient) validate() error     { return validateSanction(c, "client", c.Client, c.Reason) }

func validateSanction(c Command, kind string, account uuid.UUID, reason event.SanctionReason) error {
	return oneOf(validate(c).id(kind, account), "reason", reason,
		event.SanctionTOS, event.SanctionConduct, event.SanctionPayment, event.SanctionFraud).err()
}

func (c RegisterClient) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*clientAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	d.actor = event.ActorClient
	return []event.Event{&event.ClientRegistered{}}, nil
}

func (c VerifyPaymentMethod) decide(d *decision) ([]event.Event, error) {
	return move(d, func(a *clientAggregate) bool { return !a.paymentVerified },
		"the payment method is verified already", &event.PaymentMethodVerified{})
}

func (c LosePaymentMethod) decide(d *decision) ([]event.Event, error) {
	return move(d, func(a *clientAggregate) bool { return a.paymentVerified },
		"no payment method is verified", &event.PaymentMethodLost{})
}

func (c RecordComplaint) decide(d *decision) ([]event.Event, error) {
	client, err := existing[*clientAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	if _, err := d.freelancer(c.Freelancer); err != nil {
		return nil, err
	}
	if c.Contract != uuid.Nil {
		if _, err := existing[*contractAggregate](d, event.ContractStream(c.Contract)); err != nil {
			return nil, err
		}
	}
	if err := d.inOrder(client); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.ClientComplaintRecorded{Freelancer: c.Freelancer, Contract: c.Contract, Reason: c.Reason}}, nil
}

func (c ContactClient) decide(d *decision) ([]event.Event, error) {
	basis := event.ContactOther
	if string(c.Reason) == string(event.ContactConsistentlyNegative) {
		basis = event.ContactConsistentlyNegative
	}
	return move(d, func(*clientAggregate) bool { return true }, "", &event.ClientContacted{Basis: basis, Reason: c.Reason})
}

func (c FlagClient) decide(d *decision) ([]event.Event, error) {
	basis := event.FlagOther
	if string(c.Reason) == string(event.FlagPoorCollaboration) {
		basis = event.FlagPoorCollaboration
	}
	return move(d, func(a *clientAggregate) bool { return !a.flagged },
		"the client is flagged already; lift the flag to change its reason", &event.ClientFlagged{Basis: basis, Reason: c.Reason})
}

func (c LiftClientFlag) decide(d *decision) ([]event.Event, error) {
	return move(d, func(a *clientAggregate) bool { return a.flagged },
		"the client is not flagged", &event.ClientFlagLifted{})
}

func (c SuspendClient) decide(d *decision) ([]event.Event, error) {
	return move(d, func(a *clientAggregate) bool { return a.state == clientActive },
		"only an active client can be suspended", &event.ClientSuspended{Reason: c.Reason})
}

func (c ReinstateClient) decide(d *decision) ([]event.Event, error) {
	return move(d, func(a *clientAggregate) bool { return a.state == clientSuspended },
		"only a suspended client can be reinstated", &event.ClientReinstated{})
}

func (c BarClient) decide(d *decision) ([]event.Event, error) {
	return move(d, func(a *clientAggregate) bool { return a.state != clientBarred },
		"the client is barred already", &event.ClientBarred{Reason: c.Reason})
}
