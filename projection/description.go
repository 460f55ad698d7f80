package projection

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// Description is what a freelancer says of their own work, from a moment on: each one
// replaces all that the one before it said (fine print Q1). Its lists are shared and
// not to be changed.
type Description struct {
	Moment
	Title        event.Text
	Introduction event.Text
	Skills       []event.Text
	Category     string
	HourlyRate   event.Money // in minor units; 0 if not given
	Portfolio    []event.PortfolioItem
}

func (d *Description) equal(o *Description) bool {
	return d.Moment == o.Moment && d.Title == o.Title && d.Introduction == o.Introduction && slices.Equal(d.Skills, o.Skills) &&
		d.Category == o.Category && d.HourlyRate == o.HourlyRate && slices.Equal(d.Portfolio, o.Portfolio)
}

func (d *Description) tell(t *telling) {
	items := make([]event.Text, 0, 3*len(d.Portfolio))
	for _, p := range d.Portfolio {
		items = append(items, p.Title, p.Ref, event.Text(p.SHA256))
	}
	t.add(d.Moment, "ProfileDescribed", textField("title", d.Title), textField("introduction", d.Introduction),
		textField("skills", event.Text(event.TextList(d.Skills))), field{name: "category", value: d.Category},
		field{name: "hourly_rate", value: strconv.FormatInt(int64(d.HourlyRate), 10)}, textField("portfolio", event.Text(event.TextList(items))))
}

// describe reads what the i-th event says. It tells of the column in which a value is
// missing, or is not what an event can hold.
func (f *columnFields) describe(i int) (d Description, missing string) {
	var ok bool
	if d.Skills, ok = event.ParseTextList(string(textAt(&f.Skills, i))); !ok || d.Skills == nil {
		return d, "skills"
	}
	if f.Introduction.Index.At(i) == event.NoValue {
		return d, "introduction"
	}
	if items := textAt(&f.Portfolio, i); items != "" && json.Unmarshal([]byte(items), &d.Portfolio) != nil {
		return d, "portfolio"
	}
	d.Title, d.Introduction, d.Category = textAt(&f.Title, i), textAt(&f.Introduction, i), wordAt(f.Category.Index, &f.Category.Values, i)
	if k := f.HourlyRate.Index.At(i); k != event.NoValue {
		d.HourlyRate = event.Money(f.HourlyRate.Values[k])
	}
	return d, ""
}

// SkillTest is the result of a skill test.
type SkillTest struct {
	Moment
	Test  string // its name, as the host has it
	Score int64  // 0 to 100
}

// Described is what the freelancer said last as of the moment, nil if nothing.
func (r *FreelancerRecord) Described(asOf event.Time) *Description {
	for i := range slices.Backward(r.Descriptions) {
		if d := &r.Descriptions[i]; d.By(asOf) {
			return d
		}
	}
	return nil
}

// Tested are the newest results of the tests of each name as of the moment, in the
// order of the names.
func (r *FreelancerRecord) Tested(asOf event.Time) []SkillTest {
	newest := []SkillTest{}
	for _, t := range slices.Backward(r.Tests) {
		known := func(n SkillTest) bool { return n.Test == t.Test }
		if t.By(asOf) && !slices.ContainsFunc(newest, known) {
			newest = append(newest, t)
		}
	}
	slices.SortFunc(newest, func(a, b SkillTest) int { return strings.Compare(a.Test, b.Test) })
	return newest
}
