package aggregate_test

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// A decision needs a way to read aggregates, the terms, the moment and the
// command; what it comes to is events, which the caller writes and folds.
func ExampleDecide() {
	client := uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	freelancer := uuid.MustParse("f0000000-0000-4000-8000-000000000001")
	invite := uuid.MustParse("20000000-0000-4000-8000-000000000001")
	job := uuid.MustParse("10000000-0000-4000-8000-000000000001")

	states := map[string]aggregate.State{}
	read := func(stream string) (aggregate.State, error) {
		if s := states[stream]; s != nil {
			return s, nil
		}
		return aggregate.NewState(stream)
	}

	at := event.MustParseTime("2016-01-04T09:00:00Z")
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.SendInvite{Invite: invite, Job: job, Client: client, Freelancer: freelancer},
		aggregate.AcceptInvite{Invite: invite, CoverLetter: "Dear Ms. Ana"},
	} {
		d, err := aggregate.Decide(read, aggregate.DefaultTerms(), at, c)
		if err != nil {
			fmt.Println(err)
			return
		}
		state, err := read(aggregate.Stream(c))
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, e := range d.Events {
			if err := state.Evolve(at, e); err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(d.Actor, "→", e.EventType())
		}
		states[aggregate.Stream(c)] = state
	}
	// Output:
	// client → ClientRegistered
	// freelancer → FreelancerRegistered
	// client → InviteSent
	// freelancer → InviteAccepted
	// freelancer → ContactExchanged
}

// A rejection is an error with a stable code: switch on it with errors.Is, or
// look at all of it with errors.As.
func ExampleRejection() {
	contract := uuid.MustParse("30000000-0000-4000-8000-000000000001")
	_, err := aggregate.Decide(aggregate.NewState, aggregate.DefaultTerms(), event.MustParseTime("2016-01-04T09:00:00Z"),
		aggregate.PayBonus{Contract: contract, Amount: 5000})

	fmt.Println(errors.Is(err, aggregate.NotFound))
	var r *aggregate.Rejection
	if errors.As(err, &r) {
		fmt.Println(r.Command, r.Code)
	}
	// Output:
	// true
	// PayBonus not_found
}
