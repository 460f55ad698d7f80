package projection

import (
	"slices"
	"strconv"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// JobVersion is what a job says from a moment on: what was posted, or of an edit
// what it gives. What it does not give stays as it was.
type JobVersion struct {
	Moment
	Priced      bool           // it gives Connects
	Connects    event.Connects // what a proposal costs
	Category    string
	Title       event.Text
	Description event.Text
	Skills      []event.Text // nil: not given; an empty list replaces the list
	Budget      event.Money
	RateMin     event.Money
	RateMax     event.Money
	Duration    event.JobDuration
	Questions   []event.Text    // as Skills
	Emptied     []event.JobText // that say nothing from then on
}

// JobContent is what a job says as of a moment. What is not known of it is zero: jobs of
// old logs have no content at all.
type JobContent struct {
	Category    string
	Title       event.Text
	Description event.Text
	Skills      []event.Text
	Budget      event.Money // of fixed-price work, minor units
	RateMin     event.Money // of hourly work, minor units for an hour, with RateMax
	RateMax     event.Money
	Duration    event.JobDuration
	Connects    event.Connects // what a proposal costs
	Questions   []event.Text   // that a proposal answers, one by one
}

// ContentAt is what the job said as of the moment: as it was posted, with every edit
// until then.
func (r *JobRecord) ContentAt(asOf event.Time) (c JobContent) {
	for i := range r.Versions {
		if v := &r.Versions[i]; v.By(asOf) {
			v.edit(&c)
		}
	}
	return c
}

// TitleAt is the job's title as of the moment, empty where it had none. No job has none.
func (r *JobRecord) TitleAt(asOf event.Time) event.Text {
	if r == nil {
		return ""
	}
	return r.ContentAt(asOf).Title
}

// edit gives the content what the version gives.
func (v *JobVersion) edit(c *JobContent) {
	if v.Priced {
		c.Connects = v.Connects
	}
	if v.Skills != nil {
		c.Skills = v.Skills
	}
	if v.Questions != nil {
		c.Questions = v.Questions
	}
	give(&c.Category, v.Category)
	give(&c.Title, v.Title)
	give(&c.Description, v.Description)
	give(&c.Budget, v.Budget)
	give(&c.RateMin, v.RateMin)
	give(&c.RateMax, v.RateMax)
	give(&c.Duration, v.Duration)
	for _, text := range v.Emptied {
		switch text {
		case event.JobCategory:
			c.Category = ""
		case event.JobTitle:
			c.Title = ""
		case event.JobDescription:
			c.Description = ""
		}
	}
}

// give replaces what is given, which is not zero.
func give[T comparable](to *T, value T) {
	if value != *new(T) {
		*to = value
	}
}

// versionOfPosted is what the posting says, without its moment.
func versionOfPosted(e *event.JobPosted) JobVersion {
	return JobVersion{
		Priced: true, Connects: e.Connects, Category: e.Category, Title: e.Title, Description: e.Description, Skills: e.Skills,
		Budget: e.Budget, RateMin: e.RateMin, RateMax: e.RateMax, Duration: e.Duration, Questions: e.Questions,
	}
}

// versionOfEdited is what the edit gives, without its moment.
func versionOfEdited(e *event.JobEdited) JobVersion {
	v := JobVersion{
		Category: e.Category, Title: e.Title, Description: e.Description, Skills: e.Skills,
		Budget: e.Budget, RateMin: e.RateMin, RateMax: e.RateMax, Duration: e.Duration, Questions: e.Questions, Emptied: e.Emptied,
	}
	if e.Connects != nil {
		v.Priced, v.Connects = true, *e.Connects
	}
	return v
}

// version is the same of the i-th event of a block. It tells of the column in which a
// value is missing or no list of texts.
func (f *columnFields) version(i int) (v JobVersion, missing string) {
	texts := func(name string, c *event.TextColumn) []event.Text {
		list, ok := event.ParseTextList(wordAt(c.Index, &c.Values, i))
		if !ok {
			missing = name
		}
		return list
	}
	number := func(c *event.IntColumn) int64 {
		if k := c.Index.At(i); k != event.NoValue {
			return c.Values[k]
		}
		return 0
	}
	v.Priced, v.Connects = f.Connects.Index.At(i) != event.NoValue, event.Connects(number(&f.Connects))
	v.Category = wordAt(f.Category.Index, &f.Category.Values, i)
	v.Title = textAt(&f.Title, i)
	v.Description = textAt(&f.Description, i)
	v.Skills = texts("skills", &f.Skills)
	v.Budget, v.RateMin, v.RateMax = event.Money(number(&f.Budget)), event.Money(number(&f.RateMin)), event.Money(number(&f.RateMax))
	v.Duration = event.JobDuration(wordAt(f.Duration.Index, &f.Duration.Values, i))
	v.Questions = texts("questions", &f.Questions)
	v.Emptied = JobTexts(wordAt(f.Emptied.Index, &f.Emptied.Values, i))
	return v, missing
}

// at is the version from a moment on.
func (v JobVersion) at(m Moment) JobVersion {
	v.Moment = m
	return v
}

func (v JobVersion) equal(w JobVersion) bool {
	return v.Moment == w.Moment && v.Priced == w.Priced && v.Connects == w.Connects && v.Category == w.Category &&
		v.Title == w.Title && v.Description == w.Description && v.Budget == w.Budget && v.RateMin == w.RateMin && v.RateMax == w.RateMax &&
		v.Duration == w.Duration && sameList(v.Skills, w.Skills) && sameList(v.Questions, w.Questions) && slices.Equal(v.Emptied, w.Emptied)
}

// sameList tells a list that was not given from an empty one.
func sameList(a, b []event.Text) bool { return (a == nil) == (b == nil) && slices.Equal(a, b) }

func (v *JobVersion) fields() []field {
	number := func(name string, n int64) field { return field{name: name, value: strconv.FormatInt(n, 10)} }
	return []field{
		{name: "priced", value: strconv.FormatBool(v.Priced)}, number("connects", int64(v.Connects)), {name: "category", value: v.Category},
		textField("title", v.Title), textField("description", v.Description), textField("skills", event.Text(event.TextList(v.Skills))),
		number("budget", int64(v.Budget)), number("rate_min", int64(v.RateMin)), number("rate_max", int64(v.RateMax)),
		{name: "duration", value: string(v.Duration)}, textField("questions", event.Text(event.TextList(v.Questions))),
		{name: "emptied", value: JoinJobTexts(v.Emptied)},
	}
}

// JoinJobTexts names texts of a job with commas between.
func JoinJobTexts(texts []event.JobText) string {
	words := make([]string, len(texts))
	for i, t := range texts {
		words[i] = string(t)
	}
	return strings.Join(words, ",")
}

// JobTexts reads what JoinJobTexts wrote; nil of "".
func JobTexts(words string) (texts []event.JobText) {
	if words == "" {
		return nil
	}
	for word := range strings.SplitSeq(words, ",") {
		texts = append(texts, event.JobText(word))
	}
	return texts
}
