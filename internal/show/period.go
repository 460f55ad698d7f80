package show

import (
	"strings"

	"github.com/marketcore/marketplace/statistics"
)

// The periods of a policy are said as the policy has them, to the second. A Span
// is for what was measured.

// Months is "12 months".
func Months(n int) string { return Of(n, "month", "months") }

// Days is "90 days".
func Days(n int) string { return Of(n, "day", "days") }

// Period is seconds in the greatest unit in which they are whole: "90 days". One
// day is "24 hours".
func Period(seconds int64) string {
	switch {
	case seconds%86400 == 0 && seconds != 86400:
		return Of(seconds/86400, "day", "days")
	case seconds%3600 == 0:
		return Of(seconds/3600, "hour", "hours")
	case seconds%60 == 0:
		return Of(seconds/60, "minute", "minutes")
	}
	return Of(seconds, "second", "seconds")
}

// ShortPeriod is a Period for where there is little room, and counts no days:
// "72 h".
func ShortPeriod(seconds int64) string {
	switch {
	case seconds%3600 == 0:
		return Count(seconds/3600) + " h"
	case seconds%60 == 0:
		return Count(seconds/60) + " min"
	}
	return Count(seconds) + " s"
}

// ADay is a Period that is "a day" where it is one.
func ADay(seconds int64) string {
	if seconds == 86400 {
		return "a day"
	}
	return Period(seconds)
}

// Last is "last 90 days", or "last day".
func Last(seconds int64) string { return "last " + strings.TrimPrefix(ADay(seconds), "a ") }

// LastMonths is "last 6 months", or "last year".
func LastMonths(n int) string {
	switch n {
	case 1:
		return "last month"
	case 12:
		return "last year"
	}
	return "last " + Months(n)
}

// LastMonthsBegin is "The last year begins" or "The last 6 months begin".
func LastMonthsBegin(n int) string {
	if n == 1 || n == 12 {
		return "The " + LastMonths(n) + " begins"
	}
	return "The " + LastMonths(n) + " begin"
}

// EarlierMonths is what was before LastMonths.
func EarlierMonths(n int) string {
	if n == 12 {
		return "earlier years"
	}
	return "earlier months"
}

// Quarters is "2 quarters"; where a policy's are not quarters of a year, "2 blocks
// of 5 months".
func Quarters(n, months int) string {
	if months == 3 {
		return Of(n, "quarter", "quarters")
	}
	return Of(n, "block", "blocks") + " of " + Months(months)
}

// InWords is Of with a small number as a word: "three months".
func InWords(n int, one, many string) string {
	if n < 1 || n > len(small) {
		return Of(n, one, many)
	}
	if n == 1 {
		many = one
	}
	return small[n-1] + " " + many
}

var small = [...]string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}

// StandingRule says when a client is contacted, suspended and barred.
func StandingRule(p statistics.StandingPolicy) string {
	return "A client of whom " + InWords(p.ContactSources, "source", "sources") + " had something bad to tell within " + Days(p.ContactDays) +
		" is contacted; " + InWords(p.SuspendSources, "more", "more") + " within " + Days(p.SuspendDays) + " after that " +
		plural(p.SuspendSources, "leads", "lead") + " to a suspension, else the slate is clean again. Once reinstated, a client of whom as many" +
		" have something bad to tell is barred, until " + Days(p.BarDays) + " after the suspension."
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
