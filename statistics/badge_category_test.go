package statistics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

// TestPlusContracts: fine print P2, one contract of which enough was paid, where
// categories have thresholds of their own.
func TestPlusContracts(t *testing.T) {
	type contract struct {
		category string
		paid     event.Money
		negative bool
	}
	for _, row := range []struct {
		name       string
		contracts  []contract
		met        bool
		have       any
		need       event.Money
		named      int // of the contracts, if have is not nil
		namedNeeds event.Money
	}{
		{"a higher one is reached", []contract{{"sales", 10_000_00, false}}, true, 10_000_00, 10_000_00, 0, 10_000_00},
		{"it is missed by 0.01", []contract{{"sales", 9_999_99, false}}, false, 9_999_99, 10_000_00, 0, 10_000_00},
		{"a lower one is reached", []contract{{"art", 1_000_00, false}}, true, 1_000_00, 1_000_00, 0, 1_000_00},
		{"it is missed by 0.01", []contract{{"art", 999_99, false}}, false, 999_99, 1_000_00, 0, 1_000_00},
		{"a category without one is as before", []contract{{"web", 5_000_00, false}}, true, 5_000_00, 5_000_00, 0, 5_000_00},
		{"missed by 0.01", []contract{{"web", 4_999_99, false}}, false, 4_999_99, 5_000_00, 0, 5_000_00},
		{"no category", []contract{{"", 5_000_00, false}}, true, 5_000_00, 5_000_00, 0, 5_000_00},
		{"another spelling is another category", []contract{{"Sales", 5_000_00, false}}, true, 5_000_00, 5_000_00, 0, 5_000_00},
		{"the smaller one reaches its own", []contract{{"sales", 9_999_99, false}, {"art", 1_000_00, false}}, true, 9_999_99, 1_000_00, 1, 1_000_00},
		{"none reaches its own, though the greatest has the least", []contract{{"sales", 9_999_99, false}, {"art", 999_99, false}}, false, 9_999_99, 1_000_00, 0, 10_000_00},
		{"of two the greater is named", []contract{{"art", 1_000_00, false}, {"web", 5_000_00, false}}, true, 5_000_00, 1_000_00, 1, 5_000_00},
		{"a negative one has no part in it", []contract{{"art", 1_000_00, true}, {"sales", 9_999_99, false}}, false, 9_999_99, 10_000_00, 1, 10_000_00},
		{"nothing but a negative one", []contract{{"art", 1_000_00, true}}, false, nil, 5_000_00, 0, 0},
		{"nothing", nil, false, nil, 5_000_00, 0, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := projectiontest.Preset(t, statistics.DefaultPolicy)
			p.Badge.PlusContracts = []statistics.CategoryAmount{{Category: "art", Amount: 1_000_00}, {Category: "sales", Amount: 10_000_00}}
			require.NoError(t, p.Validate())
			c := &career{}
			for _, one := range row.contracts {
				overall := 500
				if one.negative {
					overall = 300
				}
				c.jobs = append(c.jobs, job{end: projectiontest.Noon, overall: overall, paid: []pay{{projectiontest.Noon, one.paid}}, category: one.category})
			}
			x := p.ExplainBadges(c.live(t), projectiontest.Noon)
			told := condition(t, *x.Badges.TopRatedPlus, statistics.ConditionLargeContract)
			require.Equal(t, row.met, told.Met)
			requireHave(t, row.have, told)
			require.EqualValues(t, row.need, told.Need)
			if row.have == nil {
				require.Nil(t, x.LargeContract)
				return
			}
			require.Equal(t, projectiontest.Named([]string{"job0", "job1"}[row.named]), x.LargeContract.Contract)
			require.Equal(t, row.contracts[row.named].category, x.LargeContract.Category)
			require.Equal(t, row.contracts[row.named].paid, x.LargeContract.Paid)
			require.Equal(t, row.namedNeeds, x.LargeContract.Need)
			require.Equal(t, row.met, x.LargeContract.Met)
		})
	}
}
