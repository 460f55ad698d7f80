package statistics_test

import (
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// TestSearchOfMany: whoever comes first, a search that keeps only the best gives
// the page that all of them sorted have there.
func TestSearchOfMany(t *testing.T) {
	const many = 5000
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	random := rand.New(rand.NewPCG(1, 2))
	all := make([]*projection.FreelancerRecord, many)
	for i := range all {
		var id uuid.UUID
		id[0], id[1] = byte(i>>8), byte(i)
		all[i] = &projection.FreelancerRecord{ID: id, Next: 1, Registered: projection.Moment{At: projectiontest.Noon, Position: 1}}
	}
	sorted := append([]*projection.FreelancerRecord{}, all...)
	random.Shuffle(many, func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, q := range []statistics.SearchQuery{{}, {Offset: 7, Limit: 3}, {Offset: 1999, Limit: 1000}, {Offset: many - 1, Limit: 5}, {Offset: many, Limit: 5}} {
		results, err := statistics.SearchFor(q)(accounts{all: all}, projectiontest.Noon, p)
		require.NoError(t, err)
		limit := q.Limit
		if limit == 0 {
			limit = statistics.DefaultSearchLimit
		}
		var want, got []uuid.UUID
		for _, f := range sorted[q.Offset:min(q.Offset+limit, many)] {
			want = append(want, f.ID)
		}
		for _, f := range results.Results {
			got = append(got, f.Freelancer)
		}
		require.Equal(t, want, got)
		require.EqualValues(t, many, results.Total)
	}
}

// accounts is a view of accounts without a history, in their order.
type accounts struct {
	projection.View
	all []*projection.FreelancerRecord
}

func (v accounts) Freelancers(which func(*projection.FreelancerRecord) bool, _ projection.Parts) iter.Seq2[*projection.FreelancerHistory, error] {
	return func(yield func(*projection.FreelancerHistory, error) bool) {
		for _, r := range v.all {
			if which(r) && !yield(&projection.FreelancerHistory{Account: r}, nil) {
				return
			}
		}
	}
}
