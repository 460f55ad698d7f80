package archive

import (
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// batchEvents is how many records are read at a time.
const batchEvents = 512

// A recordReader reads the records of a row group, forwards.
type recordReader struct {
	segment *segment
	group   int
	cursors map[string]*cursor

	last     event.Position
	records  []event.Record
	metas    []parts
	hasMeta  []bool
	metadata []byte
	ends     []int
}

func (s *segment) records(group int) (*recordReader, error) {
	r := &recordReader{segment: s, group: group, cursors: map[string]*cursor{}}
	for _, name := range recordColumns {
		if s.footer.index(name) < 0 {
			continue
		}
		c, err := s.cursor(group, name)
		if err != nil {
			return nil, err
		}
		r.cursors[name] = c
	}
	return r, nil
}

func (r *recordReader) close() {
	for _, c := range r.cursors {
		c.close()
	}
}

// read reads so many records from a row on. Their bytes are valid until the next
// read.
func (r *recordReader) read(row int64, n int) ([]event.Record, error) {
	for _, c := range r.cursors {
		c.forget()
		if err := c.seek(row); err != nil {
			return nil, err
		}
	}
	r.records = append(r.records[:0], make([]event.Record, n)...)
	r.metas = append(r.metas[:0], make([]parts, n)...)
	r.hasMeta = append(r.hasMeta[:0], make([]bool, n)...)
	for _, column := range recordColumns {
		if c := r.cursors[column]; c != nil {
			if err := r.column(c, n); err != nil {
				return nil, err
			}
		}
	}
	if err := r.ordered(); err != nil {
		return nil, err
	}
	return r.records, r.write()
}

// ordered makes sure that positions ascend, within those of the row group: who
// follows the log goes on behind the last one.
func (r *recordReader) ordered() error {
	g := &r.segment.Groups[r.group]
	for i := range r.records {
		if at := r.records[i].Position; at <= r.last || at < g.First || at > g.Last {
			return corrupt(at, nil, "the position is not where the manifest of %s has it", r.segment.Name)
		}
		r.last = r.records[i].Position
	}
	return nil
}

// column sets a column's part of the next records.
func (r *recordReader) column(c *cursor, n int) error {
	records, metas := r.records, r.metas
	var last int32 = -1
	var word string
	text := func(value int) string { // neighbours often have the same
		if c.dict == nil {
			return string(c.of(value))
		}
		if k := c.small[value]; k != last {
			last, word = k, string(c.dict.word(k))
		}
		return word
	}
	id := func(value int) uuid.UUID { return uuid.UUID(c.of(value)) }
	var set func(i, value int)
	switch c.name {
	case colPosition:
		set = func(i, v int) { records[i].Position = event.Position(c.ints[v]) }
	case colStream:
		set = func(i, v int) { records[i].Stream = text(v) }
	case colRevision:
		set = func(i, v int) { records[i].Revision = uint64(c.ints[v]) }
	case colType:
		set = func(i, v int) { records[i].Type = text(v) }
	case colID:
		set = func(i, v int) { records[i].ID = id(v) }
	case colRecordedAt:
		set = func(i, v int) { records[i].RecordedAt = time.UnixMicro(c.ints[v]).UTC() }
	case colData:
		set = func(i, v int) { records[i].Data = c.of(v) }
	case colMetadata:
		set = func(i, v int) {
			if v >= 0 {
				records[i].Metadata, r.hasMeta[i] = c.of(v), true
			}
		}
	case colOccurredAt:
		set = func(i, v int) {
			if v >= 0 {
				metas[i].OccurredAt, metas[i].dated = event.Time(c.ints[v]/1000), true
			}
		}
	case colSchemaVersion:
		set = func(i, v int) {
			if v >= 0 {
				metas[i].version = int(c.integer(v))
			}
		}
	case colActor:
		set = func(i, v int) {
			if v >= 0 {
				metas[i].Actor = event.Actor(text(v))
			}
		}
	case colCommand:
		set = func(i, v int) {
			if v >= 0 {
				m := &metas[i]
				m.CommandID = id(v)
				m.CorrelationID, m.CausationID = m.CommandID, m.CommandID
			}
		}
	case colCorrelation:
		set = func(i, v int) {
			if v >= 0 {
				metas[i].CorrelationID = id(v)
			}
		}
	case colCausation:
		set = func(i, v int) {
			if v >= 0 {
				metas[i].CausationID = id(v)
			}
		}
	case colDigest:
		set = func(i, v int) {
			if v >= 0 {
				metas[i].CommandDigest = id(v)
			}
		}
	case colActedBy:
		set = func(i, v int) {
			if v >= 0 {
				metas[i].ActedBy = text(v)
			}
		}
	}
	return c.read(n, set)
}

// write puts the metadata together that is not kept as bytes.
func (r *recordReader) write() (err error) {
	r.metadata, r.ends = r.metadata[:0], append(r.ends[:0], 0)
	for i := range r.records {
		if !r.hasMeta[i] {
			if r.metadata, err = event.AppendMetadata(r.metadata, r.metas[i].version, r.metas[i].Meta); err != nil {
				return corrupt(r.records[i].Position, err, "the event has no metadata")
			}
		}
		r.ends = append(r.ends, len(r.metadata))
	}
	for i := range r.records {
		if !r.hasMeta[i] {
			r.records[i].Metadata = r.metadata[r.ends[i]:r.ends[i+1]:r.ends[i+1]]
		}
	}
	return nil
}
