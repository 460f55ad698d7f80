package esdbtest

import (
	"encoding/binary"
	"hash/fnv"
	"time"
)

// Plan chooses faults by a seed. Whether the n-th call of a method is hit, by
// what and where depends on nothing but the seed, the method and n: the same
// calls meet the same faults, however they interleave with others. What still
// varies is which of several concurrent callers makes the n-th call, and how
// much of a connection's traffic was on its way when it was cut.
type Plan struct {
	Seed uint64

	// How many calls of a thousand meet each fault; the sum is at most 1000.
	// Reads and subscriptions are dropped and cut, writes have their reply
	// lost or aborted, are duplicated or see the leader change.
	Refuse, Delay        int
	Drop, Cut, Duplicate int
	LoseReply            int
	AbortReply           int
	DuplicateWrite       int
	ChangeLeader         int

	// MaxDelay bounds the delays, 10 ms if 0. MaxMessages bounds after how
	// many messages a call is dropped or cut, 100 if 0.
	MaxDelay    time.Duration
	MaxMessages int

	// Limit ends the plan after so many faults; 0 is never. Calls by which
	// clients connect do not count.
	Limit int
}

// Plan starts injecting by a plan, beside what is armed.
func (f *Faults) Plan(p Plan) {
	if p.MaxDelay <= 0 {
		p.MaxDelay = 10 * time.Millisecond
	}
	if p.MaxMessages <= 0 {
		p.MaxMessages = 100
	}
	p.MaxDelay = min(p.MaxDelay, maxDelay)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan, f.planned = &p, 0
	f.calls = make(map[string]uint64)
}

// Kinds of calls, by what may happen to them.
type callKind int

const (
	connecting callKind = iota // what a client does to connect
	managing
	reading
	writing
)

// verdict is what happens to one call.
type verdict struct {
	refuse         bool
	delay          time.Duration
	dropAfter      int // -1: not
	cutAfter       int // -1: not
	duplicate      int // messages to send twice
	loseReply      bool
	abortReply     bool
	duplicateWrite bool
	changeLeader   bool
}

// judge decides about a call and counts what it decides, but for what happens
// only in the course of the call.
func (f *Faults) judge(method string, kind callKind) verdict {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := verdict{dropAfter: -1, cutAfter: -1}
	f.judgePlan(&v, method, kind)
	if f.take(refuseCall) {
		v.refuse = true
	}
	if f.take(delayCall) {
		v.delay = max(v.delay, f.delay)
	}
	if kind == reading && len(f.drops) > 0 {
		v.dropAfter, f.drops = f.drops[0], f.drops[1:]
	}
	if kind == reading && len(f.cuts) > 0 {
		v.cutAfter, f.cuts = f.cuts[0], f.cuts[1:]
	}
	if v.refuse {
		f.counts.Refused++
	}
	if v.delay > 0 {
		f.counts.Delayed++
	}
	return v
}

func (f *Faults) judgePlan(v *verdict, method string, kind callKind) {
	p := f.plan
	if p == nil || p.Limit > 0 && f.planned >= p.Limit {
		return
	}
	n := f.calls[method]
	f.calls[method]++
	die, detail := roll(p.Seed, method, n)
	messages := int(detail % uint64(p.MaxMessages))
	choices := []struct {
		rate int
		fits bool
		then func()
	}{
		{p.Refuse, true, func() { v.refuse = true }},
		{p.Delay, true, func() { v.delay = time.Duration(detail % uint64(p.MaxDelay)) }},
		{p.Drop, kind == reading, func() { v.dropAfter = messages }},
		{p.Cut, kind == reading, func() { v.cutAfter = messages }},
		{p.Duplicate, kind == reading, func() { v.duplicate = 1 + messages%8 }},
		{p.LoseReply, kind == writing, func() { v.loseReply = true }},
		{p.AbortReply, kind == writing, func() { v.abortReply = true }},
		{p.DuplicateWrite, kind == writing, func() { v.duplicateWrite = true }},
		{p.ChangeLeader, kind == writing, func() { v.changeLeader = true }},
	}
	for _, c := range choices {
		if die < c.rate {
			if c.fits {
				c.then()
				if kind != connecting {
					f.planned++
				}
			}
			return
		}
		die -= c.rate
	}
}

// roll throws a die of a thousand sides for the n-th call of a method, and
// gives a number to choose details by.
func roll(seed uint64, method string, n uint64) (die int, detail uint64) {
	h := fnv.New64a()
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], seed)
	binary.BigEndian.PutUint64(b[8:], n)
	h.Write([]byte(method))
	h.Write(b[:])
	x := h.Sum64()
	x ^= x >> 33 // FNV's low bits are weak
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return int(x % 1000), x / 1000
}
