package script

import "github.com/marketcore/marketplace/internal/fault"

// The errors of this package, found with errors.Is. They hold nothing of a
// script's content.
var (
	// ErrNotFound: there is no such file.
	ErrNotFound = fault.New("", "script_not_found")
	// ErrIsDirectory: the path is a directory.
	ErrIsDirectory = fault.New("", "script_is_directory")
	// ErrFormat: the file is no script as one can be read: UTF-16, a JSON array, or
	// compressed in a way that is not known.
	ErrFormat = fault.New("", "script_format")
	// ErrCorrupt: the compressed file is cut short or damaged. The lines
	// before that place were read, well if the file is zstd; gzip tells only at its
	// end whether it was damaged.
	ErrCorrupt = fault.New("", "script_corrupt")
	// ErrUnreadable: opening or reading failed otherwise; it wraps the cause.
	ErrUnreadable = fault.New("", "script_unreadable")
	// ErrNotEncodable: a command cannot be written as a line.
	ErrNotEncodable = fault.New("", "command_not_encodable")
)
