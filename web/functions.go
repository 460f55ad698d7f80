package web

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

// functions are what templates write values with.
func functions(money show.Currency) template.FuncMap {
	return template.FuncMap{
		"amount":   func(m event.Money) string { return money.Amount(m) },
		"duration": func(d event.JobDuration) string { return show.Reason(d) },
		"code":     func() string { return money.Code },
		"count":    func(n any) string { return counted(n) },
		"day":      func(t event.Time) string { return t.Date().String() },
		"badge":    show.Badge,
		"leftout":  show.LeftOut,
		"perk":     show.Perk,
		"leaves":   show.Assessments,
		"entitled": show.Entitlement,
		"given":    func(id uuid.UUID) bool { return id != uuid.Nil },
		"hours":    show.Hours,
		"join":     strings.Join,
		"lapse":    show.Lapse,
		"lot":      show.Lot,
		"nextstep": show.Step,
		"money":    func(m event.Money) string { return money.Money(m) },
		"of":       func(n any, one, many string) string { return show.Of(whole(n), one, many) },
		"overall":  func(hundredths int) string { return show.Decimal(int64(hundredths), 2) },
		"percent":  show.Percent,
		"public":   func(t event.Text) string { return string(t) },
		"ppm":      show.PercentOfMillion,
		"have": func(c statistics.Condition) string {
			if c.Have == nil {
				return show.Unknown
			}
			return show.Measure(*c.Have, c.Unit, money)
		},
		"protected":      show.Protected,
		"reason":         func(code any) string { return show.Reason(text(code)) },
		"recorded":       func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999") },
		"shown":          func(t statistics.Shown) string { return string(t) },
		"short":          func(id uuid.UUID) string { return id.String()[:8] },
		"signal":         show.Signal,
		"standing":       show.Standing,
		"stars":          show.Stars,
		"span":           func(seconds *int64) string { return span(seconds) },
		"text":           text,
		"via":            show.Via,
		"badge_standing": show.BadgeStanding,
		"form":           show.Form,
		"when":           when,
	}
}

// periods are what templates write the periods of a policy with.
var periods = template.FuncMap{
	"aday":       show.ADay,
	"begins":     show.LastMonthsBegin,
	"days":       show.Days,
	"earlier":    show.EarlierMonths,
	"inwords":    show.InWords,
	"last":       show.Last,
	"lastmonths": show.LastMonths,
	"months":     show.Months,
	"period":     show.Period,
	"quarters":   show.Quarters,
	"rule":       show.StandingRule,
}

// text is one value or several in their own words.
func text(v ...any) string {
	var b strings.Builder
	for _, part := range v {
		fmt.Fprint(&b, part)
	}
	return b.String()
}

// whole is any integer; a template hands over several types of them.
func whole(n any) int64 {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int64:
		return n
	case event.Connects:
		return int64(n)
	}
	panic(fmt.Sprintf("web: a template counts a %T", n)) // which Execute gives as an error
}

// counted is an integer, or a pointer to one that is nil if it is unknown.
func counted(n any) string {
	if p, ok := n.(*int64); ok {
		if p == nil {
			return show.Unknown
		}
		n = *p
	}
	return show.Count(whole(n))
}

func span(seconds *int64) string {
	if seconds == nil {
		return show.Unknown
	}
	return show.Span(*seconds)
}

// when is a moment for people and for machines.
func when(t event.Time) template.HTML {
	if t == event.Never {
		return "never"
	}
	return template.HTML(`<time datetime="` + t.String() + `">` + t.Std().Format("2006-01-02 15:04:05") + `</time>`)
}
