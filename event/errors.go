package event

import (
	"errors"
	"fmt"

	"github.com/marketcore/marketplace/internal/fault"
)

// What keeps a record from being decoded, found with errors.Is.
var (
	ErrUnknownType   = fault.New("", "unknown_event_type").With(nil, "was the log written by a host with more events?")
	ErrNewerVersion  = fault.New("", "newer_event").With(nil, "a newer schema version than this library knows; update the library")
	ErrMalformed     = fault.New("", "malformed_event")
	ErrMalformedMeta = fault.New("", "malformed_metadata")
	ErrNotEncodable  = fault.New("", "event_not_encodable")
	errOtherShape    = errors.New("a field is missing, unknown or of a wrong type")
)

// ErrClock says that a clock shows a moment that no event can have happened at.
var ErrClock = fault.New("event", "bad_clock").With(nil, "the clock is outside the years 0001 to 9999")

// DecodeError says which record could not be decoded. Nothing of the record's
// content is in it.
type DecodeError struct {
	Type     string
	Stream   string
	Revision uint64
	Position Position
	Err      error
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("event: cannot decode %s at position %d (stream %s, revision %d): %v",
		e.Type, e.Position, e.Stream, e.Revision, e.Err)
}

// Unwrap makes errors.Is tell ErrUnknownType from the others.
func (e *DecodeError) Unwrap() error { return e.Err }

// Code is "undecodable_event", whatever the cause.
func (e *DecodeError) Code() string { return "undecodable_event" }
