package main

import (
	"strings"
	"unicode/utf8"
)

// wrapped is a text on lines of at most so many characters, 0: on one line; the first
// begins with words of its own, the others are indented. A word that is longer stands
// alone.
func wrapped(first, indent, text string, width int) string {
	var b strings.Builder
	b.WriteString(first)
	taken, begins := utf8.RuneCountInString(first), true
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case begins:
		case width > 0 && taken+1+n > width:
			b.WriteString("\n" + indent)
			taken = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			taken++
		}
		b.WriteString(word)
		taken, begins = taken+n, false
	}
	b.WriteByte('\n')
	return b.String()
}
