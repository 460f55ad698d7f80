package script

import (
	"unicode/utf16"
	"unicode/utf8"
)

// value is one JSON value: its kind and where it stands.
type value struct {
	kind    jsonKind
	escaped bool   // of a string: raw has escapes
	raw     []byte // of a string what stands between its quotes
	at      int    // the byte of the line with which it begins, from 0
}

type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// maxDepth is how deep values may nest, as in encoding/json.
const maxDepth = 10_000

// scanner walks through JSON that is known to be UTF-8, strictly as RFC 8259
// has it. Where it finds what is not JSON it reports false and stands there.
type scanner struct {
	b    []byte
	p    int
	base int // where in the line b stands
}

// at reports whether the next byte is c.
func (s *scanner) at(c byte) bool { return s.p < len(s.b) && s.b[s.p] == c }

func (s *scanner) space() {
	for s.p < len(s.b) {
		switch s.b[s.p] {
		case ' ', '\t', '\r', '\n':
			s.p++
		default:
			return
		}
	}
}

// end reports whether nothing follows but white space.
func (s *scanner) end() bool {
	s.space()
	return s.p == len(s.b)
}

// value reads the next value, depth containers deep.
func (s *scanner) value(depth int) (v value, ok bool) {
	s.space()
	if s.p == len(s.b) {
		return value{}, false
	}
	start := s.p
	switch s.b[start] {
	case '"':
		return s.text()
	case '{':
		v.kind, ok = jsonObject, s.skipObject(depth+1)
	case '[':
		v.kind, ok = jsonArray, s.skipArray(depth+1)
	case 't':
		v.kind, ok = jsonBool, s.literal("true")
	case 'f':
		v.kind, ok = jsonBool, s.literal("false")
	case 'n':
		v.kind, ok = jsonNull, s.literal("null")
	default:
		v.kind, ok = jsonNumber, s.number()
	}
	v.raw, v.at = s.b[start:s.p], s.base+start
	return v, ok
}

// open steps over the bracket that begins a container.
func (s *scanner) open(bracket byte) bool {
	s.space()
	if !s.at(bracket) {
		return false
	}
	s.p++
	return true
}

// more steps to the container's next item: over a comma unless it is the first,
// or over the closing bracket, when there is none.
func (s *scanner) more(first bool, closing byte) (more, ok bool) {
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

// name reads a member's name and the colon behind it.
func (s *scanner) name() (v value, ok bool) {
	s.space()
	if v, ok = s.text(); !ok {
		return v, false
	}
	s.space()
	if !s.at(':') {
		return v, false
	}
	s.p++
	return v, true
}

func (s *scanner) skipObject(depth int) bool {
	if depth > maxDepth || !s.open('{') {
		return false
	}
	for first := true; ; first = false {
		more, ok := s.more(first, '}')
		if !more {
			return ok
		}
		if _, ok := s.name(); !ok {
			return false
		}
		if _, ok := s.value(depth); !ok {
			return false
		}
	}
}

func (s *scanner) skipArray(depth int) bool {
	if depth > maxDepth || !s.open('[') {
		return false
	}
	for first := true; ; first = false {
		more, ok := s.more(first, ']')
		if !more {
			return ok
		}
		if _, ok := s.value(depth); !ok {
			return false
		}
	}
}

func (s *scanner) literal(word string) bool {
	if len(s.b)-s.p < len(word) || string(s.b[s.p:s.p+len(word)]) != word {
		return false
	}
	s.p += len(word)
	return true
}

func (s *scanner) number() bool {
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

func (s *scanner) digits() bool {
	start := s.p
	for s.p < len(s.b) && s.b[s.p] >= '0' && s.b[s.p] <= '9' {
		s.p++
	}
	return s.p > start
}

// text reads a string and checks its escapes.
func (s *scanner) text() (v value, ok bool) {
	if !s.at('"') {
		return v, false
	}
	v.kind, v.at = jsonString, s.base+s.p
	s.p++
	for start := s.p; s.p < len(s.b); s.p++ {
		switch c := s.b[s.p]; {
		case c == '"':
			v.raw = s.b[start:s.p]
			s.p++
			return v, true
		case c == '\\':
			v.escaped = true
			if s.p++; s.p == len(s.b) {
				return v, false
			}
			switch s.b[s.p] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				if _, ok := hex4(s.b[s.p+1:]); !ok {
					return v, false
				}
				s.p += 4
			default:
				return v, false
			}
		case c < ' ':
			return v, false
		}
	}
	return v, false
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

// chars is the text of a string without its escapes. It reports false for half
// a surrogate pair: JSON has such a string, but it is no text, and encoding/json
// would put another character in its place without a word.
func (v value) chars() (text []byte, ok bool) {
	if !v.escaped {
		return v.raw, true
	}
	text = make([]byte, 0, len(v.raw))
	for i := 0; i < len(v.raw); i++ {
		c := v.raw[i]
		if c != '\\' {
			text = append(text, c)
			continue
		}
		i++
		switch c = v.raw[i]; c {
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
			r, _ := hex4(v.raw[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				if i+2 >= len(v.raw) || v.raw[i+1] != '\\' || v.raw[i+2] != 'u' {
					return nil, false
				}
				low, _ := hex4(v.raw[i+3:])
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
