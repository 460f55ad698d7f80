// Package scriptfile opens command scripts as they lie in files and come in streams:
// plain or compressed with zstd or gzip, with a byte order mark or without. It is
// apart from package script so that a host that reads no file does not link what
// decompresses it.
package scriptfile

import (
	"errors"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/script"
)

// File is a script's file, opened for reading. It reads as the script's plain
// text. Only Consumed may be called from another goroutine.
type File struct {
	path     string
	file     *os.File
	size     int64
	consumed atomic.Int64
	text     *reader
}

// Open opens a script's file. What is compressed with zstd or gzip, as the name, in
// whatever case, or the first bytes tell, is decompressed while it is read. It fails
// with script.ErrNotFound, script.ErrIsDirectory or script.ErrUnreadable; reading
// fails with script.ErrFormat, before anything was read, or with script.ErrCorrupt or
// script.ErrUnreadable, never with a short clean end.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		kind := script.ErrUnreadable
		if errors.Is(err, fs.ErrNotExist) {
			kind = script.ErrNotFound
		}
		return nil, kind.With(err, "") // which names the path
	}
	f := &File{path: path, file: file}
	if err := f.begin(); err != nil {
		_ = file.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) begin() error {
	info, err := f.file.Stat()
	switch {
	case err != nil:
		return f.named(script.ErrUnreadable.With(err, ""))
	case info.IsDir():
		return f.named(script.ErrIsDirectory.With(nil, "give the name of a file, .ndjson or .ndjson.zst"))
	}
	f.size = -1
	if info.Mode().IsRegular() {
		f.size = info.Size()
	}
	f.text = newReader(counter{f}, formatByName(f.path))
	return nil
}

// Read reads the script's plain text.
func (f *File) Read(p []byte) (int, error) {
	n, err := f.text.Read(p)
	return n, f.named(err)
}

// named names the file in an error that was made for it.
func (f *File) named(err error) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return err
	}
	told := *e
	told.Path = f.path
	return &told
}

// Size is how many bytes the file has on disk, compressed or not; -1 if nobody
// knows (a pipe).
func (f *File) Size() int64 { return f.size }

// Consumed is how many of these bytes have been read so far, a little ahead of
// the lines. It is safe for concurrent use.
func (f *File) Consumed() int64 { return f.consumed.Load() }

// Close closes the file and frees what decompressing took.
func (f *File) Close() error { return errors.Join(f.text.Close(), f.file.Close()) }

// counter reads the file as it lies on disk and counts.
type counter struct{ f *File }

func (c counter) Read(p []byte) (int, error) {
	n, err := c.f.file.Read(p)
	c.f.consumed.Add(int64(n))
	return n, err
}
