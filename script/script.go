// Package script reads and writes command scripts: the text format in which a
// history of commands enters the library. A script is newline-delimited JSON,
// one command a line. Package scriptfile opens its files, plain or compressed.
//
// Reading is strict and stops for nothing. A line that cannot be read becomes a
// Line with a rejection in it, decided exactly as docs/fine-print.md says (fine
// print A1, steps 1 and 3, and fine print B1 to B15), and the rest goes on; only a failure of the medium
// ends the reading. What a command's fields are follows from the structs of
// package aggregate, so a new command needs nothing here.
package script

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
)

// MaxLine is the longest line that is read, in bytes, without its line end (LF
// or CR LF). A longer one is rejected invalid without being held in memory.
const MaxLine = 1 << 20

// Line is one line of a script that is not blank.
type Line struct {
	// Number counts all lines from 1, blank ones included.
	Number int64
	// Size is the line's length in bytes, without its line end.
	Size int
	// ID is the command id. It is readable, HasID, only in a line that is a
	// JSON object with a UUID as its id; an outcome is remembered under it,
	// also that of a line with an Err.
	ID    uuid.UUID
	HasID bool
	// Cmd is the text of cmd as it stands, also an unknown one; nil if there
	// is none or the line is no JSON object.
	Cmd *string
	// At is when the command happened; zero if the line is invalid.
	At event.Time
	// ActedBy is who acted, an id of the host's; "" if the line does not say, or is
	// invalid.
	ActedBy string
	// Command is what the line asks for; nil if the line is invalid. Unless Err is
	// set it has passed its Validate.
	Command aggregate.Command
	// Err is the line's rejection, an *aggregate.Rejection with the code
	// Invalid, InvalidAmount or CoverLetterRequired: all that the line alone
	// can tell. It quotes nothing of the line.
	Err error
	// Raw are the bytes of a line that is invalid and has an ID, without the white
	// space around them: what it says, compared with another line under its id.
	Raw event.Text

	cmd string // what Cmd points to
}

// Reader reads a script line by line. It holds one line in memory at a time. It
// is for one goroutine.
type Reader struct {
	src    *bufio.Reader
	parser parser
	number int64
	err    error // what ended the script: io.EOF or a failure
}

// NewReader reads a plain script; see scriptfile.Open for a file that may be compressed.
func NewReader(r io.Reader) *Reader {
	// A line that can be read fits the buffer with its line end.
	return &Reader{src: bufio.NewReaderSize(r, MaxLine+len("\r\n")), parser: newParser()}
}

// Lines yields the lines that are not blank, each in memory of its own. An error
// says in which line reading failed (a *marketplace.Error has it as Line); it is the
// last pair. What stands in that line before the failure is not a line. Breaking
// off and calling Lines again goes on with the next line.
func (r *Reader) Lines() iter.Seq2[*Line, error] {
	return func(yield func(*Line, error) bool) {
		for r.err == nil {
			if line := r.next(); line != nil && !yield(line, nil) {
				return
			}
		}
		if r.err != io.EOF {
			yield(nil, r.err)
		}
	}
}

// next reads one line. It gives nil for a blank one and at the end, where it
// sets r.err.
func (r *Reader) next() *Line {
	text, err := r.src.ReadSlice('\n')
	blank, long := isBlank(text), false
	for err == bufio.ErrBufferFull {
		long = true
		text, err = r.src.ReadSlice('\n')
		blank = blank && isBlank(text)
	}
	if err != nil && err != io.EOF {
		r.err = failed(err, r.number+1)
		return nil
	}
	r.err = err
	r.number++
	if blank {
		return nil
	}
	text = withoutEnd(text)
	if long || len(text) > MaxLine {
		return &Line{Number: r.number, Err: invalid("", "the line is longer than %d bytes", MaxLine)}
	}
	line := r.parser.line(r.number, text)
	line.Size = len(text)
	return line
}

// isBlank reports whether a line is empty or holds only space, tab and CR.
func isBlank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

func withoutEnd(b []byte) []byte {
	for _, c := range []byte("\n\r") {
		if n := len(b); n > 0 && b[n-1] == c {
			b = b[:n-1]
		}
	}
	return b
}

func invalid(command, format string, args ...any) error {
	return &aggregate.Rejection{Code: aggregate.Invalid, Command: command, Detail: fmt.Sprintf(format, args...)}
}

// failed names the line in which the medium failed.
func failed(err error, line int64) error {
	var known *fault.Error
	if !errors.As(err, &known) {
		known = ErrUnreadable.With(err, "")
	}
	told := *known
	told.Line = line
	return &told
}
