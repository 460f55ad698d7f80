package event

import (
	"bytes"
	"encoding/json"
	"reflect"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// fields reads an object whose fields stand where they are predicted: in the
// order of the struct, each in the one spelling in which it is written, without
// white space. It reports false for every other object, valid or not.
func (d *Decoder) fields(slots []slot, b []byte, p int) (end int, ok bool) {
	if p >= len(b) || b[p] != '{' {
		return p, false
	}
	before := byte('{')
	for i := range slots {
		s := &slots[i]
		k := len(s.Key)
		if p+1+k > len(b) || b[p] != before || string(b[p+1:p+1+k]) != s.Key {
			if !s.Optional {
				return p, false
			}
			s.value.SetZero()
			continue
		}
		if p, ok = d.value(s, b, p+1+k); !ok {
			return p, false
		}
		before = ','
	}
	if before == '{' {
		p++ // no field was there
	}
	if p >= len(b) || b[p] != '}' {
		return p, false
	}
	return p + 1, true
}

// value reads one value in the spelling in which it is written.
func (d *Decoder) value(s *slot, b []byte, p int) (end int, ok bool) {
	switch s.Kind {
	case jsonform.UUID:
		if p+38 > len(b) || b[p] != '"' || b[p+37] != '"' {
			return p, false
		}
		*s.ptr.(*uuid.UUID), ok = jsonform.ParseUUID(b[p+1 : p+37])
		return p + 38, ok
	case jsonform.Time:
		if p+22 > len(b) || b[p] != '"' || b[p+21] != '"' {
			return p, false
		}
		*s.ptr.(*Time), ok = parseTime(b[p+1 : p+21])
		return p + 22, ok
	case jsonform.Week:
		if p+10 > len(b) || b[p] != '"' || b[p+9] != '"' {
			return p, false
		}
		*s.ptr.(*Week), ok = parseWeek(b[p+1 : p+9])
		return p + 10, ok
	case jsonform.Int64:
		n, end, ok := parseInt(b, p)
		if s.Pointer {
			s.point(n)
		} else {
			*s.ptr.(*int64) = n
		}
		return end, ok
	case jsonform.Int:
		n, end, ok := parseInt(b, p)
		if s.Pointer {
			s.point(n)
		} else {
			*s.ptr.(*int) = int(n)
		}
		return end, ok && int64(int(n)) == n
	case jsonform.Bool:
		if p+4 <= len(b) && string(b[p:p+4]) == "true" {
			*s.ptr.(*bool) = true
			return p + 4, true
		}
		*s.ptr.(*bool) = false
		return p + 5, p+5 <= len(b) && string(b[p:p+5]) == "false"
	case jsonform.String:
		raw, end, escaped := scanString(b, p)
		dst := s.ptr.(*string)
		if escaped {
			return end, json.Unmarshal(b[p:end], dst) == nil
		}
		if *dst != string(raw) { // often that of the last event
			*dst = d.words.Of(raw)
		}
		return end, end > 0
	case jsonform.Text:
		dst := s.ptr.(*Text)
		if d.forFold && !s.kept {
			*dst = ""
			return skipString(b, p)
		}
		raw, end, escaped := scanString(b, p)
		if escaped {
			return end, json.Unmarshal(b[p:end], dst) == nil
		}
		*dst = Text(raw)
		return end, end > 0
	case jsonform.Strings:
		*s.ptr.(*[]string), end, ok = list[string](b, p)
		return end, ok
	case jsonform.Texts:
		dst := s.ptr.(*[]Text)
		if d.forFold && !s.kept {
			*dst = nil
			return skipStrings(b, p)
		}
		*dst, end, ok = list[Text](b, p)
		return end, ok
	case jsonform.List:
		return d.items(s, b, p)
	default: // jsonform.Struct
		return d.fields(s.nested, b, p)
	}
}

// point lets a pointer to an integer point to n, in memory of its own.
func (s *slot) point(n int64) {
	there := reflect.New(s.Type)
	there.Elem().SetInt(n)
	s.value.Set(there)
}

func list[T ~string](b []byte, p int) (list []T, end int, ok bool) {
	if p >= len(b) || b[p] != '[' {
		return nil, p, false
	}
	list = []T{}
	for p++; p < len(b) && b[p] != ']'; {
		raw, end, escaped := scanString(b, p)
		if end == 0 || end == len(b) {
			return nil, p, false
		}
		text := T(raw)
		if escaped && json.Unmarshal(b[p:end], &text) != nil {
			return nil, p, false
		}
		list = append(list, text)
		if p = end; b[p] == ',' {
			p++
			if p == len(b) || b[p] == ']' {
				return nil, p, false
			}
		} else if b[p] != ']' {
			return nil, p, false
		}
	}
	return list, p + 1, p < len(b)
}

// scanString finds the JSON string that starts at p: the bytes between its
// quotes and where it ends. The end is 0 if there is none, or it is not UTF-8.
// Of one with escapes only the quotes are sure.
func scanString(b []byte, p int) (raw []byte, end int, escaped bool) {
	if p >= len(b) || b[p] != '"' {
		return nil, 0, false
	}
	ascii := true
	for q := p + 1; q < len(b); q++ {
		switch c := b[q]; {
		case c == '"':
			raw = b[p+1 : q]
			if !ascii && !utf8.Valid(raw) {
				return nil, 0, false
			}
			return raw, q + 1, escaped
		case c == '\\':
			escaped = true
			q++
		case c < 0x20:
			return nil, 0, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, 0, false
}

// skipString finds the end of the JSON string that starts at p, and looks at
// nothing else of it.
func skipString(b []byte, p int) (end int, ok bool) {
	if p >= len(b) || b[p] != '"' {
		return p, false
	}
	for q := p + 1; ; q++ {
		n := bytes.IndexByte(b[q:], '"')
		if n < 0 {
			return p, false
		}
		q += n
		escapes := 0
		for b[q-1-escapes] == '\\' { // ends at the opening quote at the latest
			escapes++
		}
		if escapes%2 == 0 {
			return q + 1, true
		}
	}
}

// skipStrings finds the end of the list of JSON strings that starts at p.
func skipStrings(b []byte, p int) (end int, ok bool) {
	if p+1 >= len(b) || b[p] != '[' {
		return p, false
	}
	if b[p+1] == ']' {
		return p + 2, true
	}
	for ok = true; ok && p < len(b) && b[p] != ']'; { // at a bracket or a comma
		p, ok = skipString(b, p+1)
		ok = ok && p < len(b) && (b[p] == ',' || b[p] == ']')
	}
	return p + 1, ok
}

// parseInt reads a JSON integer of up to 18 digits.
func parseInt(b []byte, p int) (n int64, end int, ok bool) {
	neg := p < len(b) && b[p] == '-'
	if neg {
		p++
	}
	first := p
	for ; p < len(b) && p-first <= 18 && b[p] >= '0' && b[p] <= '9'; p++ {
		n = n*10 + int64(b[p]-'0')
	}
	if p == first || p-first > 18 || (b[first] == '0' && p-first > 1) {
		return 0, p, false
	}
	if neg {
		n = -n
	}
	return n, p, true
}
