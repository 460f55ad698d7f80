package esdbtest

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
)

// persistentService manages persistent subscriptions and connects consumers to
// them. Only the leader does.
type persistentService struct {
	persistent.UnimplementedPersistentSubscriptionsServer
	node *node
}

func (s *persistentService) groups() *competing.Registry { return s.node.server.groups }

// manage answers a call of those who may manage groups.
func manage[Resp any](ctx context.Context, resp *Resp, do func() error) (*Resp, error) {
	return answer(ctx, demandOps, resp, do)
}

// answer answers a call of those from whom access is not withheld.
func answer[Resp any](ctx context.Context, access func(context.Context) error, resp *Resp, do func() error) (*Resp, error) {
	err := access(ctx)
	if err == nil {
		err = do()
	}
	if err != nil {
		trailUnary(ctx, err)
		return nil, err
	}
	return resp, nil
}

// of does something with a group, or with those on a stream, as the leader. A
// stream whose name is empty gets no answer: EventStoreDB fails where it would
// name it.
func (s *persistentService) of(ctx context.Context, key competing.Key, do func() error) error {
	if err := s.node.requireLeader(); err != nil {
		return err
	}
	if key.Stream == "" {
		<-ctx.Done()
		return ctx.Err()
	}
	return groupError(do(), key)
}

// Create makes a group. A request without options fails before its caller's
// access is looked at, here and in Update.
func (s *persistentService) Create(ctx context.Context, req *persistent.CreateReq) (*persistent.CreateResp, error) {
	if req.GetOptions() == nil {
		return nil, handlerFailed()
	}
	return manage(ctx, new(persistent.CreateResp), func() error {
		key, settings, err := createOptions(req.GetOptions())
		if err != nil {
			return err
		}
		return s.of(ctx, key, func() error { return s.groups().Create(key, settings) })
	})
}

// Update gives a group other settings and drops its consumers.
func (s *persistentService) Update(ctx context.Context, req *persistent.UpdateReq) (*persistent.UpdateResp, error) {
	if req.GetOptions() == nil {
		return nil, handlerFailed()
	}
	return manage(ctx, new(persistent.UpdateResp), func() error {
		key, settings, err := updateOptions(req.GetOptions())
		if err != nil {
			return err
		}
		return s.of(ctx, key, func() error { return s.groups().Update(key, settings) })
	})
}

// Delete ends a group.
func (s *persistentService) Delete(ctx context.Context, req *persistent.DeleteReq) (*persistent.DeleteResp, error) {
	return manage(ctx, new(persistent.DeleteResp), func() error {
		o := req.GetOptions()
		key, err := keyOf(o, o.GetAll())
		if err == nil && o.GetAll() == nil {
			err = notTheLog(key, "Delete")
		}
		if err != nil {
			return err
		}
		return s.of(ctx, key, func() error { return s.groups().Delete(key) })
	})
}

// ReplayParked delivers parked messages again.
func (s *persistentService) ReplayParked(ctx context.Context, req *persistent.ReplayParkedReq) (*persistent.ReplayParkedResp, error) {
	return manage(ctx, new(persistent.ReplayParkedResp), func() error {
		o := req.GetOptions()
		key, err := keyOf(o, o.GetAll())
		if err != nil {
			return err
		}
		var stopAt *int64
		switch limit := o.GetStopAtOption().(type) {
		case *persistent.ReplayParkedReq_Options_StopAt:
			stopAt = &limit.StopAt
		case nil:
			return handlerFailed()
		}
		return s.of(ctx, key, func() error { return s.groups().ReplayParked(key, stopAt) })
	})
}

// RestartSubsystem drops all consumers and starts every group from its
// checkpoint.
func (s *persistentService) RestartSubsystem(ctx context.Context, _ *shared.Empty) (*shared.Empty, error) {
	return manage(ctx, new(shared.Empty), func() error {
		if err := s.node.requireLeader(); err != nil {
			return err
		}
		s.groups().Restart()
		return nil
	})
}
