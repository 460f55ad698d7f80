package esdbtest

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// GetInfo tells the state of a group.
func (s *persistentService) GetInfo(ctx context.Context, req *persistent.GetInfoReq) (*persistent.GetInfoResp, error) {
	o := req.GetOptions()
	key, err := keyOf(o, o.GetAll(), o.GetGroupName())
	if err != nil {
		return nil, err
	}
	var info competing.Info
	err = s.manage(ctx, key, func() (err error) {
		info, err = s.groups().Info(key)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &persistent.GetInfoResp{SubscriptionInfo: infoToWire(info)}, nil
}

// List tells the state of every group or of those on one stream.
func (s *persistentService) List(ctx context.Context, req *persistent.ListReq) (*persistent.ListResp, error) {
	o := req.GetOptions()
	every := o.GetListAllSubscriptions() != nil
	stream := string(o.GetListForStream().GetStream().GetStreamName())
	if o.GetListForStream().GetAll() != nil {
		stream = engine.AllStream
	}
	resp := new(persistent.ListResp)
	key := competing.Key{Stream: stream}
	err := s.manage(ctx, key, func() error {
		infos := s.groups().List(stream, every)
		if len(infos) == 0 && !every {
			return competing.ErrNotExist
		}
		for _, i := range infos {
			resp.Subscriptions = append(resp.Subscriptions, infoToWire(i))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
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
		CheckPointAfterMilliseconds:   int32(s.CheckpointAfter.Milliseconds()),
		MinCheckPointCount:            int32(s.MinCheckpoint),
		MaxCheckPointCount:            int32(s.MaxCheckpoint),
		ReadBufferCount:               int32(i.Buffered),
		RetryBufferCount:              int32(i.Retrying),
		TotalInFlightMessages:         int32(i.InFlight),
		OutstandingMessagesCount:      int32(i.InFlight),
		NamedConsumerStrategy:         string(s.Strategy),
		MaxSubscriberCount:            int32(s.MaxSubscribers),
		ParkedMessageCount:            i.Parked,
	}
	for _, c := range i.Connections {
		w.Connections = append(w.Connections, &persistent.SubscriptionInfo_ConnectionInfo{
			From:                  c.Peer.Address,
			Username:              c.Peer.User,
			ConnectionName:        c.Peer.ConnectionName,
			AverageItemsPerSecond: c.PerSecond,
			TotalItems:            c.Total,
			AvailableSlots:        int32(c.Free),
			InFlightMessages:      int32(c.InFlight),
		})
	}
	return w
}
