package engine

import (
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Names that EventStoreDB reserves.
const (
	metadataPrefix = "$$"             // the stream $$name holds the metadata of name
	MetadataType   = "$metadata"      // its event type
	TombstoneType  = "$streamDeleted" // the last event of a tombstoned stream
	LinkType       = "$>"             // an event whose data is revision@stream of another
	AllStream      = "$all"           // not a stream: the name of the whole log
	EpochStream    = "$epoch-information"
)

// TombstoneRevision is the revision of a tombstone on the wire.
const TombstoneRevision uint64 = math.MaxInt64

// ticksPerSecond: EventStoreDB counts time in .NET ticks of 100 ns.
const ticksPerSecond = 10_000_000

// Event is an event that somebody wants written.
type Event struct {
	ID       uuid.UUID
	Type     string
	JSON     bool // the data is JSON, not bytes
	Data     []byte
	Metadata []byte // of the user
}

// Record is an event in the log. Records are shared and never changed.
type Record struct {
	Event
	Stream   string
	Revision uint64
	Position uint64 // commit and prepare position, which are one since gRPC
	Created  int64  // ticks of 100 ns since the Unix epoch
}

// IsTombstone reports whether the record ended its stream for good.
func (r *Record) IsTombstone() bool { return r.Revision == TombstoneRevision }

// recordOverhead is what a record takes in the log beside its variable parts,
// so that positions grow as byte offsets do.
const recordOverhead = 76

// size is the length of the record in the log, in bytes.
func (r *Record) size() uint64 {
	return recordOverhead + uint64(len(r.Stream)+len(r.Type)+len(r.Data)+len(r.Metadata))
}

// Resolved is a record as a reader gets it. Link is the link that was
// followed; Event is nil when a link's target is not to be had.
type Resolved struct {
	Event *Record
	Link  *Record
}

// Original is the record that stood in the stream that was read.
func (r Resolved) Original() *Record {
	if r.Link != nil {
		return r.Link
	}
	return r.Event
}

// ticks converts a time to .NET ticks since the Unix epoch.
func ticks(t time.Time) int64 { return t.UnixNano() / 100 }

// MetadataStream names the stream that holds a stream's metadata.
func MetadataStream(stream string) string { return metadataPrefix + stream }

// IsMetadataStream reports whether a stream holds the metadata of another, and
// of which.
func IsMetadataStream(stream string) (of string, ok bool) {
	return strings.CutPrefix(stream, metadataPrefix)
}

// IsSystemStream reports whether the name is reserved.
func IsSystemStream(stream string) bool { return strings.HasPrefix(stream, "$") }
