package marketplace

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// reader is the in-memory read model and the goroutine that keeps it up to
// date, both made when the first question is asked.
type reader struct {
	once  sync.Once
	ctx   context.Context
	model *projection.Model
	log   uuid.UUID       // by which the model knows whose it is; of the follower
	ended context.Context // once nothing more will be folded, with why as its cause
	end   context.CancelCauseFunc
}

func (m *Marketplace) startFollowing() {
	m.reader.ctx, m.stop = context.WithCancel(context.Background())
	m.reader.ended, m.reader.end = context.WithCancelCause(context.Background())
	m.reader.model = projection.NewModel(m.registry)
}

// follow folds the log and stays on it until Close. A broken connection is taken
// up again where it broke, as long as it takes. What no other attempt will mend
// ends it: a damaged log, an event that cannot be folded, another log in its
// place. Every question is then answered by that error.
func (m *Marketplace) follow() {
	defer m.following.Done()
	ctx, model := m.reader.ctx, m.reader.model
	waiting := backoff.Waiting{Pauses: backoff.ForStore(), Logger: m.options.Logger, Who: "the read model"}
	log := heard{m.store, func(n store.Notification) {
		waiting.GoesOn(ctx, "position", model.Position())
		if m.reader.log == uuid.Nil && !n.CaughtUp() {
			m.reader.log = n.Record.ID // the first that an empty log got, for nothing was folded
		}
	}}
	for {
		from := model.Position()
		err := m.readOn(log)
		if model.Position() > from {
			waiting.Restore()
		}
		if ctx.Err() == nil && (store.Passing(err) || errors.Is(err, projection.ErrSubscriptionEnded)) {
			_ = waiting.Failed(ctx, err, "position", model.Position()) // the next attempt sees it
			continue
		}
		m.reader.end(err)
		if ctx.Err() == nil {
			m.options.Logger.Error("the read model has stopped", "position", model.Position(), "error", err)
		}
		return
	}
}

// readOn folds what the model has not, and follows, if the log is still the one
// that the model is of.
func (m *Marketplace) readOn(log heard) error {
	ctx, model := m.reader.ctx, m.reader.model
	if err := m.recognise(ctx); err != nil {
		return err
	}
	if err := model.Load(ctx, m.store, m.options.Workers); err != nil {
		return err
	}
	if m.reader.log == uuid.Nil { // what was loaded may have come since
		if err := m.recognise(ctx); err != nil {
			return err
		}
	}
	if err := model.Follow(ctx, log); err != nil {
		return err
	}
	return store.Cancelled(ctx) // by Close
}

// recognise finds out which log it is, and fails with store.ErrUnknownPosition if
// the model is of another one.
func (m *Marketplace) recognise(ctx context.Context) error {
	id, err := store.LogID(ctx, m.store)
	switch {
	case err != nil:
		return err
	case m.reader.log == uuid.Nil:
		m.reader.log = id
	case m.reader.log != id:
		return &store.Error{Code: store.ErrUnknownPosition.Code, Position: m.reader.model.Position(),
			Detail: "the log has another first event than it had: it is another log; start anew"}
	}
	return nil
}

// heard is a store whose subscriptions tell when there is something to hear.
type heard struct {
	store.Store
	told func(store.Notification)
}

// Subscribe implements store.Store.
func (h heard) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		for n, err := range h.Store.Subscribe(ctx, after) {
			if err == nil {
				h.told(n)
			}
			if !yield(n, err) {
				return
			}
		}
	}
}

// current makes the read model hold everything that is in the log now.
func (m *Marketplace) current(ctx context.Context) (statistics.Source, error) {
	head, err := m.store.Head(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.waitFor(ctx, head); err != nil {
		return nil, err
	}
	return m.reader.model, nil
}

// waitFor waits for the read model to hold the position, or to end before it. The
// first to wait lets it begin.
func (m *Marketplace) waitFor(ctx context.Context, position event.Position) error {
	m.reader.once.Do(func() {
		m.following.Add(1)
		go m.follow()
	})
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(m.reader.ended, cancel)()
	err := m.reader.model.WaitFor(waiting, position)
	if ctx.Err() == nil && m.reader.ended.Err() != nil {
		return context.Cause(m.reader.ended)
	}
	return err
}
