package archive

import (
	"github.com/google/uuid"
	"github.com/parquet-go/parquet-go"

	"github.com/marketcore/marketplace/event"
)

// A rowGroup is the events of a row group before they are written: what each
// column is to hold.
type rowGroup struct {
	records []event.Record // without their bytes
	bytes   []byte         // data, then metadata if it is kept, of one event after the other
	ends    []payload      // of each event in bytes
	metas   []parts
	columns *event.ColumnBuilder
	whole   bool // every event could be decoded, so the columns are what folds need
}

type payload struct{ data, metadata int }

// parts are an event's metadata in columns.
type parts struct {
	event.Meta
	version int  // 0: the metadata is kept as bytes, and only OccurredAt is known
	dated   bool // OccurredAt is known
}

func newRowGroup(r *event.Registry) *rowGroup {
	g := &rowGroup{columns: r.NewColumnBuilder()}
	g.reset()
	return g
}

func (g *rowGroup) reset() {
	g.records, g.bytes, g.ends, g.metas, g.whole = g.records[:0], g.bytes[:0], g.ends[:0], g.metas[:0], true
	g.columns.Reset()
}

func (g *rowGroup) add(rec *event.Record, d *event.Decoder) {
	if g.whole {
		g.whole = addColumns(g.columns, rec)
	}
	p := partsOf(rec, d)
	g.metas = append(g.metas, p)
	g.bytes = append(g.bytes, rec.Data...)
	end := payload{data: len(g.bytes)}
	if p.version == 0 {
		g.bytes = append(g.bytes, rec.Metadata...)
	}
	end.metadata = len(g.bytes)
	g.ends = append(g.ends, end)
	lean := *rec
	lean.Data, lean.Metadata = nil, nil
	g.records = append(g.records, lean)
}

// partsOf is what the columns say of an event's metadata.
func partsOf(rec *event.Record, d *event.Decoder) parts {
	if m, version, ok := event.ParseMetadata(rec.Metadata); ok {
		return parts{m, version, true}
	}
	if m, err := d.DecodeMeta(rec); err == nil {
		return parts{Meta: event.Meta{OccurredAt: m.OccurredAt}, dated: true}
	}
	return parts{}
}

// value is what a column of the record holds of the i-th event; a null value if
// nothing.
func (g *rowGroup) value(column string, i int) parquet.Value {
	r, m := &g.records[i], &g.metas[i]
	switch column {
	case colPosition:
		return parquet.Int64Value(int64(r.Position))
	case colStream:
		return parquet.ByteArrayValue(bytesOf(r.Stream))
	case colRevision:
		return parquet.Int64Value(int64(r.Revision))
	case colType:
		return parquet.ByteArrayValue(bytesOf(r.Type))
	case colID:
		return parquet.FixedLenByteArrayValue(r.ID[:])
	case colRecordedAt:
		return parquet.Int64Value(r.RecordedAt.UnixMicro())
	case colData:
		return parquet.ByteArrayValue(g.bytes[g.start(i):g.ends[i].data])
	}
	if column == colOccurredAt && m.dated {
		return parquet.Int64Value(millis(m.OccurredAt))
	}
	if m.version == 0 {
		if column == colMetadata {
			return parquet.ByteArrayValue(g.bytes[g.ends[i].data:g.ends[i].metadata])
		}
		return parquet.Value{}
	}
	switch column {
	case colSchemaVersion:
		return parquet.Int32Value(int32(m.version))
	case colActor:
		return parquet.ByteArrayValue(bytesOf(string(m.Actor)))
	case colCommand:
		return parquet.FixedLenByteArrayValue(m.CommandID[:])
	case colCorrelation:
		return unless(m.CommandID, &m.CorrelationID)
	case colCausation:
		return unless(m.CommandID, &m.CausationID)
	case colDigest:
		if m.CommandDigest != [16]byte{} {
			return parquet.FixedLenByteArrayValue(m.CommandDigest[:])
		}
	case colActedBy:
		if m.ActedBy != "" {
			return parquet.ByteArrayValue(bytesOf(m.ActedBy))
		}
	}
	return parquet.Value{}
}

func unless(same uuid.UUID, id *uuid.UUID) parquet.Value {
	if *id == same {
		return parquet.Value{}
	}
	return parquet.FixedLenByteArrayValue(id[:])
}

func (g *rowGroup) start(i int) int {
	if i == 0 {
		return 0
	}
	return g.ends[i-1].metadata
}

// columnValue is what a column holds of the i-th event.
func columnValue(c *event.Column, i int) parquet.Value {
	switch {
	case c.IDs != nil:
		if k := c.IDs.Index.At(i); k != event.NoValue {
			return parquet.FixedLenByteArrayValue(c.IDs.Values[k][:])
		}
	case c.Ints != nil:
		if k := c.Ints.Index.At(i); k != event.NoValue {
			return parquet.Int64Value(c.Ints.Values[k])
		}
	default:
		if k := c.Words.Index.At(i); k != event.NoValue {
			return parquet.ByteArrayValue(c.Words.Values.At(int(k)))
		}
	}
	return parquet.Value{}
}
