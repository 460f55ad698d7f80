package event_test

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// An event becomes bytes for a store, and the stored record the event again.
func Example() {
	reg := event.Marketplace()
	command := uuid.MustParse("8c1f5a52-58a4-4d0f-9a3e-0f5a6c1b2d01")
	milestone := uuid.MustParse("8c1f5a52-58a4-4d0f-9a3e-0f5a6c1b2d02")
	contract := uuid.MustParse("8c1f5a52-58a4-4d0f-9a3e-0f5a6c1b2d03")

	proposed, err := reg.Encode(event.ID(command, 0), event.Meta{
		OccurredAt: event.MustParseTime("2016-01-21T08:00:00Z"), Actor: event.ActorClient,
		CommandID: command, CorrelationID: command, CausationID: command,
	}, &event.MilestoneReleased{Milestone: milestone, Amount: 500_00, Cause: event.ReleasedByClient})
	if err != nil {
		panic(err)
	}
	fmt.Println(proposed.Type, string(proposed.Data))

	// A store adds the place of the event and gives it back as a record.
	env, err := reg.Decode(&event.Record{Proposed: proposed, Stream: event.ContractStream(contract), Revision: 5, Position: 90})
	if err != nil {
		panic(err)
	}
	switch e := env.Event.(type) {
	case *event.MilestoneReleased:
		fmt.Println(env.OccurredAt, env.Actor, e.Amount, e.Cause)
	}
	// Output:
	// MilestoneReleased {"milestone":"8c1f5a52-58a4-4d0f-9a3e-0f5a6c1b2d02","amount":50000,"cause":"client"}
	// 2016-01-21T08:00:00Z client 50000 client
}

// Only months are calendar months; they end where the month ends.
func ExampleTime_AddMonths() {
	t := event.MustParseTime("2016-08-31T10:00:00Z")
	fmt.Println(t.AddMonths(6))
	fmt.Println(t.AddMonths(9)) // not by way of February
	fmt.Println(t.AddMonths(42))
	// Output:
	// 2017-02-28T10:00:00Z
	// 2017-05-31T10:00:00Z
	// 2020-02-29T10:00:00Z
}
