package show_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
)

func TestMoney(t *testing.T) {
	for _, test := range []struct {
		amount event.Money
		code   string
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
		c, err := show.CurrencyOf(test.code)
		require.NoError(t, err)
		require.Equal(t, test.want, c.Money(test.amount))
	}
}

func TestCurrencyCodes(t *testing.T) {
	for _, code := range []string{"", "US", "usd", "USDX", "U$D", "ÄÖ"} {
		_, err := show.CurrencyOf(code)
		require.Error(t, err, code)
	}
}

func TestShares(t *testing.T) {
	share := func(n int64) *int64 { return &n }
	require.Equal(t, show.Unknown, show.Percent(nil))
	require.Equal(t, "0.00 %", show.Percent(share(0)))
	require.Equal(t, "91.67 %", show.Percent(share(9167)))
	require.Equal(t, "100.00 %", show.Percent(share(10_000)))
	require.Equal(t, show.Unknown, show.PercentOfMillion(nil))
	require.Equal(t, "6.67 %", show.PercentOfMillion(share(66_667)))
	require.Equal(t, "0.46 %", show.PercentOfMillion(share(4_550)), "half up")
}

func TestSpan(t *testing.T) {
	for seconds, want := range map[int64]string{
		0: "0 s", 59: "59 s", 60: "1 min", 3599: "59 min", 3600: "1 h 00 min", 86399: "23 h 59 min", 86400: "1 d 0 h", 200_000: "2 d 7 h",
	} {
		require.Equal(t, want, show.Span(seconds))
	}
}

func TestParseAmount(t *testing.T) {
	for code, all := range map[string]map[string]event.Money{
		"USD": {"0": 0, "12": 1200, "12.": 1200, "12.5": 1250, "12.05": 1205, "007": 700, "92233720368547758.07": 1<<63 - 1},
		"JPY": {"12": 12, "12.": 12},
	} {
		c, err := show.CurrencyOf(code)
		require.NoError(t, err)
		for text, want := range all {
			got, is := c.Parse(text)
			require.True(t, is, text)
			require.Equal(t, want, got, text)
		}
		for _, text := range []string{"", ".", ".5", "-1", "+1", "1,5", "1 2", "1e3", "12.005", "1.2.3", "x", "92233720368547758.08", "92233720368547758070"} {
			_, is := c.Parse(text)
			require.False(t, is, "%s %q", code, text)
		}
	}
}
