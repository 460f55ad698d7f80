// Package bench does one small piece of work in several event-sourcing
// libraries, so that their costs can be compared: contracts are started, the
// client pays bonuses, and what was paid is asked for. README.md says what each
// library does for a row of the table, and run.sh makes the table.
package bench

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// library is one way to do the work.
type library struct {
	name string
	open func() ledger
}

// libraries are all of them, in the order of the table's columns. Where a
// library's own log in memory keeps Go values, its name with +json is the same
// library over a log that keeps what its JSON codec makes.
func libraries() []library {
	return []library{
		{"marketplace", newMarketplace},
		{"bare-loop", newBareLoop},
		{"hallgren", newHallgren},
		{"eventhorizon", newEventHorizon},
		{"eventhorizon+json", newEventHorizonJSON},
		{"goes", newGoes},
		{"goes+json", newGoesJSON},
	}
}

// ledger is a log of contracts, kept in memory by one library.
type ledger interface {
	// start appends a contract's first event.
	start(ctx context.Context, contract uuid.UUID, f Fact) error
	// pay appends one bonus to the contract that was started last.
	pay(ctx context.Context, f Fact, amount int64) error
	// fill does the same for n contracts of so many events each, in bulk.
	fill(ctx context.Context, n, events int) error
	// load folds a contract's events into its aggregate.
	load(ctx context.Context, contract uuid.UUID) (contract, error)
	// fold folds all events into one number: what was paid in bonuses.
	fold(ctx context.Context) (int64, error)
}

// contract is a loaded aggregate.
type contract interface {
	// hasPaid reports whether the bonuses paid come to the amount.
	hasPaid(amount int64) bool
}

// Fact says when and why an event happened: what this library keeps as an
// event's metadata, and what the others keep as part of the event, since that
// is the cheapest place that each of them has.
type Fact struct {
	OccurredAt    time.Time `json:"occurredAt"`
	SchemaVersion string    `json:"schemaVersion"`
	Actor         string    `json:"actor"`
	CommandID     uuid.UUID `json:"commandId"`
	CorrelationID uuid.UUID `json:"$correlationId"`
	CausationID   uuid.UUID `json:"$causationId"`
}

// ContractStarted is the first event of a contract as the other libraries keep
// it. Some of them take the names of such types for the names of events.
type ContractStarted struct {
	Job        uuid.UUID `json:"job"`
	Client     uuid.UUID `json:"client"`
	Freelancer uuid.UUID `json:"freelancer"`
	Kind       string    `json:"kind"`
	Via        string    `json:"via"`
	Fact
}

// BonusPaid says that the client paid something on top.
type BonusPaid struct {
	Amount int64 `json:"amount"`
	Fact
}

// The names of the contract's aggregate and its events where they are strings.
const (
	contractType    = "Contract"
	contractStarted = "ContractStarted"
	bonusPaid       = "BonusPaid"
)

// The ids of the workload: the same in every run and for every library.
var (
	client     = id('c', 0)
	freelancer = id('f', 0)
	job        = id('j', 0)
	firstDay   = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
)

func contractID(n int) uuid.UUID { return id('k', n) }

// id makes the nth id of a kind.
func id(kind byte, n int) uuid.UUID {
	var name [9]byte
	name[0] = kind
	binary.BigEndian.PutUint64(name[1:], uint64(n))
	return uuid.NewSHA1(uuid.NameSpaceOID, name[:])
}

// facts holds as many as a contract has events; all contracts use the same.
func facts(n int) []Fact {
	all := make([]Fact, n)
	for i := range all {
		command := id('d', i)
		all[i] = Fact{
			OccurredAt: firstDay.Add(time.Duration(i) * time.Hour), SchemaVersion: "1", Actor: "client",
			CommandID: command, CorrelationID: id('r', i), CausationID: command,
		}
	}
	return all
}

// amountOf is the bonus of a contract's nth event, in minor units.
func amountOf(n int) int64 { return int64(1000 + n*37%9001) }

func started(f Fact) *ContractStarted {
	return &ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: "fixed", Via: "direct", Fact: f}
}

// fillOneByOne fills a ledger by its start and pay.
func fillOneByOne(ctx context.Context, l ledger, n, events int) error {
	facts := facts(events)
	for c := range n {
		if err := l.start(ctx, contractID(c), facts[0]); err != nil {
			return err
		}
		for i := 1; i < events; i++ {
			if err := l.pay(ctx, facts[i], amountOf(i)); err != nil {
				return err
			}
		}
	}
	return nil
}
