package marketplace

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// reader is the in-memory read model and the goroutine that keeps it up to
// date, both made when the first question is asked.
type reader struct {
	once  sync.Once
	ctx   context.Context
	model *projection.Model
	ended context.Context // once nothing more will be folded, with why as its cause
	end   context.CancelCauseFunc
}

func (m *Marketplace) startFollowing() {
	m.reader.ctx, m.stop = context.WithCancel(context.Background())
	m.reader.ended, m.reader.end = context.WithCancelCause(context.Background())
	m.reader.model = projection.NewModel(m.registry)
}

// follow folds the log and stays on it until Close. A broken connection is
// taken up again where it broke; a damaged log or an event that cannot be folded
// ends it, and every question is then answered by that error.
func (m *Marketplace) follow() {
	defer m.following.Done()
	ctx, model := m.reader.ctx, m.reader.model
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		from := model.Position()
		err := model.Load(ctx, m.store, m.options.Workers)
		if err == nil {
			err = model.Follow(ctx, m.store)
		}
		if ctx.Err() != nil || errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrCorrupt) || model.Err() != nil {
			m.reader.end(err)
			if ctx.Err() == nil {
				m.options.Logger.Error("the read model has stopped", "position", model.Position(), "error", err)
			}
			return
		}
		m.options.Logger.Warn("the read model lost the log and tries again", "position", model.Position(), "error", err)
		if model.Position() > from {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

const (
	firstPause = 50 * time.Millisecond
	lastPause  = 5 * time.Second
)

// current makes the read model hold everything that is in the log now.
func (m *Marketplace) current(ctx context.Context) (projection.Statistics, error) {
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
	if err != nil && ctx.Err() == nil && m.reader.ended.Err() != nil {
		return context.Cause(m.reader.ended)
	}
	return err
}
