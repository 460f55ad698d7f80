package repository

import (
	"context"
	"errors"
	"fmt"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/store"
)

// groupEvents is how many events a transaction takes: items until they come to so
// many.
const groupEvents = 1024

// rereads is how often a group that was overtaken reads on before it pauses: each
// time there is less to read.
const rereads = 4

// narrowAfter is how many lost races let a group go on item by item.
const narrowAfter = 8

// Group is a list of items, such as the lines of a script, that are decided one on
// top of the other and written together. Items are known by their index.
type Group interface {
	Len() int
	// CatchUp learns what others have written, with Session.CatchUp.
	CatchUp() error
	// Command is what an item asks for, nil if that is nothing.
	Command(item int) aggregate.Command
	// Decide makes the writes that an item comes to, with Session.Decide.
	Decide(item int) ([]store.Write, error)
	// Undo hears that what was decided since the last Wrote, or CatchUp, is not
	// written: the items from first to before end.
	Undo(first, end int)
	// Wrote hears that the items from first to before end are durable.
	Wrote(first, end int) error
	// Refuse hears that what an item comes to is over a limit of the store. If it
	// says true, which it may do once of an item, the item is decided again.
	Refuse(item int, tooLarge error) bool
	// Narrow hears that others were faster again and again, and that the items
	// from here on are written one by one.
	Narrow(ctx context.Context, item int)
}

// LostError says that others were faster each time that an item was decided. It
// wraps the last conflict.
type LostError struct {
	Item int
	Err  error
}

func (e *LostError) Error() string { return fmt.Sprintf("item %d %v", e.Item, e.Err) }

// Unwrap gives the conflict.
func (e *LostError) Unwrap() error { return e.Err }

// errOvertaken: a stream that was decided on has events with which the session has
// not caught up. They may come of items of the same group, whose outcomes must be
// known first.
var errOvertaken = fmt.Errorf("marketplace: another writer was faster: %w", store.ErrConflict)

// WriteGroup decides a group and makes it durable, in as few transactions as the
// store takes; a store that is no store.Transactor takes item by item. Where another
// writer was faster it catches up and decides again, at last item by item, and fails
// with a *LostError after Options.Attempts.
func (s *Session) WriteGroup(g Group) error {
	race, narrow, behind := newRace(s.repository.options.Attempts), false, 0
	for item := 0; item < g.Len(); {
		end := g.Len()
		if narrow {
			end = item + 1
		}
		next, err := s.tryWrite(g, item, end)
		if next > item {
			item, race, behind = next, newRace(s.repository.options.Attempts), 0
		}
		switch {
		case err == nil:
			continue
		case !errors.Is(err, store.ErrConflict):
			return err
		case errors.Is(err, errOvertaken) && behind < rereads:
			behind++ // who reads on at once is less behind than who pauses first
			continue
		}
		behind = 0
		if err := race.lost(s.ctx, err); err != nil {
			return &LostError{item, err}
		}
		if !narrow && race.times >= narrowAfter {
			narrow = true
			g.Narrow(s.ctx, item)
		}
	}
	return nil
}

// tryWrite makes items durable and says which is next.
func (s *Session) tryWrite(g Group, item, end int) (next int, err error) {
	if err := g.CatchUp(); err != nil {
		return item, err
	}
	for item < end {
		if next, err = s.step(g, item, end); err != nil {
			return item, err
		}
		item = next
	}
	return item, nil
}

// step makes the first items durable and says which is next. What is over a limit
// of the store is written with fewer items; at last the one item is refused.
func (s *Session) step(g Group, first, end int) (next int, err error) {
	if _, ok := s.repository.store.(store.Transactor); !ok {
		end = first + 1
	}
	for narrowed := false; ; narrowed = true {
		next, err = s.transact(g, first, end)
		switch items := next - first; {
		case err == nil:
			return next, nil
		case !errors.Is(err, store.ErrTooLarge):
			return first, err
		case items > 1 && !narrowed:
			end = next - 1 // those before it were few: it is the last that is large
		case items > 1:
			end = first + items/2
		case !g.Refuse(first, err):
			return first, err
		}
	}
}

// transact writes what one transaction takes of the items, and says with which item
// it ended.
func (s *Session) transact(g Group, first, end int) (next int, err error) {
	writes := make([]store.Write, 0, end-first)
	next = first
	for events, scored := 0, false; next < end && events < groupEvents; next++ {
		_, assesses := g.Command(next).(aggregate.AssessJobSuccess)
		if assesses && scored {
			break // a score is of what is in the log
		}
		more, err := g.Decide(next)
		if s.newest > s.head {
			err = errOvertaken
		}
		if err != nil {
			return first, s.undo(g, first, next+1, err)
		}
		writes = append(writes, more...)
		for _, w := range more {
			events += len(w.Events)
		}
		scored = scored || len(more) > 0 && !assesses
	}
	if err := s.commit(writes); err != nil {
		return next, s.undo(g, first, next, err)
	}
	return next, g.Wrote(first, next)
}

func (s *Session) undo(g Group, first, end int, err error) error {
	g.Undo(first, end)
	s.revert()
	return err
}

// commit makes the writes durable, all or none where the store can; where it
// cannot, they are those of one item. The next CatchUp reads them among whatever
// else was written: that nothing was, no position can tell.
func (s *Session) commit(writes []store.Write) error {
	if len(writes) == 0 {
		return nil
	}
	_, err := s.append(writes)
	return err
}
