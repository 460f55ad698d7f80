package readmodel

import (
	"context"
	"errors"
	"fmt"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// catchUp brings the new version to the log's head, with a runner for each
// partition. A lease of it that is taken is that of a rebuild which was killed
// just now, whose connection the database has not missed yet: the runner waits.
func (r *rebuild) catchUp(ctx context.Context) error {
	r.report.phase(RebuildCatchingUp)
	log := watchedLog{r.log, func() { r.report.done(1, 0, 0) }}
	for p := range int(r.version.Partitions) {
		runner, err := r.m.NewRunner(log, RunnerOptions{
			Logger: r.options.Logger, NoStatistics: true, Partition: p, version: r.version.Number, untilHead: true,
		})
		if err == nil {
			err = runner.Run(ctx)
		}
		if err == nil && ctx.Err() != nil { // it may have ended before the head
			err = context.Cause(ctx)
		}
		if err != nil {
			return fmt.Errorf("readmodel: catch up with the log: %w", err)
		}
	}
	return nil
}

func (r *rebuild) compute(ctx context.Context) error {
	r.report.phase(RebuildComputing)
	return r.m.refresh(ctx, r.version.Number, -1)
}

// compare compares the new version with the live one, nil if there is none. A
// live version that cannot be compared is one more reason for a new one.
func (r *rebuild) compare(ctx context.Context) (*Comparison, error) {
	live, err := r.live(ctx)
	if err != nil || live == nil {
		return nil, err
	}
	r.report.phase(RebuildComparing)
	c, err := r.m.compare(ctx, live.Number, r.version.Number, func(entities int, of int64) { r.report.done(entities, 0, uint64(of)) })
	if errors.Is(err, ErrSchema) || errors.Is(err, ErrNewerSchema) || errors.Is(err, ErrCorrupt) || errors.Is(err, ErrOtherLog) {
		return &Comparison{Was: live.Number, Is: r.version.Number, Err: err}, nil
	}
	return c, err
}

func (r *rebuild) live(ctx context.Context) (v *Version, err error) {
	err = r.m.read(ctx, func(a adminTx) error {
		v, err = a.live()
		return err
	})
	return v, err
}

// firstAhead is how many events the swap folds itself, at its first attempt.
const firstAhead = 4096

// errBehind: the new version is too far behind the live one to be swapped.
var errBehind = errors.New("readmodel: the new version is behind")

// swapAttempts is how often a swap is tried while others read: with the pauses
// between for about a minute and a half.
const swapAttempts = 30

// swap puts the new version in the live one's place. Who has seen an event in
// the live version sees it in the new one: the swap holds the live version's
// checkpoints, so that its runners wait or give up, and folds what they were
// ahead in the same transaction. It gives up, to be run again, if they get in
// its way too often, or readers for too long.
func (r *rebuild) swap(ctx context.Context) error {
	conflicts, busy := 0, 0
	waiting := r.m.waiting("the swap", r.options.Logger)
	for ahead := firstAhead; ; {
		if err := r.catchUp(ctx); err != nil {
			return err
		}
		r.report.phase(RebuildSwapping)
		err := r.write(ctx, func(a adminTx) error { return r.swapIn(ctx, a, ahead) })
		switch {
		case err == nil:
			waiting.GoesOn(ctx)
			return nil
		case errors.Is(err, ErrBusy):
			if busy++; busy == swapAttempts {
				return err
			}
			if ended := waiting.Failed(ctx, err); ended != nil {
				return ErrCancelled.With(ended, "")
			}
			continue
		case errors.Is(err, ErrConflict):
			if conflicts++; conflicts == 10 {
				return err
			}
		case !errors.Is(err, errBehind):
			return err
		}
		if err := ctx.Err(); err != nil {
			return ErrCancelled.With(context.Cause(ctx), "")
		}
		ahead *= 2 // more each time, so that it ends on a busy log too
	}
}

func (r *rebuild) swapIn(ctx context.Context, a adminTx, ahead int) error {
	live, err := a.live()
	if err != nil {
		return err
	}
	// The tables of another schema are not ours to understand; their runners
	// are of another version of the library.
	if live != nil && live.Schema == Schema {
		tables := a.on(live.Number)
		if _, err := tables.Exec(tables.sql("UPDATE @checkpoints SET updated_at = updated_at")); err != nil {
			return err
		}
		theirs, err := tables.checkpoints()
		if err != nil {
			return err
		}
		head, err := r.log.Head(ctx)
		if err != nil {
			return err
		}
		var reached event.Position
		for _, c := range theirs {
			switch err := r.ofThisLog(ctx, &c); {
			case err == nil:
				reached = max(reached, c.Position)
			case !errors.Is(err, ErrOtherLog):
				return err
			}
		}
		reached = min(reached, head)
		if err := r.foldUpTo(ctx, a.on(r.version.Number), reached, ahead); err != nil {
			return err
		}
	}
	return a.publish(r.version.Number)
}

// ofThisLog fails with ErrOtherLog if a checkpoint is not of the log, or of a
// part of it that a restored backup has not.
func (r *rebuild) ofThisLog(ctx context.Context, c *Checkpoint) error {
	if err := sameLog(c.Log, r.logID); err != nil {
		return err
	}
	return checkPlace(ctx, r.log, c.place())
}

// foldUpTo brings every partition to a position, within a transaction.
func (r *rebuild) foldUpTo(ctx context.Context, tables versionTx, reached event.Position, most int) error {
	ours, err := tables.checkpoints()
	if err != nil {
		return err
	}
	for _, c := range ours {
		if c.Position >= reached {
			continue
		}
		partition := projection.Partition{Index: c.Partition, Of: int(r.version.Partitions)}
		var records []event.Record
		to := c.place()
		for rec, err := range r.log.ReadAll(ctx, store.Span{After: c.Position, Through: reached}) {
			if err != nil {
				return otherLog(err)
			}
			to = placeOf(&rec)
			if !partition.Has(rec.Stream) {
				continue
			}
			if len(records) == most {
				return errBehind
			}
			records = append(records, rec.Clone())
		}
		folder, err := projection.NewFolder(partition)
		if err != nil {
			return err
		}
		to.position, to.head = reached, 0
		err = tables.fold(folder, c.Partition, records, c.Position, to, reached, r.now())
		var poison *poisonError
		if errors.As(err, &poison) {
			return stoppedAt(poison.err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Drop drops versions that were live, with all their rows; all of them if none
// is named. It fails with ErrNotFound, and drops nothing, if one of them is live
// or does not exist.
func (m *ReadModel) Drop(ctx context.Context, versions ...int64) error {
	return administer(ctx, m.db, event.At(m.options.Now()), func(a adminTx) error {
		if len(versions) == 0 {
			all, err := a.versions()
			if err != nil {
				return err
			}
			for _, v := range all {
				if v.State == Old {
					versions = append(versions, v.Number)
				}
			}
		}
		for _, v := range versions {
			if err := a.drop(v); err != nil {
				return err
			}
		}
		return nil
	})
}
