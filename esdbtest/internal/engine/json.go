package engine

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// JSON as EventStoreDB reads it, which is Newtonsoft's: a comma may trail,
// quotes may be single, names may stand without any, integers may be
// hexadecimal or octal, values may be left out, and comments may stand where
// white space may. A number that is written as an integer is one; 2.0 is not.

type jsonKind int

const (
	jsonNull jsonKind = iota
	jsonUndefined
	jsonBool
	jsonInteger
	jsonHuge // an integer that does not fit
	jsonFloat
	jsonString
	jsonList
	jsonObject
)

// jsonValue is a JSON value. An object keeps the order of its members, and all
// of those that have one name.
type jsonValue struct {
	kind      jsonKind
	text      string // of a string, and of a huge integer
	integer   int64
	float     float64
	truth     bool
	names     []string // of an object's members
	items     []jsonValue
	commented bool // a comment stands between the items
}

// maxJSONDepth is how deep lists and objects may be nested.
const maxJSONDepth = 64

var errJSON = errors.New("engine: invalid JSON")

// jsonReader reads one value from the front of a text.
type jsonReader struct {
	text  string
	depth int
}

// readJSON reads the value at the front of data; rest is what follows it.
func readJSON(data []byte) (v jsonValue, rest string, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r := &jsonReader{text: string(data)}
	if r.space() {
		return jsonValue{}, "", errJSON
	}
	v, err = r.value()
	return v, r.text, err
}

// space passes over white space and comments, and tells whether there was one
// of the latter. A comment that does not end is left, to fail as a value.
func (r *jsonReader) space() (commented bool) {
	for {
		r.text = strings.TrimLeftFunc(r.text, unicode.IsSpace)
		var end string
		switch {
		case strings.HasPrefix(r.text, "/*"):
			end = "*/"
		case strings.HasPrefix(r.text, "//"):
			end = "\n"
		default:
			return commented
		}
		_, after, found := strings.Cut(r.text[2:], end)
		if !found && end == "*/" {
			return true
		}
		r.text, commented = after, true
	}
}

// take takes a character if it comes next.
func (r *jsonReader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.text = r.text[1:]
	return true
}

// peek is the next character, 0 at the end.
func (r *jsonReader) peek() byte {
	if r.text == "" {
		return 0
	}
	return r.text[0]
}

func (r *jsonReader) value() (jsonValue, error) {
	switch c := r.peek(); {
	case c == '{' || c == '[':
		return r.container(c)
	case c == '"' || c == '\'':
		text, err := r.quoted(c)
		return jsonValue{kind: jsonString, text: text}, err
	case c == ',':
		return jsonValue{kind: jsonUndefined}, nil
	case '0' <= c && c <= '9' || c == '.' || c == '-' && !strings.HasPrefix(r.text, "-I"):
		return r.number()
	}
	return r.word()
}

// container reads a list or an object.
func (r *jsonReader) container(open byte) (jsonValue, error) {
	if r.depth++; r.depth > maxJSONDepth {
		return jsonValue{}, errJSON
	}
	defer func() { r.depth-- }()
	v, end := jsonValue{kind: jsonObject}, byte('}')
	if open == '[' {
		v.kind, end = jsonList, ']'
	}
	r.take(open)
	for {
		v.commented = r.space() || v.commented
		if r.take(end) {
			return v, nil
		}
		if err := r.item(&v); err != nil {
			return jsonValue{}, err
		}
		v.commented = r.space() || v.commented
		if !r.take(',') && r.peek() != end {
			return jsonValue{}, errJSON
		}
	}
}

// item reads the next item of a list or member of an object.
func (r *jsonReader) item(of *jsonValue) error {
	if of.kind == jsonObject {
		name, err := r.name()
		if err != nil {
			return err
		}
		of.names = append(of.names, name)
		of.commented = r.space() || of.commented
	}
	v, err := r.value()
	of.items = append(of.items, v)
	return err
}

// name reads the name of a member and the colon behind it.
func (r *jsonReader) name() (string, error) {
	var name string
	if c := r.peek(); c == '"' || c == '\'' {
		var err error
		if name, err = r.quoted(c); err != nil {
			return "", err
		}
	} else {
		name = r.text[:r.while(func(c rune) bool {
			return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '$'
		})]
		if name == "" {
			return "", errJSON
		}
		r.text = r.text[len(name):]
	}
	r.text = strings.TrimLeftFunc(r.text, unicode.IsSpace)
	if !r.take(':') {
		return "", errJSON
	}
	return name, nil
}

// while is how many bytes at the front are characters of a kind.
func (r *jsonReader) while(of func(rune) bool) int {
	if i := strings.IndexFunc(r.text, func(c rune) bool { return !of(c) }); i >= 0 {
		return i
	}
	return len(r.text)
}

// quoted reads a string in quotes of either kind.
func (r *jsonReader) quoted(quote byte) (string, error) {
	var b strings.Builder
	for r.take(quote); r.text != ""; {
		c, n := utf8.DecodeRuneInString(r.text)
		switch {
		case r.take(quote):
			return b.String(), nil
		case c == '\\':
			if err := r.escaped(&b); err != nil {
				return "", err
			}
			continue
		}
		b.WriteRune(c)
		r.text = r.text[n:]
	}
	return "", errJSON
}

// escaped reads a character that is written with a backslash, or two of them
// that are one together.
func (r *jsonReader) escaped(b *strings.Builder) error {
	if len(r.text) < 2 {
		return errJSON
	}
	if i := strings.IndexByte(`btnfr\"'/`, r.text[1]); i >= 0 {
		b.WriteByte("\b\t\n\f\r\\\"'/"[i])
		r.text = r.text[2:]
		return nil
	}
	n := 6
	if len(r.text) >= 12 && r.text[6:8] == `\u` {
		n = 12
	}
	for _, n := range []int{n, 6} {
		if len(r.text) < n {
			return errJSON
		}
		c, err := strconv.Unquote(`"` + r.text[:n] + `"`)
		if r.text[1] == 'u' && err == nil {
			b.WriteString(c)
			r.text = r.text[n:]
			return nil
		}
	}
	if _, err := strconv.ParseUint(r.text[2:6], 16, 16); r.text[1] != 'u' || err != nil {
		return errJSON
	}
	b.WriteRune(unicode.ReplacementChar) // half of a pair
	r.text = r.text[6:]
	return nil
}

// number reads a number. One that begins with 0 is hexadecimal or octal.
func (r *jsonReader) number() (jsonValue, error) {
	n := r.while(func(c rune) bool { return strings.ContainsRune("0123456789abcdefABCDEFxX.+-", c) })
	word := r.text[:n]
	r.text = r.text[n:]
	if c := r.peek(); c != 0 && !strings.ContainsRune(",}])/", rune(c)) && !startsWithSpace(r.text) {
		return jsonValue{}, errJSON
	}
	if len(word) > 1 && word[0] == '0' && !strings.ContainsRune(".eE", rune(word[1])) {
		base, digits := 8, word
		if word[1] == 'x' || word[1] == 'X' {
			base, digits = 16, word[2:]
		}
		i, err := strconv.ParseUint(digits, base, 64)
		if err != nil {
			return jsonValue{}, errJSON
		}
		return jsonValue{kind: jsonInteger, integer: int64(i)}, nil // of a high bit: negative, as there
	}
	i, err := strconv.ParseInt(word, 10, 64)
	if err == nil {
		return jsonValue{kind: jsonInteger, integer: i}, nil
	}
	if errors.Is(err, strconv.ErrRange) {
		return jsonValue{kind: jsonHuge, text: word}, nil
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || strings.ContainsAny(word, "xX") {
		return jsonValue{}, errJSON
	}
	return jsonValue{kind: jsonFloat, float: f}, nil
}

func startsWithSpace(text string) bool {
	c, _ := utf8.DecodeRuneInString(text)
	return unicode.IsSpace(c)
}

func (r *jsonReader) word() (jsonValue, error) {
	n := r.while(func(c rune) bool { return unicode.IsLetter(c) || c == '-' })
	word := r.text[:n]
	r.text = r.text[n:]
	switch word {
	case "true", "false":
		return jsonValue{kind: jsonBool, truth: word == "true"}, nil
	case "null":
		return jsonValue{kind: jsonNull}, nil
	case "undefined":
		return jsonValue{kind: jsonUndefined}, nil
	case "NaN":
		return jsonValue{kind: jsonFloat, float: math.NaN()}, nil
	case "Infinity":
		return jsonValue{kind: jsonFloat, float: math.Inf(1)}, nil
	case "-Infinity":
		return jsonValue{kind: jsonFloat, float: math.Inf(-1)}, nil
	}
	return jsonValue{}, errJSON
}

// set gives the members of a name the place of the first and a value, or adds
// one behind the others.
func (v *jsonValue) set(name string, to jsonValue) {
	if i := slices.Index(v.names, name); i >= 0 {
		v.items[i] = to
		return
	}
	v.names, v.items = append(v.names, name), append(v.items, to)
}

// distinct is an object with every name once, at its first place and with its
// last value.
func (v jsonValue) distinct() jsonValue {
	if v.kind != jsonObject {
		return v
	}
	one := jsonValue{kind: jsonObject}
	for i, name := range v.names {
		one.set(name, v.items[i])
	}
	return one
}

// String writes the value as EventStoreDB does.
func (v jsonValue) String() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v jsonValue) write(b *strings.Builder) {
	switch v.kind {
	case jsonNull:
		b.WriteString("null")
	case jsonUndefined:
		b.WriteString("undefined")
	case jsonBool:
		b.WriteString(strconv.FormatBool(v.truth))
	case jsonInteger:
		b.WriteString(strconv.FormatInt(v.integer, 10))
	case jsonHuge:
		b.WriteString(v.text)
	case jsonFloat:
		b.WriteString(floatText(v.float))
	case jsonString:
		writeQuoted(b, v.text)
	case jsonList, jsonObject:
		v.distinct().writeItems(b)
	}
}

func (v jsonValue) writeItems(b *strings.Builder) {
	brackets := "[]"
	if v.kind == jsonObject {
		brackets = "{}"
	}
	b.WriteByte(brackets[0])
	for i, item := range v.items {
		if i > 0 {
			b.WriteByte(',')
		}
		if v.kind == jsonObject {
			writeQuoted(b, v.names[i])
			b.WriteByte(':')
		}
		item.write(b)
	}
	b.WriteByte(brackets[1])
}

func writeQuoted(b *strings.Builder, text string) {
	b.WriteByte('"')
	for _, c := range text {
		if i := strings.IndexRune("\b\t\n\f\r\\\"", c); i >= 0 {
			b.WriteByte('\\')
			b.WriteByte(`btnfr\"`[i])
		} else if c < ' ' || c == '\u0085' || c == '\u2028' || c == '\u2029' {
			fmt.Fprintf(b, `\u%04x`, c)
		} else {
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
}

// floatText writes a number that is no integer so that it is none again.
func floatText(f float64) string {
	format := byte('f')
	if abs := math.Abs(f); abs >= 1e15 || abs < 1e-4 && abs > 0 {
		format = 'E'
	}
	text := strconv.FormatFloat(f, format, -1, 64)
	if strings.ContainsAny(text, ".EN") || math.IsInf(f, 0) {
		return strings.ReplaceAll(strings.ReplaceAll(text, "+Inf", "Infinity"), "-Inf", "-Infinity")
	}
	return text + ".0"
}
