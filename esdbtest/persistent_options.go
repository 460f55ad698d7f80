package esdbtest

//lint:file-ignore SA1019 Old clients, and the Node client still, fill deprecated fields.

import (
	"math"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// createOptions reads a group that is to be made. Old clients name its strategy
// by a number.
func createOptions(o *persistent.CreateReq_Options) (key competing.Key, s competing.Settings, err error) {
	if o.GetSettings() == nil {
		return key, s, handlerFailed()
	}
	s = groupSettings(o.GetSettings())
	s.Strategy = competing.Strategy(o.GetSettings().GetConsumerStrategy())
	if s.Strategy == "" {
		s.Strategy = competing.Strategy(o.GetSettings().GetNamedConsumerStrategy().String())
	}
	switch of := o.GetStreamOption().(type) {
	case *persistent.CreateReq_Options_All:
		key, s.Start, err = groupOnLog(o.GetGroupName(), of.All, of.All.GetPosition(), of.All.GetAllOption() != nil,
			noGroupCase("CreateReq+Types+AllOptions+AllOption"))
		if err == nil {
			s.Filter, err = groupFilter(of.All.GetFilter())
		}
	case *persistent.CreateReq_Options_Stream:
		key, s.Start, err = groupOnStream("Create", o.GetGroupName(), of.Stream, of.Stream.GetRevisionOption() != nil)
	default:
		key, s.Start, err = groupOfOldClient("Create", o, o.GetSettings().GetRevision())
	}
	return key, s, err
}

// updateOptions reads the new settings of a group.
func updateOptions(o *persistent.UpdateReq_Options) (key competing.Key, s competing.Settings, err error) {
	if o.GetSettings() == nil {
		return key, s, handlerFailed()
	}
	s = groupSettings(o.GetSettings())
	s.Strategy = competing.Strategy(o.GetSettings().GetNamedConsumerStrategy().String())
	switch of := o.GetStreamOption().(type) {
	case *persistent.UpdateReq_Options_All:
		key, s.Start, err = groupOnLog(o.GetGroupName(), of.All, of.All.GetPosition(), of.All.GetAllOption() != nil,
			handlerFailed())
	case *persistent.UpdateReq_Options_Stream:
		key, s.Start, err = groupOnStream("Update", o.GetGroupName(), of.Stream, of.Stream.GetRevisionOption() != nil)
	default:
		key, s.Start, err = groupOfOldClient("Update", o, o.GetSettings().GetRevision())
	}
	return key, s, err
}

// noGroupCase is about a choice in a request that none was made of.
func noGroupCase(choice string) error {
	return invalidArgument("'None' is not a valid EventStore.Client.PersistentSubscriptions." + choice + "OneofCase")
}

// ends are the places where a group can start without a number.
type ends interface {
	GetStart() *shared.Empty
	GetEnd() *shared.Empty
}

// groupOnLog reads a group on the log; no start is an error.
func groupOnLog(group string, o ends, at interface {
	GetCommitPosition() uint64
	GetPreparePosition() uint64
}, given bool, noStart error) (competing.Key, competing.Position, error) {
	key, err := groupKey(engine.AllStream, group)
	switch {
	case err != nil:
		return key, competing.Position{}, err
	case !given:
		return key, competing.Position{}, noStart
	case o.GetStart() != nil:
		return key, competing.At(0), nil
	case o.GetEnd() != nil:
		return key, competing.End, nil
	}
	start, err := engine.NewPosition(at.GetCommitPosition(), at.GetPreparePosition())
	if err != nil {
		err = handlerFailed()
	}
	return key, start, err
}

func groupOnStream(operation, group string, o interface {
	ends
	GetStreamIdentifier() *shared.StreamIdentifier
	GetRevision() uint64
}, given bool) (key competing.Key, start competing.Position, err error) {
	if o.GetStreamIdentifier() == nil {
		return key, start, handlerFailed()
	}
	switch {
	case !given:
		err = noGroupCase(operation + "Req+Types+StreamOptions+RevisionOption")
	case o.GetStart() != nil:
		start = competing.At(0)
	case o.GetEnd() != nil:
		start = competing.End
	default:
		start, err = startRevision(o.GetRevision())
	}
	if err != nil {
		return key, start, err
	}
	if key, err = streamKey(o.GetStreamIdentifier(), group); err == nil {
		err = notTheLog(key, operation)
	}
	return key, start, err
}

// groupOfOldClient reads a group in the form of old clients: the stream beside
// the options, and the revision in the settings.
func groupOfOldClient(operation string, o interface {
	GetStreamIdentifier() *shared.StreamIdentifier
	GetGroupName() string
}, revision uint64) (competing.Key, competing.Position, error) {
	key, err := streamKey(o.GetStreamIdentifier(), o.GetGroupName())
	if err == nil {
		err = notTheLog(key, operation)
	}
	if err != nil {
		return key, competing.Position{}, err
	}
	start, err := startRevision(revision)
	return key, start, err
}

// startRevision reads a revision, of which the largest is the end.
func startRevision(revision uint64) (competing.Position, error) {
	switch {
	case revision == engine.EndRevision:
		return competing.End, nil
	case revision > math.MaxInt64:
		return competing.Position{}, handlerFailed()
	}
	return competing.At(int64(revision)), nil
}

// groupFilter reads the filter of a group on the log, nil without one.
func groupFilter(f *persistent.CreateReq_AllOptions_FilterOptions) (*competing.Filter, error) {
	if f == nil {
		return nil, nil
	}
	by, e, err := filterParts(f)
	if err != nil {
		return nil, noGroupCase("CreateReq+Types+AllOptions+Types+FilterOptions+Filter")
	}
	filter := &competing.Filter{By: by, Prefixes: e.GetPrefix(), Regex: e.GetRegex()}
	if _, err := engine.NewFilter(by, filter.Prefixes, filter.Regex); err != nil {
		return nil, filterError(err)
	}
	return filter, nil
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
		MessageTimeout:  groupTime(w.GetMessageTimeoutTicks(), w.GetMessageTimeoutMs()),
		MaxRetryCount:   int(w.GetMaxRetryCount()),
		CheckpointAfter: groupTime(w.GetCheckpointAfterTicks(), w.GetCheckpointAfterMs()),
		MinCheckpoint:   int(w.GetMinCheckpointCount()),
		MaxCheckpoint:   int(w.GetMaxCheckpointCount()),
		MaxSubscribers:  int(w.GetMaxSubscriberCount()),
		LiveBuffer:      int(w.GetLiveBufferSize()),
		ReadBatch:       int(w.GetReadBatchSize()),
		Buffer:          int(w.GetHistoryBufferSize()),
	}
}

// ticksPerMillisecond: a tick is 100 ns.
const ticksPerMillisecond = 10_000

// groupTime reads a time in whole milliseconds, as many as 32 bits hold, or in
// ticks.
func groupTime(ticks int64, milliseconds int32) time.Duration {
	if ticks != 0 {
		milliseconds = int32(min(max(ticks/ticksPerMillisecond, math.MinInt32), math.MaxInt32))
	}
	return time.Duration(milliseconds) * time.Millisecond
}
