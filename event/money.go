package event

// Money is an amount in minor units (cents) of the marketplace's one currency.
type Money int64

// Actor is who caused an event.
type Actor string

// The actors.
const (
	ActorClient     Actor = "client"
	ActorFreelancer Actor = "freelancer"
	ActorPlatform   Actor = "platform"
	ActorTimer      Actor = "timer" // a deadline that passed
)
