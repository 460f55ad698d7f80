// Package repository loads aggregates from a log, lets them decide and appends what
// they decided: a single command with Repository.Do, many together with Session.WriteGroup.
//
// An aggregate is the fold of its stream. It is kept in memory between commands, so
// that only newer events are read, and is decided on only as of its stream's end:
// the append names the revision that the decision was made on and fails where the
// stream has gone on. The command is then decided again, on what there is then.
package repository

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Options are a Repository's settings. All are needed.
type Options struct {
	Attempts         int // at a command, or a group, while others are faster
	CachedAggregates int // kept in memory between commands
	Terms            aggregate.Terms
	Tolerance        int64  // in seconds, between the clocks of those who write
	Future           bool   // moments may be any
	DigestKey        []byte // of the commands' digests; empty: one that is public

	// Score tells the Job Success score that an AssessJobSuccess records, which
	// comes of what is in the log.
	Score func(ctx context.Context, freelancer uuid.UUID, asOf event.Time) (event.JobSuccessAssessed, error)
}

// Repository decides commands on one log. It is safe for concurrent use.
type Repository struct {
	store    store.Store
	registry *event.Registry
	options  Options
	cache    *cache
	digests  []*digests // the first makes them, all know theirs
	done     atomic.Int64
	underway underway
}

// New makes a Repository. It fails for a cache of no size.
func New(s store.Store, options Options) (*Repository, error) {
	c, err := newCache(options.CachedAggregates)
	if err != nil {
		return nil, err
	}
	r := &Repository{store: s, registry: event.Marketplace(), options: options, cache: c, underway: underway{ids: map[uuid.UUID]chan struct{}{}}}
	if len(options.DigestKey) > 0 {
		r.digests = append(r.digests, newDigests(options.DigestKey))
	}
	r.digests = append(r.digests, newDigests([]byte(publicKey)))
	r.done.Store(int64(event.Earliest))
	return r, nil
}

// Done is the latest moment at which a live request was done, which a clock may be
// behind by Options.Tolerance.
func (r *Repository) Done() event.Time { return event.Time(r.done.Load()) }

// note takes in that a request was done, now or before.
func (r *Repository) note(q Request, at event.Time) {
	if !q.Live || at > q.Now.AddSeconds(r.options.Tolerance) {
		return
	}
	for last := r.done.Load(); int64(at) > last && !r.done.CompareAndSwap(last, int64(at)); last = r.done.Load() {
	}
}

// Do decides a command and appends its events. Where another writer was faster it
// waits for a moment, loads again and decides again, as often as Options.Attempts.
func (r *Repository) Do(ctx context.Context, q Request) (Outcome, error) {
	if err := r.underway.begin(ctx, q.ID); err != nil {
		return Outcome{}, err
	}
	defer r.underway.end(q.ID)
	race := newRace(r.options.Attempts)
	for {
		out, err := r.attempt(ctx, q)
		if !errors.Is(err, store.ErrConflict) {
			return out, err
		}
		if err := race.lost(ctx, err); err != nil {
			return Outcome{}, fmt.Errorf("marketplace: %s %w", aggregate.CommandName(q.Command), err)
		}
	}
}

func (r *Repository) attempt(ctx context.Context, q Request) (Outcome, error) {
	s := r.NewSession(ctx)
	defer s.End()
	stream := aggregate.Stream(q.Command)
	target, err := s.load(stream)
	if err != nil {
		if invalid := aggregate.ValidateAt(q.Command, q.At); invalid != nil {
			return Outcome{}, invalid // a malformed id names no stream
		}
		return Outcome{}, err
	}
	if target.commands[q.ID] {
		r.note(q, target.state.Clock())
		return r.firstOutcome(ctx, stream, q)
	}
	d, _, writes, err := s.decide(target, q)
	if err != nil {
		return Outcome{}, err
	}
	appended, err := s.append(writes)
	if err != nil {
		return Outcome{}, err
	}
	r.note(q, target.state.Clock())
	return Outcome{CommandID: q.ID, Stream: stream, Events: d.Events, Revision: appended.Revision, Position: appended.Position}, nil
}

// firstOutcome reads what a command that was done before had come to. It fails with
// aggregate.IDReused where that was another command.
func (r *Repository) firstOutcome(ctx context.Context, stream string, q Request) (Outcome, error) {
	out := Outcome{CommandID: q.ID, Stream: stream, Repeated: true}
	var first event.Meta
	for rec, err := range r.store.ReadStream(ctx, stream, 0) {
		if err != nil {
			return Outcome{}, err
		}
		env, err := r.registry.Decode(&rec)
		if err != nil {
			return Outcome{}, err
		}
		if env.CommandID == q.ID {
			out.Events = append(out.Events, env.Event)
			out.Revision, out.Position, first = env.Revision, env.Position, env.Meta
		}
	}
	if r.reused(q, first, out.Events) {
		return Outcome{}, q.reject(aggregate.IDReused, "another command was done under the id %v", q.ID)
	}
	return out, nil
}
