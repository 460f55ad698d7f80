package marketplace

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/repository"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/statistics"
)

// Processes makes what does by itself what follows by itself: deadlines that
// lapse, consistently negative clients that are contacted, suspended and barred,
// what a bar puts away, badges that are awarded and lost. It starts with Run, which goes on until its context ends:
//
//	p, err := m.Processes(process.Options{Checkpoint: process.FileCheckpoint("market.agenda")})
//	...
//	go p.Run(ctx)
//
// Stop it before Close. Any number of hosts may run it on one log; each task is
// done once. Options.Badges defaults to BadgesUnder the newest published rule,
// Options.Clock to the marketplace's clock and Logger to its logger. Connects are granted
// monthly where Options.Connects says so.
func (m *Marketplace) Processes(options process.Options) (*process.Runner, error) {
	if options.Badges == nil {
		policy, err := statistics.Preset(statistics.DefaultPolicy)
		if err != nil {
			return nil, err
		}
		options.Badges = m.BadgesUnder(policy)
	}
	if options.Clock == nil {
		options.Clock = process.ClockFunc(m.options.Now)
	}
	if options.Logger == nil {
		options.Logger = m.options.Logger
	}
	return process.New(m.store, func(ctx context.Context, c aggregate.Command, r process.Request) (bool, error) {
		out, err := m.Do(ctx, c, CommandID(r.ID), onTime(r.At), Correlation(r.Correlation), causation(r.Cause))
		if errors.Is(err, aggregate.IDReused) {
			// Who did the task first decided otherwise, such as under another policy of
			// badges; it is done.
			return true, nil
		}
		return out.Repeated, err
	}, options)
}

// BadgesUnder tells Processes how freelancers stand under a policy of the host's
// own. It asks the read model in memory from which statistics and the weekly
// assessments come, so it costs no other look at the log.
func (m *Marketplace) BadgesUnder(p statistics.Policy) process.Badges {
	return func(ctx context.Context, freelancer uuid.UUID, asOf event.Time, until event.Position) (*statistics.BadgeProgress, error) {
		model, err := m.follower.At(ctx, until)
		if err != nil {
			return nil, err
		}
		return statistics.Ask(ctx, model, statistics.BadgesUntil(freelancer, until), asOf, p)
	}
}

// onTime gives a moment of the processes' own clock.
func onTime(t event.Time) DoOption {
	return func(r *repository.Request) { r.At, r.Now, r.Live = t, t, false }
}

// causation names the event that a command follows from by its id alone.
func causation(id uuid.UUID) DoOption { return func(r *repository.Request) { r.Causation = id } }
