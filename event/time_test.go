package event_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

var (
	first = event.MustParseTime("0001-01-01T00:00:00Z")
	last  = event.MustParseTime("9999-12-31T23:59:59Z")
)

func TestParseTime(t *testing.T) {
	for s, unix := range map[string]int64{
		"1970-01-01T00:00:00Z": 0,
		"1969-12-31T23:59:59Z": -1,
		"2016-02-29T12:34:56Z": 1456749296,
		"2000-02-29T23:59:59Z": 951868799,
		"0001-01-01T00:00:00Z": -62135596800,
		"9999-12-31T23:59:59Z": 253402300799,
	} {
		got, err := event.ParseTime(s)
		require.NoError(t, err, s)
		require.Equal(t, event.Time(unix), got, s)
		require.Equal(t, s, got.String())
	}
}

func TestParseTimeRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"empty":                     "",
		"a date":                    "2016-01-05",
		"a fraction":                "2016-01-05T10:00:00.5Z",
		"a fraction of nothing":     "2016-01-05T10:00:00.000Z",
		"an offset":                 "2016-01-05T10:00:00+01:00",
		"an offset of nothing":      "2016-01-05T10:00:00+00:00",
		"no zone":                   "2016-01-05T10:00:00",
		"small t":                   "2016-01-05t10:00:00Z",
		"small z":                   "2016-01-05T10:00:00z",
		"a space for T":             "2016-01-05 10:00:00Z",
		"a leap second":             "2016-12-31T23:59:60Z",
		"minute 60":                 "2016-01-05T10:60:00Z",
		"hour 24":                   "2016-01-05T24:00:00Z",
		"no seconds":                "2016-01-05T10:00Z",
		"one digit of hour":         "2016-01-05T9:00:00Z",
		"30 February":               "2016-02-30T10:00:00Z",
		"29 February of 2015":       "2015-02-29T10:00:00Z",
		"29 February of 1900":       "1900-02-29T10:00:00Z",
		"31 April":                  "2016-04-31T10:00:00Z",
		"day 0":                     "2016-01-00T10:00:00Z",
		"day 32":                    "2016-01-32T10:00:00Z",
		"month 0":                   "2016-00-05T10:00:00Z",
		"month 13":                  "2016-13-05T10:00:00Z",
		"year 0000":                 "0000-01-05T10:00:00Z",
		"a fifth digit of the year": "12016-01-05T10:00:00Z",
		"a sign":                    "+016-01-05T10:00:00Z",
		"slashes":                   "2016/01/05T10:00:00Z",
		"points":                    "2016-01-05T10.00.00Z",
		"a letter in a number":      "2016-01-05T1O:00:00Z",
		"other digits":              "2016-01-05T10:00:٣Z",
		"space before":              " 2016-01-05T10:00:00Z",
		"space after":               "2016-01-05T10:00:00Z ",
		"a line after":              "2016-01-05T10:00:00Z\n",
		"NUL":                       "2016-01-05T10:00:0\x00Z",
		"never":                     "never",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := event.ParseTime(s)
			require.Error(t, err)
			got := event.Time(7)
			require.Error(t, got.UnmarshalText([]byte(s)))
			require.Equal(t, event.Time(7), got, "a refused text changes nothing")
		})
	}
	require.Panics(t, func() { event.MustParseTime("2016-02-30T10:00:00Z") })
}

func moments() *rapid.Generator[event.Time] {
	return rapid.Custom(func(t *rapid.T) event.Time {
		return event.Time(rapid.Int64Range(int64(first), int64(last)).Draw(t, "unix"))
	})
}

// The codec's own calendar is the standard library's.
func TestTimeIsStandardTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := moments().Draw(t, "at")
		std := time.Unix(int64(at), 0).UTC()
		text := std.Format("2006-01-02T15:04:05Z")
		require.Equal(t, text, at.String())
		back, err := event.ParseTime(text)
		require.NoError(t, err)
		require.Equal(t, at, back)
		require.True(t, std.Equal(at.Std()))
		require.Equal(t, at, event.At(std.Add(time.Duration(rapid.Int64Range(0, 999_999_999).Draw(t, "ns")))))
		require.Equal(t, std.Format(time.DateOnly), at.Date().String())
		require.Equal(t, std.Truncate(24*time.Hour).Unix(), int64(at.Date().Start()))
	})
}

func TestTimeAsJSON(t *testing.T) {
	b, err := json.Marshal(event.MustParseTime("2016-01-05T10:00:00Z"))
	require.NoError(t, err)
	require.JSONEq(t, `"2016-01-05T10:00:00Z"`, string(b))
	for _, at := range []event.Time{event.Never, last + 1, first - 1} {
		_, err := json.Marshal(at)
		require.Error(t, err, "%d", int64(at))
	}
	require.Equal(t, "never", event.Never.String())
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2016-08-31T10:20:30Z", 6, "2017-02-28T10:20:30Z"},
		{"2015-08-31T10:20:30Z", 6, "2016-02-29T10:20:30Z"},
		{"2016-08-31T10:20:30Z", 9, "2017-05-31T10:20:30Z"}, // not by way of February
		{"2016-08-31T23:59:59Z", 1, "2016-09-30T23:59:59Z"},
		{"2016-02-29T00:00:00Z", 12, "2017-02-28T00:00:00Z"},
		{"2016-02-29T00:00:00Z", 48, "2020-02-29T00:00:00Z"},
		{"1896-02-29T00:00:00Z", 48, "1900-02-28T00:00:00Z"}, // no leap year
		{"1996-02-29T00:00:00Z", 48, "2000-02-29T00:00:00Z"},
		{"2016-12-15T08:00:00Z", 1, "2017-01-15T08:00:00Z"},
		{"2016-01-15T08:00:00Z", 0, "2016-01-15T08:00:00Z"},
		{"2016-01-31T08:00:00Z", -1, "2015-12-31T08:00:00Z"},
		{"2016-03-31T08:00:00Z", -1, "2016-02-29T08:00:00Z"},
		{"2017-05-31T08:00:00Z", -15, "2016-02-29T08:00:00Z"},
		{"1970-01-31T08:00:00Z", -11, "1969-02-28T08:00:00Z"},
		{"9999-11-30T08:00:00Z", 1, "9999-12-30T08:00:00Z"},
		{"9999-11-30T08:00:00Z", 2, "9999-12-31T23:59:59Z"}, // the end of what can be written
		{"2016-01-15T08:00:00Z", math.MaxInt, "9999-12-31T23:59:59Z"},
		{"0001-02-01T08:00:00Z", -1, "0001-01-01T08:00:00Z"},
		{"0001-01-01T08:00:00Z", -1, "0001-01-01T00:00:00Z"},
		{"2016-01-15T08:00:00Z", math.MinInt, "0001-01-01T00:00:00Z"},
	} {
		got := event.MustParseTime(c.from).AddMonths(c.months)
		require.Equal(t, c.want, got.String(), "%s + %d months", c.from, c.months)
	}
	require.Equal(t, "2017-02-28", event.MustParseTime("2016-08-31T10:20:30Z").Date().AddMonths(6).String())
	require.Greater(t, last.Date().AddMonths(1), last.Date())
	require.Less(t, first.Date().AddMonths(-1), first.Date())
}

// Where no month is too short, adding months is what the standard library
// does; where one is, the result is the last day of that month.
func TestAddMonthsIsClampedAddDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := event.Time(rapid.Int64Range(int64(first), int64(last)).Draw(t, "unix"))
		n := rapid.IntRange(-400, 400).Draw(t, "months")
		want := at.Std().AddDate(0, n, 0)
		if want.Day() != at.Std().Day() {
			want = want.AddDate(0, 0, -want.Day())
		}
		require.Equal(t, event.At(want), at.AddMonths(n))
	})
}

func TestArithmeticSaturates(t *testing.T) {
	at := event.MustParseTime("2016-01-05T10:00:00Z")
	require.Equal(t, "2016-02-04T10:00:00Z", at.AddDays(30).String())
	require.Equal(t, "2016-01-06T10:00:00Z", at.AddHours(24).String())
	require.Equal(t, "2016-01-05T09:59:59Z", at.AddSeconds(-1).String())
	for _, n := range []int{1 << 40, 1<<63 - 1} {
		require.Equal(t, last, at.AddDays(n))
		require.Equal(t, last, at.AddHours(n))
		require.Equal(t, last, at.AddSeconds(int64(n)))
		require.Equal(t, first, at.AddDays(-n))
		require.Equal(t, first, at.AddHours(-n))
		require.Equal(t, first, at.AddSeconds(-int64(n)))
	}
	require.Equal(t, last, last.AddSeconds(1))
	require.Equal(t, first, first.AddSeconds(-1))
	for _, n := range []int{-1 << 62, -14, 0, 14, 1 << 62} {
		require.Equal(t, event.Never, event.Never.AddSeconds(int64(n)))
		require.Equal(t, event.Never, event.Never.AddHours(n))
		require.Equal(t, event.Never, event.Never.AddDays(n))
		require.Equal(t, event.Never, event.Never.AddMonths(n))
		require.Equal(t, event.Never.Date(), event.Never.Date().AddMonths(n))
	}
	require.Greater(t, event.Never, last)
	require.Greater(t, event.Never.Date(), last.Date())
	require.Equal(t, last, event.At(time.Unix(1<<60, 0)))
	require.Equal(t, first, event.At(time.Time{}.Add(-time.Second)))
}

func TestDate(t *testing.T) {
	for s, want := range map[string]string{
		"2016-01-05T00:00:00Z": "2016-01-05",
		"2016-01-05T23:59:59Z": "2016-01-05",
		"1969-12-31T23:59:59Z": "1969-12-31",
		"1969-12-31T00:00:00Z": "1969-12-31",
		"0001-01-01T00:00:00Z": "0001-01-01",
	} {
		require.Equal(t, want, event.MustParseTime(s).Date().String(), s)
	}
	require.Equal(t, event.Date(0), event.Time(0).Date())
	require.Equal(t, event.Date(-1), event.Time(-1).Date())
	require.Equal(t, "2016-01-05T00:00:00Z", event.MustParseTime("2016-01-05T17:00:00Z").Date().Start().String())
}
