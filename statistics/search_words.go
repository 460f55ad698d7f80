package statistics

import (
	"slices"
	"strings"
	"unicode"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// How what is sought is compared with what freelancers say of their work (fine print
// Q3): letter by letter in lower case, by Unicode's simple mapping.

func folded(s string) string { return strings.Map(unicode.ToLower, s) }

// wordsIn are the words of a text: its runs of letters and numbers.
func wordsIn(s string) []string {
	return strings.FieldsFunc(folded(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// finds reports whether the description, which is nil where there is none, is such as is
// sought. What it does not say fits no question about it.
func (q SearchQuery) finds(d *projection.Description) bool {
	if d == nil {
		d = new(projection.Description)
	}
	if q.Category != "" && folded(q.Category) != folded(d.Category) {
		return false
	}
	if (q.RateMin != nil || q.RateMax != nil) && d.HourlyRate == 0 || q.RateMin != nil && d.HourlyRate < *q.RateMin || q.RateMax != nil && d.HourlyRate > *q.RateMax {
		return false
	}
	for _, sought := range q.Skills {
		if !slices.ContainsFunc(d.Skills, func(has event.Text) bool { return sameSkill(sought, string(has)) }) {
			return false
		}
	}
	sought := wordsIn(q.Text)
	if len(sought) == 0 {
		return true
	}
	has := append(wordsIn(string(d.Title)), wordsIn(string(d.Introduction))...)
	for _, s := range d.Skills {
		has = append(has, wordsIn(string(s))...)
	}
	return !slices.ContainsFunc(sought, func(word string) bool { return !slices.Contains(has, word) })
}

func sameSkill(a, b string) bool { return folded(strings.TrimSpace(a)) == folded(strings.TrimSpace(b)) }

// keptFrom reports whether a hold that is in force as of the moment blocks a part of the
// marketplace.
func keptFrom(r *projection.FreelancerRecord, block event.HoldBlock, asOf event.Time) bool {
	inForce := map[string]projection.HoldBlocks{} // by the kind of hold
	for i := range r.Marks {
		m := &r.Marks[i]
		if !m.By(asOf) {
			continue
		}
		switch m.Kind {
		case projection.MarkHoldPlaced:
			inForce[m.Word] = m.Blocks
		case projection.MarkHoldLifted:
			delete(inForce, m.Word)
		}
	}
	for _, blocks := range inForce {
		if blocks.Has(block) {
			return true
		}
	}
	return false
}
