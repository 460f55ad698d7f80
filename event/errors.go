package event

import (
	"errors"
	"fmt"
)

// What keeps a record from being decoded, found with errors.Is.
var (
	ErrUnknownType   = errors.New("unknown event type; was the log written by a host with more events?")
	ErrNewerVersion  = errors.New("newer schema version than this library knows; update the library")
	ErrMalformed     = errors.New("malformed event data")
	ErrMalformedMeta = errors.New("malformed event metadata")
	ErrNotEncodable  = errors.New("event cannot be encoded")
	errOtherShape    = errors.New("a field is missing, unknown or of a wrong type")
)

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
