package event

import (
	"fmt"
	"reflect"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// A shape is the form of an event struct. The codec reads and writes by it, so
// that there is one codec for all events and none to generate.
type shape = jsonform.Form

type field = jsonform.Field

var kinds = jsonform.KindsOf[Time, Week, Text]()

// shapeOf is the shape of a struct. Of values that may be absent the codec knows
// integers alone.
func shapeOf(t reflect.Type) (*shape, error) {
	s, err := kinds.Form(t)
	if err != nil {
		return nil, err
	}
	return s, onlyIntsAbsent(s)
}

func onlyIntsAbsent(s *shape) error {
	for i := range s.Fields {
		f := &s.Fields[i]
		if f.Pointer && f.Kind != jsonform.Int && f.Kind != jsonform.Int64 {
			return fmt.Errorf("field %s is a pointer to %v, which the codec does not know", f.Name, f.Type)
		}
		nested := f.Nested
		if f.Kind == jsonform.List {
			nested = f.Elem.Nested
		}
		if nested != nil {
			if err := onlyIntsAbsent(nested); err != nil {
				return err
			}
		}
	}
	return nil
}
