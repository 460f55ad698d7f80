package esdbtest

import (
	"context"
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// Read connects a consumer: the options come first and then its
// acknowledgements, while events go the other way.
func (s *persistentService) Read(stream persistent.PersistentSubscriptions_ReadServer) error {
	err := s.read(stream)
	trail(stream.SetTrailer, err)
	return err
}

func (s *persistentService) read(stream persistent.PersistentSubscriptions_ReadServer) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	o := first.GetOptions()
	if o == nil {
		return invalidArgument("the options of a persistent subscription come first")
	}
	key, err := keyOf(o, o.GetAll(), o.GetGroupName())
	if err != nil {
		return err
	}
	if err := s.node.requireLeader(); err != nil {
		return err
	}
	if err := s.node.server.demand(stream.Context(), engine.Read, key.Stream); err != nil {
		return err
	}
	consumer, err := s.groups().Connect(key, int(o.GetBufferSize()), peerOf(stream))
	if err != nil {
		return groupError(err, key)
	}
	err = stream.Send(&persistent.ReadResp{Content: &persistent.ReadResp_SubscriptionConfirmation_{
		SubscriptionConfirmation: &persistent.ReadResp_SubscriptionConfirmation{SubscriptionId: key.String()}}})
	if err != nil {
		consumer.Close()
		return err
	}
	defer consumer.Close()
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer cancel(nil)
	go func() {
		// The receiving half ends with the call, which ends when this
		// handler returns. A client may close it and go on listening.
		if err := listenTo(stream, consumer); !errors.Is(err, io.EOF) {
			cancel(err)
		}
	}()
	err = deliver(ctx, stream, consumer, o.GetUuidOption().GetString_() != nil)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return groupError(err, key)
}

// deliver sends the consumer's events until it is dropped or goes away.
func deliver(ctx context.Context, stream persistent.PersistentSubscriptions_ReadServer, consumer *competing.Consumer, textIDs bool) error {
	for {
		d, err := consumer.Next(ctx)
		if err != nil {
			return err
		}
		if err := stream.Send(delivered(d, textIDs)); err != nil {
			return err
		}
	}
}

// listenTo takes acknowledgements until there are no more.
func listenTo(stream persistent.PersistentSubscriptions_ReadServer, consumer *competing.Consumer) error {
	for {
		req, err := stream.Recv()
		if err != nil {
			return err
		}
		switch content := req.GetContent().(type) {
		case *persistent.ReadReq_Ack_:
			consumer.Ack(ids(content.Ack.GetIds())...)
		case *persistent.ReadReq_Nack_:
			consumer.Nack(actionOf(content.Nack.GetAction()), content.Nack.GetReason(), ids(content.Nack.GetIds())...)
		default:
			return invalidArgument("after the options come acknowledgements")
		}
	}
}

func actionOf(a persistent.ReadReq_Nack_Action) competing.Action {
	switch a {
	case persistent.ReadReq_Nack_Park:
		return competing.Park
	case persistent.ReadReq_Nack_Skip:
		return competing.Skip
	case persistent.ReadReq_Nack_Stop:
		return competing.Stop
	}
	return competing.Retry
}

func ids(wire []*shared.UUID) []uuid.UUID {
	ids := make([]uuid.UUID, len(wire))
	for i, w := range wire {
		ids[i] = uuidFromWire(w)
	}
	return ids
}

// delivered writes a delivery.
func delivered(d competing.Delivery, textIDs bool) *persistent.ReadResp {
	return &persistent.ReadResp{Content: &persistent.ReadResp_Event{Event: &persistent.ReadResp_ReadEvent{
		Event:    deliveredRecord(d.Event.Event, textIDs),
		Link:     deliveredRecord(d.Event.Link, textIDs),
		Position: &persistent.ReadResp_ReadEvent_CommitPosition{CommitPosition: d.Event.Original().Position},
		Count:    &persistent.ReadResp_ReadEvent_RetryCount{RetryCount: int32(d.Retries)},
	}}}
}

// peerOf says who a consumer is.
func peerOf(stream persistent.PersistentSubscriptions_ReadServer) competing.Peer {
	p := competing.Peer{User: caller(stream.Context()).name, ConnectionName: "<unknown>"}
	if from, ok := peer.FromContext(stream.Context()); ok {
		p.Address = from.Addr.String()
	}
	md, _ := metadata.FromIncomingContext(stream.Context())
	if names := md.Get("connection-name"); len(names) > 0 {
		p.ConnectionName = names[0]
	}
	return p
}
