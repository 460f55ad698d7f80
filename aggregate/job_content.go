package aggregate

import (
	"github.com/marketcore/marketplace/event"
)

// jobContent is what a client says of a job when it is posted and when it is edited.
// Nothing of it is required.
type jobContent struct {
	category, title, description string
	skills, questions            []event.Text
	budget, rateMin, rateMax     *event.Money
	duration                     event.JobDuration
}

// content checks what a job's content alone can tell; which amounts fit its kind it
// cannot (fine print N1).
func (v *validation) content(c jobContent) *validation {
	v.text("category", c.category).text("title", c.title).text("description", c.description)
	v.texts("skills", c.skills).texts("questions", c.questions)
	for _, q := range c.questions {
		v.must(!blank(string(q)), "a question is empty")
	}
	if c.duration != "" {
		oneOf(v, "duration", c.duration, event.DurationUnder1Month, event.Duration1To3Months,
			event.Duration3To6Months, event.DurationOver6Months)
	}
	v.must((c.rateMin == nil) == (c.rateMax == nil), "rate_min and rate_max go together")
	if c.rateMin != nil && c.rateMax != nil {
		v.must(*c.rateMin <= *c.rateMax, "rate_min is above rate_max").amount("rate_min", *c.rateMin).amount("rate_max", *c.rateMax)
	}
	if c.budget != nil {
		v.amount("budget", *c.budget)
	}
	return v
}

// fits reports whether the amounts go with a kind of work.
func (c jobContent) fits(kind event.ContractKind) bool {
	return (c.budget == nil || kind == event.KindFixed) && (c.rateMin == nil && c.rateMax == nil || kind == event.KindHourly)
}

// price wants what a proposal to a job may cost.
func (v *validation) price(connects event.Connects) *validation {
	return v.must(connects >= 0 && connects <= MaxJobConnects, "connects must be 0 to %d", MaxJobConnects)
}

// orNone is an amount that may be left out, 0 where it was.
func orNone(m *event.Money) event.Money {
	if m == nil {
		return 0
	}
	return *m
}
