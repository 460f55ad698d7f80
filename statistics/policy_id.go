package statistics

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxPolicyName bounds what is stored beside every row of statistics.
const maxPolicyName = 100

// ID tells policies apart by what they say: the name, @ and a digest of the whole
// value. Two of one name with other numbers have different ids, and so has a
// preset whose numbers a new version of the library changes. It is the same for
// every version of Go and any order of the fields.
func (p Policy) ID() string {
	sum := sha256.Sum256(appendCanonical(nil, reflect.ValueOf(p)))
	return p.Name + "@" + hex.EncodeToString(sum[:8])
}

// appendCanonical writes a value as JSON of which there is one form: the fields
// of a struct by name, integers in decimal, no white space, and of characters only
// quotes, backslashes and controls escaped.
func appendCanonical(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Struct:
		fields := reflect.VisibleFields(v.Type())
		slices.SortFunc(fields, func(a, b reflect.StructField) int { return strings.Compare(a.Name, b.Name) })
		return appendList(b, '{', '}', len(fields), func(b []byte, i int) []byte {
			b = append(appendText(b, fields[i].Name), ':')
			return appendCanonical(b, v.FieldByIndex(fields[i].Index))
		})
	case reflect.Slice:
		return appendList(b, '[', ']', v.Len(), func(b []byte, i int) []byte { return appendCanonical(b, v.Index(i)) })
	case reflect.Int, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.String:
		return appendText(b, v.String())
	}
	panic(fmt.Sprintf("statistics: a policy has a %v", v.Type())) // cannot happen: the test of Policy's fields
}

func appendList(b []byte, opening, closing byte, n int, item func(b []byte, i int) []byte) []byte {
	b = append(b, opening)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, i)
	}
	return append(b, closing)
}

func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

func validateName(name string) error {
	if name == "" {
		return invalidPolicy("it has no name: give it one of its own")
	}
	control := func(c rune) bool { return c < ' ' || c == 0x7f }
	if len(name) > maxPolicyName || !utf8.ValidString(name) || slices.ContainsFunc([]rune(name), control) {
		return invalidPolicy("a name of %d bytes; 1 to %d bytes of UTF-8 without control characters make sense", len(name), maxPolicyName)
	}
	return nil
}
