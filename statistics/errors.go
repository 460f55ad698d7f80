package statistics

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
)

// What goes wrong with questions, found with errors.Is.
var (
	// ErrBehind: records have not got to the position that is asked for; wait for it.
	ErrBehind = fault.New("", "behind")
	// ErrNotFound: no such account is registered as of the moment, no such contract started, no such job
	// posted.
	ErrNotFound = fault.New("statistics", "not_found")
	// ErrUnknownPolicy: no preset has that name.
	ErrUnknownPolicy = fault.New("", "unknown_policy")
	// ErrInvalidPolicy: a policy's values make no sense.
	ErrInvalidPolicy = fault.New("", "invalid_policy")
	// ErrInvalidQuery: what was asked makes no sense.
	ErrInvalidQuery = fault.New("", "invalid_query")
)

// NotFoundError says which account is not registered as of the moment, which contract
// has not started, which job was not posted, or of which week a contract has no event.
type NotFoundError struct {
	Kind string     // client, freelancer, contract, job or week
	ID   uuid.UUID  // of a week that of its contract
	Week event.Week // if it is one
	AsOf event.Time
}

func (e *NotFoundError) Error() string {
	switch e.Kind {
	case "contract":
		return fmt.Sprintf("statistics: no contract %s has started as of %s", e.ID, e.AsOf)
	case "job":
		return fmt.Sprintf("statistics: no job %s was posted as of %s", e.ID, e.AsOf)
	case "week":
		return fmt.Sprintf("statistics: contract %s has nothing in week %s as of %s", e.ID, e.Week, e.AsOf)
	}
	return fmt.Sprintf("statistics: no %s %s is registered as of %s", e.Kind, e.ID, e.AsOf)
}

// Unwrap gives ErrNotFound.
func (e *NotFoundError) Unwrap() error { return ErrNotFound }

// Code is the stable code of the error.
func (e *NotFoundError) Code() string { return "not_found" }

// QueryError says which part of a question makes no sense.
type QueryError struct {
	Field  string // as in JSON
	Reason string
}

func (e *QueryError) Error() string { return "statistics: " + e.Field + " " + e.Reason }

// Unwrap gives ErrInvalidQuery.
func (e *QueryError) Unwrap() error { return ErrInvalidQuery }

// Code is the stable code of the error.
func (e *QueryError) Code() string { return "invalid_query" }

func invalidQuery(field, format string, args ...any) error {
	return &QueryError{field, fmt.Sprintf(format, args...)}
}
