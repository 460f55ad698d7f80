package aggregate

import (
	"math"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// contractWith is a contract with so many milestones of one amount.
func contractWith(t testing.TB, n int, amount event.Money) (*contractAggregate, []uuid.UUID) {
	c, ids := &contractAggregate{}, make([]uuid.UUID, n)
	require.NoError(t, c.Evolve(t0, &event.ContractStarted{Client: client, Freelancer: freelancer, Kind: event.KindFixed}))
	for i := range ids {
		ids[i] = uuid.New()
		require.NoError(t, c.Evolve(t0, &event.MilestoneAdded{Milestone: ids[i], Amount: amount}))
	}
	return c, ids
}

// TestManyMilestones: an index finds what a search does, and a copy has its own.
func TestManyMilestones(t *testing.T) {
	for _, n := range []int{few, few + 1, 3 * few} {
		c, ids := contractWith(t, n, 100)
		copied := c.Clone().(*contractAggregate)
		for _, id := range ids {
			require.Same(t, c.escrow.milestone(id), c.escrow.milestone(id))
			require.NotSame(t, c.escrow.milestone(id), copied.escrow.milestone(id))
			require.NoError(t, c.Evolve(t0, &event.MilestoneFunded{Milestone: id, Amount: 100}))
			require.Zero(t, copied.escrow.milestone(id).held)
			require.Error(t, c.Clone().Evolve(t0, &event.MilestoneAdded{Milestone: id, Amount: 1}), "it is there")
		}
		require.NoError(t, copied.Evolve(t0, &event.MilestoneAdded{Milestone: funded, Amount: 1}))
		require.NotNil(t, copied.escrow.milestone(funded))
		require.Nil(t, c.escrow.milestone(funded))
		require.Len(t, c.escrow.refunds(event.RefundEndedByFreelancer), n)
	}
}

// TestAgreedAmounts: what is agreed counts once for each milestone, up to 64 bits.
func TestAgreedAmounts(t *testing.T) {
	c, _ := contractWith(t, 3*few, 100)
	require.True(t, c.fits(math.MaxInt64-3*few*100))
	require.False(t, c.fits(math.MaxInt64-3*few*100+1))
}

// BenchmarkMilestone is one more milestone of a contract that has many.
func BenchmarkMilestone(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		c, _ := contractWith(b, n, 100)
		w := world{event.ContractStream(contract): c}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				_, err := Decide(w.read, DefaultTerms(), t0, AddMilestone{Contract: contract, Milestone: uuid.New(), Amount: 100})
				require.NoError(b, err)
			}
		})
	}
}
