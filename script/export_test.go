package script

import (
	"reflect"

	"github.com/marketcore/marketplace/aggregate"
)

// ParseLine reads one line without a Reader around it.
func ParseLine(b []byte) *Line {
	p := newParser()
	return p.line(1, b)
}

// CheckForm reports why a struct cannot be read from a script, if it cannot.
func CheckForm(example any) error {
	_, err := newForm("Example", reflect.TypeOf(example))
	return err
}

// ReaderOf reads JSON objects into structs like example, one after the other, as
// the fields of a command are read, and says what is wrong with them.
func ReaderOf(example any) func(object string) (read any, wrong string) {
	f, err := newForm("Example", reflect.TypeOf(example))
	if err != nil {
		panic(err)
	}
	p := newParser()
	t := newTarget(f.name, f.Form, reflect.New(f.Type).Elem())
	return func(object string) (any, string) {
		p.members = p.members[:0]
		if err := readObject([]byte(object), "the object", p.keep); err != nil {
			return nil, err.Error()
		}
		wrong := p.fill(t, p.members)
		return t.into.Interface(), wrong
	}
}

// Written is how a struct like a command is written.
func Written(of any) (string, error) {
	f, err := newForm("Example", reflect.TypeOf(of))
	if err != nil {
		return "", err
	}
	v := reflect.New(f.Type).Elem()
	v.Set(reflect.ValueOf(of))
	b, err := f.Append(nil, v)
	return string(b), err
}

// CheckVocabulary reports why commands cannot stand in one script together.
func CheckVocabulary(commands ...aggregate.Command) error {
	_, err := newVocabulary(commands)
	return err
}
