package engine

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// escaped translates what follows a backslash.
func (t *regexTranslation) escaped() error {
	if s, ok, err := t.escapedClass(); ok || err != nil {
		t.write(s)
		return err
	}
	switch {
	case t.skip("A"):
		t.out.WriteString(`\A`)
		return nil
	case t.skip("z"):
		t.out.WriteString(`\z`)
		return nil
	case t.skip("Z"):
		return t.end(false)
	case t.looking("b"), t.looking("B"), t.looking("G"):
		return foreign("word boundaries")
	case t.looking("k"), t.more() && t.in[t.at] >= '1' && t.in[t.at] <= '9':
		return foreign("references")
	}
	c, err := t.character()
	if err != nil {
		return err
	}
	return t.literal(c)
}

// escapedClass takes the name of a class behind a backslash.
func (t *regexTranslation) escapedClass() (s unitSet, ok bool, err error) {
	c, err := t.next()
	if err != nil {
		return nil, false, err
	}
	switch unicode.ToLower(rune(c)) {
	case 'd':
		s = tables(unicode.Nd)
	case 's':
		s = tables(unicode.White_Space)
	case 'w':
		s = wordUnits()
	case 'p':
		s, err = t.category()
	default:
		t.at--
		return nil, false, nil
	}
	if c < 'a' {
		s = s.negated()
	}
	return s, true, err
}

// category takes the name of a category of Unicode, in braces.
func (t *regexTranslation) category() (unitSet, error) {
	begin := t.at + 1
	if !t.skip("{") {
		return nil, ErrNoRegex
	}
	if err := t.past('}'); err != nil {
		return nil, err
	}
	name := string(utf16.Decode(t.in[begin : t.at-1]))
	table := unicode.Categories[name]
	switch {
	case strings.HasPrefix(name, "Is"), name == "C", name == "Cn", name == "Co", name == "Cs":
		return nil, foreign("blocks of characters, or those that are none")
	case table == nil || name == "LC":
		return nil, ErrNoRegex
	}
	return tables(table), nil
}

// character takes a character that is written with a backslash.
func (t *regexTranslation) character() (uint16, error) {
	c, err := t.next()
	if err != nil {
		return 0, err
	}
	if named := strings.IndexByte("aefnrtv", byte(c)); c < 0x80 && named >= 0 {
		return uint16("\a\x1b\f\n\r\t\v"[named]), nil
	}
	switch {
	case c == 'x':
		return t.number(2, 16)
	case c == 'u':
		return t.number(4, 16)
	case c == 'c':
		c, err = t.next()
		if c = c &^ 0x20; err == nil && (c < '@' || c > '_') {
			err = ErrNoRegex
		}
		return c - '@', err
	case c >= '0' && c <= '7':
		t.at--
		digits := 1
		for digits < 3 && t.at+digits < len(t.in) && t.in[t.at+digits] >= '0' && t.in[t.at+digits] <= '7' {
			digits++
		}
		c, err = t.number(digits, 8)
		return c & 0xFF, err
	case slices.ContainsFunc(wordUnits(), func(r span) bool { return r.from <= c && c <= r.to }):
		return 0, ErrNoRegex
	}
	return c, nil
}

// number takes a number of so many digits.
func (t *regexTranslation) number(digits, base int) (uint16, error) {
	if t.at+digits > len(t.in) {
		return 0, ErrNoRegex
	}
	n, err := strconv.ParseUint(string(utf16.Decode(t.in[t.at:t.at+digits])), base, 16)
	if err != nil {
		return 0, ErrNoRegex
	}
	t.at += digits
	return uint16(n), nil
}

// class translates a class in brackets.
func (t *regexTranslation) class() (unitSet, error) {
	var s unitSet
	negated := t.skip("^")
	for begin := t.at; t.at == begin || !t.skip("]"); {
		switch {
		case t.looking("[:"):
			return nil, foreign("a class of POSIX")
		case t.at > begin && t.looking("-["):
			return nil, foreign("a difference of classes")
		}
		part, err := t.classPart()
		if err != nil {
			return nil, err
		}
		s = append(s, part...)
	}
	if negated {
		s = s.negated()
	}
	return s, nil
}

// classPart translates a class, a character or a range of characters in a
// class.
func (t *regexTranslation) classPart() (unitSet, error) {
	if t.skip(`\`) {
		if s, ok, err := t.escapedClass(); ok || err != nil {
			return s, err
		}
		t.at--
	}
	from, err := t.classCharacter()
	if err != nil {
		return nil, err
	}
	to := from
	if t.looking("-") && !t.looking("-]") && !t.looking("-[") {
		t.at++
		if to, err = t.classCharacter(); err != nil || to < from {
			return nil, ErrNoRegex
		}
	}
	s := unitSet{{from, to}}
	switch {
	case t.flags.ignoreCase && to > unicode.MaxASCII:
		return nil, foreign("letters beyond ASCII in either case")
	case t.flags.ignoreCase:
		s = s.eitherCase()
	}
	return s, nil
}

// classCharacter takes one character of a class. One that stands for a class
// cannot begin or end a range.
func (t *regexTranslation) classCharacter() (uint16, error) {
	c, err := t.next()
	if err != nil || c != '\\' {
		return c, err
	}
	if t.skip("b") {
		return '\b', nil
	}
	if _, ok, err := t.escapedClass(); ok || err != nil {
		return 0, ErrNoRegex
	}
	return t.character()
}
