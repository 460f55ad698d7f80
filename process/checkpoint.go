package process

import (
	"context"
	"errors"
	"io"
	"os"
)

// Checkpoint keeps a Runner's agenda between two runs. One Runner uses it at a
// time. Losing it costs time and nothing else.
type Checkpoint interface {
	// Load opens what was saved last. It fails with fs.ErrNotExist if nothing
	// was.
	Load(ctx context.Context) (io.ReadCloser, error)
	// Save replaces what was saved by what write writes, all or nothing: after a
	// failure or a crash Load gives the old or the new.
	Save(ctx context.Context, write func(io.Writer) error) error
}

// FileCheckpoint keeps the agenda in the file of that name. What is saved is
// written to a file beside it, name.tmp, and renamed. Runners that run at once
// need a file each.
type FileCheckpoint string

// Load implements Checkpoint.
func (path FileCheckpoint) Load(context.Context) (io.ReadCloser, error) {
	return os.Open(string(path))
}

// Save implements Checkpoint.
func (path FileCheckpoint) Save(_ context.Context, write func(io.Writer) error) error {
	next := string(path) + ".tmp"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	// Synced before it is renamed, so that the name never stands for half a file.
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return os.Rename(next, string(path))
}
