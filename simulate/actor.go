package simulate

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/bits"
	"math/rand/v2"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// actor is somebody with a stream of chance of their own, so that no decision of
// one changes what another draws. Of math/rand/v2 only the stream
// is used, which is specified: what rand.Rand makes of one differs between
// machines of 32 and 64 bits.
type actor struct {
	*world
	*rand.ChaCha8
}

// kinds of actors: each numbers its own.
const (
	kindPlatform uint64 = iota
	kindFreelancer
	kindClient
)

func (w *world) actor(kind, number uint64) actor {
	seed := binary.BigEndian.AppendUint64(nil, w.options.Seed)
	seed = binary.BigEndian.AppendUint64(seed, kind)
	seed = binary.BigEndian.AppendUint64(seed, number)
	return actor{w, rand.NewChaCha8(sha256.Sum256(seed))}
}

// applied is the code of a command that was not rejected.
const applied aggregate.Code = ""

// failed stands for a command that ended the run.
const failed aggregate.Code = "failed"

// do gives a command now and tells what it was rejected as, applied if it was
// not.
func (a *actor) do(c aggregate.Command) aggregate.Code {
	if a.err != nil {
		return failed
	}
	id := a.id()
	err := a.give(Done{ID: id, At: a.now, Cause: id, Correlation: id, Command: c})
	if err == nil {
		return applied
	}
	var rejected *aggregate.Rejection
	if !errors.As(err, &rejected) {
		a.err = err
		return failed
	}
	a.result.Rejected[Rejection{aggregate.CommandName(c), rejected.Code}]++
	return rejected.Code
}

// plan does something after a wait in seconds, unless the market has ended by then.
func (a *actor) plan(wait int64, do func()) {
	if at := a.now.AddSeconds(wait); at <= a.until {
		a.plans.add(at, do)
	}
}

// id draws a version 4 UUID from the actor's own stream of chance, so that a seed
// gives the same ids.
func (a *actor) id() (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], a.Uint64())
	binary.BigEndian.PutUint64(id[8:], a.Uint64())
	id[6] = id[6]&0x0f | 0x40 // version 4
	id[8] = id[8]&0x3f | 0x80 // of RFC 9562
	return id
}

// below is a number from 0 to n-1. Each is as likely, but for one part in 2⁶⁴/n.
func (a *actor) below(n int64) int64 {
	scaled, _ := bits.Mul64(a.Uint64(), uint64(n))
	return int64(scaled)
}

// chance is true with a probability in per mille.
func (a *actor) chance(permille int) bool { return a.below(1000) < int64(permille) }

// rarely is true with a probability in parts per million, times Options.Trouble.
func (a *actor) rarely(ppm int) bool {
	return a.below(1_000_000) < int64(ppm)*int64(a.options.Trouble)
}

// between includes lo and hi.
func (a *actor) between(lo, hi int64) int64 { return lo + a.below(hi-lo+1) }

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// minutes, hours and days are so many seconds, from lo to hi.
func (a *actor) minutes(lo, hi int64) int64 { return a.between(lo*minute, hi*minute) }
func (a *actor) hours(lo, hi int64) int64   { return a.between(lo*hour, hi*hour) }
func (a *actor) days(lo, hi int64) int64    { return a.between(lo*day, hi*day) }

func oneOf[T any](a *actor, of ...T) T { return of[a.below(int64(len(of)))] }

// share is one of several things and how often it comes, beside the others.
type share[T any] struct {
	parts int64
	thing T
}

func weighed[T any](a *actor, shares ...share[T]) T {
	var all int64
	for _, s := range shares {
		all += s.parts
	}
	n := a.below(all)
	for _, s := range shares {
		if n -= s.parts; n < 0 {
			return s.thing
		}
	}
	return shares[0].thing // not reached
}

// dollars are amounts of money, in steps of five.
func (a *actor) dollars(lo, hi int64) event.Money {
	return event.Money(a.between(lo/5, hi/5) * 500)
}
