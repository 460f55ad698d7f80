package esdbtest

import (
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// subscribeStream subscribes after a revision.
func (c *readCall) subscribeStream(name string, o *streams.ReadReq_Options_StreamOptions) error {
	from := engine.From{Value: o.GetRevision()}
	switch o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
		from.Start = true
	case *streams.ReadReq_Options_StreamOptions_End:
		from.End = true
	case *streams.ReadReq_Options_StreamOptions_Revision:
	default:
		return invalidArgument("a start of the subscription is required")
	}
	sub, err := c.engine().SubscribeStream(name, from, c.links)
	if err != nil {
		return engineError("Subscribe", err)
	}
	return c.follow(sub)
}

// subscribeAll subscribes after a position.
func (c *readCall) subscribeAll(o *streams.ReadReq_Options_AllOptions) error {
	options := engine.AllOptions{Links: c.links}
	switch at := o.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
		options.From.Start = true
	case *streams.ReadReq_Options_AllOptions_End:
		options.From.End = true
	case *streams.ReadReq_Options_AllOptions_Position:
		options.From.Value = at.Position.GetCommitPosition()
	default:
		return invalidArgument("a start of the subscription is required")
	}
	if f := c.options.GetFilter(); f != nil {
		if f.GetCheckpointIntervalMultiplier() == 0 {
			return invalidArgument("the checkpoint interval multiplier must not be 0")
		}
		filter, err := filterOf(f)
		if err != nil {
			return err
		}
		options.Filter = &filter
		options.Window, options.Interval = window(f.GetMax(), f.GetCheckpointIntervalMultiplier())
	}
	sub, err := c.engine().SubscribeAll(options)
	if err != nil {
		return engineError("Subscribe", err)
	}
	return c.follow(sub)
}

// follow sends what a subscription says until the call or the subscription
// ends.
func (c *readCall) follow(sub *engine.Subscription) error {
	defer sub.Close()
	err := c.stream.Send(confirmation())
	for err == nil {
		var step engine.Step
		if step, err = sub.Next(c.ctx()); err != nil {
			return engineError("Subscribe", err)
		}
		err = c.stream.Send(c.message(step))
	}
	return err
}

func confirmation() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()}}}
}

// message writes a step of a subscription.
func (c *readCall) message(step engine.Step) *streams.ReadResp {
	switch step.Kind {
	case engine.StepCheckpoint:
		return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{Checkpoint: &streams.ReadResp_Checkpoint{
			CommitPosition: step.Position, PreparePosition: step.Position}}}
	case engine.StepCaughtUp:
		return &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: c.caughtUp(step)}}
	}
	return readEvent(step.Event, c.textIDs)
}

// caughtUp writes a caught-up message with what servers from 25.0 on say in
// it, and newer clients rely on: when (1) and the revision (2) or position
// (3). To this protocol they are unknown fields, which clients skip.
func (c *readCall) caughtUp(step engine.Step) *streams.ReadResp_CaughtUp {
	now := c.service.node.server.cfg.Now()
	var stamp []byte
	stamp = protowire.AppendTag(stamp, 1, protowire.VarintType)
	stamp = protowire.AppendVarint(stamp, uint64(now.Unix()))
	stamp = protowire.AppendTag(stamp, 2, protowire.VarintType)
	stamp = protowire.AppendVarint(stamp, uint64(now.Nanosecond()))
	var b []byte
	b = protowire.AppendTag(b, 1, protowire.BytesType)
	b = protowire.AppendBytes(b, stamp)
	if c.options.GetAll() != nil {
		var position []byte
		position = protowire.AppendTag(position, 1, protowire.VarintType)
		position = protowire.AppendVarint(position, step.Position)
		position = protowire.AppendTag(position, 2, protowire.VarintType)
		position = protowire.AppendVarint(position, step.Position)
		b = protowire.AppendTag(b, 3, protowire.BytesType)
		b = protowire.AppendBytes(b, position)
	} else if step.Revision >= 0 {
		b = protowire.AppendTag(b, 2, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(step.Revision))
	}
	message := new(streams.ReadResp_CaughtUp)
	message.ProtoReflect().SetUnknown(b)
	return message
}
