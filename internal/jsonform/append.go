package jsonform

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Append appends a struct, which is addressable, as a JSON object to b: the bytes
// of encoding/json without HTML escapes, fields in the order of the struct, no
// white space. It fails for text that is not UTF-8 and for a moment or a week that
// does not exist.
func (f *Form) Append(b []byte, v reflect.Value) ([]byte, error) {
	b, err := f.AppendFields(append(b, '{'), v, true)
	return append(b, '}'), err
}

// AppendFields appends the fields alone, behind others unless they are the first.
func (f *Form) AppendFields(b []byte, v reflect.Value, first bool) ([]byte, error) {
	for i := range f.Fields {
		fd := &f.Fields[i]
		fv := v.Field(fd.index)
		if fd.Optional && fd.leftOut(fv) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		if fd.Pointer {
			fv = fv.Elem() // not nil, which is left out
		}
		var err error
		if b, err = fd.AppendValue(append(b, fd.Key...), fv); err != nil {
			return b, fmt.Errorf("%s: %w", fd.Name, err)
		}
	}
	return b, nil
}

// leftOut reports whether the value of an optional field is not written.
func (f *Field) leftOut(v reflect.Value) bool {
	return v.IsZero() || f.blank && v.Elem().IsZero() || f.empty && v.Len() > 0
}

// AppendValue appends a value of the field's kind, without its name.
func (f *Field) AppendValue(b []byte, v reflect.Value) ([]byte, error) {
	switch f.Kind {
	case String, Text:
		return AppendText(b, v.String())
	case Int, Int64:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case Bool:
		return strconv.AppendBool(b, v.Bool()), nil
	case UUID:
		return append(AppendUUID(append(b, '"'), uuid.UUID(v.Bytes())), '"'), nil
	case Time, Week:
		b, err := v.Addr().Interface().(encoding.TextAppender).AppendText(append(b, '"'))
		return append(b, '"'), err
	case Strings, Texts:
		return appendList(b, v, func(b []byte, item reflect.Value) ([]byte, error) { return AppendText(b, item.String()) })
	case List:
		return appendList(b, v, f.Elem.AppendValue)
	default: // Struct
		return f.Nested.Append(b, v)
	}
}

func appendList(b []byte, v reflect.Value, item func([]byte, reflect.Value) ([]byte, error)) (_ []byte, err error) {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = item(b, v.Index(i)); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

var errNotUTF8 = errors.New("text is not UTF-8")

// AppendText appends a JSON string. It fails for text that is not UTF-8.
func AppendText(b []byte, s string) ([]byte, error) {
	plain, ascii := true, true
	for i := range len(s) {
		c := s[i]
		if c < 0x20 || c == '"' || c == '\\' {
			plain = false
		}
		if c >= utf8.RuneSelf {
			ascii = false
		}
	}
	if !ascii {
		if !utf8.ValidString(s) {
			return b, errNotUTF8
		}
		// JavaScript takes these two for ends of lines: encoding/json escapes them.
		plain = plain && !strings.ContainsAny(s, "\u2028\u2029")
	}
	if plain {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"'), nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return b, err
	}
	return append(b, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...), nil
}
