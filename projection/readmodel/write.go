package readmodel

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// write folds a batch and writes it, and moves the checkpoint, all in one
// transaction. At an event that cannot be taken it writes what is before it
// and stops.
func (s *session) write(ctx context.Context, b *batch) error {
	if len(b.records) > 0 || b.position > s.at {
		err := s.commit(ctx, b.records, b.position)
		var poison *poisonError
		if errors.As(err, &poison) {
			return s.stopAt(ctx, b.records, poison)
		}
		if err != nil {
			return err
		}
		s.folded(len(b.records))
	}
	s.set(func(st *Status) {
		st.Position, st.Err = s.at, nil
		if st.Activity = CatchingUp; b.caughtUp {
			st.Activity, st.Head = Following, s.at
		}
	})
	return nil
}

// poisonError is an event that cannot be decoded or folded.
type poisonError struct {
	index int // in the batch
	err   error
}

func (e *poisonError) Error() string { return e.err.Error() }

// stopAt writes what comes before the event that cannot be taken, and then why
// it cannot.
func (s *session) stopAt(ctx context.Context, records []event.Record, poison *poisonError) error {
	at := records[poison.index].Position
	if before := max(at-1, s.at); before > s.at {
		if err := s.commit(ctx, records[:poison.index], before); err != nil {
			return err
		}
		s.folded(poison.index)
		s.set(func(st *Status) { st.Position = s.at })
	}
	err := s.model.db.Write(ctx, func(tx Tx) error {
		a := admin{tx, s.model.db.Dialect()}
		return a.on(s.version.Number).stop(s.options.Partition, s.at, at, poison.Error(), event.At(s.model.options.Now()))
	})
	if err != nil {
		return err
	}
	return &Error{Code: ErrStopped.Code, Position: at, Detail: "everything before it is in the tables", Err: poison.err}
}

// commit is one transaction: it folds the records, in the order of the log, and
// moves the checkpoint behind them.
func (s *session) commit(ctx context.Context, records []event.Record, to event.Position) error {
	if err := s.lease.Held(ctx); err != nil {
		return err
	}
	now := event.At(s.model.options.Now())
	err := s.model.db.Write(ctx, func(tx Tx) error {
		a := admin{tx, s.model.db.Dialect()}
		if err := s.same(a); err != nil {
			return err
		}
		// Far behind, one mark an account is enough; near the head each batch
		// makes its own, which whoever computes statistics does not wait for.
		since := to
		if s.Status().Activity == CatchingUp {
			since = s.began
		}
		return a.on(s.version.Number).fold(s.folder, s.options.Partition, records, s.at, to, since, now)
	})
	if err == nil {
		s.at = to
	}
	return err
}

// fold takes the records, which are all that a partition has between two
// positions, into the tables, moves the checkpoint from the one to the other,
// and marks whose statistics are to be computed.
func (r reading) fold(folder *projection.Folder, partition int, records []event.Record, from, to, since event.Position, now event.Time) error {
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
	return r.mark(touched, from, partition, since, to)
}

// same fails if the version is another one than when the session began: a
// rebuild has swapped or dropped it.
func (s *session) same(a admin) error {
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

// loadTouched loads, of the streams that the events are of, what folding them
// looks at.
func (r reading) loadTouched(events []event.Record) (*projection.Records, error) {
	ids := map[string]map[uuid.UUID]struct{}{}
	for i := range events {
		category, id, _, ok := event.ParseStream(events[i].Stream)
		if !ok {
			continue
		}
		if ids[category] == nil {
			ids[category] = map[uuid.UUID]struct{}{}
		}
		ids[category][id] = struct{}{}
	}
	touched := projection.NewRecords()
	for _, k := range kinds {
		if len(ids[k.of()]) == 0 {
			continue
		}
		if err := k.loadToFold(r, touched, "id "+r.dialect.OneOf("$1"), listOf(ids[k.of()])); err != nil {
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
