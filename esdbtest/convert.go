package esdbtest

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Keys and values of an event's metadata on the wire.
const (
	typeKey        = "type"
	contentTypeKey = "content-type"
	createdKey     = "created"
	jsonContent    = "application/json"
	bytesContent   = "application/octet-stream"
)

// refusal is what EventStoreDB says of a part of a request that it cannot read.
type refusal string

func (r refusal) Error() string { return string(r) }

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

// parseUUID reads an id, with the server's words about what is none.
func parseUUID(w *shared.UUID) (uuid.UUID, error) {
	switch v := w.GetValue().(type) {
	case *shared.UUID_Structured_:
		var id uuid.UUID
		binary.BigEndian.PutUint64(id[:8], uint64(v.Structured.GetMostSignificantBits()))
		binary.BigEndian.PutUint64(id[8:], uint64(v.Structured.GetLeastSignificantBits()))
		return id, nil
	case *shared.UUID_String_:
		return parseGUID(v.String_)
	}
	if w == nil {
		return uuid.Nil, refusal("Value cannot be null. (Parameter 'dto')")
	}
	return uuid.Nil, refusal("Invalid argument: None (Parameter 'dto')")
}

// streamName reads a stream's name as .NET does: what is no UTF-8 becomes
// U+FFFD, one for each beginning of a character that does not go on.
func streamName(w *shared.StreamIdentifier) string {
	name := w.GetStreamName()
	if utf8.Valid(name) {
		return string(name)
	}
	var b strings.Builder
	for len(name) > 0 {
		c, n := utf8.DecodeRune(name)
		if c == utf8.RuneError && n == 1 {
			n = brokenCharacter(name)
		}
		b.WriteRune(c)
		name = name[n:]
	}
	return b.String()
}

// brokenCharacter is how many of the first bytes begin a character of UTF-8,
// at least 1, where they do not go on to be one.
func brokenCharacter(b []byte) int {
	n := 1
	for n < len(b) && n < utf8.UTFMax && !utf8.FullRune(b[:n]) && !utf8.RuneStart(b[n]) {
		n++
	}
	for n > 1 && utf8.FullRune(b[:n]) { // the last of them does not belong to it
		n--
	}
	return n
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

// proposed is what both append calls say of an event.
type proposed interface {
	GetId() *shared.UUID
	GetMetadata() map[string]string
	GetCustomMetadata() []byte
	GetData() []byte
}

// event reads an event that somebody wants written, with the server's words
// about what is wrong with it.
func event(p proposed) (engine.Event, error) {
	id, err := parseUUID(p.GetId())
	if err != nil {
		return engine.Event{}, err
	}
	kind, typed := p.GetMetadata()[typeKey]
	content, declared := p.GetMetadata()[contentTypeKey]
	switch {
	case !typed || !declared:
		return engine.Event{}, refusal("The given key was not present in the dictionary.")
	case id == uuid.Nil:
		return engine.Event{}, refusal("Empty eventId provided. (Parameter 'eventId')")
	case kind == "":
		return engine.Event{}, refusal("Empty eventType provided. (Parameter 'eventType')")
	}
	return engine.Event{
		ID:       id,
		Type:     kind,
		JSON:     content == jsonContent,
		Data:     p.GetData(),
		Metadata: p.GetCustomMetadata(),
	}, nil
}

// noRevision on the wire is the revision of a stream that is not there.
const noRevision = math.MaxUint64

func revision(n uint64) (engine.Expected, error) {
	switch {
	case n == noRevision:
		return engine.NoStream, nil
	case n > math.MaxInt64:
		return 0, refusal("Specified argument was out of the range of valid values. (Parameter 'value')")
	}
	return engine.Expected(n), nil
}
