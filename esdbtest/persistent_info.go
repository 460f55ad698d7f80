package esdbtest

import (
	"context"
	"math"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// GetInfo tells the state of a group.
func (s *persistentService) GetInfo(ctx context.Context, req *persistent.GetInfoReq) (*persistent.GetInfoResp, error) {
	resp := new(persistent.GetInfoResp)
	return answer(ctx, demandUser, resp, func() error {
		o := req.GetOptions()
		key, err := keyOf(o, o.GetAll())
		if err != nil {
			return err
		}
		return s.of(ctx, key, func() error {
			info, err := s.groups().Info(key)
			resp.SubscriptionInfo = infoToWire(info)
			return err
		})
	})
}

// List tells the state of every group or of those on one stream.
func (s *persistentService) List(ctx context.Context, req *persistent.ListReq) (*persistent.ListResp, error) {
	resp := new(persistent.ListResp)
	return answer(ctx, demandUser, resp, func() error {
		list := s.groups().List
		key := competing.Key{Stream: engine.AllStream}
		if o := req.GetOptions(); o.GetListAllSubscriptions() == nil {
			stream := o.GetListForStream()
			if stream.GetAll() == nil {
				var err error
				if key, err = streamKey(stream.GetStream(), ""); err != nil {
					return err
				}
			}
			list = func() ([]competing.Info, error) { return s.groups().ListOn(key.Stream) }
		}
		return s.of(ctx, key, func() error {
			infos, err := list()
			for _, i := range infos {
				resp.Subscriptions = append(resp.Subscriptions, infoToWire(i))
			}
			return err
		})
	})
}

// infoToWire writes the state of a group.
func infoToWire(i competing.Info) *persistent.SubscriptionInfo {
	s := i.Settings
	w := &persistent.SubscriptionInfo{
		EventSource:                   i.Key.Stream,
		GroupName:                     i.Key.Group,
		Status:                        i.Status,
		AveragePerSecond:              i.PerSecond,
		TotalItems:                    i.Total,
		CountSinceLastMeasurement:     i.Latest,
		LastCheckpointedEventPosition: i.Checkpoint,
		LastKnownEventPosition:        i.LastKnown,
		ResolveLinkTos:                s.Links,
		StartFrom:                     i.Start,
		MessageTimeoutMilliseconds:    int32(s.MessageTimeout.Milliseconds()),
		ExtraStatistics:               s.ExtraStatistics,
		MaxRetryCount:                 int32(s.MaxRetryCount),
		LiveBufferSize:                int32(s.LiveBuffer),
		BufferSize:                    int32(s.Buffer),
		ReadBatchSize:                 int32(s.ReadBatch),
		CheckPointAfterMilliseconds:   checkpointAfter(s.CheckpointAfter),
		MinCheckPointCount:            int32(s.MinCheckpoint),
		MaxCheckPointCount:            int32(s.MaxCheckpoint),
		ReadBufferCount:               int32(i.Buffered),
		LiveBufferCount:               int64(i.Live),
		RetryBufferCount:              int32(i.Retrying),
		TotalInFlightMessages:         int32(i.InFlight),
		OutstandingMessagesCount:      int32(i.Outstanding),
		NamedConsumerStrategy:         string(s.Strategy),
		MaxSubscriberCount:            int32(s.MaxSubscribers),
		ParkedMessageCount:            i.Parked,
	}
	for _, c := range i.Connections {
		w.Connections = append(w.Connections, connectionToWire(c))
	}
	return w
}

// checkpointAfter is the time between checkpoints in milliseconds. None is the
// longest time in .NET, which is too long for the number that .NET makes of it.
func checkpointAfter(d time.Duration) int32 {
	if d == 0 {
		return math.MinInt32
	}
	return int32(d.Milliseconds())
}

// connectionToWire writes the state of a consumer. Where it comes from is not
// told.
func connectionToWire(c competing.Connection) *persistent.SubscriptionInfo_ConnectionInfo {
	w := &persistent.SubscriptionInfo_ConnectionInfo{
		Username:                  c.Peer.User,
		ConnectionName:            c.Peer.ConnectionName,
		AverageItemsPerSecond:     c.PerSecond,
		TotalItems:                c.Total,
		CountSinceLastMeasurement: c.Latest,
		AvailableSlots:            int32(c.Free),
		InFlightMessages:          int32(c.InFlight),
	}
	for _, m := range c.Measurements {
		w.ObservedMeasurements = append(w.ObservedMeasurements, &persistent.SubscriptionInfo_Measurement{Key: m.Key, Value: m.Value})
	}
	return w
}
