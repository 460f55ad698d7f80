package web

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// TestSteps: an axis has one to four steps, each of 1, 2 or 5 times a power of ten, and
// ends at the highest value or above it, whatever that is.
func TestSteps(t *testing.T) {
	for _, c := range []struct{ most, unit, step, steps int64 }{
		{1, 1, 1, 1}, {2, 1, 1, 2}, {4, 1, 1, 4}, {5, 1, 2, 3}, {9, 1, 5, 2}, {20, 1, 5, 4}, {21, 1, 10, 3},
		{100, 1, 50, 2}, {1_962_819, 1, 500_000, 4}, {102, 6, 30, 4}, {1, 6, 6, 1}, {10_000, 100, 5_000, 2},
	} {
		step, steps := steppingTo(c.most, c.unit)
		require.Equal(t, []int64{c.step, c.steps}, []int64{step, steps}, "%d of %d", c.most, c.unit)
	}
	for _, most := range []int64{math.MaxInt64, math.MaxInt64 - 1, math.MaxInt64 / 2, math.MaxInt64 / 50, 1 << 60} {
		for _, unit := range []int64{1, 6, 100} {
			step, steps := steppingTo(most, unit)
			require.Positive(t, step)
			require.LessOrEqual(t, steps, int64(maxSteps))
			require.LessOrEqual(t, step, math.MaxInt64/steps, "%d of %d: %d steps of %d", most, unit, steps, step)
			require.GreaterOrEqual(t, step*steps, most)
		}
	}
}

// TestScores: assessments are on an axis of percent, each with its day; one without a
// score leaves a gap.
func TestScores(t *testing.T) {
	ninety := int64(90)
	day := event.Time(1_500_000_000)
	p := scores([]statistics.Assessment{{At: day, Displayed: &ninety}, {At: day.AddDays(7)}, {At: day.AddDays(14), Displayed: &ninety}})
	require.Equal(t, []string{"100 %", "50 %", "0 %"}, p.Axis)
	require.Equal(t, []string{"2017-07-14", "2017-07-21", "2017-07-28"}, p.Ends)
	svg := string(p.SVG)
	require.Contains(t, svg, "<title>2017-07-14: 90 %</title>")
	require.Contains(t, svg, "<title>2017-07-21: –</title>")
	require.Equal(t, 2, strings.Count(svg, "<polyline"))
	require.NotContains(t, svg, "so far")
	require.Empty(t, scores([]statistics.Assessment{{At: day}}).SVG)
}
