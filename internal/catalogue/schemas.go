package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// object is a JSON object; encoding/json writes its keys in order.
type object = map[string]any

const dialect = "https://json-schema.org/draft/2020-12/schema"

// patterns are the schemas of types that mean the same wherever they stand.
var patterns = map[reflect.Type]object{
	reflect.TypeFor[uuid.UUID]():      {"type": "string", "format": "uuid", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
	reflect.TypeFor[event.Time]():     {"type": "string", "format": "date-time", "pattern": `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`},
	reflect.TypeFor[event.Week]():     {"type": "string", "pattern": `^\d{4}-W\d{2}$`},
	reflect.TypeFor[event.Day]():      {"type": "string", "format": "date"},
	reflect.TypeFor[event.Month]():    {"type": "string", "pattern": `^\d{4}-\d{2}$`},
	reflect.TypeFor[event.Money]():    {"type": "integer", "x-unit": "minor units"},
	reflect.TypeFor[event.Connects](): {"type": "integer", "x-unit": "Connects"},
	reflect.TypeFor[event.Text]():     {"type": "string", "x-personal": true},
	reflect.TypeFor[string]():         {"type": "string"},
	reflect.TypeFor[bool]():           {"type": "boolean"},
}

// Schemas are the JSON Schemas of every version of every event, by the names of their
// files, such as InviteSent.v1.json, and asyncapi.json, which says what streams they are
// in. Its error joins everything that is missing.
func Schemas(s Sources) (map[string][]byte, error) {
	w, err := readWords(s.Aggregate, s.Event)
	if err != nil {
		return nil, err
	}
	c := &catalogue{Sources: s, words: w}
	files := map[string][]byte{"asyncapi.json": indented(c.asyncAPI())}
	for _, t := range c.Types {
		name := t.Event.EventType()
		files[fileOf(event.Schema{Type: name, Version: t.Version})] = indented(c.schema(event.Schema{Type: name, Version: t.Version}, reflect.TypeOf(t.Event).Elem(), c.doc("event", name)))
	}
	for _, u := range c.Upcasts {
		files[fileOf(u.From)] = indented(c.schema(u.From, u.Shape(), "Only in old logs; read as "+u.To.String()+"."))
	}
	return files, errors.Join(c.faults...)
}

func fileOf(s event.Schema) string { return fmt.Sprintf("%s.v%d.json", s.Type, s.Version) }

func indented(o object) []byte {
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		panic(err) // cannot happen: maps, lists and texts
	}
	return append(text, '\n')
}

// schema is that of one version of an event: its data, which has no other fields.
func (c *catalogue) schema(s event.Schema, shape reflect.Type, doc string) object {
	of := c.objectOf(shape)
	of["$schema"] = dialect
	of["$id"] = fmt.Sprintf("urn:marketplace:event:%s:%d", s.Type, s.Version)
	of["title"], of["description"] = s.Type, doc
	return of
}

func (c *catalogue) objectOf(t reflect.Type) object {
	properties, required := object{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		typ := f.Type
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		of := c.valueOf(typ, name)
		if said := c.words.fields[nameOf(t)+"."+f.Name]; said != "" {
			of["description"] = said
		}
		properties[name] = of
		if option != "omitzero" {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

// valueOf is the schema of a field's value.
func (c *catalogue) valueOf(t reflect.Type, name string) object {
	if known, ok := patterns[t]; ok {
		of := object{}
		for k, v := range known {
			of[k] = v
		}
		return of
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string", "enum": c.words.values[nameOf(t)]}
	case reflect.Int, reflect.Int64:
		of := object{"type": "integer"}
		if unit := unitOf(name); unit != "" {
			of["x-unit"] = unit
		}
		return of
	case reflect.Struct:
		return c.objectOf(t)
	case reflect.Slice:
		return object{"type": "array", "items": c.valueOf(t.Elem(), name)}
	}
	c.fault("field %s is of type %v, for which there is no schema", name, t)
	return object{}
}
