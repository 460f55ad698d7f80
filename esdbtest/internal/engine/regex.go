package engine

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Errors about a regular expression.
var (
	// ErrNoRegex: it is none to EventStoreDB.
	ErrNoRegex = errors.New("engine: not a regular expression")
	// ErrForeignRegex: it is one in .NET only.
	ErrForeignRegex = errors.New("engine: a regular expression that only .NET can match")
)

// compileRegex makes a regular expression of .NET one of Go, as far as the two
// can do the same. It fails with ErrNoRegex and, of what Go cannot do, with
// ErrForeignRegex: look-around, references, word boundaries, conditions, atomic
// groups, blocks of characters, differences of classes, patterns with white
// space.
//
// .NET's classes are of Unicode, its $ stands before a line feed at the end as
// well, and it matches the units of UTF-16, so that a character beyond the
// first 65,536 is two: the text to match is to be given to regexUnits.
func compileRegex(pattern string) (*regexp.Regexp, error) {
	t := &regexTranslation{in: utf16.Encode([]rune(pattern))}
	if err := t.alternatives(0); err != nil {
		return nil, err
	}
	re, err := regexp.Compile(t.out.String())
	if err != nil {
		return nil, foreign("its size or its counts")
	}
	return re, nil
}

func foreign(what string) error { return fmt.Errorf("%w: because of %s", ErrForeignRegex, what) }

// Halves of characters beyond the first plane stand for themselves in .NET. Go
// has no such characters, others from the end of its range take their place.
const (
	firstHalf, lastHalf = 0xD800, 0xDFFF
	halfOffset          = 0x100000
)

// regexUnits writes a text so that a character of it is a unit of UTF-16.
func regexUnits(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > 0xFFFF }) {
		return text
	}
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		b.WriteRune(regexUnit(u))
	}
	return b.String()
}

func regexUnit(u uint16) rune {
	if u >= firstHalf && u <= lastHalf {
		return halfOffset + rune(u)
	}
	return rune(u)
}

// regexTranslation is the state of translating one expression.
type regexTranslation struct {
	in    []uint16
	at    int
	out   strings.Builder
	flags struct{ ignoreCase, multiline, singleLine bool }
}

// Bounds of an expression: how deep groups are nested, and how long it is in
// Go's form, in bytes, where each class is written out.
const (
	maxRegexDepth = 500
	maxRegexSize  = 1 << 20
)

func (t *regexTranslation) more() bool { return t.at < len(t.in) }

// looking reports whether a text comes next.
func (t *regexTranslation) looking(text string) bool {
	for i := range len(text) {
		if t.at+i >= len(t.in) || t.in[t.at+i] != uint16(text[i]) {
			return false
		}
	}
	return true
}

// skip takes a text if it comes next.
func (t *regexTranslation) skip(text string) bool {
	ok := t.looking(text)
	if ok {
		t.at += len(text)
	}
	return ok
}

// next takes a unit.
func (t *regexTranslation) next() (uint16, error) {
	if !t.more() {
		return 0, ErrNoRegex
	}
	t.at++
	return t.in[t.at-1], nil
}

// alternatives translates up to the end of the group, or of everything.
func (t *regexTranslation) alternatives(depth int) error {
	if depth > maxRegexDepth {
		return foreign("its depth")
	}
	atom := false // there is something that a count can be of
	for t.more() && !(depth > 0 && t.looking(")")) {
		switch {
		case t.out.Len() > maxRegexSize:
			return foreign("its size")
		case t.skip("|"):
			t.out.WriteByte('|')
			atom = false
		case t.counting():
			if !atom {
				return ErrNoRegex
			}
			atom = false
		default:
			var err error
			if atom, err = t.atom(depth); err != nil {
				return err
			}
		}
	}
	return nil
}

// counting takes a count. Whether it is greedy does not matter to whether
// there is a match.
func (t *regexTranslation) counting() bool {
	rest := string(utf16.Decode(t.in[t.at:min(len(t.in), t.at+maxCount)]))
	count := regexCount.FindString(rest)
	if count == "" {
		return false
	}
	t.at += len(count)
	t.skip("?")
	t.out.WriteString(count)
	return true
}

const maxCount = 30

var regexCount = regexp.MustCompile(`^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})`)

// atom translates what a count can follow, and settings, which none can.
func (t *regexTranslation) atom(depth int) (bool, error) {
	c, err := t.next()
	if err != nil {
		return false, err
	}
	switch c {
	case ')':
		return false, ErrNoRegex
	case '(':
		return t.group(depth)
	case '[':
		s, err := t.class()
		t.write(s)
		return true, err
	case '\\':
		return true, t.escaped()
	case '.':
		t.write(t.dot())
	case '^':
		t.out.WriteString(either(t.flags.multiline, `(?m:^)`, `\A`))
	case '$':
		return true, t.end(t.flags.multiline)
	default:
		return true, t.literal(c)
	}
	return true, nil
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func (t *regexTranslation) dot() unitSet {
	if t.flags.singleLine {
		return unitSet{}.negated()
	}
	return unitSet{{'\n', '\n'}}.negated()
}

// end translates the end of the text or of a line.
func (t *regexTranslation) end(multiline bool) error {
	if multiline {
		t.out.WriteString(`(?m:$)`)
		return nil
	}
	if t.more() && !t.looking(")") && !t.looking("|") {
		return foreign("an end that something follows")
	}
	t.out.WriteString(`(?:\n?\z)`)
	return nil
}

// literal translates a character that stands for itself.
func (t *regexTranslation) literal(c uint16) error {
	s := unitSet{{c, c}}
	if t.flags.ignoreCase {
		if c > unicode.MaxASCII {
			return foreign("letters beyond ASCII in either case")
		}
		s = s.eitherCase()
	}
	t.write(s)
	return nil
}

// group translates a group, a comment or settings.
func (t *regexTranslation) group(depth int) (atom bool, err error) {
	outer := t.flags
	if t.skip("?") {
		switch {
		case t.skip("#"):
			return false, t.past(')')
		case t.looking("="), t.looking("!"), t.looking("<="), t.looking("<!"):
			return false, foreign("look-around")
		case t.looking(">"), t.looking("("):
			return false, foreign("an atomic group or a condition")
		case t.skip("<"):
			err = t.name('>')
		case t.skip("'"):
			err = t.name('\'')
		default:
			var settings bool
			if settings, err = t.settings(); settings || err != nil {
				return false, err
			}
		}
	}
	if err != nil {
		return false, err
	}
	t.out.WriteString("(?:")
	if err := t.alternatives(depth + 1); err != nil {
		return false, err
	}
	t.flags = outer
	t.out.WriteByte(')')
	return true, t.past(')')
}

// past goes behind the next such character.
func (t *regexTranslation) past(c uint16) error {
	for {
		if got, err := t.next(); err != nil || got == c {
			return err
		}
	}
}

// name passes the name of a group.
func (t *regexTranslation) name(end uint16) error {
	begin := t.at
	if err := t.past(end); err != nil {
		return err
	}
	name := string(utf16.Decode(t.in[begin : t.at-1]))
	switch {
	case strings.Contains(name, "-"):
		return foreign("balancing groups")
	case !regexName.MatchString(name):
		return ErrNoRegex
	}
	return nil
}

var regexName = regexp.MustCompile(`^(?:[1-9][0-9]*|[\pL\p{Pc}][\pL\p{Mn}\p{Nd}\p{Pc}]*)$`)

// settings takes what stands between ?, and ) or :, and reports whether it was
// the former: settings for the rest of the group around it.
func (t *regexTranslation) settings() (rest bool, err error) {
	for on := true; ; {
		c, err := t.next()
		if err != nil {
			return false, err
		}
		switch c {
		case ')', ':':
			return c == ')', nil
		case '-', '+':
			on = c == '+'
		case 'i':
			t.flags.ignoreCase = on
		case 'm':
			t.flags.multiline = on
		case 's':
			t.flags.singleLine = on
		case 'n': // which groups are captured
		case 'x':
			if on {
				return false, foreign("white space in the pattern")
			}
		default:
			return false, ErrNoRegex
		}
	}
}

func (t *regexTranslation) write(s unitSet) { s.write(&t.out) }
