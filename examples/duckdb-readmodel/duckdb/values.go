package duckdb

import (
	"database/sql"
	sqldriver "database/sql/driver"
	"math/big"
	"strings"
	"time"

	driver "github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/readmodel"
)

// values are arguments of a statement as the driver takes them.
func values(args []any) []any {
	all := make([]any, len(args))
	for i, arg := range args {
		all[i] = value(arg)
	}
	return all
}

func value(arg any) any {
	switch v := arg.(type) {
	case uuid.UUID:
		return v.String()
	case []uuid.UUID: // see dialect.InList
		return "[" + strings.Join(texts(v), ",") + "]"
	case event.Time:
		return driver.Typed(moment(v), driver.TYPE_TIMESTAMP_TZ)
	}
	return appended(arg)
}

// appended is a value as an appender takes it, which makes no id of a text.
func appended(arg any) sqldriver.Value {
	switch v := arg.(type) {
	case uuid.UUID:
		return driver.UUID(v)
	case event.Time:
		return moment(v)
	case string: // a VARCHAR holds UTF-8; of ours only a reason, for people, may hold else
		return strings.ToValidUTF8(v, "\uFFFD")
	}
	return arg
}

// moment is nil for never.
func moment(t event.Time) any {
	if t == event.Never {
		return nil
	}
	return time.Unix(int64(t), 0).UTC()
}

func texts(ids []uuid.UUID) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = id.String()
	}
	return all
}

// row is a readmodel.Row: the one at which rows stands.
type row struct {
	rows    *sql.Rows
	columns []string
	values  []any
	targets []any // the values' addresses
}

func newRow(rows *sql.Rows) (*row, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	r := &row{rows, columns, make([]any, len(columns)), make([]any, len(columns))}
	for i := range r.values {
		r.targets[i] = &r.values[i]
	}
	return r, nil
}

func (r *row) Scan(targets ...any) error {
	if len(targets) != len(r.values) {
		return readmodel.ErrUnavailable.With(nil, "a row has %d columns and is scanned into %d targets", len(r.values), len(targets))
	}
	if err := r.rows.Scan(r.targets...); err != nil {
		return readmodel.ErrUnavailable.With(err, "")
	}
	for i, target := range targets {
		if !scan(target, r.values[i]) {
			return readmodel.ErrCorrupt.With(nil, "column %s holds a %T, which goes into no %T", r.columns[i], r.values[i], target)
		}
	}
	return nil
}

// scan puts a value into a target, false if it does not fit.
func scan(target, value any) (fits bool) {
	switch to := target.(type) {
	case *event.Time:
		return orNever(to, value)
	case **uuid.UUID:
		return orNil(to, value, id)
	case **int64:
		return orNil(to, value, integer)
	case **string:
		return orNil(to, value, as[string])
	case *uuid.UUID:
		*to, fits = id(value)
	case *int64:
		*to, fits = integer(value)
	case *string:
		*to, fits = value.(string)
	case *bool:
		*to, fits = value.(bool)
	}
	return fits
}

func orNever(to *event.Time, value any) bool {
	if value == nil {
		*to = event.Never
		return true
	}
	t, fits := value.(time.Time)
	*to = event.Time(t.Unix())
	return fits && t.Nanosecond() == 0
}

func orNil[V any](to **V, value any, as func(any) (V, bool)) bool {
	if *to = nil; value == nil {
		return true
	}
	v, fits := as(value)
	*to = &v
	return fits
}

func as[V any](value any) (V, bool) {
	v, fits := value.(V)
	return v, fits
}

// integer takes the sums of integers too, which DuckDB makes of 128 bits.
func integer(value any) (int64, bool) {
	switch n := value.(type) {
	case int64:
		return n, true
	case int32: // as a 1 in a statement is
		return int64(n), true
	case *big.Int:
		return n.Int64(), n.IsInt64()
	}
	return 0, false
}

func id(value any) (id uuid.UUID, fits bool) {
	bytes, fits := value.([]byte)
	return id, fits && copy(id[:], bytes) == len(id)
}
