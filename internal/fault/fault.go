// Package fault is the one way in which this module fails: an Error has a stable
// code, and the list of codes says what each of them means, what to do about it,
// and whether to try again.
package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/marketcore/marketplace/internal/diskfull"
)

// Error is a failure: a stable code, what it is about, what happened, and the
// cause. It holds no secret, no URL and nothing of an event's or a script's content.
//
// An exported error of a package is an Error with nothing but its code; With, In
// and At make of it the one that is returned.
type Error struct {
	code string
	room string // the package, which its text begins with, if it is not plain from the code

	Stream   string // if it is about a stream
	Position uint64 // if it is about a record of the log
	Path     string // if it is about a file
	Line     int64  // if it is about a line of that file
	Detail   string // what happened and what to do
	Err      error  // the cause, if another error is
}

// New makes an error of a package to compare others with. The code is one of the List.
func New(room, code string) *Error { return &Error{code: code, room: room} }

// Code is the stable code.
func (e *Error) Code() string { return e.code }

// Room is the package whose error it is, or "".
func (e *Error) Room() string { return e.room }

// With is the error with the cause, which may be nil, and what happened.
func (e *Error) With(cause error, format string, args ...any) *Error {
	told := *e
	told.Err, told.Detail = cause, fmt.Sprintf(format, args...)
	return &told
}

// In is the error about a stream.
func (e *Error) In(stream string) *Error {
	told := *e
	told.Stream = stream
	return &told
}

// At is the error about the record at a position of the log.
func (e *Error) At(position uint64) *Error {
	told := *e
	told.Position = position
	return &told
}

// longestStream is how much of a stream's name is shown; none that was written
// is longer.
const longestStream = 250

func (e *Error) Error() string {
	var b strings.Builder
	if e.room != "" {
		b.WriteString(e.room + ": ")
	}
	b.WriteString(strings.ReplaceAll(e.code, "_", " "))
	if e.Path != "" {
		b.WriteString(": " + e.Path)
	}
	if e.Line != 0 {
		fmt.Fprintf(&b, ": line %d", e.Line)
	}
	if e.Stream != "" {
		fmt.Fprintf(&b, ": stream %q", e.Stream[:min(len(e.Stream), longestStream)])
	}
	if e.Position != 0 {
		fmt.Fprintf(&b, ": position %d", e.Position)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is compares codes, so that errors.Is finds every error that has the code of
// another, whichever package it is of.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.code == e.code
}

// InfoOf is what the list says of the first error in err's tree that has a code of
// it. Where nobody gave them a code, the end of a context is cancelled and a full
// disk is full. Of what has none the code is "".
func InfoOf(err error) Info {
	if info, ok := find(err); ok {
		return final(info, err)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return infos["cancelled"]
	}
	if diskfull.Is(err) {
		return infos["full"]
	}
	return unknown
}

// find looks through err's tree as errors.As does. It goes on behind an error with
// a code that is not of the list, such as a host's.
func find(err error) (Info, bool) {
	if coded, ok := err.(interface{ Code() string }); ok {
		if info, ok := infos[coded.Code()]; ok {
			return info, true
		}
	}
	switch wraps := err.(type) {
	case interface{ Unwrap() error }:
		return find(wraps.Unwrap())
	case interface{ Unwrap() []error }:
		for _, e := range wraps.Unwrap() {
			if info, ok := find(e); ok {
				return info, true
			}
		}
	}
	return Info{}, false
}

// final is what to say of an error that would pass if it did not come of a refusal,
// which only people can mend. It keeps its code.
func final(info Info, err error) Info {
	if info.Again && errors.Is(err, refused) {
		code := info.Code
		info = infos[refused.code]
		info.Code = code
	}
	return info
}

var refused = New("", "refused")

// Passing reports a failure after which another attempt may succeed, with nothing
// done by people but to bring a server or a disk back.
func Passing(err error) bool { return err != nil && InfoOf(err).Again }

// Code is the stable code of an error, "" if it has none.
func Code(err error) string {
	if err == nil {
		return ""
	}
	return InfoOf(err).Code
}
