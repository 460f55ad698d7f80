// Package simulate lives the life of an invented marketplace: clients and
// freelancers with characters, for months or years, in any number. Demos, load
// tests and documentation have data from it that could be somebody's.
//
// It is a user of the library like any other. Every step of everybody is a
// command through Marketplace.Do, decided by the rules; deadlines and process
// managers are those of package process on a clock that the simulation moves. So
// a simulated log holds nothing that a real one could not.
//
//	clock := process.NewManualClock(from)
//	log := memory.Options{Now: clock.Now}.New()
//	result, err := simulate.Run(ctx, log, simulate.Options{Seed: 7, Freelancers: 40, Clients: 15, From: from, Until: until, Clock: clock})
//
// # The same again
//
// A seed decides everything. What somebody does, and when, comes from a stream
// of chance of their own (ChaCha8, seeded by the seed and their number), ids come
// from it too, and one thing happens after the other: the clock goes to the next
// moment at which somebody planned something or something is due, whichever is
// first. Nothing depends on goroutines, on the order of a map or on the real
// time. A store whose clock is the simulation's gets the same log byte for byte,
// recorded_at included, on every run and every machine. Archives of it by one
// program are the same files; programs for different processors may compress
// differently.
//
// # The figures
//
// What is set are causes (who answers how fast, who disputes), and two figures
// follow public statements about the model marketplace: about half of all hires
// come from invites (2007), and less than 0.5 % of ended contracts are disputed
// (2016). Everything else is ours and only plausible. Result.Market tells what
// they came to.
package simulate
