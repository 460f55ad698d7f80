package projection

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKeptWords: what is kept of an event has a word, one of its own, and what has a
// word is kept of an event.
func TestKeptWords(t *testing.T) {
	for _, c := range []struct {
		a             action
		events, words []string
	}{
		{inviteClosed, outcomeEvents, InviteOutcome(0).Words()}, {moneyMoved, paymentEvents, PaymentKind(0).Words()},
		{proposalMoved, stepEvents, StepKind(0).Words()}, {clientMarked, markEvents, MarkKind(0).Words()},
		{freelancerMarked, freelancerMarkEvents, FreelancerMarkKind(0).Words()}, {connectsMoved, connectsEvents, ConnectsKind(0).Words()},
	} {
		a, events, words, seen := c.a, c.events, c.words, map[string]bool{}
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
