package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/marketcore/marketplace/internal/diskfull"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/readmodel"
)

// failure is what PostgreSQL or the way to it did wrong, as a readmodel.Error.
// Neither passwords nor values of rows are in it.
func failure(ctx context.Context, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	if ctx.Err() != nil {
		return readmodel.ErrCancelled.With(context.Cause(ctx), "")
	}
	var connect *pgconn.ConnectError
	isConnect := errors.As(err, &connect)
	if isConnect { // it holds the configuration, and with it the password
		err = &connectError{connect.Unwrap()}
	}
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return readmodel.ErrUnavailable.With(err, "PostgreSQL cannot be reached")
	}
	// The message names tables and constraints; the details name values.
	cause := &serverError{answer.Code, answer.Message}
	switch answer.Code {
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return readmodel.ErrConflict.With(cause, "")
	case "23505", "42P06", "42P07": // unique_violation, duplicate_schema, duplicate_table:
		// another transaction made it, unseen in this one's snapshot
		return readmodel.ErrConflict.With(cause, "")
	case "0A000": // feature_not_supported: a plan from before the tables changed
		if strings.Contains(answer.Message, "cached plan") {
			return readmodel.ErrConflict.With(cause, "")
		}
	case "55P03", "57014": // lock_not_available, query_canceled by a time limit
		return readmodel.ErrBusy.With(cause, "a time limit of the host was reached")
	case "53100": // disk_full
		return readmodel.ErrFull.With(cause, "%s; nothing was written; free space on the server and try again", diskfull.Words)
	case "25006": // read_only_sql_transaction
		return readmodel.ErrReadOnly.With(cause, "the server or the role only reads")
	case "42501": // insufficient_privilege
		if isConnect {
			return readmodel.ErrRefused.With(cause, "the role lacks CONNECT on the database")
		}
		return readmodel.ErrRefused.With(cause, "the role lacks a right")
	case "2BP01": // dependent_objects_still_exist
		return readmodel.ErrNotAReadModel.With(cause, "what is to go has others made of it that are not of the read model")
	case "42703", "42804", "42809", "42P16", "42710": // undefined_column, datatype_mismatch, wrong_object_type,
		// invalid_table_definition (a view of other columns), duplicate_object
		return readmodel.ErrNotAReadModel.With(cause, "a table or view is not as the read model makes it")
	case "XX001", "XX002": // data_corrupted, index_corrupted
		return readmodel.ErrCorrupt.With(cause, "")
	}
	return readmodel.ErrUnavailable.With(cause, "")
}

// connectError is why no connection could be had, in one line: pgx gives one
// to each address and way (with and without TLS) that it tried.
type connectError struct{ err error }

func (e *connectError) Error() string { return strings.ReplaceAll(e.err.Error(), "\n", "; ") }

func (e *connectError) Unwrap() error { return e.err }

// serverError is what the server answered: its SQLSTATE and message.
type serverError struct{ code, message string }

func (e *serverError) Error() string { return e.message + " (SQLSTATE " + e.code + ")" }

// SQLState is the error's code in the SQL standard.
func (e *serverError) SQLState() string { return e.code }

// broken reports whether the error says that the connection is gone.
func broken(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return false // a new one cannot be had
	}
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return strings.HasPrefix(answer.Code, "57P0") || strings.HasPrefix(answer.Code, "08")
	}
	var network net.Error
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, pgconn.ErrConnClosed) || errors.As(err, &network) || pgconn.SafeToRetry(err)
}
