package process

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/projection"
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
	// Set by New for good.
	store    store.Store
	registry *event.Registry
	do       Do
	options  Options

	// Any goroutine's: each has a lock of its own.
	board     board // what Status tells
	listeners listeners
	doubted   atomic.Bool // a read failed or a subscription began: the log may be another one since

	// Of the goroutine that has taken the token out, be it Run's or that of a
	// caller of Settle or Save: it alone folds and acts. Run's second goroutine, watch,
	// never takes the token; it wakes Run.
	token   chan struct{}
	decoder *event.Decoder
	agenda  *agenda // nil until the checkpoint was looked at
	place   place
	unsaved int // events folded since the agenda was saved
	review  review
}

// New makes a Runner over a log. It fails for options that make no sense.
func New(s store.Store, do Do, options Options) (*Runner, error) {
	options = options.withDefaults()
	if err := options.validate(); err != nil {
		return nil, err
	}
	r := &Runner{
		store: s, registry: event.Marketplace(), decoder: event.Marketplace().NewDecoder(), do: do, options: options,
		token: make(chan struct{}, 1),
	}
	r.token <- struct{}{}
	return r, nil
}

// idleUntil is how long a Runner waits that has nothing to do: longer than any clock
// shows that it can go by.
var idleUntil = event.Latest.Std().Add(time.Hour)

// Run does what is due and waits for new events and for the next due moment. It
// returns nil when its context has ended, else the error that ended it; either way
// it saves the agenda first. While the store is unavailable or full it tries again.
// Where the log does not know the agenda's position any more, since an older copy
// or another log has taken its place, it is folded from its beginning. What ends
// it is what trying again cannot mend: an event that cannot be decoded, with its
// position, a damaged log, a store that was closed, is only for reading or will
// not have us.
func (r *Runner) Run(parent context.Context) error {
	ctx, stop := context.WithCancelCause(parent)
	var watcher sync.WaitGroup
	defer watcher.Wait()
	defer stop(nil)
	news := make(chan struct{}, 1)
	watched, waiting := false, r.waiting("what follows by itself")
	for {
		err := r.Settle(ctx)
		if ctx.Err() != nil {
			err = context.Cause(ctx) // the watcher's, if not the caller's
		}
		switch {
		case parent.Err() != nil:
			r.saveOrWarn(context.WithoutCancel(parent))
			return nil
		case err == nil:
			waiting.GoesOn(ctx, "position", r.Status().Position)
			if !watched {
				watched = true
				watcher.Go(func() { r.watch(ctx, news, stop) })
			}
			r.sleep(ctx, news)
		case fault.Passing(err):
			_ = waiting.Failed(ctx, err, "position", r.Status().Position) // the next attempt sees it
		default:
			r.board.stopped(err)
			r.options.Logger.ErrorContext(parent, "what follows by itself has stopped", "position", r.Status().Position, "error", err)
			r.saveOrWarn(parent)
			return err
		}
	}
}

func (r *Runner) waiting(who string) backoff.Waiting {
	return backoff.Waiting{Pauses: backoff.ForStore(), Logger: r.options.Logger, Who: who}
}

// sleep waits for news or for the next due moment.
func (r *Runner) sleep(ctx context.Context, news <-chan struct{}) {
	until := idleUntil
	if due := r.Status().NextDue; due < event.Latest {
		until = due.Std()
	}
	reached, stop := r.options.Clock.Until(until)
	defer stop()
	select {
	case <-ctx.Done():
	case <-news:
	case <-reached:
	}
}

// watch tells when there is something new in the log. When the subscription breaks
// it subscribes again, from where the agenda is then, as long as it takes; what no
// other attempt will mend stops the Runner. A position that the log does not know
// is Settle's to see: it begins anew.
func (r *Runner) watch(ctx context.Context, news chan<- struct{}, stop context.CancelCauseFunc) {
	waiting := r.waiting("what hears of news in the log")
	for {
		err := r.subscribe(ctx, news, &waiting)
		switch {
		case ctx.Err() != nil:
			return
		case fault.Passing(err) || errors.Is(err, store.ErrUnknownPosition):
			wake(news) // whoever reads meets the same, or hears what was missed
			_ = waiting.Failed(ctx, err, "position", r.Status().Position)
		default:
			stop(err)
			return
		}
	}
}

// subscribe tells the news of one subscription until it breaks.
func (r *Runner) subscribe(ctx context.Context, news chan<- struct{}, waiting *backoff.Waiting) error {
	begun := false
	for _, err := range r.store.Subscribe(ctx, r.Status().Position) {
		if err != nil {
			return err
		}
		if !begun {
			begun = true
			r.doubted.Store(true)
		}
		waiting.GoesOn(ctx, "position", r.Status().Position)
		wake(news)
	}
	return projection.ErrSubscriptionEnded
}

func wake(news chan<- struct{}) {
	select {
	case news <- struct{}{}:
	default:
	}
}

// Settle folds what is new in the log and does what is due by the clock, one
// task after the other, until nothing is. A host that has no Run going may call
// it now and then; beside a Run it waits until everything due has been done. It
// fails as soon as something fails, with event.ErrClock where the clock does; call it
// again to go on.
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
		now, err := event.FromClock(r.options.Clock.Now())
		if err != nil {
			return err
		}
		t := r.agenda.next()
		if t == nil || t.Due > now || t.Due >= event.Latest {
			return nil // what is due at the end of all time stands for what is due after it
		}
		if err := r.act(ctx, t, now); err != nil {
			if !r.replaced(ctx, err) {
				return err
			}
			r.doubted.Store(true) // for catchUp
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
		next, open = r.agenda.nextDue(), r.agenda.size()
	}
	r.board.settled(r.place.Position, open, next, err)
	r.token <- struct{}{}
}

// catchUp folds the log to its end, from its beginning if it is another one than
// the agenda's or does not know its position.
func (r *Runner) catchUp(ctx context.Context) error {
	err := r.sameLog(ctx)
	if err == nil {
		err = r.readOn(ctx)
	}
	if r.replaced(ctx, err) {
		r.warnOfFoldingAnew(ctx, err)
		r.begin()
		err = r.readOn(ctx)
	}
	if err != nil {
		r.doubted.Store(true)
	}
	return err
}

// sameLog fails with errStale if the log was in doubt and is another one.
func (r *Runner) sameLog(ctx context.Context) error {
	if !r.doubted.Swap(false) {
		return nil
	}
	_, err := r.recognise(ctx, r.place)
	return err
}

// replaced reports whether a failure comes of another log, or an older copy, that
// has taken the place of the agenda's: it has not the streams that the agenda knows.
func (r *Runner) replaced(ctx context.Context, err error) bool {
	if err != nil && !errors.Is(err, errStale) && !fault.Passing(err) {
		_, err = r.recognise(ctx, r.place)
	}
	return errors.Is(err, errStale)
}

func (r *Runner) readOn(ctx context.Context) error {
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
	if event.Foreign(rec.Stream) {
		r.board.passedOver()
	} else {
		if _, _, _, known := event.ParseStream(rec.Stream); !known {
			return &projection.FoldError{Type: rec.Type, Stream: rec.Stream, Revision: rec.Revision, Position: rec.Position, Err: projection.ErrStreamName}
		}
		env, err := r.decoder.Decode(rec)
		if err != nil {
			return err
		}
		opening := func(stream string) (event.Event, error) {
			first, err := r.first(ctx, stream)
			return first.Event, err
		}
		if err := r.agenda.fold(&env, opening); err != nil {
			return err
		}
	}
	log := r.place.Log
	if r.place == (place{}) {
		log = rec.ID // the log's first
	}
	r.place = place{Position: rec.Position, ID: rec.ID, Digest: store.Digest(rec), Log: log}
	return nil
}

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
	return event.Envelope{}, store.ErrCorrupt.In(stream).With(nil, "its first event is gone: the stream is truncated")
}
