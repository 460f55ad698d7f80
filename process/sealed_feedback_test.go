package process_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/statistics"
)

// From when a freelancer's feedback is a signal about the client (rules 7, fine print O6):
// from its publication, or from its submission where a host's policy counts sealed
// feedback.
func TestSealedFeedbackStanding(t *testing.T) {
	of := func(name string) []step {
		c := hourly.command.(aggregate.StartContract)
		c.Freelancer = named(name)
		return []step{on("2024-01-05T10:00:00Z", c), ended} // feedback closes on 16 February
	}
	left := func(when string, stars int) step { return on(when, feedback(event.SideFreelancer, stars)) }
	two := []step{complaint("2024-02-02T10:00:00Z", "ann"), complaint("2024-02-03T10:00:00Z", "ben")}
	const submission, closes = "2024-02-04T10:00:00Z", "2024-02-16T00:00:00Z"
	revised := feedback(event.SideFreelancer, 5)
	for name, row := range map[string]struct {
		given          []step
		early          string // a moment before the publication
		ignored, count [2][]string
	}{
		"O6 few stars as the third signal": {given(of("cem"), given(two, left(submission, 2))...), submission,
			[2][]string{nil, {"ClientContacted"}}, [2][]string{{"ClientContacted"}, nil}},
		"O6 three stars": {given(of("cem"), given(two, left(submission, 3))...), submission,
			[2][]string{}, [2][]string{}},
		"O6 the client's own are no signal": {given(of("cem"), given(two, on(submission, feedback(event.SideClient, 1)))...), submission,
			[2][]string{}, [2][]string{}},
		"O6 submitted before the contact, published after it": {
			given(of("cem"), left("2024-02-01T16:00:00Z", 2), two[0], two[1], complaint("2024-02-03T10:00:00Z", "dan"),
				on("2024-02-03T11:00:00Z", aggregate.ContactClient{Client: named("carl"), Reason: event.Text(event.ContactConsistentlyNegative)}),
				complaint("2024-02-05T10:00:00Z", "ann")), "2024-02-05T10:00:00Z",
			[2][]string{nil, {"ClientFlagged", "ClientSuspended"}}, [2][]string{}},
		"O6 revised, it is none any more": {
			given(of("cem"), left("2024-02-01T16:00:00Z", 2), on("2024-02-01T16:00:00Z", feedback(event.SideClient, 5)),
				on("2024-02-01T17:00:00Z", aggregate.EnableFeedbackChange{Contract: named("hourly"), By: event.SideClient}),
				on("2024-02-01T18:00:00Z", aggregate.ReviseFeedback{Contract: named("hourly"), By: event.SideFreelancer, Scores: revised.Scores}),
				two[0], two[1]), submission,
			[2][]string{}, [2][]string{}},
	} {
		for sealed, then := range map[statistics.SealedFeedback][2][]string{"": row.ignored, statistics.SealedIgnored: row.ignored, statistics.SealedCounts: row.count} {
			t.Run(name+" "+string(sealed), func(t *testing.T) {
				h := negative(t)
				h.do("2024-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: named("dan")})
				checkpoint := &process.MemoryCheckpoint{}
				options := process.Options{Checkpoint: checkpoint, SealedFeedback: sealed}
				h.restart(options)
				h.steps(row.given...)
				require.Equal(t, then[0], steps(h, row.early))
				require.NoError(t, h.p.Save(t.Context()))
				h.restart(options) // what was saved knows what counts
				require.Equal(t, then[1], steps(h, closes))
				h.restart(process.Options{SealedFeedback: sealed})
				require.Empty(t, steps(h, closes))
			})
		}
	}
}

// TestSealedFeedbackOptions: what was saved under another policy is folded anew, and a
// word that is none is refused.
func TestSealedFeedbackOptions(t *testing.T) {
	h := negative(t)
	checkpoint := &process.MemoryCheckpoint{}
	h.restart(process.Options{Checkpoint: checkpoint})
	c := hourly.command.(aggregate.StartContract)
	c.Freelancer = named("cem")
	h.steps(on("2024-01-05T10:00:00Z", c), ended, complaint("2024-02-02T10:00:00Z", "ann"), complaint("2024-02-03T10:00:00Z", "ben"),
		on("2024-02-04T10:00:00Z", feedback(event.SideFreelancer, 2)))
	require.Empty(t, steps(h, "2024-02-04T10:00:00Z"))
	require.NoError(t, h.p.Save(t.Context()))
	h.restart(process.Options{Checkpoint: checkpoint, SealedFeedback: statistics.SealedCounts})
	require.Equal(t, []string{"ClientContacted"}, steps(h, "2024-02-04T10:00:00Z"))

	_, err := h.m.Processes(process.Options{SealedFeedback: "sometimes"})
	require.ErrorContains(t, err, "SealedFeedback")
}
