package statistics

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Question is something to ask of records, as of a moment and under a policy.
// Whoever has a View answers it: a model in memory, a read model in a database.
// It reads of the view what it needs, one freelancer, one client or everything;
// so questions of a host's own are written as those of this package are.
//
// Ask them with Ask, or with the function of that name in package marketplace.
type Question[T any] func(v projection.View, asOf event.Time, p Policy) (T, error)

// Source has records to ask.
type Source interface {
	// View gives read the records as they are; see Model.View.
	View(ctx context.Context, read func(projection.View) error) error
}

// Ask answers a question. It fails with ErrInvalidPolicy for a policy that makes
// no sense, with the context's cause if it has ended, and as the source and the
// question do: with a *SumError for a number that 64 bits do not hold; one about an
// account with a *NotFoundError if none of that id was registered as of the moment.
// A moment outside the years 0001 to 9999 is taken for the nearest inside.
func Ask[T any](ctx context.Context, s Source, q Question[T], asOf event.Time, p Policy) (answer T, err error) {
	if err := p.Validate(); err != nil {
		return answer, err
	}
	err = s.View(ctx, func(v projection.View) (err error) {
		answer, err = q(v, asOf.Bounded(), p)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return answer, nil
}

// Status is how much of a log an answer rests on.
type Status = projection.Status

// Checked is a question that is asked only if check has nothing against how much of
// the log the view holds, else fails as check does.
func Checked[T any](q Question[T], check func(Status) error) Question[T] {
	return func(v projection.View, asOf event.Time, p Policy) (T, error) {
		s, err := v.Status()
		if err == nil {
			err = check(s)
		}
		if err != nil {
			var none T
			return none, err
		}
		return q(v, asOf, p)
	}
}

func ofFreelancer[T any](id uuid.UUID, wanted projection.Parts, answer func(h projection.FreelancerHistory, asOf event.Time, p Policy) (T, error)) Question[T] {
	return func(v projection.View, asOf event.Time, p Policy) (none T, err error) {
		h, err := v.Freelancer(id, wanted)
		switch {
		case err != nil:
			return none, err
		case !h.RegisteredBy(asOf):
			return none, &NotFoundError{Kind: "freelancer", ID: id, AsOf: asOf}
		}
		return answer(*h, asOf, p)
	}
}

func ofClient[T any](id uuid.UUID, wanted projection.Parts, answer func(h projection.ClientHistory, asOf event.Time, p Policy) (T, error)) Question[T] {
	return func(v projection.View, asOf event.Time, p Policy) (none T, err error) {
		h, err := v.Client(id, wanted)
		switch {
		case err != nil:
			return none, err
		case !h.RegisteredBy(asOf):
			return none, &NotFoundError{Kind: "client", ID: id, AsOf: asOf}
		}
		return answer(*h, asOf, p)
	}
}
