package event

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// ColumnSchema says what the columns of a ColumnBlock hold under a registry. Columns that
// were stored under another schema are good for the events of the types that
// mean the same under both; of others the records beside them are to be used.
type ColumnSchema struct {
	// Types has, by its name, each type's version of today and its fields that
	// are in columns, as in "v1 amount:int by:word".
	Types map[string]string
	// Digest stands for the versions of all types and the list of columns. What
	// was stored without Types is known by it.
	Digest string
}

// ColumnSchema is to be stored beside columns, so that whoever reads them knows
// whether this registry would make the same.
func (r *Registry) ColumnSchema() ColumnSchema {
	s := ColumnSchema{Types: map[string]string{}}
	columns := new(ColumnBlock).Columns()
	h := sha256.New()
	for _, c := range columns {
		fmt.Fprintf(h, "%s %s\n", c.Name, c.kind())
	}
	for _, name := range slices.Sorted(maps.Keys(r.types)) {
		e := r.types[name]
		fmt.Fprintln(h, Schema{name, e.version})
		s.Types[name] = e.meaning(columns)
	}
	s.Digest = hex.EncodeToString(h.Sum(nil)[:16])
	return s
}

// meaning is what columns hold of a type.
func (e *entry) meaning(columns []Column) string {
	var fields []string
	for _, f := range inColumns(e.name, e.shape, columns) {
		fields = append(fields, " "+columns[f.column].Field())
	}
	slices.Sort(fields)
	return fmt.Sprintf("v%d%s", e.version, strings.Join(fields, ""))
}

// inColumn is a field of a shape, and the column that takes it.
type inColumn struct{ field, column int }

// inColumns lists the fields of a type that go into columns.
func inColumns(name string, s *shape, columns []Column) (list []inColumn) {
	for i := range s.Fields {
		for k := range columns {
			if c := &columns[k]; c.Name == s.Fields[i].Name && c.holds(&s.Fields[i]) && c.of(name) {
				list = append(list, inColumn{i, k})
			}
		}
	}
	return list
}

// Field is the column as ColumnSchema names it, as in "amount:int".
func (c *Column) Field() string { return c.Name + ":" + c.kind() }

func (c *Column) kind() string {
	switch {
	case c.IDs != nil:
		return "id"
	case c.Ints != nil:
		return "int"
	case c.Personal():
		return "text"
	default:
		return "word"
	}
}

// holds reports whether the column takes fields that are stored in such a way.
func (c *Column) holds(f *field) bool {
	switch f.Kind {
	case jsonform.UUID:
		return c.IDs != nil
	case jsonform.Int, jsonform.Int64, jsonform.Bool, jsonform.Time:
		return c.Ints != nil
	case jsonform.String:
		return c.Words != nil && !c.Personal()
	case jsonform.List: // of words or ids, or of what holds texts
		if f.Elem.Kind == jsonform.Struct {
			return c.Personal()
		}
		return c.Words != nil && !c.Personal() && (f.Elem.Kind == jsonform.String || f.Elem.Kind == jsonform.UUID)
	case jsonform.Text, jsonform.Texts:
		return c.Personal()
	}
	return false
}

// of reports whether the column takes events of the type.
func (c *Column) of(name string) bool { return !c.Personal() || slices.Contains(c.texts, name) }

// A ColumnBuilder makes column blocks of records, one block after the other. It is for one
// goroutine.
//
//	b := registry.NewColumnBuilder()
//	for rec, err := range log.ReadAll(ctx, span) {
//		…
//		err = b.Add(&rec)
//	}
//	block := b.Block()
type ColumnBuilder struct {
	decoder *Decoder
	block   ColumnBlock
	columns []Column
	fields  map[*target][]columnField

	// Where each value stands already.
	streams, types map[string]int32
	ids            []map[uuid.UUID]int32 // by column
	words          []map[string]int32    // by column
}

// columnField is a field of an event that goes into a column.
type columnField struct {
	*slot
	column int
}

// NewColumnBuilder makes a builder that decodes for a fold: of personal text what
// records keep.
// It is for one goroutine.
func (r *Registry) NewColumnBuilder() *ColumnBuilder {
	b := &ColumnBuilder{
		decoder: r.NewFoldDecoder(), fields: map[*target][]columnField{},
		streams: map[string]int32{}, types: map[string]int32{},
	}
	b.columns = b.block.Columns()
	b.ids, b.words = make([]map[uuid.UUID]int32, len(b.columns)), make([]map[string]int32, len(b.columns))
	for i := range b.columns {
		b.ids[i], b.words[i] = map[uuid.UUID]int32{}, map[string]int32{}
	}
	return b
}

// Block is the block so far. It is the builder's own memory, valid until Reset.
func (b *ColumnBuilder) Block() *ColumnBlock { return &b.block }

// Reset begins a new block in the memory of the last one.
func (b *ColumnBuilder) Reset() {
	b.block.Reset()
	clear(b.streams)
	clear(b.types)
	for i := range b.columns {
		clear(b.ids[i])
		clear(b.words[i])
	}
}

// Add puts a record at the end of the block. It fails with a *DecodeError, and
// adds nothing, for an event that cannot be decoded in a stream of a category
// of ours: such a log has no columns, and reading its records finds the event.
// It fails with a *ColumnError when the block has MaxBlockEvents events.
func (b *ColumnBuilder) Add(rec *Record) error {
	f := &b.block
	if f.Len() == MaxBlockEvents {
		return &ColumnError{Position: rec.Position, Detail: fmt.Sprintf("the block has %d events already", MaxBlockEvents)}
	}
	var env Envelope
	var fields []columnField
	if !Foreign(rec.Stream) {
		var err error
		if env, err = b.decoder.Decode(rec); err != nil {
			return err
		}
		fields = b.fieldsOf(env.Event.EventType())
	}
	name := rec.Type
	if env.Event != nil {
		name = env.Event.EventType() // an upcast may have changed it
	}
	f.Positions = append(f.Positions, rec.Position)
	f.Revisions = append(f.Revisions, rec.Revision)
	f.OccurredAt = append(f.OccurredAt, env.OccurredAt)
	f.Streams.add(b.streams, rec.Stream)
	f.Types.add(b.types, name)
	for i := range fields {
		if s := &fields[i]; !s.Optional || !s.value.IsZero() {
			b.set(s.column, s.slot)
		}
	}
	return nil
}

// fieldsOf lists the fields of a type that go into columns.
func (b *ColumnBuilder) fieldsOf(name string) []columnField {
	t := b.decoder.target(name)
	fields, known := b.fields[t]
	if known {
		return fields
	}
	for _, f := range inColumns(name, t.shape, b.columns) {
		fields = append(fields, columnField{&t.slots[f.field], f.column})
	}
	b.fields[t] = fields
	return fields
}

// set gives the block's last event the value of a field.
func (b *ColumnBuilder) set(column int, s *slot) {
	c := &b.columns[column]
	for index := c.index(); len(*index) < b.block.Len()-1; {
		*index = append(*index, NoValue)
	}
	switch {
	case c.IDs != nil:
		id := *s.ptr.(*uuid.UUID)
		at, known := b.ids[column][id]
		if !known {
			at = int32(len(c.IDs.Values))
			c.IDs.Values = append(c.IDs.Values, id)
			b.ids[column][id] = at
		}
		c.IDs.Index = append(c.IDs.Index, at)
	case c.Ints != nil:
		c.Ints.Index = append(c.Ints.Index, int32(len(c.Ints.Values)))
		c.Ints.Values = append(c.Ints.Values, integer(s.value))
	default:
		c.Words.add(b.words[column], s.word())
	}
}

// word is the slot's word or text, its list of words or ids with commas between, or its
// list of texts as a TextList.
func (s *slot) word() string {
	switch p := s.ptr.(type) {
	case *string:
		return *p
	case *Text:
		return string(*p)
	case *[]Text:
		return TextList(*p)
	}
	if s.Elem.Kind == jsonform.Struct {
		list, _ := s.AppendValue(nil, s.value) // cannot fail: it was decoded
		return string(list)
	}
	words := make([]string, s.value.Len())
	for i := range words {
		words[i] = fmt.Sprint(s.value.Index(i))
	}
	return strings.Join(words, ",")
}

func integer(v reflect.Value) int64 {
	v = reflect.Indirect(v)
	if v.Kind() == reflect.Bool {
		if v.Bool() {
			return 1
		}
		return 0
	}
	return v.Int()
}

// add gives the next event a word, of which seen knows where it stands.
func (c *WordColumn) add(seen map[string]int32, word string) {
	at, known := seen[word]
	if !known {
		at = int32(c.Values.Len())
		c.Values.add(word)
		word = strings.Clone(word)
		seen[word] = at
	}
	c.Index = append(c.Index, at)
}
