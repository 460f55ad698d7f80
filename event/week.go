package event

import (
	"errors"
	"fmt"
)

// Week is an ISO 8601 week, Monday 00:00 to Sunday 24:00 UTC: the unit in
// which a Work Diary is kept, invoiced and paid.
type Week struct {
	Year   int
	Number int // 1 to 53
}

// WeekOf is the ISO week that holds the moment.
func WeekOf(t Time) Week {
	y, w := t.Std().ISOWeek()
	return Week{y, w}
}

// ParseWeek reads exactly YYYY-Www, such as 2016-W05, of a week that exists in
// its year.
func ParseWeek(s string) (Week, error) {
	var w Week
	if err := w.UnmarshalText([]byte(s)); err != nil {
		return Week{}, err
	}
	return w, nil
}

// Start is Monday 00:00 UTC of the week.
func (w Week) Start() Time {
	jan4 := daysSinceEpoch(w.Year, 1, 4) // always in week 1
	monday := jan4 - (jan4+3)%7          // 1970-01-01 was a Thursday
	if (jan4+3)%7 < 0 {
		monday -= 7
	}
	return Time(monday+int64(w.Number-1)*7) * day
}

// End is Sunday 24:00 UTC, the first second of the next week.
func (w Week) End() Time { return w.Start().AddDays(7) }

// String is the week as 2016-W05, the year that of the ISO week.
func (w Week) String() string { return string(w.append(make([]byte, 0, len("2016-W05")))) }

// append spells the digits out: folds name every week that was invoiced.
func (w Week) append(b []byte) []byte {
	y, n := w.Year, w.Number
	if y < 0 || y > 9999 || n < 0 || n > 99 { // of no calendar
		return fmt.Appendf(b, "%04d-W%02d", y, n)
	}
	digit := func(n int) byte { return byte('0' + n%10) }
	return append(b, digit(y/1000), digit(y/100), digit(y/10), digit(y), '-', 'W', digit(n/10), digit(n))
}

// exists reports whether the year has the week: all have 52, some 53.
func (w Week) exists() bool {
	return w.Year >= 1 && w.Year <= 9999 && w.Number >= 1 && (w.Number <= 52 || WeekOf(w.Start()) == w)
}

var errNotAWeek = errors.New("event: not an ISO week of the form YYYY-Www that exists in its year")

// MarshalText is String for a week that exists, else an error.
func (w Week) MarshalText() ([]byte, error) { return w.AppendText(nil) }

// AppendText appends what MarshalText gives.
func (w Week) AppendText(b []byte) ([]byte, error) {
	if !w.exists() {
		return b, errNotAWeek
	}
	return w.append(b), nil
}

// UnmarshalText is as strict as ParseWeek.
func (w *Week) UnmarshalText(b []byte) error {
	v, ok := parseWeek(b)
	if !ok {
		return errNotAWeek
	}
	*w = v
	return nil
}

func parseWeek(b []byte) (Week, bool) {
	if len(b) != 8 || b[4] != '-' || b[5] != 'W' {
		return Week{}, false
	}
	y, ok1 := digits(b[:4])
	n, ok2 := digits(b[6:])
	w := Week{y, n}
	return w, ok1 && ok2 && w.exists()
}
