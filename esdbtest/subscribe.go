package esdbtest

import (
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// subscribeStream subscribes after a revision.
func (c *readCall) subscribeStream(o *streams.ReadReq_Options_StreamOptions) error {
	after, err := revisionOf(o)
	if err != nil {
		return err
	}
	sub, err := c.engine().SubscribeStream(c.name, engine.From{Start: o.GetStart() != nil, Value: after}, c.links)
	if err != nil {
		return engineError("Subscribe", err)
	}
	return c.follow(sub)
}

// subscribeAll subscribes after a position.
func (c *readCall) subscribeAll(o *streams.ReadReq_Options_AllOptions) error {
	options := engine.AllOptions{Links: c.links, NoFirst: c.service.node.server.cfg.Version == version23}
	after, err := positionOf(o)
	if err != nil {
		return err
	}
	if o.GetStart() == nil {
		options.After = &after
	}
	if f := c.options.GetFilter(); f != nil {
		filter, window, err := filterOf(f)
		if err != nil {
			return err
		}
		if f.GetCheckpointIntervalMultiplier() == 0 {
			return handlerFailed()
		}
		options.Filter = &filter
		options.Window, options.Multiplier = window, f.GetCheckpointIntervalMultiplier()
	}
	sub, err := c.engine().SubscribeAll(options)
	if err != nil {
		return engineError("Subscribe", err)
	}
	return c.follow(sub)
}

// follow sends what a subscription says until the call or the subscription
// ends, or its user is shut out.
func (c *readCall) follow(sub *engine.Subscription) error {
	defer sub.Close()
	sub.While(c.name, c.allowed)
	err := c.stream.Send(confirmation())
	for err == nil {
		var step engine.Step
		if step, err = sub.Next(c.ctx()); err != nil {
			return c.dropped(err)
		}
		err = c.tell(step)
	}
	return err
}

func confirmation() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()}}}
}

// dropped says why a subscription has ended.
func (c *readCall) dropped(err error) error {
	switch {
	case errors.Is(err, engine.ErrInsideRecord):
		return invalidArgument("Trying to read from an invalid position.")
	case errors.Is(err, engine.ErrNoInterval):
		return handlerFailed()
	case errors.Is(err, engine.ErrEndless):
		return c.unanswered()
	}
	return engineError("Subscribe", err)
}

// tell sends a step of a subscription.
func (c *readCall) tell(step engine.Step) error {
	switch step.Kind {
	case engine.StepCheckpoint:
		commit, prepare := step.Position.Wire()
		return c.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{Checkpoint: &streams.ReadResp_Checkpoint{
			CommitPosition: commit, PreparePosition: prepare}}})
	case engine.StepCaughtUp:
		return c.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: c.caughtUp(step)}})
	}
	return c.sendEvent(step.Event)
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
	if commit, prepare := step.Position.Wire(); c.options.GetAll() != nil && step.Position.Commit >= 0 {
		var position []byte
		position = protowire.AppendTag(position, 1, protowire.VarintType)
		position = protowire.AppendVarint(position, commit)
		position = protowire.AppendTag(position, 2, protowire.VarintType)
		position = protowire.AppendVarint(position, prepare)
		b = protowire.AppendTag(b, 3, protowire.BytesType)
		b = protowire.AppendBytes(b, position)
	} else if c.options.GetStream() != nil && step.Revision >= 0 {
		b = protowire.AppendTag(b, 2, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(step.Revision))
	}
	message := new(streams.ReadResp_CaughtUp)
	message.ProtoReflect().SetUnknown(b)
	return message
}
