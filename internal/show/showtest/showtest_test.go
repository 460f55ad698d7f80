package showtest_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/internal/show/showtest"
	"github.com/marketcore/marketplace/statistics"
)

// TestPolicyDiffers: a number that a policy gains is to differ here too, so that
// a caption which says the default's is found.
func TestPolicyDiffers(t *testing.T) {
	standard := map[string]int64{}
	showtest.Numbers(reflect.ValueOf(projectiontest.Preset(t, statistics.DefaultPolicy)), func(name string, n int64) { standard[name] = n })
	require.NotEmpty(t, standard)
	showtest.Numbers(reflect.ValueOf(showtest.Policy(t)), func(name string, n int64) {
		require.Contains(t, standard, name)
		require.NotEqual(t, standard[name], n, name)
	})
}

func TestForeign(t *testing.T) {
	p := showtest.Policy(t)
	for _, text := range []string{
		"in 12 months", "0 under 24 h, 0", "Proposals of 90 days", "within 3 days", "within 24 hours", "1,200 days",
		"in the last year, 3", "nor one of the last day that", "ran for three months", "no circumvention in", "Job Success of 90 % or more",
	} {
		require.Len(t, showtest.Foreign(p, text), 1, text)
	}
	require.Empty(t, showtest.Foreign(p, "in 103 days, 17 hours or 264 h; answered after 2 d 3 h, 24.0 hours were paid, 12 h 03 min"))
}
