package archive

import (
	"embed"
	"encoding/json"
	"maps"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// meaning is what the typed columns of a file hold, as its writer knew it.
type meaning struct {
	digest string            // event.ColumnSchema's
	types  map[string]string // event.ColumnSchema's; nil: only the digest is known
	fields map[string]bool   // of all types
}

// released has the types of the schemas under which archives were written before
// files named them, by digest.
//
//go:embed released
var released embed.FS

func (s *segment) readMeaning() (meaning, error) {
	m := meaning{digest: s.Schema}
	text, named := s.footer.lookup(keyTypes)
	if !named {
		old, err := released.ReadFile("released/" + s.Schema + ".json")
		if err != nil {
			return m, nil // of a registry that is a host's own
		}
		text = string(old)
	}
	if err := json.Unmarshal([]byte(text), &m.types); err != nil || m.types == nil {
		return m, corrupt(0, err, "%s does not say what its typed columns hold", s.Name)
	}
	m.fields = map[string]bool{}
	for _, typ := range m.types {
		addFields(typ, m.fields)
	}
	return m, nil
}

// addFields puts the fields of a type, as types has it, into a set.
func addFields(typ string, to map[string]bool) {
	for _, field := range strings.Fields(typ) {
		to[field] = true // and the version, which is the name of no column
	}
}

// has reports whether there is a column of the kind that this library knows of
// the name. One that is not, or is of another kind, is of types that are not read
// by columns.
func (m *meaning) has(c *event.Column) bool { return m.types == nil || m.fields[c.Field()] }

// filled is has for a row group whose events are of these types: of a column in which
// none of them has a value nothing need be read.
func (m *meaning) filled(types *event.Words) func(*event.Column) bool {
	if m.types == nil {
		return m.has
	}
	fields := map[string]bool{}
	for i := range types.Len() {
		addFields(m.types[string(types.At(i))], fields)
	}
	return func(c *event.Column) bool { return fields[c.Field()] }
}

// means reports whether the typed columns of a row group mean under the schema
// what they meant to its writer. Types that neither knows are of streams that are
// not ours.
func (s *segment) means(group int, schema event.ColumnSchema) (bool, error) {
	m := &s.meaning
	if m.types == nil {
		return m.digest == schema.Digest, nil
	}
	if maps.Equal(m.types, schema.Types) {
		return true, nil
	}
	present, err := s.typesOf(group)
	for _, typ := range present {
		if m.types[typ] != schema.Types[typ] {
			return false, err
		}
	}
	return len(present) > 0, err
}

// typesOf lists the types of a row group's events, as stored; none if that is not
// to be had in short.
func (s *segment) typesOf(group int) (types []string, err error) {
	c, err := s.cursor(group, colType)
	if err != nil {
		return nil, err
	}
	defer c.close()
	if err := c.turn(); err != nil || c.dict == nil {
		return nil, err
	}
	for i := range c.dict.len {
		types = append(types, string(c.dict.word(int32(i))))
	}
	return types, nil
}

// addColumns adds a record to the columns. It reports false if they cannot hold it:
// it cannot be decoded, or an upcast gave it another type than the column of
// types has, which is that of the record.
func addColumns(b *event.ColumnBuilder, rec *event.Record) bool {
	if b.Add(rec) != nil {
		return false
	}
	types := &b.Block().Types
	return string(types.Values.At(int(types.Index[len(types.Index)-1]))) == rec.Type
}
