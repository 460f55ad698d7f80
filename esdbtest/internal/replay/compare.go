package replay

import (
	"fmt"
	"maps"
	"slices"
)

// anything in an answer of a scenario stands for whatever a server says, also
// for nothing.
const anything = "*"

// mismatch is where an answer is another one than was recorded.
type mismatch struct {
	field string
	what  string
}

// compare looks for the first field of an answer that is not what was
// recorded, nil if there is none.
func (p *positions) compare(field string, want, got any) *mismatch {
	if want == anything {
		return nil
	}
	switch want := want.(type) {
	case map[string]any:
		if got, ok := got.(map[string]any); ok {
			return p.compareObjects(field, want, got)
		}
	case []any:
		if got, ok := got.([]any); ok {
			return p.compareLists(field, want, got)
		}
	case string:
		if got, ok := got.(string); ok && named(want) && p.match(want, got) {
			return nil
		}
		if want == got {
			return nil
		}
	default:
		if want == got {
			return nil
		}
	}
	return &mismatch{field, p.differ(want, got)}
}

func (p *positions) compareObjects(field string, want, got map[string]any) *mismatch {
	keys := slices.Sorted(maps.Keys(want))
	for k := range got {
		if _, ok := want[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		w, recorded := want[k]
		g, answered := got[k]
		switch at := field + "." + k; {
		case !recorded:
			return &mismatch{at, "nothing was recorded, got " + show(g)}
		case w != anything && !answered:
			return &mismatch{at, p.explain(w) + " was recorded, got nothing"}
		default:
			if m := p.compare(at, w, g); m != nil {
				return m
			}
		}
	}
	return nil
}

func (p *positions) compareLists(field string, want, got []any) *mismatch {
	for i := range max(len(want), len(got)) {
		switch at := fmt.Sprintf("%s[%d]", field, i); {
		case i >= len(want):
			return &mismatch{at, "nothing was recorded, got " + show(got[i])}
		case i >= len(got):
			return &mismatch{at, p.explain(want[i]) + " was recorded, got nothing"}
		default:
			if m := p.compare(at, want[i], got[i]); m != nil {
				return m
			}
		}
	}
	return nil
}

func (p *positions) differ(want, got any) string {
	return fmt.Sprintf("%s was recorded, got %s", p.explain(want), show(got))
}

// explain shows what was recorded and, of a position, what it stands for here.
func (p *positions) explain(want any) string {
	text, ok := want.(string)
	if !ok || !named(text) {
		return show(want)
	}
	if value, err := p.expandText(text); err == nil {
		return fmt.Sprintf("%s (%s)", text, value)
	}
	return text + " (a position not met before)"
}
