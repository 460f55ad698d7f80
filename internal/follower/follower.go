// Package follower keeps a read model in memory that holds everything in a log.
package follower

import (
	"context"
	"iter"
	"log/slog"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// Options are a Follower's settings. All are needed.
type Options struct {
	Logger  *slog.Logger
	Workers int // cores on which the log is folded at first
}

// Follower is a read model in memory and the goroutine that keeps it up to date,
// which begins when somebody waits for the first time. It is safe for concurrent
// use.
type Follower struct {
	// Set by New for good. The model has locks of its own: the goroutine folds,
	// everybody reads.
	store   store.Store
	options Options
	model   *projection.Model
	ctx     context.Context // ends with Close
	stop    context.CancelFunc
	ended   context.Context // once nothing more will be folded, with why as its cause
	end     context.CancelCauseFunc

	// Of those who wait: the first starts the goroutine, Close waits for its end.
	begin   sync.Once
	running sync.WaitGroup

	// Of the goroutine, follow, alone.
	log uuid.UUID // by which the model knows whose it is
}

// New makes a Follower of a log. Close ends it.
func New(s store.Store, options Options) *Follower {
	f := &Follower{store: s, options: options, model: projection.NewModel()}
	f.ctx, f.stop = context.WithCancel(context.Background())
	f.ended, f.end = context.WithCancelCause(context.Background())
	return f
}

// Close ends the following and waits for its end. The log stays open.
func (f *Follower) Close() {
	f.stop()
	f.running.Wait()
}

// Current is the read model once it holds everything that is in the log now.
func (f *Follower) Current(ctx context.Context) (*projection.Model, error) {
	head, err := f.store.Head(ctx)
	if err != nil {
		return nil, err
	}
	return f.At(ctx, head)
}

// At is the read model once it holds the position. It fails if following ends
// before, by Close with store.ErrClosed.
func (f *Follower) At(ctx context.Context, position event.Position) (*projection.Model, error) {
	f.begin.Do(func() { f.running.Go(f.follow) })
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.ended, cancel)()
	err := f.model.WaitFor(waiting, position)
	if ctx.Err() == nil && f.ended.Err() != nil {
		err = context.Cause(f.ended)
	}
	if err != nil {
		return nil, err
	}
	return f.model, nil
}

// follow folds the log and stays on it until Close. A broken connection is taken
// up again where it broke, as long as it takes. What no other attempt will mend
// ends it: a damaged log, an event that cannot be folded, another log in its
// place. Every question is then answered by that error.
func (f *Follower) follow() {
	ctx, model := f.ctx, f.model
	waiting := backoff.Waiting{Pauses: backoff.ForStore(), Logger: f.options.Logger, Who: "the read model"}
	log := heard{f.store, func(n store.Notification, first bool) error {
		switch {
		case f.log == uuid.Nil && !n.CaughtUp():
			f.log = n.Record.ID // the first that an empty log got, for nothing was folded
		case f.log != uuid.Nil && first: // another may have come since it was read
			if err := f.recognise(ctx); err != nil {
				return err
			}
		}
		waiting.GoesOn(ctx, "position", model.Position())
		return nil
	}}
	for {
		from := model.Position()
		err := f.readOn(log)
		if model.Position() > from {
			waiting.Restore()
		}
		switch {
		case ctx.Err() != nil:
			f.end(store.ErrClosed) // whatever was met on the way
			return
		case fault.Passing(err):
			_ = waiting.Failed(ctx, err, "position", model.Position()) // the next attempt sees it
		default:
			f.end(err)
			f.options.Logger.Error("the read model has stopped", "position", model.Position(), "error", err)
			return
		}
	}
}

// readOn folds what the model has not, and follows, if the log is still the one
// that the model is of.
func (f *Follower) readOn(log heard) error {
	ctx, model := f.ctx, f.model
	if err := f.recognise(ctx); err != nil {
		return err
	}
	if err := model.Load(ctx, f.store, f.options.Workers); err != nil {
		return err
	}
	if f.log == uuid.Nil { // what was loaded may have come since
		if err := f.recognise(ctx); err != nil {
			return err
		}
	}
	return model.Follow(ctx, log)
}

// recognise finds out which log it is, and fails with store.ErrUnknownPosition if
// the model is of another one.
func (f *Follower) recognise(ctx context.Context) error {
	id, err := store.LogID(ctx, f.store)
	switch {
	case err != nil:
		return err
	case f.log == uuid.Nil:
		f.log = id
	case f.log != id:
		return store.ErrUnknownPosition.At(uint64(f.model.Position())).With(nil, "the log has another first event than it had: it is another log; start anew")
	}
	return nil
}

// heard is a store whose subscriptions tell when there is something to hear, and end
// with the error that they get for it.
type heard struct {
	store.Store
	told func(n store.Notification, first bool) error
}

// Subscribe implements store.Store.
func (h heard) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		first := true
		for n, err := range h.Store.Subscribe(ctx, after) {
			if err == nil {
				err = h.told(n, first)
			}
			if !yield(n, err) || err != nil {
				return
			}
			first = false
		}
	}
}
