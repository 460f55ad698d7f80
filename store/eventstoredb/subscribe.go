package eventstoredb

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Subscribe implements store.Store, with the server's filter on $all. One
// server subscription is alive at any time; when it breaks, or the cluster
// wants us elsewhere, the next one starts behind the last event that was
// yielded or the server's last checkpoint, whichever is later. It goes on for
// ever while the server is away, with growing pauses. It ends when the server
// refuses the login or sends what is no event (ErrCorrupt).
//
// A notification that the subscriber has caught up is checked with the server:
// when it comes, no event stood behind its position. Its position may be that
// of a checkpoint, beyond the last record; Subscribe and ReadAll take it.
func (s *Store) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		h, err := s.hold(ctx)
		if err != nil {
			yield(store.Notification{}, err)
			return
		}
		defer h.end()
		f := &follower{hold: h, at: after, blank: after == 0, patience: h.patience()}
		f.patience.forever = true
		f.yield = func(n store.Notification, err error) bool {
			return h.lend(func() bool { return yield(n, err) })
		}
		f.run()
	}
}

// follower is one Subscribe, which may take many server subscriptions.
type follower struct {
	hold     *hold
	yield    func(store.Notification, error) bool
	at       event.Position // everything through here was yielded or is not ours
	start    event.Position // a position that the server knows, at or before at
	blank    bool           // no event of ours was seen and no position given
	patience *patience

	// Of the server subscription that is alive:
	live   bool           // the server has said that we are caught up
	told   event.Position // what the last notification said
	ahead  event.Position // at this position the server had more for us
	record event.Record   // the last one yielded
}

// nowhere is a position that no event has.
const nowhere = ^event.Position(0)

func (f *follower) run() {
	for {
		begun := time.Now()
		err := f.follow()
		if errors.Is(err, errStopped) {
			return
		}
		if time.Since(begun) > maxRetryDelay {
			f.patience.restore()
		}
		if err := f.patience.wait(err); err != nil {
			f.yield(store.Notification{}, err)
			return
		}
	}
}

// follow keeps one server subscription until it ends.
func (f *follower) follow() error {
	if err := f.hold.ended(); err != nil {
		return err
	}
	if err := f.settle(); err != nil {
		return err
	}
	c, err := f.hold.begin("", 0, true)
	if err != nil {
		return err
	}
	defer c.end()
	answer, err := c.read(f.hold.store.options.subscription(f.start))
	if err != nil {
		return err
	}
	r := newReceiver(c, answer)
	defer r.stop()
	f.live, f.told, f.ahead = false, nowhere, nowhere
	for {
		if f.live && f.at != f.told && f.at != f.ahead && r.idle() {
			r.ask(f.at)
		}
		select {
		case m, open := <-r.messages:
			if !open {
				return c.fail(c.ctx.Err(), nil)
			}
			err = f.take(m)
		case a := <-r.answers:
			err = f.heard(a, r)
		case <-c.ctx.Done():
			err = c.fail(c.ctx.Err(), nil)
		}
		if err != nil {
			return err
		}
	}
}

// settle finds where to start: at a position that the server has, since it may
// refuse one that is not there yet. It looks each time, because the node that
// answers now may lag behind the one before.
func (f *follower) settle() error {
	if f.at == 0 {
		return nil
	}
	end, err := f.hold.store.end(f.hold)
	if err != nil {
		return err
	}
	f.start = min(f.at, end)
	return nil
}

// take handles a message.
func (f *follower) take(m message) error {
	switch {
	case m.err != nil:
		return m.err
	case m.caughtUp:
		f.live = true // which may have waited here while more came: ask before telling
		return nil
	case m.checkpoint != 0:
		if m.checkpoint > f.at {
			f.patience.restore()
		}
		f.start, f.at = max(f.start, m.checkpoint), max(f.at, m.checkpoint)
		return nil
	}
	f.start = max(f.start, m.record.Position)
	if m.record.Position <= f.at {
		return nil // again, or before where the caller wants to start
	}
	f.at, f.blank = m.record.Position, false
	f.patience.restore()
	if isSystem(m.record.Type) {
		return nil
	}
	f.record = m.record
	if !f.yield(store.Notification{Record: &f.record, Position: f.at}, nil) {
		return errStopped
	}
	return f.hold.ended()
}

// heard handles the server's answer to whether there is more.
func (f *follower) heard(a answer, r *receiver) error {
	r.asking = false
	switch {
	case a.err != nil:
		return a.err
	case a.at != f.at || !r.idle():
		return nil // it has come meanwhile
	case a.more:
		f.ahead = a.at // and is on its way
		return nil
	}
	return f.notify()
}

// notify says that the subscriber has caught up.
func (f *follower) notify() error {
	f.told = f.at
	n := store.Notification{Position: f.at}
	if f.blank {
		n.Position = 0 // an empty log, whatever the system has written
	}
	if !f.yield(n, nil) {
		return errStopped
	}
	return f.hold.ended()
}
