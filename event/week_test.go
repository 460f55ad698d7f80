package event_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

func TestParseWeek(t *testing.T) {
	for _, s := range []string{"2016-W05", "2016-W01", "2016-W52", "2015-W53", "2020-W53", "2004-W53", "0001-W01", "9999-W52"} {
		w, err := event.ParseWeek(s)
		require.NoError(t, err, s)
		require.Equal(t, s, w.String())
	}
	for _, s := range []string{
		"", "2016", "2016-05", "2016-W5", "2016-w05", "2016W05", "2016-W005", "16-W05", "2016-W00", "2016-W54", "2016-W99",
		"2016-W53", "2017-W53", "2019-W53", "2021-W53", "0000-W01", "0000-W52", "9999-W53", "2016-W0a", "-016-W05", "2016-W05 ", " 2016-W05", "2016-W05-1",
	} {
		_, err := event.ParseWeek(s)
		require.Error(t, err, s)
	}
}

func TestWeekBorders(t *testing.T) {
	for s, border := range map[string][2]string{
		"2016-W05": {"2016-02-01T00:00:00Z", "2016-02-08T00:00:00Z"},
		"2015-W53": {"2015-12-28T00:00:00Z", "2016-01-04T00:00:00Z"},
		"2016-W01": {"2016-01-04T00:00:00Z", "2016-01-11T00:00:00Z"},
		"2019-W01": {"2018-12-31T00:00:00Z", "2019-01-07T00:00:00Z"},
		"1970-W01": {"1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"},
		"0001-W01": {"0001-01-01T00:00:00Z", "0001-01-08T00:00:00Z"},
		"9999-W52": {"9999-12-27T00:00:00Z", "9999-12-31T23:59:59Z"}, // time ends on its Friday
	} {
		w, err := event.ParseWeek(s)
		require.NoError(t, err, s)
		require.Equal(t, border[0], w.Start().String(), s)
		require.Equal(t, border[1], w.End().String(), s)
	}
}

// Every moment lies in the week that the standard library says, between its
// start and its end, and the week's text form leads back to it.
func TestWeekOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := moments().Draw(t, "at")
		w := event.WeekOf(at)
		year, number := at.Std().ISOWeek()
		require.Equal(t, event.Week{Year: year, Number: number}, w)
		require.LessOrEqual(t, w.Start(), at)
		if w.End() != last {
			require.Less(t, at, w.End())
			require.Equal(t, w.Start().AddDays(7), w.End())
		}
		back, err := event.ParseWeek(w.String())
		require.NoError(t, err)
		require.Equal(t, w, back)
	})
}

func TestWeekAsJSON(t *testing.T) {
	b, err := json.Marshal(event.Week{Year: 2016, Number: 5})
	require.NoError(t, err)
	require.JSONEq(t, `"2016-W05"`, string(b))
	for _, w := range []event.Week{{}, {2017, 53}, {2016, 0}, {2016, 54}, {10000, 1}, {0, 52}, {-1, 1}} {
		_, err := json.Marshal(w)
		require.Error(t, err, w)
	}
}

// TestWeekIsSpelled: also where no calendar has the week.
func TestWeekIsSpelled(t *testing.T) {
	for _, w := range []event.Week{{}, {1, 1}, {2016, 5}, {9999, 52}, {2016, 99}, {2016, 100}, {10000, 1}, {-1, 1}, {2016, -5}} {
		require.Equal(t, fmt.Sprintf("%04d-W%02d", w.Year, w.Number), w.String())
	}
}
