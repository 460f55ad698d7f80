package process

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// complaints folds as many about one client, of as many freelancers.
func complaints(t testing.TB, n int, each func(*conduct)) {
	a := newAgenda(Options{}.withDefaults())
	client := uuid.New()
	at := event.MustParseTime("2024-01-01T00:00:00Z")
	for i := range n {
		env := event.Envelope{Stream: event.ClientStream(client), Position: event.Position(i + 1), ID: uuid.New()}
		env.OccurredAt, env.Event = at.AddSeconds(int64(i)), &event.ClientComplaintRecorded{Freelancer: uuid.New()}
		if err := a.fold(&env, nil); err != nil {
			t.Fatal(err)
		}
		each(a.clients[client])
	}
	require.Len(t, a.tasks, 1, "a contact is due")
}

// A fact in the order of time is folded once: no other is folded with it anew.
func TestFactsAreFoldedOnce(t *testing.T) {
	var first *statistics.Conduct
	complaints(t, 1000, func(c *conduct) {
		if first == nil {
			first = c.fold
		}
		require.Same(t, first, c.fold)
	})
}

func BenchmarkComplaints(b *testing.B) {
	for _, n := range []int{10_000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				complaints(b, n, func(*conduct) {})
			}
		})
	}
}
