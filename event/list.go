package event

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// Lists of ids, of words and of structs. Each item passes through one place, the
// slot's nested one, and is copied from there into a list in memory of its own,
// which whoever holds the event may keep.

// items reads a list in the spelling in which it is written; one without items is
// not nil, since it was not left out.
func (d *Decoder) items(s *slot, b []byte, p int) (end int, ok bool) {
	if p+1 >= len(b) || b[p] != '[' {
		return p, false
	}
	s.value.Set(reflect.MakeSlice(s.Type, 0, 0))
	if b[p+1] == ']' {
		return p + 2, true
	}
	item := &s.nested[0]
	for p < len(b) && b[p] != ']' { // at a bracket or a comma
		if p, ok = d.value(item, b, p+1); !ok || p >= len(b) || b[p] != ',' && b[p] != ']' {
			return p, false
		}
		s.value.Set(reflect.Append(s.value, item.value))
	}
	return p + 1, p < len(b)
}

// strictItems decodes any valid JSON that is a list of such items, none of them null.
func strictItems(f *field, raw []byte, v reflect.Value) error {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return fmt.Errorf("%w: %s", errOtherShape, f.Name)
	}
	v.Set(reflect.MakeSlice(f.Type, len(items), len(items)))
	for i, item := range items {
		if string(item) == "null" {
			return fmt.Errorf("%w: %s", errOtherShape, f.Name)
		}
		if err := strictField(f.Elem, item, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// unwritableItem is unwritable of the items of a list.
func (s *slot) unwritableItem() *slot {
	for i := range s.value.Len() {
		s.nested[0].value.Set(s.value.Index(i))
		if found := unwritable(s.nested); found != nil {
			return found
		}
	}
	return nil
}

// clearItems takes the text out of the items of a list. The list is a new one then:
// an upcast may have made this one of what others read too.
func (s *slot) clearItems() {
	if s.Elem.Kind != jsonform.Struct || s.value.Len() == 0 {
		return
	}
	lean := reflect.MakeSlice(s.Type, s.value.Len(), s.value.Len())
	for i := range lean.Len() {
		s.nested[0].value.Set(s.value.Index(i))
		clearText(s.nested)
		lean.Index(i).Set(s.nested[0].value)
	}
	s.value.Set(lean)
}
