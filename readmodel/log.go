package readmodel

import (
	"context"
	"errors"
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// A version is of one log, and remembers which: by the id of the log's first
// event, and by the newest one that was read, since a log that was restored from
// a backup begins as it did before and may go on otherwise.

// sameLog fails with ErrOtherLog if two logs are known to be different ones.
func sameLog(model, log uuid.UUID) error {
	switch {
	case model == uuid.Nil || model == log:
		return nil
	case log == uuid.Nil:
		return ErrOtherLog.With(nil, "the read model is of the log that begins with event %s, and this log is empty:"+
			" name the log that it is of, or rebuild it from this one", model)
	}
	return ErrOtherLog.With(nil, "the read model is of the log that begins with event %s, and this one begins with %s:"+
		" name the log that it is of, or rebuild it from this one", model, log)
}

// checkPlace fails with ErrOtherLog if the log has not the event at which a place is.
// An event that was scavenged is missed by nobody: no other stands in its place.
func checkPlace(ctx context.Context, log store.Store, p place) error {
	if p.event == uuid.Nil {
		return nil
	}
	rec, err := store.At(ctx, log, p.at)
	if err != nil {
		return otherLog(err)
	}
	if rec.ID != p.event && rec.ID != uuid.Nil {
		return ErrOtherLog.With(nil, "position %d holds event %s, and the read model has read %s there:"+
			" the log was restored from a backup, or is another one; rebuild", p.at, rec.ID, p.event)
	}
	if rec.ID == p.event && p.digest != "" && store.Digest(&rec) != p.digest {
		return ErrOtherLog.With(nil, "position %d holds event %s, and it is not what the read model has read there:"+
			" the log was restored from a backup and went on otherwise; rebuild", p.at, rec.ID)
	}
	return nil
}

// CheckLog fails with ErrOtherLog if the log is not the one that the live version follows,
// or has gone on otherwise: for who shows answers of both.
func (m *ReadModel) CheckLog(ctx context.Context, log store.Store) error {
	all, err := m.Checkpoints(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		at := c.place()
		if err := (checkedLog{log, c.Log, at}).check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// checkedLog is a log whose subscriptions fail with ErrOtherLog before they give
// anything, if it is not the log that is known or has not the event at a place: it may
// have been restored since it was looked at.
type checkedLog struct {
	store.Store
	known uuid.UUID
	at    place
}

func (l checkedLog) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		checked := false
		for n, err := range l.Store.Subscribe(ctx, after) {
			if err == nil && !checked {
				checked, err = true, l.check(ctx)
			}
			if !yield(n, err) || err != nil {
				return
			}
		}
	}
}

func (l checkedLog) check(ctx context.Context) error {
	is, err := store.LogID(ctx, l.Store)
	if err != nil {
		return err
	}
	if err := sameLog(l.known, is); err != nil {
		return err
	}
	return checkPlace(ctx, l.Store, l.at)
}

// otherLog tells what it means that the log does not know a checkpoint's
// position.
func otherLog(err error) error {
	if errors.Is(err, store.ErrUnknownPosition) {
		return ErrOtherLog.With(err, "the log does not know the position of the checkpoint:"+
			" it was restored from a backup, or is another one; rebuild")
	}
	return err
}

// newest is the place at a log's head. No event may stand there, for an append may
// be told a later name; then the place knows the log's first one.
func newest(ctx context.Context, log store.Store) (place, error) {
	head, err := log.Head(ctx)
	if err != nil || head == 0 {
		return place{}, err
	}
	for _, span := range []store.Span{{From: head, Through: head}, {Through: head}} {
		for rec, err := range log.ReadAll(ctx, span) {
			if err != nil {
				return place{}, err
			}
			to := placeOf(&rec)
			to.position = head
			return to, nil
		}
	}
	return place{position: head}, nil
}

// bind writes down which log a version is of, if that is not known yet, and
// fails with ErrOtherLog if another one is.
func (r versionTx) bind(log uuid.UUID) error {
	all, err := r.checkpoints()
	if err != nil {
		return err
	}
	unbound := false
	for i := range all {
		if err := sameLog(all[i].Log, log); err != nil {
			return err
		}
		unbound = unbound || all[i].Log == uuid.Nil
	}
	if !unbound || log == uuid.Nil {
		return nil
	}
	_, err = r.Exec(r.sql("UPDATE @checkpoints SET log_id = $1 WHERE log_id IS NULL"), log)
	return err
}

// log is which log a version is of, uuid.Nil if that is not known yet.
func (r versionTx) log() (uuid.UUID, error) {
	c, err := r.checkpoint(0)
	return c.Log, err
}
