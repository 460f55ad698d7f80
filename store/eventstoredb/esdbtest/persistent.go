package esdbtest

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// persistentService manages persistent subscriptions and connects consumers to
// them. Only the leader does.
type persistentService struct {
	persistent.UnimplementedPersistentSubscriptionsServer
	node *node
}

func (s *persistentService) groups() *competing.Registry { return s.node.server.groups }

// manage does something that only the leader may do, for those who may.
func (s *persistentService) manage(ctx context.Context, key competing.Key, do func() error) error {
	err := s.node.requireLeader()
	if err == nil {
		err = demandOps(ctx)
	}
	if err == nil {
		if e := do(); e != nil {
			err = groupError(e, key)
		}
	}
	trailUnary(ctx, err)
	return err
}

// Create makes a group.
func (s *persistentService) Create(ctx context.Context, req *persistent.CreateReq) (*persistent.CreateResp, error) {
	o := req.GetOptions()
	key, settings, err := createOptions(o)
	if err != nil {
		return nil, err
	}
	err = s.manage(ctx, key, func() error { return s.groups().Create(ctx, key, settings) })
	if err != nil {
		return nil, err
	}
	return new(persistent.CreateResp), nil
}

// Update gives a group other settings and drops its consumers.
func (s *persistentService) Update(ctx context.Context, req *persistent.UpdateReq) (*persistent.UpdateResp, error) {
	o := req.GetOptions()
	key, settings, err := updateOptions(o)
	if err != nil {
		return nil, err
	}
	err = s.manage(ctx, key, func() error { return s.groups().Update(ctx, key, settings) })
	if err != nil {
		return nil, err
	}
	return new(persistent.UpdateResp), nil
}

// Delete ends a group.
func (s *persistentService) Delete(ctx context.Context, req *persistent.DeleteReq) (*persistent.DeleteResp, error) {
	o := req.GetOptions()
	key, err := keyOf(o, o.GetAll(), o.GetGroupName())
	if err != nil {
		return nil, err
	}
	err = s.manage(ctx, key, func() error { return s.groups().Delete(ctx, key) })
	if err != nil {
		return nil, err
	}
	return new(persistent.DeleteResp), nil
}

// ReplayParked delivers parked messages again.
func (s *persistentService) ReplayParked(ctx context.Context, req *persistent.ReplayParkedReq) (*persistent.ReplayParkedResp, error) {
	o := req.GetOptions()
	key, err := keyOf(o, o.GetAll(), o.GetGroupName())
	if err != nil {
		return nil, err
	}
	_, limited := o.GetStopAtOption().(*persistent.ReplayParkedReq_Options_StopAt)
	err = s.manage(ctx, key, func() error { return s.groups().ReplayParked(key, o.GetStopAt(), limited) })
	if err != nil {
		return nil, err
	}
	return new(persistent.ReplayParkedResp), nil
}

// RestartSubsystem drops all consumers and starts every group from its
// checkpoint.
func (s *persistentService) RestartSubsystem(ctx context.Context, _ *shared.Empty) (*shared.Empty, error) {
	err := s.manage(ctx, competing.Key{}, func() error { s.groups().Restart(); return nil })
	if err != nil {
		return nil, err
	}
	return new(shared.Empty), nil
}

// keyOf reads which group is meant.
func keyOf(o interface {
	GetStreamIdentifier() *shared.StreamIdentifier
}, all *shared.Empty, group string) (competing.Key, error) {
	key := competing.Key{Stream: streamName(o.GetStreamIdentifier()), Group: group}
	if all != nil {
		key.Stream = engine.AllStream
	}
	return key, checkKey(key)
}

// maxGroupName bounds a group's name, in bytes.
const maxGroupName = 4096

func checkKey(key competing.Key) error {
	switch {
	case key.Stream == "" || len(key.Stream) > engine.MaxStreamName:
		return invalidArgument("The stream name is not valid.")
	case key.Group == "" || len(key.Group) > maxGroupName:
		return invalidArgument("The group name is not valid.")
	}
	return nil
}
