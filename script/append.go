package script

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// Append appends a command as a line of a script, with its line feed, to b.
// Reading the line gives the same command again if it passes its Validate. It
// fails with ErrNotEncodable, and leaves b as it was, for a pointer, a moment or
// week that does not exist, text that is not UTF-8 and a line over MaxLine. A
// list that is nil is written, and read again, as one without items.
func Append(b []byte, id uuid.UUID, at event.Time, c aggregate.Command) ([]byte, error) {
	fail := func(err error) ([]byte, error) {
		return b, &Error{Code: ErrNotEncodable.Code, Err: err}
	}
	v := reflect.ValueOf(c)
	if !v.IsValid() || v.Kind() != reflect.Struct {
		return fail(fmt.Errorf("%T is not one of aggregate.Commands", c))
	}
	f := commands()[c.CommandName()]
	if f == nil || f.typ != v.Type() {
		return fail(fmt.Errorf("%T is not one of aggregate.Commands", c))
	}
	when, err := at.MarshalText()
	if err != nil {
		return fail(err)
	}
	line := append(b, `{"id":"`...)
	line = append(line, id.String()...)
	line = append(line, `","at":"`...)
	line = append(line, when...)
	line = append(line, `","cmd":"`...)
	line = append(line, f.name...)
	line = append(line, '"')
	if line, err = f.append(line, v, false); err != nil {
		return fail(err)
	}
	line = append(line, '}')
	if len(line)-len(b) > MaxLine {
		return fail(fmt.Errorf("the line would be longer than %d bytes", MaxLine))
	}
	return append(line, '\n'), nil
}

// append writes a struct's fields, first or not; optional ones that are zero
// are left out.
func (f *form) append(b []byte, v reflect.Value, first bool) ([]byte, error) {
	for i := range f.fields {
		fd := &f.fields[i]
		fv := v.Field(i)
		if fd.optional && fv.IsZero() {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, '"')
		b = append(b, fd.name...)
		b = append(b, '"', ':')
		if fd.pointer {
			fv = fv.Elem() // not nil, which is left out
		}
		var err error
		if b, err = fd.append(b, fv); err != nil {
			return b, fmt.Errorf("%s: %w", fd.name, err)
		}
	}
	return b, nil
}

func (f *field) append(b []byte, v reflect.Value) ([]byte, error) {
	switch f.kind {
	case kindText:
		return appendText(b, v.String())
	case kindInteger:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case kindBool:
		return strconv.AppendBool(b, v.Bool()), nil
	case kindList:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendText(b, v.Index(i).String()); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	case kindObject:
		b, err := f.nested.append(append(b, '{'), v, true)
		return append(b, '}'), err
	default: // an id, moment or week: none has a character that JSON escapes
		text, err := v.Interface().(interface{ MarshalText() ([]byte, error) }).MarshalText()
		b = append(b, '"')
		b = append(b, text...)
		return append(b, '"'), err
	}
}

func appendText(b []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return b, errors.New("the text is not UTF-8")
	}
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"'), nil
}

const hexDigits = "0123456789abcdef"
