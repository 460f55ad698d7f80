package esdbtest

import (
	"errors"
	"time"
)

// Timing is how long a cluster takes to notice, to elect and to die. What is 0
// is what EventStoreDB 24.2.0 took, three nodes on one machine, as its comment
// says.
type Timing struct {
	// Factor multiplies all of them; 0 is 1. With 0.05 a leader that hangs has
	// a successor after a third of a second.
	Factor float64

	Noticed     time.Duration // how long a leader that hangs is still named: 4.2 s
	HangElected time.Duration // from its hanging until another one is named, at the least: 5.3 s
	HangSpread  time.Duration // and what may be added to it: 1.7 s
	KillElected time.Duration // from its being killed until another one is named: 2 s
	Resigned    time.Duration // from its resigning until another one is named, at the least: 1.3 s
	ResignSpan  time.Duration // and what may be added to it: 0.4 s
	Ready       time.Duration // from being named until it takes calls: 0.6 s
	TwoLeaders  time.Duration // how long a leader that wakes too late is named beside its successor, at the least: 0.2 s
	TwoSpan     time.Duration // and what may be added to it: 0.3 s
	Dying       time.Duration // how long a node that ends lets its calls wait: 5 s
	Forwarding  time.Duration // until a follower gives up an append that it has passed on: 5.1 s
	Lag         time.Duration // how far a follower's reads may be behind: 7 ms
}

var defaultTiming = Timing{
	Factor:      1,
	Noticed:     4200 * time.Millisecond,
	HangElected: 5300 * time.Millisecond,
	HangSpread:  1700 * time.Millisecond,
	KillElected: 2 * time.Second,
	Resigned:    1300 * time.Millisecond,
	ResignSpan:  400 * time.Millisecond,
	Ready:       600 * time.Millisecond,
	TwoLeaders:  200 * time.Millisecond,
	TwoSpan:     300 * time.Millisecond,
	Dying:       5 * time.Second,
	Forwarding:  5100 * time.Millisecond,
	Lag:         7 * time.Millisecond,
}

func (t *Timing) durations() []*time.Duration {
	return []*time.Duration{&t.Noticed, &t.HangElected, &t.HangSpread, &t.KillElected, &t.Resigned, &t.ResignSpan,
		&t.Ready, &t.TwoLeaders, &t.TwoSpan, &t.Dying, &t.Forwarding, &t.Lag}
}

// settled is the timing with its defaults and its factor in it.
func (t Timing) settled() Timing {
	if t.Factor == 0 {
		t.Factor = 1
	}
	usual := defaultTiming.durations()
	for i, d := range t.durations() {
		if *d == 0 {
			*d = *usual[i]
		}
		*d = time.Duration(float64(*d) * t.Factor)
	}
	t.Factor = 1
	return t
}

// maxFactor keeps a time from overflowing.
const maxFactor = 1000

func (t Timing) validate() error {
	if !(t.Factor >= 0 && t.Factor <= maxFactor) {
		return errors.New("the factor of the timing is not between 0 and 1000")
	}
	for _, d := range t.durations() {
		if *d < 0 || *d > time.Hour {
			return errors.New("a time of the timing is not between 0 and an hour")
		}
	}
	return nil
}
