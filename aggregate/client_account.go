package aggregate

import "github.com/marketcore/marketplace/event"

type clientState uint8

const (
	clientActive clientState = iota
	clientSuspended
	clientBarred
)

// clientAggregate is a client as decisions see one: active, suspended or barred,
// which is final. Whether payment is verified and whether the client is flagged
// are marks beside the state and change in every state (fine print D1, D2).
//
// RegisterClient opens it. The platform moves it by SuspendClient,
// ReinstateClient and BarClient and sets its marks by VerifyPaymentMethod,
// LosePaymentMethod, FlagClient and LiftClientFlag. RecordComplaint and
// ContactClient put something on record. What both kinds of accounts have is in
// account.
//
// Decisions ask it three things. Is the client active? Otherwise all new business
// with the client is rejected ClientSuspended, while what runs goes on (rules 1).
// Were the terms of service accepted? Is payment verified? That decides, at the
// logging of a segment, whether it can be under payment protection (fine print L1).
// A host asks for a client's standing by statistics.ClientProfileOf, not here.
type clientAggregate struct {
	account
	state           clientState
	paymentVerified bool
	flagged         bool
}

// suspended reports whether the client is suspended or barred, which takes new business
// away; all that runs goes on.
func (c *clientAggregate) suspended() bool { return c.state != clientActive }

// Clone implements State.
func (c *clientAggregate) Clone() State {
	copied := *c
	copied.account = c.account.clone()
	return &copied
}

// Evolve implements State. Complaints and contacts are only kept in the stream: no
// decision depends on them.
func (c *clientAggregate) Evolve(at event.Time, e event.Event) error {
	_, opens := e.(*event.ClientRegistered)
	if err := c.begin(at, e, opens); err != nil {
		return err
	}
	switch e.(type) {
	case *event.ClientRegistered, *event.ClientComplaintRecorded, *event.ClientContacted:
		return nil
	case *event.PaymentMethodVerified:
		return turn(&c.paymentVerified, true, e)
	case *event.PaymentMethodLost:
		return turn(&c.paymentVerified, false, e)
	case *event.ClientFlagged:
		return turn(&c.flagged, true, e)
	case *event.ClientFlagLifted:
		return turn(&c.flagged, false, e)
	case *event.ClientSuspended:
		return c.become(clientSuspended, c.state == clientActive, e)
	case *event.ClientReinstated:
		return c.become(clientActive, c.state == clientSuspended, e)
	case *event.ClientBarred:
		return c.become(clientBarred, c.state != clientBarred, e)
	}
	return c.account.evolve(e)
}

func (c *clientAggregate) become(state clientState, allowed bool, e event.Event) error {
	c.state = state
	return ensure(allowed, e, "the client's state does not lead there")
}
