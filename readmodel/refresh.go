package readmodel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/internal/fault"
)

// StatisticsOptions say how often current statistics are computed.
type StatisticsOptions struct {
	// Every is the interval between scans for expired statistics: those of
	// accounts that time alone has changed. What events change is computed as
	// soon as the runner has caught up. Default: a minute.
	Every time.Duration
	// MarketplaceEvery is the least time between two computations of the
	// figures of the whole marketplace, which read everything. They are computed
	// when something changed, or time alone may have changed them. Default: ten
	// minutes; negative: as often as the others.
	MarketplaceEvery time.Duration
}

func (o StatisticsOptions) withDefaults() StatisticsOptions {
	if o.Every <= 0 {
		o.Every = time.Minute
	}
	if o.MarketplaceEvery == 0 {
		o.MarketplaceEvery = 10 * time.Minute
	}
	return o
}

// refreshAccounts is how many accounts' statistics one transaction writes, so
// that a runner on the same database does not wait long for it.
const refreshAccounts = 100

// refreshRetry is the pause before the next attempt while another process has
// the lease.
const refreshRetry = 250 * time.Millisecond

// A refresher keeps the current statistics: it computes those of the accounts
// that are marked stale and due. Over all processes one works at a time.
type refresher struct {
	model   *ReadModel
	options StatisticsOptions
	told    func(error)     // each outcome
	woken   chan struct{}   // holds one; filled by the runner, emptied by run
	waiting backoff.Waiting // of the goroutine of run alone
}

func newRefresher(m *ReadModel, l *slog.Logger, o StatisticsOptions, told func(error)) *refresher {
	return &refresher{model: m, options: o, told: told, woken: make(chan struct{}, 1), waiting: m.waiting("the refresh of the current statistics", l)}
}

// wake says that there may be something to compute.
func (f *refresher) wake() { notify(f.woken) }

// run computes whenever it is woken or its time has come, but not while the
// runner is far behind, until the context ends. A failure is told, and after one
// that may pass it tries again; it ends with any other. The marks stay.
func (f *refresher) run(ctx context.Context, version int64, following func() bool) error {
	pause := f.options.Every
	for {
		select {
		case <-f.woken:
		case <-f.model.options.After(pause):
		case <-ctx.Done():
			return nil
		}
		pause = f.options.Every
		if !following() {
			continue
		}
		err := f.model.refresh(ctx, version, f.options.MarketplaceEvery)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrLeased): // another process computes them
			pause = min(refreshRetry, pause)
			continue
		}
		f.told(err)
		switch {
		case err == nil:
			f.waiting.GoesOn(ctx)
		case !fault.Passing(err) || errors.Is(err, errVersionChanged):
			return err
		case f.waiting.Failed(ctx, err) != nil:
			return nil
		default:
			pause = 0
		}
	}
}

// Refresh computes the current statistics of all accounts that are stale, and
// of the marketplace, at once. Runners do so by themselves. It fails with
// ErrLeased while another process does it.
func (m *ReadModel) Refresh(ctx context.Context) error {
	for {
		var version int64
		err := m.readLive(ctx, func(_ versionTx, v *Version) error {
			version = v.Number
			return nil
		})
		if err == nil {
			err = m.refresh(ctx, version, -1)
		}
		if !errors.Is(err, errVersionChanged) { // each time by one more rebuild
			return err
		}
	}
}

func (m *ReadModel) refresh(ctx context.Context, version int64, marketplaceEvery time.Duration) (err error) {
	lease, err := m.db.Lease(ctx, fmt.Sprintf("statistics-%d", version))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, released(lease)) }()
	p := &refreshRun{model: m, version: version, lease: lease}
	if err := m.read(ctx, func(a adminTx) error { return a.written(version) }); err != nil {
		return err
	}
	if err := p.otherPolicies(ctx); err != nil {
		return err
	}
	for _, kind := range []string{staleClientsFreelancers, staleFreelancer, staleClient} {
		if err := p.every(ctx, kind); err != nil {
			return err
		}
	}
	return p.marketplace(ctx, marketplaceEvery)
}

// refreshRun computes what is due, once.
type refreshRun struct {
	model   *ReadModel
	version int64
	lease   Lease
}

func (p *refreshRun) read(ctx context.Context, do func(versionTx) error) error {
	return p.model.read(ctx, func(a adminTx) error { return do(a.on(p.version)) })
}

func (p *refreshRun) write(ctx context.Context, do func(versionTx) error) error {
	if err := p.lease.Held(ctx); err != nil {
		return err
	}
	return p.model.db.Write(ctx, func(tx Tx) error { return do(adminTx{tx, p.model.db.Dialect()}.on(p.version)) })
}

// now is the moment that statistics are computed for.
func (p *refreshRun) now() event.Time { return event.At(p.model.options.Now()) }

// every computes the accounts of a kind that are due, some at a time, each at
// most once: what becomes stale meanwhile is for the next run.
func (p *refreshRun) every(ctx context.Context, kind string) error {
	limit := refreshAccounts
	if kind == staleClientsFreelancers {
		limit = 1 // which may be of very many
	}
	for from, more := uuid.Nil, true; more; {
		now := p.now()
		var ids []uuid.UUID
		err := p.read(ctx, func(r versionTx) (err error) {
			ids, err = r.ids("SELECT DISTINCT account_id FROM @stale WHERE kind = $1 AND due_at <= $2 AND account_id >= $3"+
				" ORDER BY account_id LIMIT $4", kind, now, from, int64(limit))
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		from, more = successor(ids[len(ids)-1])
		switch kind {
		case staleFreelancer:
			err = p.freelancers(ctx, ids, now)
		case staleClient:
			err = p.clients(ctx, ids, now)
		default:
			err = p.freelancersOf(ctx, ids[0], now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
