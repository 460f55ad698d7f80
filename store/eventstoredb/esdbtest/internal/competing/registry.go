// Package competing is the persistent subscriptions of the engine: groups of
// consumers that share the events of a stream or of the log, each event for
// one of them, with checkpoints kept by the server. What a group has to
// remember stands in system streams of the same log, as in EventStoreDB.
package competing

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// Errors of this package.
var (
	ErrExists         = errors.New("competing: the group exists")
	ErrNotExist       = errors.New("competing: the group does not exist")
	ErrDropped        = errors.New("competing: the subscription was dropped")
	ErrMaxSubscribers = errors.New("competing: the group has all the subscribers it may")
	ErrTooMany        = errors.New("competing: too many groups")
)

// Registry is all the groups of a database.
type Registry struct {
	e *engine.Engine

	mu     sync.Mutex
	groups map[Key]*Group
	closed bool
}

// Open loads the groups that the log knows.
func Open(e *engine.Engine) *Registry {
	r := &Registry{e: e, groups: make(map[Key]*Group)}
	r.load()
	return r
}

// load makes the groups of the last configuration in the log.
func (r *Registry) load() {
	last := r.e.LastRevision(configStream)
	if last < 0 {
		return
	}
	var c config
	rec := r.e.Event(configStream, uint64(last))
	if rec == nil || json.Unmarshal(rec.Data, &c) != nil {
		return
	}
	for _, en := range c.Entries {
		if en.Settings.normalize() == nil {
			key := Key{en.Stream, en.Group}
			r.groups[key] = newGroup(r.e, key, en.Settings)
		}
	}
}

// save writes the configuration, with one group set or, with nil settings,
// left out.
func (r *Registry) save(ctx context.Context, key Key, s *Settings) error {
	c := config{Version: "2"}
	for k, g := range r.groups {
		if k != key {
			c.Entries = append(c.Entries, entry{k.Stream, k.Group, g.settings})
		}
	}
	if s != nil {
		c.Entries = append(c.Entries, entry{key.Stream, key.Group, *s})
	}
	slices.SortFunc(c.Entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Group, b.Group))
	})
	ev, err := c.event()
	if err != nil {
		return err
	}
	_, err = r.e.Append(ctx, configStream, engine.Any, []engine.Event{ev})
	return err
}

// Create makes a group. It fails with ErrExists.
func (r *Registry) Create(ctx context.Context, key Key, s Settings) error {
	if err := s.normalize(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return engine.ErrClosed
	case r.groups[key] != nil:
		return ErrExists
	case len(r.groups) >= maxGroups:
		return ErrTooMany
	}
	if err := r.save(ctx, key, &s); err != nil {
		return err
	}
	r.groups[key] = newGroup(r.e, key, s)
	return nil
}

// Update gives a group other settings; its consumers are dropped, and it goes
// on from its checkpoint. It fails with ErrNotExist.
func (r *Registry) Update(ctx context.Context, key Key, s Settings) error {
	if err := s.normalize(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	g := r.groups[key]
	if g == nil {
		return ErrNotExist
	}
	s.Filter = g.settings.Filter // an update cannot change it
	if err := r.save(ctx, key, &s); err != nil {
		return err
	}
	g.shut()
	r.groups[key] = newGroup(r.e, key, s)
	return nil
}

// Delete ends a group and forgets its checkpoint and its parked messages. It
// fails with ErrNotExist.
func (r *Registry) Delete(ctx context.Context, key Key) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	g := r.groups[key]
	if g == nil {
		return ErrNotExist
	}
	if err := r.save(ctx, key, nil); err != nil {
		return err
	}
	delete(r.groups, key)
	g.shut()
	for _, stream := range []string{key.checkpointStream(), key.parkedStream()} {
		if r.e.LastRevision(stream) >= 0 {
			if _, err := r.e.Delete(ctx, stream, engine.Any); err != nil {
				return err
			}
		}
	}
	return nil
}

// Connect adds a consumer with room for that many events to a group. It fails
// with ErrNotExist or ErrMaxSubscribers.
func (r *Registry) Connect(key Key, room int, peer Peer) (*Consumer, error) {
	g, err := r.group(key)
	if err != nil {
		return nil, err
	}
	return g.join(room, peer)
}

// ReplayParked delivers parked messages again: all, or those before a revision
// of their stream. It fails with ErrNotExist.
func (r *Registry) ReplayParked(key Key, stopAt int64, limited bool) error {
	g, err := r.group(key)
	if err != nil {
		return err
	}
	g.replayParked(stopAt, limited)
	return nil
}

func (r *Registry) group(key Key) (*Group, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	g := r.groups[key]
	if g == nil {
		return nil, ErrNotExist
	}
	return g, nil
}

// Restart drops all consumers and starts the groups from their checkpoints, as
// a restart of the server does.
func (r *Registry) Restart() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.shut()
	r.load()
}

// Close ends the groups.
func (r *Registry) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.shut()
}

func (r *Registry) shut() {
	for _, g := range r.groups {
		g.shut()
	}
	clear(r.groups)
}
