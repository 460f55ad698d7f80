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
// ever while the server is away, with growing pauses. For what ends it, see
// package eventstoredb, Subscriptions.
//
// A notification that the subscriber has caught up is checked with the server:
// when it comes, no event stood behind its position. Its position may be that
// of the system's or another program's event, beyond the last record; it is a
// name, and Subscribe and ReadAll take it.
func (s *Store) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		h, err := s.hold(ctx)
		if err != nil {
			yield(store.Notification{}, err)
			return
		}
		defer h.end()
		f := &follower{hold: h, at: after, name: after, patience: h.patience()}
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
	name     event.Position // at or before at: one that reads tell. A checkpoint may stand at an event that they leave out
	patience *patience

	// Of the server subscription that is alive:
	order  order
	live   bool           // everything that there was has come, as far as is known
	heard  bool           // something has come since it was last looked into
	silent int            // how often it was looked into since
	enough int            // so often, and it gives way if there is more
	told   event.Position // what the last notification said
	ahead  event.Position // at this position the server had more for us
	now    event.Record   // the last one yielded
}

// nowhere is a position that no event has.
const nowhere = ^event.Position(0)

func (f *follower) run() {
	for {
		err := f.follow()
		if errors.Is(err, errStopped) {
			return
		}
		if err := f.patience.wait(err); err != nil {
			f.yield(store.Notification{}, at(f.at, err))
			return
		}
	}
}

// follow keeps one server subscription until it ends.
func (f *follower) follow() error {
	if err := f.hold.ended(); err != nil {
		return err
	}
	c, err := f.hold.begin("", 0, true)
	if err != nil {
		return err
	}
	defer c.end()
	if err := f.settle(c); err != nil {
		return err
	}
	answer, err := c.read(f.hold.store.options.subscription(f.at))
	if err != nil {
		return err
	}
	r := newReceiver(c, answer)
	defer r.stop()
	beat := time.NewTicker(max(f.hold.store.options.pace/beats, 1))
	defer beat.Stop()
	f.order, f.live, f.told, f.ahead = order{f.at}, false, nowhere, nowhere
	f.heard, f.silent, f.enough = false, 0, beats
	for {
		if f.live && f.at != f.told && f.at != f.ahead && r.idle() {
			// Until it has told something, nobody knows whether checkpoints come.
			r.ask(question{f.at, f.at != f.name || f.told == nowhere})
		}
		select {
		case m, open := <-r.messages:
			if !open {
				return c.fail(c.ctx.Err(), nil)
			}
			f.heard = true
			err = f.take(m)
		case a := <-r.answers:
			err = f.learn(a, r)
		case <-beat.C:
			err = f.look(r)
		case <-c.ctx.Done():
			err = c.fail(c.ctx.Err(), nil)
		}
		if err != nil {
			return err
		}
	}
}

// settle makes sure that the log reaches to where the subscription starts: a
// server drops in silence what comes up to a position that is not there yet.
func (f *follower) settle(c *call) error {
	if f.at == 0 {
		return nil
	}
	short := c.beside()
	defer short.leave()
	end, err := short.reach(f.name)
	if err != nil {
		return err
	}
	f.at = min(f.at, end)
	f.name = f.at
	return nil
}

func (f *follower) take(m message) error {
	switch {
	case m.err != nil:
		return m.err
	case m.caughtUp:
		f.live = true // which may have waited here while more came: ask before telling
		return nil
	case m.checkpoint != 0:
		if m.checkpoint > f.at {
			f.at = m.checkpoint
			f.order.last = max(f.order.last, f.at)
			f.patience.restore()
		}
		return nil
	}
	if err := f.order.next(m.record.Position); err != nil {
		return err
	}
	if m.record.Position <= f.at {
		return nil // again
	}
	f.at, f.name = m.record.Position, m.record.Position
	f.patience.restore()
	if !f.hold.store.options.yields(m.record.Stream, m.record.Type) {
		return nil
	}
	f.now = m.record
	if !f.yield(store.Notification{Record: &f.now, Position: f.at}, nil) {
		return errStopped
	}
	return f.hold.ended()
}

// beats is how often a subscription is looked into before its silence has
// lasted for a pace.
const beats = 10

// look is what is done about a subscription in which nothing has come for a
// while. The server may have nothing to say; it may be one that does not tell
// when a subscriber has caught up (before 23.10), or a subscription that tells
// no checkpoints (24.2's from the start of a log without an event of ours); or
// it may be deaf.
func (f *follower) look(r *receiver) error {
	if f.heard || r.asking {
		f.heard, f.silent = false, 0
		return nil
	}
	f.live = true
	if f.silent++; f.silent < beats {
		return nil
	}
	if f.ahead != f.at {
		f.silent = 0
		r.ask(question{f.at, true})
	} else if f.silent >= f.enough {
		return r.call.away("the subscription is silent, and behind position %d there is more", f.at)
	}
	return nil
}

// patient is for how many looks a subscription may be silent though there is
// more: it has to look through as much as the server did to find that out.
func (f *follower) patient(took time.Duration) int {
	return beats + int(2*took/max(f.hold.store.options.pace/beats, 1))
}

// learn takes the server's answer to whether there is more.
func (f *follower) learn(a answer, r *receiver) error {
	r.asking = false
	switch {
	case a.err != nil:
		return at(a.at, a.err)
	case a.at != f.at || !r.idle():
		return nil // it has come meanwhile
	case a.more:
		f.ahead, f.enough = a.at, f.patient(a.took) // and is on its way
		return nil
	}
	if a.toEnd {
		if a.end < f.name {
			return r.call.away("the log ends at position %d, and %d was told", a.end, f.name)
		}
		f.at, f.name = a.end, a.end
	}
	if f.at == f.told {
		return nil
	}
	f.told = f.at
	f.patience.restore() // an idle subscription that ends now and then is none that fails
	if !f.yield(store.Notification{Position: f.at}, nil) {
		return errStopped
	}
	return f.hold.ended()
}
