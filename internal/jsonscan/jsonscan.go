// Package jsonscan walks through JSON text strictly, without an allocation: for
// formats whose fields, duplicates and positions matter, and to see that bytes
// are JSON at all. It takes exactly what encoding/json takes as valid.
package jsonscan

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Value is one JSON value: its kind and where it stands.
type Value struct {
	Kind    Kind
	Raw     []byte // of a string what stands between its quotes
	At      int    // the byte of the text with which it begins, from 0
	escaped bool   // of a string: Raw has escapes
}

// Kind is what a value is.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// maxDepth is how deep values may nest, as in encoding/json.
const maxDepth = 10_000

// IsObject reports whether the bytes are one JSON object in UTF-8, with white
// space around it or none.
func IsObject(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	s := Scanner{b: b}
	s.space()
	return s.skipObject(1) && s.End()
}

// Scanner walks through JSON that is known to be UTF-8, strictly as RFC 8259
// has it. Where it finds what is not JSON it reports false and stands there.
type Scanner struct {
	b    []byte
	p    int
	base int // where in the whole text b stands
}

// New scans b.
func New(b []byte) Scanner { return Scanner{b: b} }

// Inside scans the value, which is a part of a longer text.
func (v Value) Inside() Scanner { return Scanner{b: v.Raw, base: v.At} }

// Pos is the byte of the text that the scanner stands at, from 0.
func (s *Scanner) Pos() int { return s.base + s.p }

// at reports whether the next byte is c.
func (s *Scanner) at(c byte) bool { return s.p < len(s.b) && s.b[s.p] == c }

func (s *Scanner) space() {
	for s.p < len(s.b) {
		switch s.b[s.p] {
		case ' ', '\t', '\r', '\n':
			s.p++
		default:
			return
		}
	}
}

// End reports whether nothing follows but white space.
func (s *Scanner) End() bool {
	s.space()
	return s.p == len(s.b)
}

// Value reads the next value, depth containers deep.
func (s *Scanner) Value(depth int) (v Value, ok bool) {
	s.space()
	start := s.p
	if s.at('"') {
		return s.text()
	}
	v.Kind, ok = s.skip(depth)
	v.Raw, v.At = s.b[start:s.p], s.base+start
	return v, ok
}

// skip steps over the next value.
func (s *Scanner) skip(depth int) (k Kind, ok bool) {
	s.space()
	if s.p == len(s.b) {
		return Null, false
	}
	switch s.b[s.p] {
	case '"':
		_, ok = s.skipText()
		return String, ok
	case '{':
		return Object, s.skipObject(depth + 1)
	case '[':
		return Array, s.skipArray(depth + 1)
	case 't':
		return Bool, s.literal("true")
	case 'f':
		return Bool, s.literal("false")
	case 'n':
		return Null, s.literal("null")
	}
	return Number, s.number()
}

// Open steps over the bracket that begins a container.
func (s *Scanner) Open(bracket byte) bool {
	s.space()
	if !s.at(bracket) {
		return false
	}
	s.p++
	return true
}

// More steps to the container's next item: over a comma unless it is the first,
// or over the closing bracket, when there is none.
func (s *Scanner) More(first bool, closing byte) (more, ok bool) {
	s.space()
	switch {
	case s.at(closing):
		s.p++
		return false, true
	case first:
		return true, true
	case s.at(','):
		s.p++
		return true, true
	}
	return false, false
}

// Name reads a member's name and the colon behind it.
func (s *Scanner) Name() (v Value, ok bool) {
	s.space()
	if v, ok = s.text(); !ok {
		return v, false
	}
	return v, s.colon()
}

func (s *Scanner) colon() bool {
	s.space()
	if !s.at(':') {
		return false
	}
	s.p++
	return true
}

func (s *Scanner) skipObject(depth int) bool {
	if depth > maxDepth || !s.Open('{') {
		return false
	}
	for first := true; ; first = false {
		more, ok := s.More(first, '}')
		if !more {
			return ok
		}
		s.space()
		if _, ok := s.skipText(); !ok || !s.colon() {
			return false
		}
		if _, ok := s.skip(depth); !ok {
			return false
		}
	}
}

func (s *Scanner) skipArray(depth int) bool {
	if depth > maxDepth || !s.Open('[') {
		return false
	}
	for first := true; ; first = false {
		more, ok := s.More(first, ']')
		if !more {
			return ok
		}
		if _, ok := s.skip(depth); !ok {
			return false
		}
	}
}

func (s *Scanner) literal(word string) bool {
	if len(s.b)-s.p < len(word) || string(s.b[s.p:s.p+len(word)]) != word {
		return false
	}
	s.p += len(word)
	return true
}

func (s *Scanner) number() bool {
	if s.at('-') {
		s.p++
	}
	if s.at('0') {
		s.p++
	} else if !s.digits() {
		return false
	}
	if s.at('.') {
		s.p++
		if !s.digits() {
			return false
		}
	}
	if s.at('e') || s.at('E') {
		s.p++
		if s.at('+') || s.at('-') {
			s.p++
		}
		return s.digits()
	}
	return true
}

func (s *Scanner) digits() bool {
	start := s.p
	for s.p < len(s.b) && s.b[s.p] >= '0' && s.b[s.p] <= '9' {
		s.p++
	}
	return s.p > start
}

// text reads a string and checks its escapes.
func (s *Scanner) text() (v Value, ok bool) {
	start := s.p
	if v.escaped, ok = s.skipText(); !ok {
		return Value{}, false
	}
	v.Kind, v.At, v.Raw = String, s.base+start, s.b[start+1:s.p-1]
	return v, true
}

// skipText steps over a string and checks its escapes.
func (s *Scanner) skipText() (escaped, ok bool) {
	if !s.at('"') {
		return false, false
	}
	s.p++
	for {
		b, p := s.b, s.p // in registers
		for p < len(b) && plain[b[p]] {
			p++
		}
		if s.p = p; p == len(b) {
			return escaped, false
		}
		switch b[p] {
		case '"':
			s.p++
			return escaped, true
		case '\\':
			escaped = true
			if !s.escape() {
				return escaped, false
			}
		default: // a control character
			return escaped, false
		}
	}
}

// plain are the bytes of a string that stand for themselves.
var plain = func() (t [256]bool) {
	for c := ' '; c < 256; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// escape steps over an escape.
func (s *Scanner) escape() bool {
	if s.p++; s.p == len(s.b) {
		return false
	}
	switch s.b[s.p] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
	case 'u':
		if _, ok := hex4(s.b[s.p+1:]); !ok {
			return false
		}
		s.p += 4
	default:
		return false
	}
	s.p++
	return true
}

// hex4 reads the four digits behind \u.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// Chars is the text of a string without its escapes. It reports false for half
// a surrogate pair: JSON has such a string, but it is no text, and encoding/json
// would put another character in its place without a word.
func (v Value) Chars() (text []byte, ok bool) {
	if !v.escaped {
		return v.Raw, true
	}
	text = make([]byte, 0, len(v.Raw))
	for i := 0; i < len(v.Raw); i++ {
		c := v.Raw[i]
		if c != '\\' {
			text = append(text, c)
			continue
		}
		i++
		switch c = v.Raw[i]; c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			r, _ := hex4(v.Raw[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				if i+2 >= len(v.Raw) || v.Raw[i+1] != '\\' || v.Raw[i+2] != 'u' {
					return nil, false
				}
				low, _ := hex4(v.Raw[i+3:])
				if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
					return nil, false
				}
				i += 6
			}
			text = utf8.AppendRune(text, r)
			continue
		}
		text = append(text, c)
	}
	return text, true
}
