package scriptfile

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"

	"github.com/klauspost/compress/zstd"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/script"
)

// maxWindow is how far back a compressed script may refer, and so the memory that
// reading it may take. The zstd command has the same limit unless told otherwise.
const maxWindow = 128 << 20

// reader reads the plain text of a script, whatever it lies in.
type reader struct {
	src    *bufio.Reader // as it lies there
	format format        // that its name promises, then that which it has
	text   *bufio.Reader // nil until the first Read
	zstd   *zstd.Decoder
	err    error // why there is no text
}

// NewReader reads a script from a stream, as Open does from a file: plain, or
// compressed with zstd or gzip, as its first bytes tell. Close frees what
// decompressing took.
func NewReader(r io.Reader) io.ReadCloser { return newReader(r, plain) }

func newReader(r io.Reader, promised format) *reader {
	return &reader{src: bufio.NewReaderSize(r, 64<<10), format: promised}
}

// Read reads the script's plain text.
func (r *reader) Read(p []byte) (int, error) {
	if r.text == nil && r.err == nil {
		r.err = r.begin()
	}
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.text.Read(p)
	if err != nil && err != io.EOF {
		err = r.failed(err)
	}
	return n, err
}

// begin finds out what the script lies in.
func (r *reader) begin() error {
	found, reason := look(r.src)
	switch {
	case found == foreign:
		return script.ErrFormat.With(nil, "%s", reason)
	case found == zstandard || found == gzipped:
		r.format = found
	}
	text, err := r.decompressed()
	if err != nil {
		return err
	}
	r.text = bufio.NewReaderSize(text, 4<<10)
	switch found, reason = look(r.text); {
	case found == marked:
		_, err = r.text.Discard(len(byteOrderMark))
	case found == foreign:
		err = script.ErrFormat.With(nil, "%s", reason)
	case found != plain:
		err = script.ErrFormat.With(nil, "it is compressed twice")
	}
	return err
}

func (r *reader) decompressed() (text io.Reader, err error) {
	switch r.format {
	case zstandard:
		if _, err := r.src.Peek(1); err == io.EOF { // the decoder sees no frame missing
			return nil, r.failed(io.ErrUnexpectedEOF)
		}
		// One block is decoded at a time, by the goroutine that reads.
		r.zstd, err = zstd.NewReader(r.src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		text = r.zstd
	case gzipped:
		text, err = gzip.NewReader(r.src)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
	default:
		text = r.src
	}
	if err != nil {
		return nil, r.failed(err)
	}
	return text, nil
}

// look tells the format of what a reader begins with, and takes nothing of it. It
// waits for no more bytes than it needs. A failure is told by the next Read.
func look(r *bufio.Reader) (f format, reason string) {
	for n, more := 1, true; more && n <= longestStart; n++ {
		b, err := r.Peek(n)
		f, reason, more = formatOf(b)
		if err != nil {
			break
		}
	}
	return f, reason
}

// failed says what a failure of reading means.
func (r *reader) failed(err error) error {
	program := map[format]string{zstandard: "zstd", gzipped: "gzip"}[r.format]
	var medium *fs.PathError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return script.ErrCorrupt.With(err, "it is cut short")
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return script.ErrUnreadable.With(err, "it takes more than 128 MiB of memory to decompress; compress it again without --long or --ultra")
	case program != "" && !errors.As(err, &medium) && !isOurs(err):
		return script.ErrCorrupt.With(err, "it is damaged or not compressed with %s", program)
	}
	return script.ErrUnreadable.With(err, "")
}

// isOurs reports an error that says already what it means, such as the end of a
// context that a stream's writer has passed on.
func isOurs(err error) bool {
	var e *fault.Error
	return errors.As(err, &e)
}

// Close frees what decompressing took.
func (r *reader) Close() error {
	if r.zstd != nil {
		r.zstd.Close()
	}
	return nil
}
