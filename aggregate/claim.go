package aggregate

import (
	"iter"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Claim is what somebody must be to send a command (SendersOf).
type Claim struct {
	By    event.Actor // who sends it: a client, a freelancer, the platform or the timer
	Actor event.Actor // in whose name, mostly its own
	// Account is the account that the command itself names as its sender's; Nil if it
	// names none.
	Account uuid.UUID
	// PartyTo are streams of things that are there and have the account as their party on
	// Actor's side; of things of IfThere the same holds, if they are there.
	PartyTo, IfThere []string
	// Opposite is the account on the other side of them, if the command names it.
	Opposite uuid.UUID
	// Dispute is the dispute of the contract in PartyTo that the account's side opened or,
	// without Opened, that the other one did; Nil of other commands.
	Dispute uuid.UUID
	Opened  bool
}

// Events reads a stream from its beginning, as far as it is asked to. A stream that is
// not there has no events.
type Events func(stream string) iter.Seq2[event.Event, error]

// Met reports whether an account of the kind of By meets the claim. The platform and the
// timer have none and meet theirs. Parties never change, so that what is found here still
// holds when the command is decided. Whoever may not know of a thing does not learn here
// whether it is there: that of others and none are the same. It fails only where read does.
func (c Claim) Met(account uuid.UUID, read Events) (bool, error) {
	if c.By != event.ActorClient && c.By != event.ActorFreelancer {
		return true, nil
	}
	if account == uuid.Nil || c.Account != uuid.Nil && c.Account != account {
		return false, nil
	}
	for _, stream := range slices.Concat(c.PartyTo, c.IfThere) {
		between, err := partiesTo(stream, read)
		if err != nil {
			return false, err
		}
		own, opposite := between.client, between.freelancer
		if c.By == event.ActorFreelancer {
			own, opposite = opposite, own
		}
		switch {
		case !between.there && slices.Contains(c.IfThere, stream):
		case !between.there, own != account, c.Opposite != uuid.Nil && opposite != c.Opposite:
			return false, nil
		}
	}
	if c.Dispute == uuid.Nil {
		return true, nil
	}
	by, err := openedBy(c.PartyTo[0], c.Dispute, read)
	return by != "" && (by == event.Side(c.By)) == c.Opened, err
}

// between are the accounts that a thing is between; a job has a client alone.
type between struct {
	there              bool
	client, freelancer uuid.UUID
}

// partiesTo are those of an invite, job, proposal, interview or contract, which its first
// event tells. A meeting of several freelancers is none of theirs: each would move it for
// all.
func partiesTo(stream string, read Events) (of between, err error) {
	for e, err := range read(stream) {
		if err != nil {
			return of, err
		}
		of.there = true
		switch e := e.(type) {
		case *event.InviteSent:
			of.client, of.freelancer = e.Client, e.Freelancer
		case *event.JobPosted:
			of.client = e.Client
		case *event.ProposalSubmitted:
			of.client, of.freelancer = e.Client, e.Freelancer
		case *event.InterviewScheduled:
			if len(e.Proposals) == 1 {
				return partiesTo(event.ProposalStream(e.Proposals[0]), read)
			}
			of.client = e.Client
		case *event.ContractOffered:
			of.client, of.freelancer = e.Client, e.Freelancer
		case *event.ContractStarted:
			of.client, of.freelancer = e.Client, e.Freelancer
		}
		break
	}
	return of, nil
}

// openedBy is the side that opened a dispute of a contract; empty if there is none.
func openedBy(contract string, dispute uuid.UUID, read Events) (event.Side, error) {
	for e, err := range read(contract) {
		if err != nil {
			return "", err
		}
		if opened, ok := e.(*event.DisputeOpened); ok && opened.Dispute == dispute {
			return opened.By, nil
		}
	}
	return "", nil
}
