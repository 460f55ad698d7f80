package simulate_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/simulate"
)

// TestFull is the market of docs/simulate.md: two years of 5,000 freelancers and
// 2,000 clients, in files, the same on two runs, with every law held.
func TestFull(t *testing.T) {
	if os.Getenv("MARKETPLACE_SIMULATE_FULL") == "" {
		t.Skip("it takes minutes, 5 GB of memory and 4 GB of disk: MARKETPLACE_SIMULATE_FULL=1 go test ./simulate -run Full -timeout 60m -v")
	}
	o := simulate.Options{Seed: 1, Freelancers: 5000, Clients: 2000, From: from, Until: from.AddDate(2, 0, 0)}
	timed := func(what string, do func()) {
		began := time.Now()
		do()
		t.Logf("%s: %v", what, time.Since(began).Round(time.Second))
	}
	var first, second *lived
	timed("simulated", func() { first = live(t, o, inFile(t)) })
	r := first.result
	t.Logf("%d commands, %d events, %d tasks to come, the first at %v", r.Commands, r.Head, r.Open, r.NextDue)
	t.Logf("tasks: %v", r.Followed)
	t.Logf("rejected: %v", r.Rejected)
	requireFigures(t, first)
	timed("escrow", func() { requireEscrow(t, events(t, first.log)) })
	timed("deadlines", func() { requireDeadlines(t, first, events(t, first.log)) })
	timed("replayed", func() { requireReplay(t, first) })
	first.done = nil

	o.Done = func(simulate.Done) error { return nil } // they are not kept
	timed("simulated again", func() { second = live(t, o, inFile(t)) })
	require.Equal(t, first.result, second.result)
	timed("archived and compared", func() { requireSameArchive(t, first, second) })
}
