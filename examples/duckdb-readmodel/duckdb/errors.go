package duckdb

import (
	"context"
	"errors"
	"strings"

	driver "github.com/duckdb/duckdb-go/v2"

	"github.com/marketcore/marketplace/readmodel"
)

// failure is what DuckDB said, as an error of package readmodel.
func failure(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	var told *driver.Error
	if !errors.As(err, &told) {
		return readmodel.ErrUnavailable.With(err, "")
	}
	says := func(words string) bool { return strings.Contains(told.Msg, words) }
	switch {
	case told.Type == driver.ErrorTypeTransaction:
		return readmodel.ErrConflict.With(err, "another transaction got in the way")
	case told.Type == driver.ErrorTypeConstraint || told.Type == driver.ErrorTypeConversion:
		return readmodel.ErrUnavailable.With(nil, "DuckDB refuses a value, which is not repeated here") // as what it says would
	case says("Could not set lock on file"):
		return readmodel.ErrBusy.With(err, "another process has the file, and DuckDB lets one have it: stop that one, or ask it")
	case says("not a valid DuckDB database file"):
		return readmodel.ErrNotAReadModel.With(err, "")
	case says("No space left"):
		return readmodel.ErrFull.With(err, "nothing was written; free space")
	case says("Corrupt database file"), told.Type == driver.ErrorTypeSerialization:
		return readmodel.ErrCorrupt.With(err, "rebuild the read model from the log")
	}
	return readmodel.ErrUnavailable.With(err, "")
}

func cancelled(ctx context.Context) error {
	return readmodel.ErrCancelled.With(context.Cause(ctx), "")
}
