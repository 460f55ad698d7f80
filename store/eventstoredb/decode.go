package eventstoredb

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// The metadata that every event has on the wire, and where its values are.
const (
	typeKey        = "type"
	contentTypeKey = "content-type"
	createdKey     = "created" // when it was written: .NET ticks since 1970
	jsonContent    = "application/json"
)

// ticksPerMicrosecond: a tick of .NET is 100 ns.
const ticksPerMicrosecond = 10

// latestCreated is the end of the year 9999, in ticks since 1970.
const latestCreated = 253402300800 * 1_000_000 * ticksPerMicrosecond

// isSystem reports whether the name of a stream or type is EventStoreDB's own.
func isSystem(name string) bool { return strings.HasPrefix(name, "$") }

// decoder turns messages into records. Whatever a server sends, it answers
// with a record or an error.
type decoder struct {
	stream string // of the record before: most often the next one's, too
}

// record reads an event. It fails with ErrCorrupt where the message lacks what
// every event has, and for a position whose halves differ: such an event is of
// a transaction of EventStoreDB's old TCP protocol, and its place among the
// others is not that of one number.
func (d *decoder) record(m *streams.ReadResp_ReadEvent) (event.Record, error) {
	e := m.GetEvent()
	if e == nil {
		return event.Record{}, corrupt("", 0, "an event without content")
	}
	if name := e.GetStreamIdentifier().GetStreamName(); string(name) != d.stream {
		d.stream = string(name)
	}
	r := event.Record{
		Stream:   d.stream,
		Revision: e.GetStreamRevision(),
		Position: event.Position(e.GetCommitPosition()),
		Proposed: event.Proposed{Type: e.GetMetadata()[typeKey], Data: e.GetData(), Metadata: e.GetCustomMetadata()},
	}
	if r.Position == math.MaxUint64 {
		return r, store.ErrUnavailable.In(r.Stream).With(nil, "the server tells no positions; EventStoreDB 22.6 or newer is needed")
	}
	if !isPosition(e.GetCommitPosition()) || e.GetPreparePosition() != e.GetCommitPosition() {
		return r, corrupt(r.Stream, r.Position, "its position is none of an event of its own: an explicit transaction?")
	}
	var ok bool
	if r.ID, ok = parseID(e.GetId()); !ok {
		return r, corrupt(r.Stream, r.Position, "an event without an id")
	}
	if r.Type == "" {
		return r, corrupt(r.Stream, r.Position, "an event without a type")
	}
	ticks, err := strconv.ParseInt(e.GetMetadata()[createdKey], 10, 64)
	if err != nil || ticks < 0 || ticks >= latestCreated {
		return r, corrupt(r.Stream, r.Position, "the time of writing is no number of ticks")
	}
	r.RecordedAt = time.UnixMicro(ticks / ticksPerMicrosecond).UTC()
	return r, nil
}

// isPosition reports whether an event may stand there: a position is that of a
// byte behind the log's first, in a signed number.
func isPosition(p uint64) bool { return 0 < p && p <= math.MaxInt64 }

func parseID(w *shared.UUID) (uuid.UUID, bool) {
	var id uuid.UUID
	if half := w.GetStructured(); half != nil {
		binary.BigEndian.PutUint64(id[:8], uint64(half.GetMostSignificantBits()))
		binary.BigEndian.PutUint64(id[8:], uint64(half.GetLeastSignificantBits()))
		return id, true
	}
	id, err := uuid.Parse(w.GetString_())
	return id, err == nil
}

func corrupt(stream string, at event.Position, detail string) error {
	return store.ErrCorrupt.In(stream).At(uint64(at)).With(nil, "%s", detail)
}
