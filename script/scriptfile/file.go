// Package scriptfile opens the files of command scripts, plain or compressed with
// zstd. It is apart from package script so that a host that reads no file does not
// link what decompresses it.
package scriptfile

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/script"
)

// maxWindow is how far back a compressed file may refer, and so the memory that
// reading it may take. The zstd command has the same limit unless told otherwise.
const maxWindow = 128 << 20

// File is a script's file, opened for reading. It reads as the script's plain
// text. Only Consumed may be called from another goroutine.
type File struct {
	path     string
	file     *os.File
	size     int64
	consumed atomic.Int64
	plain    io.Reader     // the script's text
	zstd     *zstd.Decoder // nil if the file is not compressed
}

// Open opens a script's file. One whose name ends in .zst is decompressed while
// it is read. It fails with script.ErrNotFound, script.ErrIsDirectory or
// script.ErrUnreadable; reading fails with script.ErrCorrupt or
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
		return f.unreadable(err)
	case info.IsDir():
		return f.failed(script.ErrIsDirectory.With(nil, "give the name of a file, .ndjson or .ndjson.zst"))
	}
	f.size = -1
	if info.Mode().IsRegular() {
		f.size = info.Size()
	}
	f.plain = counter{f}
	if strings.HasSuffix(f.path, ".zst") {
		// One block is decoded at a time, by the goroutine that reads.
		f.zstd, err = zstd.NewReader(bufio.NewReaderSize(counter{f}, 64<<10),
			zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return f.unreadable(err)
		}
		f.plain = f.zstd
	}
	return nil
}

// Read reads the script's plain text.
func (f *File) Read(p []byte) (int, error) {
	n, err := f.plain.Read(p)
	switch {
	case err == nil:
	case err == io.EOF:
		if f.zstd != nil && f.Consumed() == 0 { // the decoder sees no frame missing
			err = f.corrupt(io.ErrUnexpectedEOF)
		}
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = f.corrupt(err)
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		err = f.failed(script.ErrUnreadable.With(err, "it takes more than 128 MiB of memory to decompress; compress it again without --long or --ultra"))
	case f.zstd != nil && !isMedium(err):
		err = f.corrupt(err)
	default:
		err = f.unreadable(err)
	}
	return n, err
}

// isMedium reports whether the file failed, rather than what stands in it.
func isMedium(err error) bool {
	var e *fs.PathError
	return errors.As(err, &e)
}

func (f *File) corrupt(err error) error {
	detail := "it is damaged or not compressed with zstd"
	if errors.Is(err, io.ErrUnexpectedEOF) {
		detail = "it is cut short"
	}
	return f.failed(script.ErrCorrupt.With(err, "%s", detail))
}

func (f *File) unreadable(err error) error { return f.failed(script.ErrUnreadable.With(err, "")) }

// failed names the file in an error that was made for it.
func (f *File) failed(e *fault.Error) error {
	e.Path = f.path
	return e
}

// Size is how many bytes the file has on disk, compressed or not; -1 if nobody
// knows (a pipe).
func (f *File) Size() int64 { return f.size }

// Consumed is how many of these bytes have been read so far, a little ahead of
// the lines. It is safe for concurrent use.
func (f *File) Consumed() int64 { return f.consumed.Load() }

// Close closes the file and frees what decompressing took.
func (f *File) Close() error {
	if f.zstd != nil {
		f.zstd.Close()
	}
	return f.file.Close()
}

// counter reads the file as it lies on disk and counts.
type counter struct{ f *File }

func (c counter) Read(p []byte) (int, error) {
	n, err := c.f.file.Read(p)
	c.f.consumed.Add(int64(n))
	return n, err
}
