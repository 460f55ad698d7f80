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

// CheckVocabulary reports why commands cannot stand in one script together.
func CheckVocabulary(commands ...aggregate.Command) error {
	_, err := newVocabulary(commands)
	return err
}
