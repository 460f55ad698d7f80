package readmodel

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// write folds a batch and writes it, and moves the checkpoint, all in one
// transaction. At an event that cannot be taken it writes what is before it
// and stops.
func (s *session) write(ctx context.Context, f *feed, b *batch) error {
	if len(b.records) > 0 || b.to.position > s.at.position || b.caughtUp && s.at.head > s.at.position {
		to := b.to
		if !b.caughtUp {
			to.head = s.head(ctx, b)
		}
		err := s.commit(ctx, b.records, to)
		var poison *poisonError
		if errors.As(err, &poison) {
			return s.stopAt(ctx, b, poison)
		}
		if err != nil {
			return err
		}
		s.folded(b.records)
		f.folded() // before the position moves, or who waits for it would see them pending
	}
	s.progressed(ctx, s.at.position)
	s.set(func(st *Status) {
		st.Position, st.Err = s.at.position, nil
		if st.Activity = CatchingUp; b.caughtUp {
			st.Activity, st.Head = Following, s.at.position
		}
	})
	return nil
}

// head is where the newest event stands that is known of behind a batch: after a full
// one there is more, and the log is asked how far that goes.
func (s *session) head(ctx context.Context, b *batch) event.Position {
	known := s.Status().Head
	if known > b.to.position || len(b.records) < s.options.BatchEvents {
		return known
	}
	newest, err := s.store.Head(ctx)
	if err != nil {
		return known // whether the log can be read, the subscription tells
	}
	s.set(func(st *Status) { st.Head = max(st.Head, newest) })
	return max(known, newest)
}

// poisonError is an event that cannot be decoded or folded.
type poisonError struct {
	index int // in the batch
	err   error
}

func (e *poisonError) Error() string { return e.err.Error() }

// stopAt writes what comes before the event that cannot be taken, and then why
// it cannot.
func (s *session) stopAt(ctx context.Context, b *batch, poison *poisonError) error {
	at := b.records[poison.index].Position
	if before := b.before[poison.index]; before.position > s.at.position {
		before.head = max(s.Status().Head, at)
		if err := s.commit(ctx, b.records[:poison.index], before); err != nil {
			return err
		}
		s.folded(b.records[:poison.index])
		s.set(func(st *Status) { st.Position = s.at.position })
	}
	err := s.model.db.Write(ctx, func(tx Tx) error {
		a := adminTx{tx, s.model.db.Dialect()}
		return a.on(s.version.Number).stop(s.options.Partition, s.at.position, at, poison.Error(), event.At(s.model.options.Now()))
	})
	if err != nil {
		return err
	}
	return ErrStopped.At(uint64(at)).With(poison.err, "everything before it is in the tables")
}

// commit is one transaction: it folds the records, in the order of the log, and
// moves the checkpoint behind them.
func (s *session) commit(ctx context.Context, records []event.Record, to place) error {
	if err := s.lease.Held(ctx); err != nil {
		return err
	}
	log := s.log
	if log == uuid.Nil && to.event != uuid.Nil { // it was empty when the session began
		var err error
		if log, err = store.LogID(ctx, s.store); err != nil {
			return err
		}
	}
	now := event.At(s.model.options.Now())
	err := s.model.db.Write(ctx, func(tx Tx) error {
		a := adminTx{tx, s.model.db.Dialect()}
		if err := s.same(a); err != nil {
			return err
		}
		// Far behind, one mark an account is enough; near the head each batch
		// makes its own, which whoever computes statistics does not wait for.
		since := to.position
		if s.Status().Activity == CatchingUp {
			since = s.began
		}
		tables := a.on(s.version.Number)
		if log != s.log {
			if err := tables.bind(log); err != nil {
				return err
			}
		}
		return tables.fold(s.folder, s.options.Partition, records, s.at.position, to, since, now)
	})
	if err == nil {
		s.log, s.at = log, to
	}
	if errors.Is(err, ErrFenced) { // by whoever has taken the lease over, perhaps: then this one may wait for it
		if lost := s.lease.Held(ctx); errors.Is(lost, ErrLeaseLost) {
			err = lost
		}
	}
	return err
}

// fold takes the records, which are all that a partition has between two
// positions, into the tables, moves the checkpoint from the one to the other,
// and marks whose statistics are to be computed.
func (r versionTx) fold(folder *projection.Folder, partition int, records []event.Record, from event.Position, to place, since event.Position, now event.Time) error {
	if err := r.advance(partition, from, to, now); err != nil || len(records) == 0 {
		return err
	}
	touched, err := r.loadTouched(records)
	if err != nil {
		return err
	}
	for i := range records {
		if err := folder.Fold(&records[i], touched); err != nil {
			return &poisonError{i, err}
		}
	}
	if err := r.save(touched, from); err != nil {
		return err
	}
	return r.mark(touched, from, partition, since, to.position)
}

// same fails if the version is another one than when the session began: a
// rebuild has swapped or dropped it.
func (s *session) same(a adminTx) error {
	all, err := a.versions()
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.Number == s.version.Number && v.State == s.version.State {
			return nil
		}
	}
	return errVersionChanged
}

// written fails if a version is not written to any more: a rebuild has put
// another one in its place, or it was dropped.
func (a adminTx) written(version int64) error {
	all, err := a.versions()
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.Number == version && v.State != Old {
			return nil
		}
	}
	return errVersionChanged
}

// loadTouched loads, of the streams that the events are of, what folding them
// looks at.
func (r versionTx) loadTouched(events []event.Record) (*projection.Records, error) {
	ids := map[string]map[uuid.UUID]struct{}{}
	for i := range events {
		category, id, ok := projection.Touched(events[i].Stream, events[i].Type)
		if !ok {
			continue
		}
		if ids[category] == nil {
			ids[category] = map[uuid.UUID]struct{}{}
		}
		ids[category][id] = struct{}{}
	}
	touched := projection.NewRecords()
	for _, t := range recordTables {
		if len(ids[t.streams()]) == 0 {
			continue
		}
		if err := t.loadToFold(r, touched, "id "+r.dialect.OneOf("$1"), listOf(ids[t.streams()])); err != nil {
			return nil, err
		}
	}
	return touched, nil
}

func listOf(ids map[uuid.UUID]struct{}) []uuid.UUID {
	list := make([]uuid.UUID, 0, len(ids))
	for id := range ids {
		list = append(list, id)
	}
	return list
}
