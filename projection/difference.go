package projection

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/marketcore/marketplace/event"
)

// Difference is a fact that two records of one stream do not share. Was is the
// older or trusted record, is the one that is compared with it.
type Difference struct {
	Kind     DifferenceKind `json:"kind"`
	Stream   string         `json:"stream"`
	Position event.Position `json:"position"`        // of the fact's event; of a field that a later event has said, of that one
	Type     string         `json:"type"`            // of the fact's event
	Field    string         `json:"field,omitempty"` // what of it, if only that is Different
	Was      string         `json:"was,omitempty"`   // the field's values; empty for what is private
	Is       string         `json:"is,omitempty"`
}

// DifferenceKind is what became of a fact.
type DifferenceKind string

// The kinds of differences.
const (
	Missing   DifferenceKind = "missing"   // was there and is not
	Extra     DifferenceKind = "extra"     // is there and was not
	Different DifferenceKind = "different" // says something else
)

// String says the difference in a line.
func (d Difference) String() string {
	s := fmt.Sprintf("%s: %s %s at position %d", d.Stream, d.Kind, d.Type, d.Position)
	if d.Field != "" {
		s += ", " + d.Field
	}
	if d.Was != "" || d.Is != "" {
		s += ": was " + d.Was + ", is " + d.Is
	}
	return s
}

// Differences are those of two records of one stream, of which either may be nil:
// of their facts at positions up to through, in the log's order. Next is not
// compared: it counts events without a fact, and those after through.
func Differences[R any, P recordOf[R]](was, is *R, through event.Position) []Difference {
	if was != nil && is != nil && P(was).equal(is) {
		return nil
	}
	return differences(nameOf[R, P](was, is), factsOf[R, P](was, through), factsOf[R, P](is, through))
}

func nameOf[R any, P recordOf[R]](was, is *R) string {
	r := P(cmp.Or(was, is))
	if r == nil {
		return ""
	}
	of, _ := r.stream()
	return of.String()
}

func factsOf[R any, P recordOf[R]](r *R, through event.Position) []told {
	t := telling{through: through}
	if r != nil {
		P(r).tell(&t)
	}
	return t.facts
}

// told is a fact of a record with all that the record keeps of its event.
type told struct {
	Evidence
	fields []field
}

// field is what a fact says. Of one that is hidden differences do not tell what.
type field struct {
	name, value string
	hidden      bool
	at          event.Position // of the later event that says it, 0 if the fact's own does
}

// textField is a field of personal text.
func textField(name string, t event.Text) field {
	return field{name: name, value: string(t), hidden: true}
}

// telling collects the facts of a record up to a position.
type telling struct {
	through event.Position
	facts   []told
}

func (t *telling) add(m Moment, eventType string, fields ...field) {
	if m.Happened() && m.Position <= t.through {
		t.facts = append(t.facts, told{m.Evidence(eventType), append(fields, field{name: "occurred_at", value: m.At.String()})})
	}
}

// differences merges two lists of facts by position and type. One event makes
// one fact; a fact that stands twice in one list is extra or missing once.
func differences(stream string, was, is []told) (found []Difference) {
	order := func(a, b told) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Type, b.Type))
	}
	slices.SortStableFunc(was, order)
	slices.SortStableFunc(is, order)
	add := func(k DifferenceKind, f Evidence, name, from, to string) {
		found = append(found, Difference{Kind: k, Stream: stream, Position: f.Position, Type: f.Type, Field: name, Was: from, Is: to})
	}
	for len(was) > 0 || len(is) > 0 {
		var next int
		switch {
		case len(is) == 0:
			next = -1
		case len(was) == 0:
			next = 1
		default:
			next = order(was[0], is[0])
		}
		switch {
		case next < 0:
			add(Missing, was[0].Evidence, "", "", "")
			was = was[1:]
		case next > 0:
			add(Extra, is[0].Evidence, "", "", "")
			is = is[1:]
		default:
			for i, f := range was[0].fields {
				g, said := is[0].fields[i], is[0].Evidence
				said.Position = cmp.Or(g.at, f.at, said.Position)
				switch {
				case f.value == g.value:
				case f.hidden:
					add(Different, said, f.name, "", "")
				default:
					add(Different, said, f.name, f.value, g.value)
				}
			}
			was, is = was[1:], is[1:]
		}
	}
	slices.SortStableFunc(found, func(a, b Difference) int { return cmp.Compare(a.Position, b.Position) })
	return found
}
