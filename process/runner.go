package process

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Do gives a command. It is idempotent by the request's id: a command that was
// done before is told as repeated and writes nothing. A refusal is an
// *aggregate.Rejection, and nothing was written.
type Do func(ctx context.Context, c aggregate.Command, r Request) (repeated bool, err error)

// Request is what there is to say about a command.
type Request struct {
	ID          uuid.UUID  // of the command
	At          event.Time // the moment at which it is given
	Cause       uuid.UUID  // the event that asks for it
	Correlation uuid.UUID  // of that event
}

// Runner does what is due over one log. Make one with New. It is safe for
// concurrent use, and of several Runners over one log each task is done by one.
type Runner struct {
	store    store.Store
	registry *event.Registry
	decoder  *event.Decoder
	do       Do
	options  Options
	metrics  metrics
	board    board // what Status tells

	// Who takes the token out may fold and act, and use what follows.
	token   chan struct{}
	agenda  *Agenda // nil until the checkpoint was looked at
	place   place
	unsaved int // events folded since the agenda was saved
	review  review
}

// New makes a Runner over a log. It fails for options that make no sense.
func New(s store.Store, registry *event.Registry, do Do, options Options) (*Runner, error) {
	options = options.withDefaults()
	if err := options.validate(); err != nil {
		return nil, err
	}
	r := &Runner{
		store: s, registry: registry, decoder: registry.NewDecoder(), do: do, options: options,
		metrics: newMetrics(options.MeterProvider), token: make(chan struct{}, 1),
	}
	r.token <- struct{}{}
	return r, nil
}

// The pauses between attempts to reach a store.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 5 * time.Second
)

// idleUntil is how long a Runner waits that has nothing to do.
var idleUntil = event.MustParseTime("9999-12-31T23:59:59Z")

// Run does what is due, waits for new events and for the next due moment, and
// goes on until the context ends; then it saves the agenda and returns nil.
// While the store is unavailable or full it tries again. It returns an error for
// what trying again cannot mend: an event that cannot be decoded, with its
// position, a damaged log, a store that was closed or is only for reading.
func (r *Runner) Run(ctx context.Context) error {
	watching, stop := context.WithCancel(ctx)
	var watcher sync.WaitGroup
	defer watcher.Wait()
	defer stop()
	news := make(chan struct{}, 1)
	watched := false
	for pause := firstPause; ; {
		err := r.Settle(ctx)
		switch {
		case ctx.Err() != nil:
			r.saveOrWarn(context.WithoutCancel(ctx))
			return nil
		case err == nil:
			pause = firstPause
			if !watched {
				watched = true
				watcher.Go(func() { r.watch(watching, news) })
			}
			r.sleep(ctx, news)
		case mends(err):
			r.options.Logger.WarnContext(ctx, "what follows by itself waits for the store", "position", r.Status().Position, "error", err)
			rest(ctx, pause)
			pause = min(2*pause, lastPause)
		default:
			r.options.Logger.ErrorContext(ctx, "what follows by itself has stopped", "position", r.Status().Position, "error", err)
			r.saveOrWarn(ctx)
			return err
		}
	}
}

// mends reports whether a failure may be over when it is tried again.
func mends(err error) bool {
	for _, passing := range []error{store.ErrUnavailable, store.ErrFull, store.ErrConflict, store.ErrLocked, store.ErrCancelled} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return false
}

// sleep waits for news or for the next due moment.
func (r *Runner) sleep(ctx context.Context, news <-chan struct{}) {
	reached, stop := r.options.Clock.Until(min(r.Status().NextDue, idleUntil).Std())
	defer stop()
	select {
	case <-ctx.Done():
	case <-news:
	case <-reached:
	}
}

func rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// watch tells when there is something new in the log, or when the subscription
// breaks, which Settle then sees for itself.
func (r *Runner) watch(ctx context.Context, news chan<- struct{}) {
	for pause := firstPause; ctx.Err() == nil; pause = min(2*pause, lastPause) {
		for _, err := range r.store.Subscribe(ctx, r.Status().Position) {
			select {
			case news <- struct{}{}:
			default:
			}
			if err == nil {
				pause = firstPause
			}
		}
		rest(ctx, pause)
	}
}

// Settle folds what is new in the log and does what is due by the clock, one
// task after the other, until nothing is. A host that has no Run going may call
// it now and then; beside a Run it waits until everything due has been done. It
// fails as soon as something fails; call it again to go on.
func (r *Runner) Settle(ctx context.Context) (err error) {
	if err := r.take(ctx); err != nil {
		return err
	}
	defer func() { r.give(ctx, err) }()
	if err := r.load(ctx); err != nil {
		return err
	}
	for {
		if err := r.catchUp(ctx); err != nil {
			return err
		}
		now := event.At(r.options.Clock.Now())
		t := r.agenda.next()
		if t == nil || t.Due > now {
			return nil
		}
		if err := r.act(ctx, t, now); err != nil {
			return err
		}
	}
}

func (r *Runner) take(ctx context.Context) error {
	select {
	case <-r.token:
		return nil
	case <-ctx.Done():
		return store.Cancelled(ctx)
	}
}

// give gives the token back and tells Status what has come of its use.
func (r *Runner) give(ctx context.Context, err error) {
	if ctx.Err() != nil {
		err = nil // who ends an attempt knows why
	}
	next, open := event.Never, 0
	if r.agenda != nil {
		next, open = r.agenda.NextDue(), r.agenda.Len()
	}
	r.board.settled(r.place.Position, open, next, err)
	r.token <- struct{}{}
}

// catchUp folds the log to its end.
func (r *Runner) catchUp(ctx context.Context) error {
	for rec, err := range r.store.ReadAll(ctx, store.Span{After: r.place.Position}) {
		if err != nil {
			return err
		}
		if err := r.fold(ctx, &rec); err != nil {
			return err
		}
		if r.unsaved++; r.unsaved >= max(r.options.SaveEvery, r.agenda.remembered()) {
			r.saveOrWarn(ctx)
		}
	}
	return nil
}

// fold takes in one record. Streams that are not ours ask for nothing.
func (r *Runner) fold(ctx context.Context, rec *event.Record) error {
	if _, _, _, ours := event.ParseStream(rec.Stream); ours {
		env, err := r.decoder.Decode(rec)
		if err != nil {
			return err
		}
		opening := func(stream string) (event.Event, error) {
			first, err := r.first(ctx, stream)
			return first.Event, err
		}
		if err := r.agenda.Fold(&env, opening); err != nil {
			return err
		}
	}
	r.place = place{Position: rec.Position, ID: rec.ID, Previous: r.place.Position}
	return nil
}

// first reads the first event of a stream.
func (r *Runner) first(ctx context.Context, stream string) (event.Envelope, error) {
	for rec, err := range r.store.ReadStream(ctx, stream, 0) {
		if err != nil {
			return event.Envelope{}, err
		}
		if rec.Revision != 0 {
			break
		}
		return r.registry.Decode(&rec)
	}
	return event.Envelope{}, &store.Error{Code: store.ErrCorrupt.Code, Stream: stream, Detail: "its first event is gone: the stream is truncated"}
}
