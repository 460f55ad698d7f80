package readmodel

import (
	"math"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// moment is a dated fact as the two values of its columns.
func moment(m projection.Moment) (at, position any) {
	if !m.Happened() {
		return nil, nil
	}
	return m.At, positionValue(m.Position)
}

// positionValue is a position as databases count. No log reaches the last one.
func positionValue(p event.Position) int64 { return int64(min(p, math.MaxInt64)) }

// readMoment is where the two columns of a dated fact are scanned to.
type readMoment struct {
	at       event.Time
	position *int64
}

func (m *readMoment) moment(table string) (projection.Moment, error) {
	if (m.at == event.Never) != (m.position == nil) || (m.position != nil && *m.position < 1) {
		return projection.Moment{}, ErrCorrupt.With(nil, "table %s holds a fact with a moment or a position alone", table)
	}
	if m.position == nil {
		return projection.Moment{At: event.Never}, nil
	}
	return projection.Moment{At: m.at, Position: event.Position(*m.position)}, nil
}

// moments turns what was scanned into moments, keeping the first error.
func moments(table string, pairs ...momentPair) error {
	for _, p := range pairs {
		m, err := p.from.moment(table)
		if err != nil {
			return err
		}
		*p.to = m
	}
	return nil
}

type momentPair struct {
	from *readMoment
	to   *projection.Moment
}

// next is a record's Next, by the revision that its row has.
func next(table string, revision int64) (uint64, error) {
	if revision < 0 {
		return 0, ErrCorrupt.With(nil, "table %s holds revision %d", table, revision)
	}
	return uint64(revision) + 1, nil
}
