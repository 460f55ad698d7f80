package catalogue

import (
	"reflect"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// field is one row of a table of fields.
type field struct {
	name, kind, unit, comment string
	optional                  bool
}

// kinds are the types that mean the same wherever they stand, with their unit.
var kinds = map[reflect.Type][2]string{
	reflect.TypeFor[uuid.UUID]():      {"id", "UUID"},
	reflect.TypeFor[event.Time]():     {"moment", "UTC, whole seconds"},
	reflect.TypeFor[event.Week]():     {"week", "ISO week, `2016-W05`"},
	reflect.TypeFor[event.Day]():      {"day", "UTC, `2016-02-29`"},
	reflect.TypeFor[event.Month]():    {"month", "UTC, `2016-02`"},
	reflect.TypeFor[event.Money]():    {"money", "minor units"},
	reflect.TypeFor[event.Connects](): {"integer", "Connects"},
	reflect.TypeFor[event.Text]():     {"personal text", ""},
	reflect.TypeFor[[]event.Text]():   {"list of personal texts", ""},
	reflect.TypeFor[[]string]():       {"list of texts", ""},
	reflect.TypeFor[string]():         {"text", ""},
	reflect.TypeFor[bool]():           {"truth value", ""},
}

// fields lists the fields of a struct; those of a struct inside it, or of the items
// of a list, follow under its name and a dot.
func (c *catalogue) fields(t reflect.Type, prefix string) []field {
	var rows []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		row := field{name: prefix + name, optional: option == "omitzero", comment: c.words.fields[nameOf(t)+"."+f.Name]}
		typ := f.Type
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		row.kind, row.unit = c.kind(typ, name)
		if row.kind == "integer" && row.unit == "" && row.comment == "" && prefix == "" {
			c.fault("%s.%s is a number without a unit: say which in its comment", nameOf(t), f.Name)
		}
		rows = append(rows, row)
		if inner, ok := structIn(typ); ok {
			rows = append(rows, c.fields(inner, name+".")...)
		}
	}
	return rows
}

// kind says what values a field has and in what unit.
func (c *catalogue) kind(t reflect.Type, name string) (kind, unit string) {
	if known, ok := kinds[t]; ok {
		return known[0], known[1]
	}
	switch t.Kind() {
	case reflect.String:
		values := c.words.values[nameOf(t)]
		if len(values) == 0 {
			c.fault("%s has no constants: a text that is one of a list lists them", nameOf(t))
		}
		return "one of " + quoted(values), ""
	case reflect.Int, reflect.Int64:
		return "integer", unitOf(name)
	case reflect.Struct:
		return "object", ""
	case reflect.Slice:
		if inner, ok := structIn(t); ok {
			return "list of {" + strings.Join(names(inner), ", ") + "}", ""
		}
		kind, unit = c.kind(t.Elem(), name)
		return "list; each " + kind, unit
	}
	c.fault("field %s is of type %v, for which the catalogue has no word", name, t)
	return t.String(), ""
}

// structIn is the struct that a field is, or a list of: one whose fields are told.
func structIn(t reflect.Type) (inner reflect.Type, ok bool) {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	_, known := kinds[t]
	return t, t.Kind() == reflect.Struct && !known
}

func names(t reflect.Type) []string {
	var list []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		list = append(list, name)
	}
	return list
}

// unitOf is the unit that a number's name ends in.
func unitOf(name string) string {
	for _, u := range [][2]string{{"minutes", "minutes"}, {"percent", "percent"}, {"_bp", "basis points"}} {
		if strings.HasSuffix(name, u[0]) {
			return u[1]
		}
	}
	return ""
}

// personal names the fields that hold personal text.
func personal(rows []field) []string {
	var names []string
	for _, f := range rows {
		if strings.Contains(f.kind, "personal text") {
			names = append(names, f.name)
		}
	}
	return names
}
