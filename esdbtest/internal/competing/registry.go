// Package competing is the persistent subscriptions of the engine: groups of
// consumers that share the events of a stream or of the log, each event for
// one of them, with checkpoints kept by the server. What a group has to
// remember stands in system streams of the same log, as in EventStoreDB.
//
// It does what EventStoreDB 24.2.0 does, also where that fails.
package competing

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Errors of this package.
var (
	ErrExists         = errors.New("competing: the group exists")
	ErrNotExist       = errors.New("competing: the group does not exist")
	ErrDropped        = errors.New("competing: the subscription was dropped")
	ErrMaxSubscribers = errors.New("competing: the group has all the subscribers it may")
	ErrTooMany        = errors.New("competing: too many groups")
)

// maxGroups bounds how many groups there are.
const maxGroups = 10_000

// Registry is all the groups of a database.
type Registry struct {
	e *engine.Engine

	mu      sync.Mutex
	streams []string            // that have groups, or had: in the order in which they came
	groups  map[string][]*Group // by stream, in the order in which they were made
	entries []entry             // as they are kept
	seen    uint64              // the groups know of the log up to here
	closed  bool

	stop, done chan struct{} // of the follower, nil before there is a group
}

// Open loads the groups that the log knows.
func Open(e *engine.Engine) *Registry {
	r := &Registry{e: e}
	r.load()
	return r
}

// load makes the groups of the last configuration in the log.
func (r *Registry) load() {
	r.streams, r.groups = nil, make(map[string][]*Group)
	r.entries = r.loadConfig()
	r.seen = r.e.Head()
	for _, e := range r.entries {
		key, s, ok := e.group()
		if !ok || r.find(key) != nil {
			continue
		}
		if g, err := newGroup(r.e, key, s); err == nil {
			r.add(g)
		}
	}
}

func (r *Registry) find(key Key) *Group {
	for _, g := range r.groups[key.Stream] {
		if g.key == key {
			return g
		}
	}
	return nil
}

func (r *Registry) add(g *Group) {
	stream := g.key.Stream
	if !slices.Contains(r.streams, stream) {
		r.streams = append(r.streams, stream)
	}
	r.groups[stream] = append(r.groups[stream], g)
	r.follow()
}

// lock takes the lock of groups that know of everything that was written.
func (r *Registry) lock() error {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return engine.ErrClosed
	}
	r.catchUp()
	return nil
}

// Create makes a group. It fails with ErrExists or *Refused.
func (r *Registry) Create(key Key, s Settings) error {
	if err := r.lock(); err != nil {
		return err
	}
	defer r.mu.Unlock()
	if err := s.check(key, r.e.Head()); err != nil {
		return err
	}
	switch {
	case r.find(key) != nil:
		return ErrExists
	case len(r.entries) >= maxGroups:
		return ErrTooMany
	}
	if err := s.checkSizes(); err != nil {
		return err
	}
	g, err := newGroup(r.e, key, s)
	if err != nil {
		return err
	}
	if err := r.saveConfig(r.entriesWith(key, s)); err != nil {
		return err
	}
	r.add(g)
	return nil
}

// Update gives a group other settings, but not another filter; its consumers
// are dropped, and it goes on from its checkpoint. It fails with ErrNotExist or
// *Refused.
func (r *Registry) Update(key Key, s Settings) error {
	if err := r.lock(); err != nil {
		return err
	}
	defer r.mu.Unlock()
	old := r.find(key)
	if old == nil {
		return ErrNotExist
	}
	if err := s.check(key, r.e.Head()); err != nil {
		return err
	}
	if err := s.checkSizes(); err != nil {
		return err
	}
	s.Filter = old.settings.Filter
	g, err := newGroup(r.e, key, s)
	if err != nil {
		return err
	}
	if err := r.saveConfig(r.entriesWith(key, s)); err != nil {
		return err
	}
	old.shut()
	groups := r.groups[key.Stream]
	groups[slices.Index(groups, old)] = g
	return nil
}

// Delete ends a group and forgets its checkpoint and its parked messages. It
// fails with ErrNotExist.
func (r *Registry) Delete(key Key) error {
	if err := r.lock(); err != nil {
		return err
	}
	defer r.mu.Unlock()
	g := r.find(key)
	if g == nil {
		return ErrNotExist
	}
	g.shut()
	r.groups[key.Stream] = slices.DeleteFunc(r.groups[key.Stream], func(other *Group) bool { return other == g })
	for _, stream := range []string{key.checkpointStream(), key.parkedStream()} {
		_, _ = r.e.Delete(background, stream, engine.Any) // it may not be there
	}
	return r.saveConfig(r.entriesWithout(key))
}

// Connect adds a consumer with room for that many events to a group. It fails
// with ErrNotExist or ErrMaxSubscribers.
func (r *Registry) Connect(key Key, room int, peer Peer) (*Consumer, error) {
	if err := r.lock(); err != nil {
		return nil, err
	}
	defer r.mu.Unlock()
	g := r.find(key)
	if g == nil {
		return nil, ErrNotExist
	}
	return g.join(room, peer)
}

// ReplayParked gives parked messages again: all, or those before a revision of
// their stream. It fails with ErrNotExist or *Refused.
func (r *Registry) ReplayParked(key Key, stopAt *int64) error {
	if stopAt != nil && *stopAt < 0 {
		return &Refused{"Cannot stop replaying parked message at a negative version."}
	}
	if err := r.lock(); err != nil {
		return err
	}
	defer r.mu.Unlock()
	g := r.find(key)
	if g == nil {
		return ErrNotExist
	}
	g.replayParked(stopAt)
	return nil
}

// Info is the state of a group. It fails with ErrNotExist.
func (r *Registry) Info(key Key) (Info, error) {
	if err := r.lock(); err != nil {
		return Info{}, err
	}
	defer r.mu.Unlock()
	g := r.find(key)
	if g == nil {
		return Info{}, ErrNotExist
	}
	return g.info(time.Now()), nil
}

// List is the state of every group, by stream in the order in which they came.
func (r *Registry) List() ([]Info, error) {
	if err := r.lock(); err != nil {
		return nil, err
	}
	defer r.mu.Unlock()
	var infos []Info
	for _, stream := range r.streams {
		infos = append(infos, r.list(stream)...)
	}
	return infos, nil
}

// ListOn is the state of the groups on a stream. It fails with ErrNotExist if
// there never was one.
func (r *Registry) ListOn(stream string) ([]Info, error) {
	if err := r.lock(); err != nil {
		return nil, err
	}
	defer r.mu.Unlock()
	if !slices.Contains(r.streams, stream) {
		return nil, ErrNotExist
	}
	return r.list(stream), nil
}

func (r *Registry) list(stream string) []Info {
	var infos []Info
	for _, g := range r.groups[stream] {
		infos = append(infos, g.info(time.Now()))
	}
	return infos
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
	r.closed = true
	r.shut()
	stop, done := r.stop, r.done
	r.stop = nil
	r.mu.Unlock()
	if stop != nil {
		close(stop)
		<-done
	}
}

func (r *Registry) shut() {
	for _, groups := range r.groups {
		for _, g := range groups {
			g.shut()
		}
	}
	r.groups = nil
}
