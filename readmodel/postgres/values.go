package postgres

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/readmodel"
)

// values are arguments as pgx takes them.
func values(args []any) []any { return appendValues(make([]any, 0, len(args)), args) }

func appendValues(to, args []any) []any {
	for _, a := range args {
		to = append(to, value(a))
	}
	return to
}

func value(arg any) any {
	switch v := arg.(type) {
	case uuid.UUID:
		return pgtype.UUID{Bytes: v, Valid: true}
	case event.Time:
		if v == event.Never {
			return nil
		}
		return time.Unix(int64(v), 0)
	case []uuid.UUID:
		ids := make([]pgtype.UUID, len(v))
		for i, id := range v {
			ids[i] = pgtype.UUID{Bytes: id, Valid: true}
		}
		return ids
	case string: // a text holds UTF-8; of ours only a reason, for people, may hold else
		return strings.ToValidUTF8(v, "\uFFFD")
	}
	return arg
}

// row reads the row at which rows stands.
type row struct {
	rows    pgx.Rows
	targets []any
	moments []moment
}

func (r *row) Scan(targets ...any) error {
	if len(r.moments) < len(targets) {
		r.moments = make([]moment, len(targets))
	}
	r.targets = r.targets[:0]
	for i, t := range targets {
		switch t := t.(type) {
		case *uuid.UUID:
			r.targets = append(r.targets, (*[16]byte)(t))
		case **uuid.UUID:
			r.targets = append(r.targets, maybeID{t})
		case *event.Time:
			r.moments[i].to = t
			r.targets = append(r.targets, &r.moments[i])
		default:
			r.targets = append(r.targets, t)
		}
	}
	if err := r.rows.Scan(r.targets...); err != nil {
		return readmodel.ErrCorrupt.With(nil, "a row has other values than it should: %v", err)
	}
	return nil
}

// moment reads a timestamptz into an event.Time.
type moment struct{ to *event.Time }

func (m *moment) ScanTimestamptz(v pgtype.Timestamptz) error {
	switch {
	case !v.Valid:
		*m.to = event.Never
	case v.InfinityModifier != pgtype.Finite || v.Time.Nanosecond() != 0:
		return fmt.Errorf("a moment is not a whole second")
	default:
		*m.to = event.Time(v.Time.Unix())
	}
	return nil
}

// maybeID reads a uuid that may be NULL.
type maybeID struct{ to **uuid.UUID }

func (m maybeID) ScanUUID(v pgtype.UUID) error {
	if *m.to = nil; v.Valid {
		*m.to = (*uuid.UUID)(&v.Bytes)
	}
	return nil
}
