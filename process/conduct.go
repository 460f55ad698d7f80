package process

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// foldConduct: a consistently negative client is contacted, then suspended
// (rules 7). A signal counts when it was given, also feedback that is not yet
// published.
func (a *agenda) foldConduct(env *event.Envelope, opening openingOf) error {
	signal := statistics.NegativeSignal{Moment: projection.Moment{At: env.OccurredAt, Position: env.Position}}
	switch e := env.Event.(type) {
	case *event.ClientComplaintRecorded:
		signal.Freelancer = e.Freelancer
		a.signalled(env, accountOf(env), signal)
		return nil
	case *event.FeedbackSubmitted, *event.DisputeResolved:
		if !a.policy.IsNegative(e) {
			return nil
		}
		first, err := opening(env.Stream)
		if err != nil {
			return err
		}
		started, ok := first.(*event.ContractStarted)
		if !ok {
			return fmt.Errorf("process: stream %s opens with %s, so what happened at position %d cannot be understood", env.Stream, first.EventType(), env.Position)
		}
		signal.Freelancer = started.Freelancer
		a.signalled(env, started.Client, signal)
		return nil
	case *event.ClientContacted:
		if e.Basis == event.ContactConsistentlyNegative {
			c := a.conduct(accountOf(env))
			c.Contacts = append(c.Contacts, signal.Moment)
			a.settleConduct(env.Stream)
		}
	case *event.ClientSuspended:
		a.marked(env, projection.MarkSuspended, e.Reason)
	case *event.ClientReinstated:
		a.marked(env, projection.MarkReinstated, "")
		a.release(env.Stream)
	case *event.ClientBarred:
		a.marked(env, projection.MarkBarred, e.Reason)
		a.release(env.Stream)
	}
	return nil
}

// accountOf is the id in an account's stream.
func accountOf(env *event.Envelope) uuid.UUID {
	_, id, _, _ := event.ParseStream(env.Stream)
	return id
}

func (a *agenda) conduct(client uuid.UUID) *statistics.ClientConduct {
	c := a.clients[client]
	if c == nil {
		c = &statistics.ClientConduct{}
		a.clients[client] = c
	}
	return c
}

// signalled asks at every signal whether it was the one too many.
func (a *agenda) signalled(env *event.Envelope, client uuid.UUID, s statistics.NegativeSignal) {
	c := a.conduct(client)
	newest := s.At
	for _, other := range c.Signals {
		newest = max(newest, other.At)
	}
	c.Signals = a.policy.Recent(append(c.Signals, s), newest)
	kind, due := stepKind(a.policy.Standing(c, newest).Next)
	stream := event.ClientStream(client)
	if !due || a.find(kind, stream, "") != nil {
		return
	}
	a.add(task{
		Kind: kind, Stream: stream, Due: env.OccurredAt,
		Position: env.Position, Cause: env.ID, Correlation: env.CorrelationID,
	})
}

func stepKind(s statistics.StandingStep) (Kind, bool) {
	switch s {
	case statistics.StepContact:
		return ContactClient, true
	case statistics.StepSuspend:
		return SuspendClient, true
	}
	return "", false
}

// stillDue reports whether the client's standing calls for the step at the
// moment too: windows move on while a host is down.
func (a *agenda) stillDue(t *task, now event.Time) bool {
	_, client, _, _ := event.ParseStream(t.Stream)
	kind, due := stepKind(a.policy.Standing(a.conduct(client), now).Next)
	return due && kind == t.Kind
}

func (a *agenda) marked(env *event.Envelope, kind projection.MarkKind, reason event.SanctionReason) {
	c := a.conduct(accountOf(env))
	c.Marks = append(c.Marks, projection.ClientMark{
		Moment: projection.Moment{At: env.OccurredAt, Position: env.Position}, Kind: kind, Reason: string(reason),
	})
	a.settleConduct(env.Stream)
}

// barred reports whether the client may never start a contract again.
func (a *agenda) barred(client uuid.UUID) bool {
	c := a.clients[client]
	return c != nil && slices.ContainsFunc(c.Marks, func(m projection.ClientMark) bool { return m.Kind == projection.MarkBarred })
}

// settleConduct closes what a contact or a sanction has made needless.
func (a *agenda) settleConduct(stream string) {
	a.close(ContactClient, stream, "")
	a.close(SuspendClient, stream, "")
}
