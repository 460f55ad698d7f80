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

// ValidJSON reports whether the scanner takes b for one JSON value.
func ValidJSON(b []byte) bool {
	s := scanner{b: b}
	_, ok := s.value(0)
	return ok && s.end()
}

// Chars is the text of a JSON string, if b is one.
func Chars(b []byte) (text string, isText bool) {
	s := scanner{b: b}
	v, ok := s.text()
	if !ok || !s.end() {
		return "", false
	}
	chars, isText := v.chars()
	return string(chars), isText
}

// CheckVocabulary reports why commands cannot stand in one script together.
func CheckVocabulary(commands ...aggregate.Command) error {
	_, err := newVocabulary(commands)
	return err
}
