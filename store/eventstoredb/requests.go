package eventstoredb

import (
	"encoding/binary"
	"math"
	"regexp"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/event"
)

var empty = &shared.Empty{}

func streamID(name string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(name)}
}

// structuredIDs asks for ids as two numbers, not text.
var structuredIDs = &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_Structured{Structured: empty}}

// tellEnds asks for the first and last position of a stream with its events.
var tellEnds = &streams.ReadReq_Options_ControlOption{Compatibility: 1}

func streamRequest(name string, from uint64) *streams.ReadReq_Options {
	return &streams.ReadReq_Options{
		StreamOption: &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{
			StreamIdentifier: streamID(name),
			RevisionOption:   &streams.ReadReq_Options_StreamOptions_Revision{Revision: from},
		}},
		ReadDirection: streams.ReadReq_Options_Forwards,
		CountOption:   &streams.ReadReq_Options_Count{Count: math.MaxInt64},
		FilterOption:  &streams.ReadReq_Options_NoFilter{NoFilter: empty},
		UuidOption:    structuredIDs,
		ControlOption: tellEnds,
	}
}

func streamEndRequest(name string, count uint64) *streams.ReadReq_Options {
	r := streamRequest(name, 0)
	r.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_End{End: empty}
	r.ReadDirection = streams.ReadReq_Options_Backwards
	r.CountOption = &streams.ReadReq_Options_Count{Count: count}
	return r
}

// allFrom is the log from a position on: inclusive for a read, exclusive for a
// subscription. 0 is the start.
func allFrom(at event.Position) *streams.ReadReq_Options_All {
	if at == 0 {
		return &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
			AllOption: &streams.ReadReq_Options_AllOptions_Start{Start: empty}}}
	}
	return &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
		AllOption: &streams.ReadReq_Options_AllOptions_Position{Position: &streams.ReadReq_Options_Position{
			CommitPosition: uint64(at), PreparePosition: uint64(at)}}}}
}

// allBefore is the log backwards from a position, exclusive. 0 is the end.
func allBefore(at event.Position) *streams.ReadReq_Options_All {
	if at == 0 {
		return &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
			AllOption: &streams.ReadReq_Options_AllOptions_End{End: empty}}}
	}
	return allFrom(at)
}

// filter lets the server leave out what the store does not yield: other
// streams than those with the prefixes or, without, the system's events. It may
// let through more; yields has the last word. Prefixes are sent as a regular
// expression, which compares code units; those of a filter the server compares
// by language: it misses e + U+0301 for the prefix e, and passes over a soft
// hyphen.
func (o *Options) filter() *streams.ReadReq_Options_Filter {
	f := &streams.ReadReq_Options_FilterOptions{
		Window:                       &streams.ReadReq_Options_FilterOptions_Max{Max: searchWindow},
		CheckpointIntervalMultiplier: 1,
	}
	if len(o.StreamPrefixes) > 0 {
		f.Filter = &streams.ReadReq_Options_FilterOptions_StreamIdentifier{
			StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Regex: beginsWith(o.StreamPrefixes)}}
	} else {
		f.Filter = &streams.ReadReq_Options_FilterOptions_EventType{
			EventType: &streams.ReadReq_Options_FilterOptions_Expression{Regex: `^[^\$].*`}}
	}
	return &streams.ReadReq_Options_Filter{Filter: f}
}

// beginsWith is a regular expression of names that begin with one of the
// prefixes. What QuoteMeta escapes may be escaped for .NET too.
func beginsWith(prefixes []string) string {
	quoted := make([]string, len(prefixes))
	for i, p := range prefixes {
		quoted[i] = regexp.QuoteMeta(p)
	}
	return "^(?:" + strings.Join(quoted, "|") + ")"
}

func (o *Options) allRequest(of *streams.ReadReq_Options_All, backwards bool, count uint64) *streams.ReadReq_Options {
	r := &streams.ReadReq_Options{
		StreamOption: of,
		CountOption:  &streams.ReadReq_Options_Count{Count: count},
		FilterOption: o.filter(),
		UuidOption:   structuredIDs,
	}
	if backwards {
		r.ReadDirection = streams.ReadReq_Options_Backwards
	}
	return r
}

// subscription asks for what comes after a position, and goes on.
func (o *Options) subscription(after event.Position) *streams.ReadReq_Options {
	r := o.allRequest(allFrom(after), false, 0)
	r.CountOption = &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
	return r
}

func proposedMessage(e *event.Proposed) *streams.AppendReq {
	return &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
		Id: &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
			MostSignificantBits:  int64(binary.BigEndian.Uint64(e.ID[:8])),
			LeastSignificantBits: int64(binary.BigEndian.Uint64(e.ID[8:])),
		}}},
		Metadata:       map[string]string{typeKey: e.Type, contentTypeKey: jsonContent},
		CustomMetadata: e.Metadata,
		Data:           e.Data,
	}}}
}
