package statistics

import (
	"slices"
	"strings"
	"unicode"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// How what is sought is compared with what freelancers say of their work, and clients of
// their jobs (fine print Q3): letter by letter in lower case, by Unicode's simple mapping.

func folded(s string) string { return strings.Map(unicode.ToLower, s) }

// wordsIn are the words of a text: its runs of letters and numbers.
func wordsIn(s string) []string {
	return strings.FieldsFunc(folded(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// sought is what a search asks of somebody's words. What they do not say fits no question
// about it.
type sought struct {
	text     string   // each of its words is one of the texts or of a skill; one without words asks nothing
	skills   []string // each is one of the skills
	category string   // is the category; "" asks nothing
}

// validate fails with a *QueryError for more than makes sense.
func (s sought) validate() error {
	switch {
	case len(s.text) > maxSought:
		return invalidQuery("text", "has %d bytes; at most %d make sense", len(s.text), maxSought)
	case len(s.skills) > maxSought:
		return invalidQuery("skills", "are %d; at most %d make sense", len(s.skills), maxSought)
	}
	return nil
}

// fits reports whether what is said is such as is sought.
func (s sought) fits(category string, skills []event.Text, texts ...event.Text) bool {
	if s.category != "" && folded(s.category) != folded(category) {
		return false
	}
	for _, skill := range s.skills {
		if !slices.ContainsFunc(skills, func(has event.Text) bool { return sameSkill(skill, string(has)) }) {
			return false
		}
	}
	words := wordsIn(s.text)
	if len(words) == 0 {
		return true
	}
	var has []string
	for _, t := range slices.Concat(texts, skills) {
		has = append(has, wordsIn(string(t))...)
	}
	return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(has, word) })
}

// finds reports whether the description, which is nil where there is none, is such as is
// sought.
func (q SearchQuery) finds(d *projection.Description) bool {
	if d == nil {
		d = new(projection.Description)
	}
	if (q.RateMin != nil || q.RateMax != nil) && d.HourlyRate == 0 || q.RateMin != nil && d.HourlyRate < *q.RateMin || q.RateMax != nil && d.HourlyRate > *q.RateMax {
		return false
	}
	return q.sought().fits(d.Category, d.Skills, d.Title, d.Introduction)
}

func (q SearchQuery) sought() sought { return sought{q.Text, q.Skills, q.Category} }

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
