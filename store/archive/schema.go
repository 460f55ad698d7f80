package archive

import (
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/compress/uncompressed"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding"

	"github.com/marketcore/marketplace/event"
)

// The columns of an event's record. Beside them stand those of event.ColumnFields
// by their names. docs/archive.md says what each holds.
const (
	colPosition      = "position"
	colStream        = "stream"
	colRevision      = "revision"
	colType          = "type"
	colID            = "id"
	colRecordedAt    = "recorded_at"
	colData          = "data"
	colMetadata      = "metadata" // null: what the next columns come to, byte for byte
	colOccurredAt    = "occurred_at"
	colSchemaVersion = "schema_version"
	colActor         = "actor"
	colCommand       = "command_id"
	colCorrelation   = "correlation_id" // null: the command's
	colCausation     = "causation_id"   // null: the command's
	colDigest        = "command_digest" // not in files of format 1; null: the metadata has none
	colActedBy       = "acted_by"       // not in files of formats 1 and 2; null: the metadata has none
)

var (
	delta = &parquet.DeltaBinaryPacked
	dict  = &parquet.RLEDictionary
	plain = &parquet.Plain

	// The codecs: columns of few or of random bytes gain nothing from zstd, and
	// are read faster without.
	raw    = &uncompressed.Codec{}
	packed = &zstd.Codec{Level: zstd.SpeedDefault}
)

func node(n parquet.Node, e encoding.Encoding, c compress.Codec) parquet.Node {
	return parquet.Compressed(parquet.Encoded(n, e), c)
}

// schema is what the files that are written have: the record's columns and, by
// their names, those of the typed columns. Parquet orders them by name.
var schema = func() *parquet.Schema {
	text, id, integer := parquet.String, parquet.UUID, func() parquet.Node { return parquet.Int(64) }
	g := parquet.Group{
		colPosition:      node(integer(), delta, raw),
		colStream:        node(text(), dict, packed),
		colRevision:      node(integer(), delta, raw),
		colType:          node(text(), dict, packed),
		colID:            node(id(), plain, raw),
		colRecordedAt:    node(parquet.Timestamp(parquet.Microsecond), delta, packed),
		colData:          node(text(), plain, packed),
		colMetadata:      parquet.Optional(node(text(), plain, packed)),
		colOccurredAt:    parquet.Optional(node(parquet.Timestamp(parquet.Millisecond), delta, raw)),
		colSchemaVersion: parquet.Optional(node(parquet.Int(32), dict, raw)),
		colActor:         parquet.Optional(node(text(), dict, packed)),
		colCommand:       parquet.Optional(node(id(), plain, packed)),
		colCorrelation:   parquet.Optional(node(id(), plain, packed)),
		colCausation:     parquet.Optional(node(id(), plain, packed)),
		colDigest:        parquet.Optional(node(parquet.Leaf(parquet.FixedLenByteArrayType(16)), plain, packed)),
		colActedBy:       parquet.Optional(node(text(), dict, packed)),
	}
	for _, c := range new(event.ColumnBlock).Columns() {
		switch {
		case c.IDs != nil:
			g[c.Name] = parquet.Optional(node(id(), dict, raw))
		case c.Ints != nil:
			g[c.Name] = parquet.Optional(node(integer(), delta, raw))
		case c.Personal(): // long, and seldom twice the same
			g[c.Name] = parquet.Optional(node(text(), dict, packed))
		default:
			g[c.Name] = parquet.Optional(node(text(), dict, raw))
		}
	}
	return parquet.NewSchema("event", g)
}()

// columnOf finds a column of a file by its name, -1 if it has none.
func columnOf(s *parquet.Schema, name string) int {
	if leaf, found := s.Lookup(name); found {
		return leaf.ColumnIndex
	}
	return -1
}

const (
	// groupEvents is how many events a row group has: a fold reads one at a
	// time, and looks every distinct id of it up once.
	groupEvents = 1 << 18
	// groupBytes ends a row group earlier when its events are large.
	groupBytes = 128 << 20
	// fileGroups is how many row groups a file has.
	fileGroups = 4
	// pageBytes is how much of a column is encoded and compressed as one.
	pageBytes = 1 << 20
)

// millis is a moment as the file holds it. Those of event.Time always fit.
func millis(t event.Time) int64 { return int64(t) * 1000 }

// maxInteger is the greatest position or revision that a file can hold.
const maxInteger = math.MaxInt64
