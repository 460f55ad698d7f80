package readmodel

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// wholeLog is the first pass: all streams, if they fit in memory.
var wholeLog = projection.Partition{Index: 0, Of: 1}

// fold does the passes that are not done.
func (r *rebuild) fold(ctx context.Context) error {
	for {
		passes, err := r.passes(ctx)
		if err != nil {
			return err
		}
		next := -1
		for i, p := range passes {
			if !p.done {
				next = i
				break
			}
		}
		if next < 0 {
			return nil
		}
		r.report.pass(next+1, len(passes))
		p := passes[next]
		err = r.foldPass(ctx, p)
		var large *tooLarge
		if !errors.As(err, &large) {
			if err != nil {
				return err
			}
			continue
		}
		into := large.parts(p.through)
		if p.part.Of*into > maxPartitions {
			return ErrMemory.With(nil, "even one of %d parts of the log takes more than %d bytes", p.part.Of, r.options.Memory)
		}
		if err := r.write(ctx, func(a adminTx) error { return a.splitPass(r.version.Number, p, into) }); err != nil {
			return err
		}
	}
}

func (r *rebuild) passes(ctx context.Context) (passes []loadPass, err error) {
	err = r.m.read(ctx, func(a adminTx) error {
		passes, err = a.passes(r.version.Number)
		return err
	})
	return passes, err
}

// tooLarge says that the records did not fit when the fold had come so far.
type tooLarge struct{ at event.Position }

func (*tooLarge) Error() string { return "the records do not fit in memory" }

// parts is in how many parts they may fit, with a quarter to spare: as good a
// guess as positions grow evenly.
func (l *tooLarge) parts(through event.Position) int {
	if l.at == 0 {
		return 4
	}
	return max(2, int(min(64, math.Ceil(1.25*float64(through)/float64(l.at)))))
}

// foldPass folds the streams of a part in memory and writes their rows.
func (r *rebuild) foldPass(ctx context.Context, p loadPass) error {
	model, err := projection.NewModelOf(p.part)
	if err != nil {
		return err
	}
	r.report.phase(RebuildFolding)
	loading, memory := withinMemory(ctx, r.options.Memory)
	err = model.Load(loading, watch(r.log, p.through, func(events int, at event.Position) {
		r.report.done(events, uint64(at), uint64(p.through))
		memory.check()
	}), r.options.Workers)
	cause := context.Cause(loading)
	memory.cancel(nil)
	switch {
	case err == nil:
	case errors.Is(cause, errMemory):
		return &tooLarge{model.Position()}
	case errors.Is(err, projection.ErrStopped):
		return stoppedAt(err)
	default:
		return fmt.Errorf("readmodel: fold the log: %w", err)
	}
	r.report.phase(RebuildWriting)
	return r.write(ctx, func(a adminTx) error {
		if err := a.on(r.version.Number).copyModel(model, func(rows, of int) { r.report.done(rows, 0, uint64(of)) }); err != nil {
			return err
		}
		return a.finishPass(r.version.Number, p)
	})
}

// stoppedAt is ErrStopped of an event that could not be taken.
func stoppedAt(cause error) error {
	var at event.Position
	var fold *projection.FoldError
	var decode *event.DecodeError
	switch {
	case errors.As(cause, &fold):
		at = fold.Position
	case errors.As(cause, &decode):
		at = decode.Position
	}
	return ErrStopped.At(uint64(at)).With(cause, "the log cannot be folded beyond it")
}

// finish makes of a loaded version one that runners can go on with: indexes,
// checkpoints where the passes ended, and all statistics to be computed.
func (r *rebuild) finish(ctx context.Context) error {
	passes, err := r.passes(ctx)
	if err != nil || len(passes) == 0 { // it was finished before
		return err
	}
	r.report.phase(RebuildIndexing)
	return r.write(ctx, func(a adminTx) error {
		if err := a.index(r.version.Number); err != nil {
			return err
		}
		tables := a.on(r.version.Number)
		all, err := tables.checkpoints()
		if err != nil {
			return err
		}
		for _, c := range all {
			to := c.place()
			to.position, to.head = passes[0].through, 0
			if err := tables.advance(c.Partition, 0, to, r.now()); err != nil {
				return err
			}
		}
		if err := tables.allStale(); err != nil {
			return err
		}
		return a.forgetPasses(r.version.Number)
	})
}

// allStale marks every account.
func (r versionTx) allStale() error {
	for kind, table := range map[string]string{staleFreelancer: "freelancers", staleClient: "clients"} {
		_, err := r.Exec(r.sql("INSERT INTO @stale (kind, account_id, partition, since, position, due_at) SELECT '"+kind+"', id, -1, 0, 0, $1 FROM @"+table), atOnce)
		if err != nil {
			return err
		}
	}
	return nil
}
