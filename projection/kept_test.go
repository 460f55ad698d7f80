package projection

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKeptWords: what is kept of an event has a word, one of its own, and what has a
// word is kept of an event.
func TestKeptWords(t *testing.T) {
	for a, words := range map[action][]string{
		inviteClosed: InviteOutcome(0).Words(), moneyMoved: PaymentKind(0).Words(), proposalMoved: StepKind(0).Words(),
		clientMarked: MarkKind(0).Words(), freelancerMarked: FreelancerMarkKind(0).Words(),
	} {
		events, seen := eventsOf(a), map[string]bool{}
		for i, name := range events {
			require.Less(t, i, len(words), "what is kept of %s has no word: give it one beside its constant", name)
			require.NotEmpty(t, words[i], "what is kept of %s has no word: give it one beside its constant", name)
			require.False(t, seen[words[i]], "two are named %s", words[i])
			seen[words[i]] = true
			require.True(t, name != "" || a == inviteClosed && InviteOutcome(i) == InviteOpen, "%s is kept of no event in effects", words[i])
		}
		require.Len(t, words, len(events), "a word is that of no event in effects")
	}
}
