package archive

import (
	"context"
	"iter"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// The most that one transaction of a restore writes.
const (
	restoreEvents = 4096
	restoreBytes  = store.MaxAppendBytes / 2
)

// Restore writes every event of a log, such as an archive, into an empty store:
// ids, types, data and metadata byte for byte, each stream with its revisions, in
// the log's order. Positions and the time of recording are the new store's own;
// in a log of SQLite or in memory positions are 1, 2, 3, ….
//
// A store that holds the first events of the log already is taken for a restore
// that did not come to its end, and Restore goes on behind them. One that holds
// anything else is refused with ErrOtherLog, and nothing is written. At the end
// Restore reads the store and compares every event.
//
// progress, if not nil, is called as events are written.
func Restore(ctx context.Context, log, into store.Store, progress func(Progress)) (Progress, error) {
	r := &restore{into: into, progress: progress}
	var err error
	if r.done.Through, err = log.Head(ctx); err != nil {
		return r.done, err
	}
	behind, _, err := compare(ctx, log, into, r.done.Through)
	if err != nil {
		return r.done, err
	}
	for rec, err := range log.ReadAll(ctx, store.Span{After: behind, Through: r.done.Through}) {
		if err != nil {
			return r.done, err
		}
		if err := r.add(ctx, &rec); err != nil {
			return r.done, err
		}
	}
	if err := r.flush(ctx); err != nil {
		return r.done, err
	}
	_, whole, err := compare(ctx, log, into, r.done.Through)
	if err == nil && !whole {
		err = corrupt(0, nil, "the restored log is shorter than what was written to it")
	}
	return r.done, err
}

// compare finds the position in the log up to which a store holds its events, and
// whether that is all of them. It fails with ErrOtherLog if the store holds another one.
func compare(ctx context.Context, log, into store.Store, through event.Position) (behind event.Position, whole bool, err error) {
	next, stop := iter.Pull2(log.ReadAll(ctx, store.Span{Through: through}))
	defer stop()
	for have, err := range into.ReadAll(ctx, store.Span{}) {
		if err != nil {
			return 0, false, err
		}
		want, err, more := next()
		if err != nil {
			return 0, false, err
		}
		if through == 0 || !more || !sameEvent(&want, &have) {
			return 0, false, ErrOtherLog.In(have.Stream).At(uint64(have.Position)).With(nil, "revision %d in the store is not the event that the log has there: restore into an empty store", have.Revision)
		}
		behind = want.Position
	}
	if through == 0 {
		return 0, true, nil
	}
	_, err, more := next()
	return behind, !more, err
}

type restore struct {
	into     store.Store
	progress func(Progress)
	done     Progress
	last     event.Position

	writes        []store.Write
	events, bytes int
}

func (r *restore) add(ctx context.Context, rec *event.Record) error {
	size := len(rec.Data) + len(rec.Metadata)
	if r.events == restoreEvents || (r.events > 0 && r.bytes+size > restoreBytes) {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	if n := len(r.writes); n == 0 || r.writes[n-1].Stream != rec.Stream {
		expected := store.NoStream
		if rec.Revision > 0 {
			expected = store.Exact(rec.Revision - 1)
		}
		r.writes = append(r.writes, store.Write{Stream: rec.Stream, Expected: expected})
	}
	w := &r.writes[len(r.writes)-1]
	w.Events = append(w.Events, rec.Clone().Proposed)
	r.events++
	r.bytes += size
	r.last = rec.Position
	return nil
}

func (r *restore) flush(ctx context.Context) error {
	if r.events == 0 {
		return nil
	}
	if tx, ok := r.into.(store.Transactor); ok {
		if _, err := tx.AppendAll(ctx, r.writes); err != nil {
			return err
		}
	} else {
		for _, w := range r.writes {
			if _, err := r.into.Append(ctx, w); err != nil {
				return err
			}
		}
	}
	r.done.Events += int64(r.events)
	r.done.Position = r.last
	r.writes, r.events, r.bytes = r.writes[:0], 0, 0
	if r.progress != nil {
		r.progress(r.done)
	}
	return nil
}
