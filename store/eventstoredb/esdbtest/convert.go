package esdbtest

import (
	"encoding/binary"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// Keys and values of an event's metadata on the wire.
const (
	typeKey        = "type"
	contentTypeKey = "content-type"
	createdKey     = "created"
	jsonContent    = "application/json"
	bytesContent   = "application/octet-stream"
)

// uuidToWire writes an id as a string or as two halves.
func uuidToWire(id uuid.UUID, text bool) *shared.UUID {
	if text {
		return &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}}
	}
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
		MostSignificantBits:  int64(binary.BigEndian.Uint64(id[:8])),
		LeastSignificantBits: int64(binary.BigEndian.Uint64(id[8:])),
	}}}
}

// uuidFromWire reads an id; what is none is the empty one.
func uuidFromWire(w *shared.UUID) uuid.UUID {
	if half := w.GetStructured(); half != nil {
		var id uuid.UUID
		binary.BigEndian.PutUint64(id[:8], uint64(half.GetMostSignificantBits()))
		binary.BigEndian.PutUint64(id[8:], uint64(half.GetLeastSignificantBits()))
		return id
	}
	id, err := uuid.Parse(w.GetString_())
	if err != nil {
		return uuid.Nil
	}
	return id
}

func identifier(stream string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}

// systemMetadata is what the server tells of an event.
func systemMetadata(r *engine.Record) map[string]string {
	content := bytesContent
	if r.JSON {
		content = jsonContent
	}
	return map[string]string{
		typeKey: r.Type, contentTypeKey: content, createdKey: strconv.FormatInt(r.Created, 10),
	}
}

// recorded writes a record for the Streams service; nil stays nil.
func recorded(r *engine.Record, textIDs bool) *streams.ReadResp_ReadEvent_RecordedEvent {
	if r == nil {
		return nil
	}
	return &streams.ReadResp_ReadEvent_RecordedEvent{
		Id:               uuidToWire(r.ID, textIDs),
		StreamIdentifier: identifier(r.Stream),
		StreamRevision:   r.Revision,
		CommitPosition:   r.Position,
		PreparePosition:  r.Position,
		Metadata:         systemMetadata(r),
		CustomMetadata:   r.Metadata,
		Data:             r.Data,
	}
}

// readEvent writes an event for the Streams service.
func readEvent(e engine.Resolved, textIDs bool) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event:    recorded(e.Event, textIDs),
		Link:     recorded(e.Link, textIDs),
		Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: e.Original().Position},
	}}}
}

// deliveredRecord writes a record for the PersistentSubscriptions service.
func deliveredRecord(r *engine.Record, textIDs bool) *persistent.ReadResp_ReadEvent_RecordedEvent {
	if r == nil {
		return nil
	}
	return &persistent.ReadResp_ReadEvent_RecordedEvent{
		Id:               uuidToWire(r.ID, textIDs),
		StreamIdentifier: identifier(r.Stream),
		StreamRevision:   r.Revision,
		CommitPosition:   r.Position,
		PreparePosition:  r.Position,
		Metadata:         systemMetadata(r),
		CustomMetadata:   r.Metadata,
		Data:             r.Data,
	}
}

// proposed is what both append calls say of an event.
type proposed interface {
	GetId() *shared.UUID
	GetMetadata() map[string]string
	GetCustomMetadata() []byte
	GetData() []byte
}

// event reads an event that somebody wants written.
func event(p proposed) (engine.Event, error) {
	kind, ok := p.GetMetadata()[typeKey]
	if !ok {
		return engine.Event{}, missingMetadata(typeKey)
	}
	content, ok := p.GetMetadata()[contentTypeKey]
	if !ok {
		return engine.Event{}, missingMetadata(contentTypeKey)
	}
	return engine.Event{
		ID:       uuidFromWire(p.GetId()),
		Type:     kind,
		JSON:     content == jsonContent,
		Data:     p.GetData(),
		Metadata: p.GetCustomMetadata(),
	}, nil
}

// revision reads an expected revision.
func revision(n uint64) (engine.Expected, error) {
	if n >= engine.TombstoneRevision {
		return 0, invalidArgument("'" + strconv.FormatUint(n, 10) + "' is not a valid stream revision")
	}
	return engine.Expected(n), nil
}
