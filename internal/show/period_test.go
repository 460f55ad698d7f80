package show_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

const (
	hour = 3600
	day  = 24 * hour
)

func TestPeriod(t *testing.T) {
	for _, test := range []struct {
		seconds                  int64
		period, short, day, last string
	}{
		{90 * day, "90 days", "2,160 h", "90 days", "last 90 days"},
		{3 * day, "3 days", "72 h", "3 days", "last 3 days"},
		{day, "24 hours", "24 h", "a day", "last day"},
		{25 * hour, "25 hours", "25 h", "25 hours", "last 25 hours"},
		{hour, "1 hour", "1 h", "1 hour", "last 1 hour"},
		{90 * 60, "90 minutes", "90 min", "90 minutes", "last 90 minutes"},
		{day + 1, "86,401 seconds", "86,401 s", "86,401 seconds", "last 86,401 seconds"},
		{0, "0 days", "0 h", "0 days", "last 0 days"},
	} {
		require.Equal(t, test.period, show.Period(test.seconds))
		require.Equal(t, test.short, show.ShortPeriod(test.seconds))
		require.Equal(t, test.day, show.ADay(test.seconds))
		require.Equal(t, test.last, show.Last(test.seconds))
	}
}

func TestLastMonths(t *testing.T) {
	for _, test := range []struct {
		months         int
		begin, earlier string
	}{
		{1, "The last month begins", "earlier months"},
		{12, "The last year begins", "earlier years"},
		{24, "The last 24 months begin", "earlier months"},
	} {
		require.Equal(t, test.begin, show.LastMonthsBegin(test.months))
		require.Equal(t, test.earlier, show.EarlierMonths(test.months))
	}
}

func TestQuarters(t *testing.T) {
	require.Equal(t, "2 quarters", show.Quarters(2, 3))
	require.Equal(t, "1 quarter", show.Quarters(1, 3))
	require.Equal(t, "2 blocks of 5 months", show.Quarters(2, 5))
	require.Equal(t, "1 block of 1 month", show.Quarters(1, 1))
}

// TestStandingRule: the default's rule, and another.
func TestStandingRule(t *testing.T) {
	require.Equal(t, "A client of whom three sources had something bad to tell within 180 days is contacted; "+
		"two more within 90 days after that lead to a suspension, else the slate is clean again. Once reinstated, a client of "+
		"whom as many have something bad to tell is barred, until 365 days after the suspension.", show.StandingRule(statistics.DefaultStanding()))
	require.Equal(t, "A client of whom 13 sources had something bad to tell within 1 day is contacted; "+
		"one more within 2 days after that leads to a suspension, else the slate is clean again. Once reinstated, a client of "+
		"whom as many have something bad to tell is barred, until 3 days after the suspension.",
		show.StandingRule(statistics.StandingPolicy{ContactSources: 13, ContactDays: 1, SuspendSources: 1, SuspendDays: 2, BarDays: 3}))
}

func TestLevel(t *testing.T) {
	preset, err := statistics.Preset(statistics.DefaultPolicy)
	require.NoError(t, err)
	p := preset.Responsiveness
	require.Equal(t, "usually answers within 24 hours", show.Level(statistics.LevelUnder24h, p))
	require.Equal(t, "usually answers within 3 days", show.Level(statistics.LevelUnder3Days, p))
	require.Equal(t, "usually takes more than 3 days", show.Level(statistics.LevelOver3Days, p))
	p.Fast, p.Slow = hour, 5*day
	require.Equal(t, "usually answers within 1 hour", show.Level(statistics.LevelUnder24h, p))
	require.Equal(t, "usually answers within 5 days", show.Level(statistics.LevelUnder3Days, p))
	require.Equal(t, "usually takes more than 5 days", show.Level(statistics.LevelOver3Days, p))
}

// TestConditionOfOne: one of a unit is said as one.
func TestConditionOfOne(t *testing.T) {
	usd, err := show.CurrencyOf("USD")
	require.NoError(t, err)
	c := statistics.Condition{Name: statistics.ConditionNoViolation, Within: "1 months"}
	require.Equal(t, "no circumvention in the last 1 month", show.Condition(c, projectiontest.Preset(t, statistics.DefaultPolicy).Badge, usd))
}
