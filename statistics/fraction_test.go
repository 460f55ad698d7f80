package statistics

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

func TestShareRoundsHalfUp(t *testing.T) {
	for _, c := range []struct{ part, whole, scale, want int64 }{
		{0, 7, 10_000, 0},
		{7, 7, 10_000, 10_000},
		{1, 3, 10_000, 3333},
		{2, 3, 10_000, 6667},
		{1, 32, 10_000, 313},               // 312.5
		{1, 33, 10_000, 303},               // 303.03
		{944_996, 1_000_000, 10_000, 9450}, // and yet
		{944_996, 1_000_000, 100, 94},      // percent come from the fraction, not from the basis points
		{945, 1000, 100, 95},
		{1 << 60, 1<<61 - 1, 1_000_000, 500_000},
	} {
		require.Equal(t, c.want, share(c.part, c.whole, c.scale), c)
	}
	require.Nil(t, shareOrNil(0, 0, 100))
	require.Equal(t, int64(0), *shareOrNil(0, 1, 100))
}

func TestShareIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Int64Range(1, 1<<61-1).Draw(t, "whole")
		part := rapid.Int64Range(0, whole).Draw(t, "part")
		scale := rapid.SampledFrom([]int64{100, 10_000, 1_000_000}).Draw(t, "scale")
		twice := new(big.Int).Mul(big.NewInt(2*scale), big.NewInt(part))
		want := twice.Add(twice, big.NewInt(whole)).Div(twice, new(big.Int).Mul(big.NewInt(2), big.NewInt(whole)))
		if got := share(part, whole, scale); got != want.Int64() {
			t.Fatalf("got %d, want %v", got, want)
		}
	})
}

func TestCompareFractionsIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		up, down := rapid.Int64Range(0, math.MaxInt64), rapid.Int64Range(1, math.MaxInt64)
		a, b, c, d := up.Draw(t, "a"), down.Draw(t, "b"), up.Draw(t, "c"), down.Draw(t, "d")
		if want, got := big.NewRat(a, b).Cmp(big.NewRat(c, d)), compareFractions(a, b, c, d); got != want {
			t.Fatalf("got %d, want %d", got, want)
		}
		if compareFractions(a, b, a, b) != 0 {
			t.Fatal("a fraction differs from itself")
		}
	})
}

// TestWindowStart: the window is exactly the days d with d + months >= T's date.
func TestWindowStart(t *testing.T) {
	for _, c := range []struct {
		asOf   string
		months int
		want   string
	}{
		{"2016-07-15T00:00:00Z", 6, "2016-01-15"},
		{"2016-07-16T00:00:00Z", 6, "2016-01-16"},
		{"2017-02-28T23:59:59Z", 6, "2016-08-28"}, // 28 to 31 August + 6 months are all 28 February
		{"2017-03-01T00:00:00Z", 6, "2016-09-01"}, // and 31 August + 6 is out the next day
		{"2016-08-30T00:00:00Z", 6, "2016-03-01"}, // 29 February + 6 = 29 August
		{"2017-02-28T00:00:00Z", 12, "2016-02-28"},
		{"2016-02-29T00:00:00Z", 24, "2014-03-01"}, // 28 February + 24 = 28 February
	} {
		require.Equal(t, c.want, windowStart(event.MustParseTime(c.asOf), c.months).String(), c)
	}
	rapid.Check(t, func(t *rapid.T) {
		asOf := event.Time(rapid.Int64Range(int64(event.Time(math.MinInt64).Bounded()), int64(event.Never.Bounded())).Draw(t, "asOf"))
		months := rapid.IntRange(1, maxMonths).Draw(t, "months")
		d := windowStart(asOf, months)
		if d.AddMonths(months) < asOf.Date() || (d-1).AddMonths(months) >= asOf.Date() {
			t.Fatalf("%v is not the first day of the window", d)
		}
	})
}
