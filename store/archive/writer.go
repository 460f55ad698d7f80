package archive

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"github.com/marketcore/marketplace/event"
)

// What a file says of itself, beside its columns.
const (
	keyFormat   = "marketplace.format"
	keyPrevious = "marketplace.previous" // the SHA-256 of the file before it, "" of the first
	keyColumns  = "marketplace.facts"    // the schema of the typed columns, as in the manifest
	keyTypes    = "marketplace.types"    // what they hold of each type; files of old have none
)

type fileWriter struct {
	dir    string
	schema string // names the schema of the typed columns
	file   *os.File
	buffer *bufio.Writer
	sum    hash.Hash
	blocks summer
	out    *parquet.GenericWriter[any]
	groups []Group
	values []parquet.Value
}

func createFile(dir, previous string, columns event.ColumnSchema) (*fileWriter, error) {
	types, err := json.Marshal(columns.Types)
	if err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, eventsName+temporary))
	if err != nil {
		return nil, err
	}
	w := &fileWriter{dir: dir, schema: columns.Digest, file: f, sum: sha256.New()}
	w.buffer = bufio.NewWriterSize(io.MultiWriter(f, w.sum, &w.blocks), 1<<20)
	options := []parquet.WriterOption{
		schema,
		parquet.PageBufferSize(pageBytes),
		parquet.CreatedBy("github.com/marketcore/marketplace", "1", ""),
		parquet.BloomFilters(parquet.SplitBlockFilter(10, colStream)),
		// Only positions are searched by their bounds.
		parquet.SkipPageBounds(colData), parquet.SkipPageBounds(colMetadata), parquet.SkipPageBounds(colID), parquet.SkipPageBounds(colCommand), parquet.SkipPageBounds(colDigest),
		// Else each page would begin with two of its events, twice.
		parquet.SkipPageStatistics(colData), parquet.SkipPageStatistics(colMetadata),
		parquet.KeyValueMetadata(keyFormat, strconv.Itoa(formatVersion)),
		parquet.KeyValueMetadata(keyPrevious, previous),
		parquet.KeyValueMetadata(keyColumns, columns.Digest),
		parquet.KeyValueMetadata(keyTypes, string(types)),
	}
	for _, c := range new(event.ColumnBlock).Columns() {
		if c.Personal() {
			options = append(options, parquet.SkipPageBounds(c.Name), parquet.SkipPageStatistics(c.Name))
		}
	}
	w.out = parquet.NewGenericWriter[any](w.buffer, options...)
	return w, nil
}

// write adds a row group.
func (w *fileWriter) write(g *rowGroup) error {
	columns := w.out.ColumnWriters()
	for _, name := range recordColumns {
		if err := w.column(columns, name, len(g.records), func(i int) parquet.Value { return g.value(name, i) }); err != nil {
			return err
		}
	}
	block := g.columns.Block()
	for _, c := range block.Columns() {
		value := func(i int) parquet.Value { return columnValue(&c, i) }
		if !g.whole {
			value = func(int) parquet.Value { return parquet.Value{} }
		}
		if err := w.column(columns, c.Name, len(g.records), value); err != nil {
			return err
		}
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	n := len(g.records)
	w.groups = append(w.groups, Group{First: g.records[0].Position, Last: g.records[n-1].Position, Events: int64(n), Columns: g.whole})
	return nil
}

// recordColumns are the columns of an event's record.
var recordColumns = []string{colPosition, colStream, colRevision, colType, colID, colRecordedAt, colData, colMetadata,
	colOccurredAt, colSchemaVersion, colActor, colCommand, colCorrelation, colCausation, colDigest, colActedBy}

// columnSince is the first format whose files have a column, if it is not the first.
var columnSince = map[string]int{colDigest: 2, colActedBy: 3}

// column writes a row group's part of a column.
func (w *fileWriter) column(columns []*parquet.ColumnWriter, name string, n int, value func(int) parquet.Value) error {
	at := columnOf(schema, name)
	leaf, _ := schema.Lookup(name)
	const chunk = 512
	for i := 0; i < n; i += len(w.values) {
		w.values = w.values[:0]
		for k := i; k < min(n, i+chunk); k++ {
			v := value(k)
			level := leaf.MaxDefinitionLevel
			if v.IsNull() {
				level = 0
			}
			w.values = append(w.values, v.Level(0, level, at))
		}
		if _, err := columns[at].WriteRowValues(w.values); err != nil {
			return err
		}
	}
	return nil
}

// finish makes the file durable, gives it its name and says what it is.
func (w *fileWriter) finish() (File, error) {
	err := w.out.Close()
	if err == nil {
		err = w.buffer.Flush()
	}
	f := File{
		First: w.groups[0].First, Last: w.groups[len(w.groups)-1].Last, Bytes: w.blocks.bytes, SHA256: hex.EncodeToString(w.sum.Sum(nil)),
		Schema: w.schema, Groups: w.groups, CRC32C: w.blocks.end(),
	}
	f.Name = fileName(f.First, f.Last)
	for _, g := range f.Groups {
		f.Events += g.Events
	}
	return f, finish(w.file, err, filepath.Join(w.dir, f.Name))
}

// discard gives up a file that is not whole.
func (w *fileWriter) discard() error { return errors.Join(w.file.Close(), os.Remove(w.file.Name())) }
