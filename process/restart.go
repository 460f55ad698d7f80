package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store"
)

// load takes the agenda up where it was saved, or begins anew.
func (r *Runner) load(ctx context.Context) error {
	if r.agenda != nil {
		return nil
	}
	if r.options.Checkpoint != nil {
		saved, err := r.options.Checkpoint.Load(ctx)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fmt.Errorf("process: loading the checkpoint: %w", err)
		default:
			if done, err := r.resume(ctx, saved); done || err != nil {
				return err
			}
		}
	}
	r.begin()
	return nil
}

// begin begins with the agenda of an empty log.
func (r *Runner) begin() {
	r.agenda, r.place, r.review = newAgenda(r.options), place{}, review{}
}

// resume reports whether a saved agenda can be used, and takes it up.
func (r *Runner) resume(ctx context.Context, saved io.ReadCloser) (bool, error) {
	agenda := newAgenda(r.options)
	at, err := agenda.read(saved)
	err = errors.Join(err, saved.Close())
	if err == nil {
		at.Log, err = r.recognise(ctx, at)
	}
	if errors.Is(err, errStale) {
		r.warnOfFoldingAnew(ctx, err)
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("process: loading the checkpoint: %w", err)
	}
	r.agenda, r.place = agenda, at
	return true, nil
}

// recognise sees whether the log is the one of which an agenda was saved, and holds
// the event up to which: it does not, or holds another one there, if it went back to
// a backup. An event that was scavenged is missed by nobody. It gives the log's id.
func (r *Runner) recognise(ctx context.Context, at place) (uuid.UUID, error) {
	if at == (place{}) {
		return uuid.Nil, nil
	}
	log, err := store.LogID(ctx, r.store)
	if err != nil {
		return log, err
	}
	if at.Log != uuid.Nil && at.Log != log {
		return log, fmt.Errorf("%w: it is of another log", errStale)
	}
	rec, err := store.At(ctx, r.store, at.Position)
	switch scavenged := rec.ID == uuid.Nil && at.Log != uuid.Nil; {
	case err != nil && !errors.Is(err, store.ErrUnknownPosition):
		return log, err
	case err == nil && scavenged, err == nil && rec.ID == at.ID && (at.Digest == "" || at.Digest == store.Digest(&rec)):
		return log, nil
	}
	return log, fmt.Errorf("%w: the log does not hold its event at position %d", errStale, at.Position)
}

func (r *Runner) warnOfFoldingAnew(ctx context.Context, why error) {
	r.options.Logger.WarnContext(ctx, "the checkpoint cannot be used; the log is folded from its beginning", "error", why)
}

// Save saves the agenda, as Run does now and then and at its end.
func (r *Runner) Save(ctx context.Context) error {
	if err := r.take(ctx); err != nil {
		return err
	}
	defer func() { r.token <- struct{}{} }()
	return r.save(ctx)
}

func (r *Runner) save(ctx context.Context) error {
	if r.options.Checkpoint == nil || r.agenda == nil || r.unsaved == 0 {
		return nil
	}
	err := r.options.Checkpoint.Save(ctx, func(w io.Writer) error { return r.agenda.write(w, r.place) })
	if err != nil {
		return fmt.Errorf("process: saving the checkpoint: %w", err)
	}
	r.unsaved = 0
	return nil
}

// saveOrWarn saves the agenda where a failure costs only time: it is tried again
// as many events later.
func (r *Runner) saveOrWarn(ctx context.Context) {
	if err := r.save(ctx); err != nil {
		r.unsaved = 1
		r.options.Logger.WarnContext(ctx, "the next start will take longer", "error", err)
	}
}
