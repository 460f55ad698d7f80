package marketplace

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/process"
)

// Processes makes what does by itself what follows by itself: deadlines that
// lapse, consistently negative clients that are contacted. It starts with Run,
// which goes on until its context ends:
//
//	p, err := m.Processes(process.Options{Checkpoint: process.FileCheckpoint("market.agenda")})
//	...
//	go p.Run(ctx)
//
// Stop it before Close. Any number of hosts may run it on one log; each task is
// done once. Options.Clock defaults to the marketplace's clock and Logger to its
// logger.
func (m *Marketplace) Processes(options process.Options) (*process.Runner, error) {
	if options.Clock == nil {
		options.Clock = process.ClockFunc(m.options.Clock)
	}
	if options.Logger == nil {
		options.Logger = m.options.Logger
	}
	return process.New(m.store, m.registry, func(ctx context.Context, c aggregate.Command, r process.Request) (bool, error) {
		out, err := m.Do(ctx, c, CommandID(r.ID), At(r.At.Std()), Correlation(r.Correlation), causation(r.Cause))
		return out.Repeated, err
	}, options)
}

// causation names the event that a command follows from by its id alone.
func causation(id uuid.UUID) DoOption { return func(r *request) { r.causation = id } }
