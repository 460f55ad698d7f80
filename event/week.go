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
func (w Week) String() string { return fmt.Sprintf(weekForm, w.Year, w.Number) }

const weekForm = "%04d-W%02d"

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
	return fmt.Appendf(b, weekForm, w.Year, w.Number), nil
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
