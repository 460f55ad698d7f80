package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

func TestMoney(t *testing.T) {
	for _, test := range []struct {
		amount event.Money
		code   currencyFlag
		want   string
	}{
		{1_234_500, "USD", "12,345.00 USD"},
		{0, "USD", "0.00 USD"},
		{5, "USD", "0.05 USD"},
		{-5, "USD", "-0.05 USD"},
		{99_999, "EUR", "999.99 EUR"},
		{-123_456_789, "EUR", "-1,234,567.89 EUR"},
		{1_234, "JPY", "1,234 JPY"},
		{1_234, "KWD", "1.234 KWD"},
		{math.MaxInt64, "USD", "92,233,720,368,547,758.07 USD"},
		{math.MinInt64, "USD", "-92,233,720,368,547,758.08 USD"},
	} {
		c, err := test.code.use()
		require.NoError(t, err)
		require.Equal(t, test.want, c.money(test.amount))
	}
}

func TestShares(t *testing.T) {
	share := func(n int64) *int64 { return &n }
	require.Equal(t, unknown, percent(nil))
	require.Equal(t, "0.00 %", percent(share(0)))
	require.Equal(t, "91.67 %", percent(share(9167)))
	require.Equal(t, "100.00 %", percent(share(10_000)))
	require.Equal(t, unknown, percentOfMillion(nil))
	require.Equal(t, "6.67 %", percentOfMillion(share(66_667)))
	require.Equal(t, "0.46 %", percentOfMillion(share(4_550)), "half up")
}

func TestSpan(t *testing.T) {
	for seconds, want := range map[int64]string{
		0: "0 s", 59: "59 s", 60: "1 min", 3599: "59 min", 3600: "1 h 00 min", 86399: "23 h 59 min", 86400: "1 d 0 h", 200_000: "2 d 7 h",
	} {
		require.Equal(t, want, span(seconds))
	}
}
