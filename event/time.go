package event

import (
	"fmt"
	"math"
	"time"
)

// Time is a moment in whole Unix seconds, UTC. Every rule of the marketplace
// is exact to the second, so nothing finer is stored or compared.
type Time int64

// Never is later than every moment: the end of what has not ended. Whatever is
// added to it, it stays Never.
const Never Time = math.MaxInt64

// The moments that the text form YYYY-MM-DDTHH:MM:SSZ can show. Arithmetic
// stays inside them: a deadline past the year 9999 becomes its last second.
const (
	Earliest Time = -62135596800 // 0001-01-01T00:00:00Z
	Latest   Time = 253402300799 // 9999-12-31T23:59:59Z
)

// Bounded is the nearest moment that the text form can show: Never becomes the
// last second of the year 9999. Statistics bound the moment they are asked for,
// so that calendar arithmetic on it cannot overflow.
func (t Time) Bounded() Time { return min(max(t, Earliest), Latest) }

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// At cuts the fraction of a second off, and what is outside the years 0001 to 9999
// is the first or the last moment of them.
func At(t time.Time) Time { return clamp(Time(t.Unix())) }

// FromClock is At of what a clock shows. It fails with ErrClock outside of those
// years: no event can show such a moment, and no deadline is ever past it.
func FromClock(t time.Time) (Time, error) {
	if s := Time(t.Unix()); s != clamp(s) {
		return 0, ErrClock
	}
	return At(t), nil
}

// ParseTime reads exactly YYYY-MM-DDTHH:MM:SSZ: a real date from the year 0001
// on, hours 00 to 23, seconds 00 to 59, no fraction and no other offset.
func ParseTime(s string) (Time, error) {
	if t, ok := parseTime([]byte(s)); ok {
		return t, nil
	}
	return 0, fmt.Errorf("not a time of the form YYYY-MM-DDTHH:MM:SSZ")
}

// MustParseTime is ParseTime for constants; it panics on what is not a time.
func MustParseTime(s string) Time {
	t, err := ParseTime(s)
	if err != nil {
		panic(fmt.Sprintf("event: %q is %v", s, err))
	}
	return t
}

// Std is the moment as a standard library time in UTC.
func (t Time) Std() time.Time { return time.Unix(int64(t), 0).UTC() }

// String is the moment as YYYY-MM-DDTHH:MM:SSZ, or "never".
func (t Time) String() string {
	if t == Never {
		return "never"
	}
	return string(t.append(nil))
}

// MarshalText is String for a moment that the form can show, else an error.
func (t Time) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// AppendText appends what MarshalText gives.
func (t Time) AppendText(b []byte) ([]byte, error) {
	if t < Earliest || t > Latest {
		return b, fmt.Errorf("event: moment %d is outside the years 0001 to 9999", int64(t))
	}
	return t.append(b), nil
}

// UnmarshalText is as strict as ParseTime.
func (t *Time) UnmarshalText(b []byte) error {
	v, ok := parseTime(b)
	if !ok {
		return fmt.Errorf("event: not a time of the form YYYY-MM-DDTHH:MM:SSZ")
	}
	*t = v
	return nil
}

// AddSeconds stops at the first and the last moment of the years 0001 to 9999;
// Never stays Never. So do the others that add.
func (t Time) AddSeconds(n int64) Time {
	if t == Never {
		return Never
	}
	t = clamp(t)
	return t + min(max(Time(n), Earliest-t), Latest-t)
}

// AddHours adds hours of 3,600 seconds.
func (t Time) AddHours(n int) Time { return t.AddSeconds(bound(n) * hour) }

// AddDays adds days of 24 hours (fine print C4).
func (t Time) AddDays(n int) Time { return t.AddSeconds(bound(n) * day) }

// AddMonths is the same time of day n calendar months later, on the last day
// of the month where the month is too short (31 August + 6 = 28 or 29 February).
func (t Time) AddMonths(n int) Time {
	if t == Never {
		return Never
	}
	t = clamp(t)
	date := t.Date()
	return clamp(date.AddMonths(n).Start() + (t - date.Start()))
}

// bound keeps n where no product of it overflows and every sum is clamped.
func bound(n int) int64 { return min(max(int64(n), -1<<40), 1<<40) }

// Date is the calendar date in UTC, whatever the time zone of the machine.
func (t Time) Date() Date { return Date(floorDiv(int64(t), day)) }

// Date is a UTC calendar date as days since 1970-01-01.
type Date int64

// Start is the date's first second, 00:00:00.
func (d Date) Start() Time { return Time(d) * day }

// The dates of the first and the last moment.
const (
	firstDate Date = Date(Earliest / day)
	lastDate  Date = Date(Latest / day)
)

// AddMonths is the date n calendar months later, clamped to the month's end. A
// date before the year 0001 becomes the day before it, one after the year 9999
// the day after it.
func (d Date) AddMonths(n int) Date {
	if d < firstDate || d > lastDate {
		return d
	}
	y, m, dd := d.Start().Std().Date()
	month := int64(y)*12 + int64(m-1) + bound(n)
	switch year := int(floorDiv(month, 12)); {
	case year < 1:
		return firstDate - 1
	case year > 9999:
		return lastDate + 1
	default:
		mo := int(month%12) + 1
		return Date(daysSinceEpoch(year, mo, min(dd, daysIn(year, mo))))
	}
}

// String is the date as YYYY-MM-DD.
func (d Date) String() string { return d.Start().Std().Format(time.DateOnly) }

func clamp(t Time) Time { return min(max(t, Earliest), Latest) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func (t Time) append(b []byte) []byte { return t.Std().AppendFormat(b, time.RFC3339) }

// parseTime is the decoder's hot path: no allocation, no time.Parse.
func parseTime(b []byte) (Time, bool) {
	if len(b) != 20 || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' || b[19] != 'Z' {
		return 0, false
	}
	y, ok1 := digits(b[0:4])
	mo, ok2 := digits(b[5:7])
	d, ok3 := digits(b[8:10])
	h, ok4 := digits(b[11:13])
	mi, ok5 := digits(b[14:16])
	s, ok6 := digits(b[17:19])
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) {
		return 0, false
	}
	if y < 1 || mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) || h > 23 || mi > 59 || s > 59 {
		return 0, false
	}
	return Time(daysSinceEpoch(y, mo, d)*day + int64(h*hour+mi*minute+s)), true
}

func digits(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func daysIn(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSinceEpoch counts days from 1970-01-01 in the Gregorian calendar, with
// years that begin in March so that the leap day is the last of its year.
func daysSinceEpoch(y, m, d int) int64 {
	if m <= 2 {
		y, m = y-1, m+12
	}
	return int64(365*y+y/4-y/100+y/400+(153*(m-3)+2)/5+d-1) - 719468
}
