package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

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
	r.agenda, r.place = NewAgenda(r.options.Standing), place{}
	return nil
}

// resume reports whether a saved agenda can be used, and takes it up.
func (r *Runner) resume(ctx context.Context, saved io.ReadCloser) (bool, error) {
	agenda := NewAgenda(r.options.Standing)
	at, err := agenda.read(saved)
	err = errors.Join(err, saved.Close())
	if err == nil {
		err = r.recognise(ctx, at)
	}
	if errors.Is(err, errStale) {
		r.options.Logger.WarnContext(ctx, "the checkpoint cannot be used; the log is folded from its beginning", "error", err)
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("process: loading the checkpoint: %w", err)
	}
	r.agenda, r.place = agenda, at
	return true, nil
}

// recognise sees whether the event at which an agenda was saved is in the log:
// it is not if the log is another one, or went back to a backup.
func (r *Runner) recognise(ctx context.Context, at place) error {
	if at == (place{}) {
		return nil
	}
	for rec, err := range r.store.ReadAll(ctx, store.Span{After: at.Previous, Through: at.Position}) {
		if err != nil {
			return err
		}
		if rec.Position == at.Position && rec.ID == at.ID {
			return nil
		}
	}
	return fmt.Errorf("%w: the log does not hold its event at position %d", errStale, at.Position)
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
