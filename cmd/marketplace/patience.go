package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
)

// quiet is how long a log may give nothing before a command that waits as long as
// it takes says so.
const quiet = 10 * time.Second

// patience is how long a command waits for a log that gives nothing, though it is
// asked: a limit, or as long as it takes.
type patience struct {
	limit  time.Duration // 0: as long as it takes
	logger *slog.Logger  // is told of a wait without a limit, once, and of its end
	shown  string        // the log's URL for people
}

// of is a log that is watched. It can do beyond store.Store what the log can.
// Closing it closes the log.
func (p patience) of(s store.Store) store.Store {
	w := &watch{Store: s, patience: p, calls: map[*asking]struct{}{}, since: time.Now(), closed: make(chan struct{})}
	w.looking.Go(w.run)
	return store.Narrow(w)
}

// within is a context for opening the log.
func (p patience) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if p.limit == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, p.limit, errTooLong)
}

var errTooLong = errors.New("it does not answer")

// tooLong is the failure to open the log, if it was not opened in time.
func (p patience) tooLong(ctx context.Context, err error) error {
	if !errors.Is(context.Cause(ctx), errTooLong) {
		return err
	}
	return p.givenUp(errTooLong.Error())
}

func (p patience) givenUp(reason string) error {
	return &told{code: exitFailed, err: fmt.Errorf("%s has given nothing for %s: %s", p.shown, p.limit, reason),
		hint: "see that it runs and can be reached; --timeout says how long to wait"}
}

// watch is a log, and how long it has given nothing. What counts is that the log
// gives something, be it slow: a row group of an archive, the next record, the
// answer to an append. While the command computes, the log owes nothing.
type watch struct {
	store.Store
	patience
	closing sync.Once
	closed  chan struct{}
	looking sync.WaitGroup // for run

	mu     sync.Mutex
	calls  map[*asking]struct{} // under way
	done   int                  // calls that have ended well since the last look
	failed error                // of the last call, if another attempt may help
	since  time.Time            // when it last gave something or owed nothing
	told   bool                 // that it gives nothing
	gone   error                // why no call is made any more
}

// asking is a call under way.
type asking struct {
	*watch
	caller context.Context // whoever ends it wants no answer
	cancel context.CancelCauseFunc
	given  atomic.Uint64
	seen   uint64      // of what was given, at the last look
	idle   atomic.Bool // whoever called has the word, or a subscription has caught up
}

func (w *watch) begin(ctx context.Context) (context.Context, *asking, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone != nil {
		return ctx, nil, w.gone
	}
	calling, cancel := context.WithCancelCause(ctx)
	c := &asking{watch: w, caller: ctx, cancel: cancel}
	w.calls[c] = struct{}{}
	return calling, c, nil
}

// end is for a call that has come to its end. What cannot be otherwise at the next
// attempt is an answer like another, and so is that another writer was faster.
func (c *asking) end(err error) error {
	c.cancel(nil)
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, c)
	if c.gone != nil && err != nil {
		return c.gone
	}
	if c.failed = nil; fault.Passing(err) && c.caller.Err() == nil && !errors.Is(err, store.ErrConflict) {
		c.failed = err
	} else {
		c.done++
	}
	return err
}

func (w *watch) run() {
	every := time.Second
	if w.limit > 0 {
		every = min(every, max(w.limit/10, time.Millisecond))
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case now := <-t.C:
			w.look(now)
		case <-w.closed:
			return
		}
	}
}

func (w *watch) look(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	owes := w.owes()
	waited := now.Sub(w.since)
	switch {
	case !owes:
		if w.told {
			w.told = false
			w.logger.Info("the log gives something again", "log", w.shown, "waited", waited.Round(time.Second))
		}
		w.since = now
	case w.limit > 0 && waited >= w.limit:
		w.giveUp()
	case w.limit == 0 && waited >= quiet && !w.told:
		w.told = true
		w.logger.Warn("the log gives nothing; waiting for it", "log", w.shown, "reason", w.reason())
	}
}

// owes reports whether the log is asked and has given nothing since the last look.
func (w *watch) owes() bool {
	gave, asked := w.done > 0, w.failed != nil
	w.done = 0
	for c := range w.calls {
		switch given := c.given.Load(); {
		case given != c.seen:
			c.seen, gave = given, true
		case !c.idle.Load():
			asked = true
		case w.limit == 0 && !w.connected(): // a subscription that has caught up hears nothing then
			asked = true
		}
	}
	return asked && !gave
}

// giveUp ends the calls under way and lets no other begin.
func (w *watch) giveUp() {
	w.gone = w.givenUp(w.reason())
	for c := range w.calls {
		c.cancel(w.gone)
	}
}

// reason is why the log gives nothing, as far as that is known.
func (w *watch) reason() string {
	if w.failed != nil {
		return oneLine(w.failed)
	}
	if s, ok := underlying[healthy](w.Store); ok && s.Health().LastError != nil {
		return oneLine(s.Health().LastError)
	}
	return errTooLong.Error()
}

type healthy interface{ Health() eventstoredb.Health }

func (w *watch) connected() bool {
	s, ok := underlying[healthy](w.Store)
	return !ok || s.Health().Connected
}

// underlying is what a store, or one within it, can do beyond store.Store.
func underlying[T any](s store.Store) (found T, ok bool) {
	for s != nil {
		if found, ok = s.(T); ok {
			return found, true
		}
		within, wrapped := s.(interface{ Unwrap() store.Store })
		if !wrapped {
			break
		}
		s = within.Unwrap()
	}
	return found, false
}

func (w *watch) Unwrap() store.Store { return w.Store }

func (w *watch) Close() error {
	w.closing.Do(func() { close(w.closed) })
	w.looking.Wait()
	return w.Store.Close()
}

// asked is one answer of the log.
func asked[T any](ctx context.Context, w *watch, ask func(context.Context) (T, error)) (T, error) {
	ctx, c, err := w.begin(ctx)
	if err != nil {
		var none T
		return none, err
	}
	answer, err := ask(ctx)
	return answer, c.end(err)
}

// read is a call that gives one thing after the other. caughtUp tells after which
// there may be nothing more for long.
func read[T any](ctx context.Context, w *watch, ask func(context.Context) iter.Seq2[T, error], caughtUp func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, c, err := w.begin(ctx)
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		var failed error
		stopped := false
		for v, err := range ask(ctx) {
			if failed = err; err != nil {
				break
			}
			c.given.Add(1)
			c.idle.Store(true)
			if stopped = !yield(v, nil); stopped {
				break
			}
			c.idle.Store(caughtUp(v))
		}
		if failed = c.end(failed); failed != nil && !stopped {
			var none T
			yield(none, failed)
		}
	}
}

func never[T any](T) bool { return false }

func (w *watch) Append(ctx context.Context, write store.Write) (store.Appended, error) {
	return asked(ctx, w, func(ctx context.Context) (store.Appended, error) { return w.Store.Append(ctx, write) })
}

func (w *watch) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	return asked(ctx, w, func(ctx context.Context) ([]store.Appended, error) {
		return w.Store.(store.Transactor).AppendAll(ctx, writes)
	})
}

func (w *watch) Head(ctx context.Context) (event.Position, error) { return asked(ctx, w, w.Store.Head) }

func (w *watch) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return read(ctx, w, func(ctx context.Context) iter.Seq2[event.Record, error] {
		return w.Store.ReadStream(ctx, stream, from)
	}, never)
}

func (w *watch) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return read(ctx, w, func(ctx context.Context) iter.Seq2[event.Record, error] { return w.Store.ReadAll(ctx, span) }, never)
}

func (w *watch) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return read(ctx, w, func(ctx context.Context) iter.Seq2[store.Notification, error] {
		return w.Store.Subscribe(ctx, after)
	}, store.Notification.CaughtUp)
}

func (w *watch) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return read(ctx, w, func(ctx context.Context) iter.Seq2[store.Span, error] {
		return w.Store.(store.Cutter).Cut(ctx, span, events)
	}, never)
}

func (w *watch) ColumnParts(ctx context.Context, span store.Span, schema event.ColumnSchema) ([]store.ColumnPart, error) {
	return asked(ctx, w, func(ctx context.Context) ([]store.ColumnPart, error) {
		return w.Store.(store.ColumnReader).ColumnParts(ctx, span, schema)
	})
}

func (w *watch) ReadColumns(ctx context.Context, part store.ColumnPart, into *event.ColumnBlock) error {
	_, err := asked(ctx, w, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, w.Store.(store.ColumnReader).ReadColumns(ctx, part, into)
	})
	return err
}
