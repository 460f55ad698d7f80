package event

import "fmt"

// Day is a calendar date as an event shows it, 2016-02-29. The zero value is none.
type Day string

// ParseDay reads exactly YYYY-MM-DD, a real date from the year 0001 on.
func ParseDay(s string) (Day, error) {
	if _, ok := parseTime([]byte(s + "T00:00:00Z")); !ok || len(s) != 10 {
		return "", fmt.Errorf("not a date of the form YYYY-MM-DD")
	}
	return Day(s), nil
}

// Month is a calendar month as an event shows it, 2016-02. The zero value is none.
type Month string

// ParseMonth reads exactly YYYY-MM, a real month from the year 0001 on.
func ParseMonth(s string) (Month, error) {
	if _, err := ParseDay(s + "-01"); err != nil || len(s) != 7 {
		return "", fmt.Errorf("not a month of the form YYYY-MM")
	}
	return Month(s), nil
}

// Month is the calendar month of a moment, in UTC.
func (t Time) Month() Month { return Month(t.Bounded().String()[:7]) }

// Start is the month's first second. The month must be one that ParseMonth gives.
func (m Month) Start() Time { return MustParseTime(string(m) + "-01T00:00:00Z") }

// Next is the month after this one.
func (m Month) Next() Month { return m.Start().AddMonths(1).Month() }
