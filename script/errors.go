package script

import (
	"fmt"
	"strings"
)

// The errors of this package, found with errors.Is.
var (
	// ErrNotFound: there is no such file.
	ErrNotFound = &Error{Code: "script_not_found"}
	// ErrIsDirectory: the path is a directory.
	ErrIsDirectory = &Error{Code: "script_is_directory"}
	// ErrCorrupt: the compressed file is cut short or damaged. The lines
	// before that place were read well.
	ErrCorrupt = &Error{Code: "script_corrupt"}
	// ErrUnreadable: opening or reading failed otherwise; it wraps the cause.
	ErrUnreadable = &Error{Code: "script_unreadable"}
	// ErrNotEncodable: a command cannot be written as a line.
	ErrNotEncodable = &Error{Code: "command_not_encodable"}
)

// Error is a failure of this package: a stable code, where it happened and the
// cause. It holds nothing of a script's content.
type Error struct {
	Code   string // stable
	Path   string // the file, if it is about one
	Line   int64  // the line in which reading failed, 0 before the first
	Detail string // what happened and what to do
	Err    error  // the cause, if another error is
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(e.Code, "_", " "))
	if e.Path != "" {
		fmt.Fprintf(&b, ": %s", e.Path)
	}
	if e.Line != 0 {
		fmt.Fprintf(&b, ": line %d", e.Line)
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

// Is compares codes, so that errors.Is(err, ErrCorrupt) finds every such error.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}
