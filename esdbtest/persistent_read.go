package esdbtest

import (
	"context"
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Read connects a consumer: the options come first and then its
// acknowledgements, while events go the other way.
func (s *persistentService) Read(stream persistent.PersistentSubscriptions_ReadServer) error {
	first, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return nil // who asks for nothing gets nothing
	}
	if err == nil {
		err = s.read(stream, first.GetOptions())
	}
	trail(stream.SetTrailer, err)
	return err
}

func (s *persistentService) read(stream persistent.PersistentSubscriptions_ReadServer, o *persistent.ReadReq_Options) error {
	key, err := keyOf(o, o.GetAll())
	if err != nil {
		return err
	}
	if key.Stream == "" {
		return handlerFailed()
	}
	if err := s.mayJoin(stream.Context(), key); err != nil {
		return err
	}
	if o.GetUuidOption() == nil || key.Group == "" || o.GetBufferSize() < 1 {
		return handlerFailed()
	}
	if err := s.node.requireLeader(); err != nil {
		return err
	}
	consumer, err := s.groups().Connect(key, int(o.GetBufferSize()), peerOf(stream.Context()))
	if err != nil {
		return groupError(err, key)
	}
	defer consumer.Close()
	err = stream.Send(&persistent.ReadResp{Content: &persistent.ReadResp_SubscriptionConfirmation_{
		SubscriptionConfirmation: &persistent.ReadResp_SubscriptionConfirmation{SubscriptionId: key.String()}}})
	if err != nil {
		return err
	}
	go listenTo(stream, consumer) // until the call ends, which it does when this handler returns
	return groupError(deliver(stream, consumer, o.GetUuidOption().GetString_() != nil), key)
}

// mayJoin refuses callers who are not logged in, also where anonymous ones may
// read, or may not read the stream.
func (s *persistentService) mayJoin(ctx context.Context, key competing.Key) error {
	if err := demandUser(ctx); err != nil {
		return err
	}
	return s.node.server.demand(ctx, engine.Read, key.Stream)
}

// deliver sends the consumer's events until it is dropped or goes away.
func deliver(stream persistent.PersistentSubscriptions_ReadServer, consumer *competing.Consumer, textIDs bool) error {
	for {
		d, err := consumer.Next(stream.Context())
		if err != nil {
			return err
		}
		if err := stream.Send(delivered(d, textIDs)); err != nil {
			return err
		}
	}
}

// listenTo takes acknowledgements until there are no more. A message that makes
// no sense is the last that EventStoreDB listens to; it says nothing of that,
// and the consumer goes on getting events.
func listenTo(stream persistent.PersistentSubscriptions_ReadServer, consumer *competing.Consumer) {
	for {
		req, err := stream.Recv()
		if err != nil || !settle(req, consumer) {
			return
		}
	}
}

// settle takes an acknowledgement and reports whether it is one.
func settle(req *persistent.ReadReq, consumer *competing.Consumer) bool {
	switch content := req.GetContent().(type) {
	case *persistent.ReadReq_Ack_:
		ids, ok := parseIDs(content.Ack.GetIds())
		if ok {
			consumer.Ack(ids...)
		}
		return ok
	case *persistent.ReadReq_Nack_:
		ids, ok := parseIDs(content.Nack.GetIds())
		action, known := actions[content.Nack.GetAction()]
		if ok && known {
			consumer.Nack(action, content.Nack.GetReason(), ids...)
		}
		return ok && known
	}
	return false
}

var actions = map[persistent.ReadReq_Nack_Action]competing.Action{
	persistent.ReadReq_Nack_Unknown: competing.Retry,
	persistent.ReadReq_Nack_Park:    competing.Park,
	persistent.ReadReq_Nack_Retry:   competing.Retry,
	persistent.ReadReq_Nack_Skip:    competing.Skip,
	persistent.ReadReq_Nack_Stop:    competing.Stop,
}

func parseIDs(wire []*shared.UUID) ([]uuid.UUID, bool) {
	ids := make([]uuid.UUID, len(wire))
	for i, w := range wire {
		var err error
		if ids[i], err = parseUUID(w); err != nil {
			return nil, false
		}
	}
	return ids, true
}

// delivered writes a delivery. An event that a link stands for has the link's
// position.
func delivered(d competing.Delivery, textIDs bool) *persistent.ReadResp {
	position := d.Event.Original().Position
	return &persistent.ReadResp{Content: &persistent.ReadResp_Event{Event: &persistent.ReadResp_ReadEvent{
		Event:    deliveredRecord(d.Event.Event, position, textIDs),
		Link:     deliveredRecord(d.Event.Link, position, textIDs),
		Position: &persistent.ReadResp_ReadEvent_CommitPosition{CommitPosition: position},
		Count:    &persistent.ReadResp_ReadEvent_RetryCount{RetryCount: int32(d.Retries)},
	}}}
}

// deliveredRecord writes a record; nil stays nil.
func deliveredRecord(r *engine.Record, position uint64, textIDs bool) *persistent.ReadResp_ReadEvent_RecordedEvent {
	if r == nil {
		return nil
	}
	return &persistent.ReadResp_ReadEvent_RecordedEvent{
		Id:               uuidToWire(r.ID, textIDs),
		StreamIdentifier: identifier(r.Stream),
		StreamRevision:   r.Revision,
		CommitPosition:   position,
		PreparePosition:  position,
		Metadata:         systemMetadata(r),
		CustomMetadata:   r.Metadata,
		Data:             r.Data,
	}
}

func peerOf(ctx context.Context) competing.Peer {
	p := competing.Peer{User: caller(ctx).name, ConnectionName: "<unknown>"}
	if caller(ctx).anonymous() {
		p.User = "anonymous"
	}
	md, _ := metadata.FromIncomingContext(ctx)
	if names := md.Get("connection-name"); len(names) > 0 {
		p.ConnectionName = names[0]
	}
	return p
}
