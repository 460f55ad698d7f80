package marketplace

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// ErrNoLog says that the question is answered from the log, and only a read model was asked.
var ErrNoLog = fault.New("", "no_log")

// Contract says how a contract stands as of a moment: state, milestones, escrow, the
// bills of its weeks, disputes. It is read from the contract's streams, whatever their
// log holds now, and depends on no policy. It fails with a *statistics.NotFoundError
// if the contract had not started, and with ErrNoLog where a read model is asked
// without its log, since that keeps neither milestones nor segments (see WithLog).
func (q *Questions) Contract(ctx context.Context, id uuid.UUID, options ...QueryOption) (*aggregate.ContractReport, error) {
	r, err := q.readContract(ctx, id, options)
	if err != nil {
		return nil, err
	}
	if err := r.weeks(); err != nil {
		return nil, err
	}
	return r.into.Report(), nil
}

// WorkDiary shows a week of an hourly contract as of a moment: its segments, how much
// of each is billed, protected or why not, and the week's bill. It fails as Contract
// does, also for a week without an event.
func (q *Questions) WorkDiary(ctx context.Context, contract uuid.UUID, week event.Week, options ...QueryOption) (*aggregate.WorkDiary, error) {
	r, err := q.readContract(ctx, contract, options)
	if err != nil {
		return nil, err
	}
	if err := r.stream(event.WorkWeekStream(contract, week)); err != nil {
		return nil, err
	}
	diary := r.into.WorkDiary(week)
	if diary == nil {
		return nil, &statistics.NotFoundError{Kind: "week", ID: contract, Week: week, AsOf: r.asOf}
	}
	return diary, nil
}

// WithLog lets a read model's Questions answer Contract and WorkDiary too, from the
// log that it follows. The host closes the log.
func (q *Questions) WithLog(log store.Store) *Questions {
	both := *q
	both.log = log
	return &both
}

// contractReading makes a contract of its streams, all as they are at one position of
// the log.
type contractReading struct {
	ctx     context.Context
	log     store.Store
	head    event.Position
	decoder *event.Decoder
	id      uuid.UUID
	asOf    event.Time
	now     event.Time
	into    *aggregate.Contract
}

// readContract reads the contract's own stream; it had started.
func (q *Questions) readContract(ctx context.Context, id uuid.UUID, options []QueryOption) (*contractReading, error) {
	asked := q.query(options)
	if asked.err != nil {
		return nil, asked.err
	}
	if q.log == nil {
		return nil, ErrNoLog.With(nil, "a read model keeps neither milestones nor segments: ask the log")
	}
	head, err := q.log.Head(ctx)
	if err != nil {
		return nil, err
	}
	if err := asked.look(Status{Position: head, Head: head, Partitions: 1}); err != nil {
		return nil, err
	}
	r := &contractReading{
		ctx: ctx, log: q.log, head: head, decoder: event.Marketplace().NewDecoder(), id: id,
		asOf: asked.asOf.Bounded(), now: event.At(q.now()),
	}
	r.into = aggregate.NewContract(id, r.asOf)
	if err := r.stream(event.ContractStream(id)); err != nil {
		return nil, err
	}
	if !r.into.Started() {
		return nil, &statistics.NotFoundError{Kind: "contract", ID: id, AsOf: r.asOf}
	}
	return r, nil
}

// weeks reads the streams of all weeks in which there may be something.
func (r *contractReading) weeks() error {
	last := r.asOf
	if last > r.now { // nothing is there to be read of the years to come, but in a log of test data
		newest, err := store.Newest(r.ctx, r.log)
		if err != nil {
			return err
		}
		last = r.now
		if _, _, _, ours := event.ParseStream(newest.Stream); ours {
			meta, err := r.decoder.DecodeMeta(&newest)
			if err != nil {
				return err
			}
			last = max(last, meta.OccurredAt)
		}
	}
	for w := range r.into.WeeksUntil(last) {
		if err := r.stream(event.WorkWeekStream(r.id, w)); err != nil {
			return err
		}
	}
	return nil
}

// stream gives the contract the events of a stream, if there is one.
func (r *contractReading) stream(name string) error {
	for rec, err := range r.log.ReadStream(r.ctx, name, 0) {
		switch {
		case errors.Is(err, store.ErrStreamNotFound):
			return nil
		case err != nil:
			return err
		case rec.Position > r.head:
			return nil
		}
		env, err := r.decoder.Decode(&rec)
		if err != nil {
			return err
		}
		if err := r.into.Take(&env); err != nil {
			return fmt.Errorf("marketplace: position %d of stream %s: %w", rec.Position, name, err)
		}
	}
	return nil
}
