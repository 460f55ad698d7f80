package esdbtest

//lint:file-ignore SA1019 Old clients, and the Node client still, fill deprecated fields.

import (
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// createOptions reads a group that is to be made. Old clients, and the Node
// client still, name the stream in a field of its own.
func createOptions(o *persistent.CreateReq_Options) (competing.Key, competing.Settings, error) {
	settings := groupSettings(o.GetSettings())
	if named := o.GetSettings().GetConsumerStrategy(); named != "" {
		settings.Strategy = competing.Strategy(named)
	} else {
		settings.Strategy = strategyOf(int32(o.GetSettings().GetNamedConsumerStrategy()))
	}
	key := competing.Key{Group: o.GetGroupName()}
	switch of := o.GetStreamOption().(type) {
	case *persistent.CreateReq_Options_All:
		key.Stream = engine.AllStream
		settings.Start = startOfAll(of.All, of.All.GetPosition().GetCommitPosition())
		if f := of.All.GetFilter(); f != nil {
			by, e, err := filterParts(f)
			if err != nil {
				return key, settings, err
			}
			settings.Filter = &competing.Filter{By: by, Prefixes: e.GetPrefix(), Regex: e.GetRegex()}
			if _, err := engine.NewFilter(by, e.GetPrefix(), e.GetRegex()); err != nil {
				return key, settings, invalidArgument(err.Error())
			}
		}
	case *persistent.CreateReq_Options_Stream:
		key.Stream = streamOf(of.Stream.GetStreamIdentifier(), o.GetStreamIdentifier())
		settings.Start = startOfStream(of.Stream)
	default:
		key.Stream = streamName(o.GetStreamIdentifier())
		settings.Start = startOfRevision(o.GetSettings().GetRevision())
	}
	return key, settings, checkSettings(key, settings)
}

// updateOptions reads the new settings of a group.
func updateOptions(o *persistent.UpdateReq_Options) (competing.Key, competing.Settings, error) {
	settings := groupSettings(o.GetSettings())
	settings.Strategy = strategyOf(int32(o.GetSettings().GetNamedConsumerStrategy()))
	key := competing.Key{Group: o.GetGroupName()}
	switch of := o.GetStreamOption().(type) {
	case *persistent.UpdateReq_Options_All:
		key.Stream = engine.AllStream
		settings.Start = startOfAll(of.All, of.All.GetPosition().GetCommitPosition())
	case *persistent.UpdateReq_Options_Stream:
		key.Stream = streamOf(of.Stream.GetStreamIdentifier(), o.GetStreamIdentifier())
		settings.Start = startOfStream(of.Stream)
	default:
		key.Stream = streamName(o.GetStreamIdentifier())
		settings.Start = startOfRevision(o.GetSettings().GetRevision())
	}
	return key, settings, checkSettings(key, settings)
}

func checkSettings(key competing.Key, s competing.Settings) error {
	if err := checkKey(key); err != nil {
		return err
	}
	switch s.Strategy {
	case competing.DispatchToSingle, competing.RoundRobin, competing.Pinned, competing.PinnedByCorrelation:
		return nil
	}
	return invalidArgument("Consumer strategy " + string(s.Strategy) + " does not exist.")
}

// streamOf names the stream by the new field or the old.
func streamOf(now, before *shared.StreamIdentifier) string {
	if len(now.GetStreamName()) > 0 {
		return string(now.GetStreamName())
	}
	return string(before.GetStreamName())
}

// ends are the places where a group can start without a number.
type ends interface {
	GetStart() *shared.Empty
	GetEnd() *shared.Empty
}

func startOfAll(o ends, position uint64) engine.From {
	return engine.From{Start: o.GetStart() != nil, End: o.GetEnd() != nil, Value: position}
}

func startOfStream(o interface {
	ends
	GetRevision() uint64
}) engine.From {
	return engine.From{Start: o.GetStart() != nil, End: o.GetEnd() != nil, Value: o.GetRevision()}
}

// startOfRevision reads the start in the form of old clients.
func startOfRevision(revision uint64) engine.From {
	return engine.From{End: revision == engine.EndRevision, Value: revision}
}

func strategyOf(number int32) competing.Strategy {
	switch persistent.CreateReq_ConsumerStrategy(number) {
	case persistent.CreateReq_DispatchToSingle:
		return competing.DispatchToSingle
	case persistent.CreateReq_Pinned:
		return competing.Pinned
	}
	return competing.RoundRobin
}

// wireSettings are the settings of both calls.
type wireSettings interface {
	GetResolveLinks() bool
	GetExtraStatistics() bool
	GetMaxRetryCount() int32
	GetMinCheckpointCount() int32
	GetMaxCheckpointCount() int32
	GetMaxSubscriberCount() int32
	GetLiveBufferSize() int32
	GetReadBatchSize() int32
	GetHistoryBufferSize() int32
	GetMessageTimeoutTicks() int64
	GetMessageTimeoutMs() int32
	GetCheckpointAfterTicks() int64
	GetCheckpointAfterMs() int32
}

func groupSettings(w wireSettings) competing.Settings {
	return competing.Settings{
		Links:           w.GetResolveLinks(),
		ExtraStatistics: w.GetExtraStatistics(),
		MessageTimeout:  duration(w.GetMessageTimeoutTicks(), w.GetMessageTimeoutMs()),
		MaxRetryCount:   int(w.GetMaxRetryCount()),
		CheckpointAfter: duration(w.GetCheckpointAfterTicks(), w.GetCheckpointAfterMs()),
		MinCheckpoint:   int(w.GetMinCheckpointCount()),
		MaxCheckpoint:   int(w.GetMaxCheckpointCount()),
		MaxSubscribers:  int(w.GetMaxSubscriberCount()),
		LiveBuffer:      int(w.GetLiveBufferSize()),
		ReadBatch:       int(w.GetReadBatchSize()),
		Buffer:          int(w.GetHistoryBufferSize()),
	}
}

// longest bounds the times of a group.
const longest = 30 * 24 * time.Hour

// duration reads a time in ticks of 100 ns or, if there are none, in
// milliseconds.
func duration(ticks int64, milliseconds int32) time.Duration {
	if ticks > 0 {
		return time.Duration(min(ticks, int64(longest/100))) * 100
	}
	return min(time.Duration(max(milliseconds, 0))*time.Millisecond, longest)
}
