package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// unitSet is a set of units of UTF-16: a class of a regular expression.
type unitSet []span

// span is the units between two, inclusive.
type span struct{ from, to uint16 }

const maxUnit = 0xFFFF

// wordUnits are the characters of words.
var wordUnits = sync.OnceValue(func() unitSet { return tables(unicode.L, unicode.Mn, unicode.Nd, unicode.Pc) })

// tables is a set of the characters of Unicode that are one unit.
func tables(of ...*unicode.RangeTable) unitSet {
	var s unitSet
	for _, table := range of {
		for _, r := range table.R16 {
			for c := uint32(r.Lo); c <= uint32(r.Hi); c += uint32(r.Stride) {
				if r.Stride == 1 {
					s = append(s, span{r.Lo, r.Hi})
					break
				}
				s = append(s, span{uint16(c), uint16(c)})
			}
		}
	}
	return s
}

func (s unitSet) negated() unitSet {
	sorted := slices.SortedFunc(slices.Values(s), func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var rest unitSet
	next := 0
	for _, r := range sorted {
		if int(r.from) > next {
			rest = append(rest, span{uint16(next), r.from - 1})
		}
		next = max(next, int(r.to)+1)
	}
	if next <= maxUnit {
		rest = append(rest, span{uint16(next), maxUnit})
	}
	return rest
}

// kelvin is a k to .NET as well.
const kelvin = 0x212A

// eitherCase adds the other case of the letters of ASCII.
func (s unitSet) eitherCase() unitSet {
	both := slices.Clone(s)
	for _, r := range s {
		for _, letters := range []span{{'A', 'Z'}, {'a', 'z'}} {
			if from, to := max(r.from, letters.from), min(r.to, letters.to); from <= to {
				both = append(both, span{from ^ 0x20, to ^ 0x20})
			}
			if k := letters.from + 'k' - 'a'; r.from <= k && k <= r.to {
				both = append(both, span{kelvin, kelvin})
			}
		}
	}
	return both
}

// write writes the set as a class of Go, with the halves of characters in
// their place.
func (s unitSet) write(to *strings.Builder) {
	if len(s) == 0 {
		to.WriteString(`[^\x{0}-\x{10FFFF}]`)
		return
	}
	to.WriteByte('[')
	for _, r := range s {
		for _, part := range []span{{0, firstHalf - 1}, {firstHalf, lastHalf}, {lastHalf + 1, maxUnit}} {
			if from, last := max(r.from, part.from), min(r.to, part.to); from <= last {
				fmt.Fprintf(to, `\x{%X}-\x{%X}`, regexUnit(from), regexUnit(last))
			}
		}
	}
	to.WriteByte(']')
}
