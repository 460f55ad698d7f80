package readmodel

import (
	"fmt"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// momentColumns are the two columns of a projection.Moment, in either order.
// Both are NULL if it has not happened.
type momentColumns[R any] struct {
	at, position  Column
	positionFirst bool
	of            func(*R) *projection.Moment
}

// when keeps what may not have happened, happened what every row has.
func when[R any](name, doc string, of func(*R) *projection.Moment) field[R] {
	c := momentOf(name, doc, of)
	c.at, c.position = c.at.null(), c.position.null()
	return c
}

func happened[R any](name, doc string, of func(*R) *projection.Moment) field[R] {
	return momentOf(name, doc, of)
}

func momentOf[R any](name, doc string, of func(*R) *projection.Moment) momentColumns[R] {
	return momentColumns[R]{column(name+"_at", Moment, doc), column(name+"_position", Integer, "position of its event"), false, of}
}

// occurred keeps the event that made a row of a child table.
func occurred[C any](doc string, of func(*C) *projection.Moment) field[C] {
	return momentColumns[C]{column("occurred_at", Moment, doc), column("position", Integer, "of the event"), true, of}
}

func (m momentColumns[R]) columns() []Column {
	if m.positionFirst {
		return []Column{m.position, m.at}
	}
	return []Column{m.at, m.position}
}

func (m momentColumns[R]) write(row []any, r *R) []any {
	moment := m.of(r)
	switch {
	case !moment.Happened():
		return append(row, nil, nil)
	case m.positionFirst:
		return append(row, positionValue(moment.Position), moment.At)
	}
	return append(row, moment.At, positionValue(moment.Position))
}

func (m momentColumns[R]) scan(targets []any) ([]any, func(*R) error) {
	at := new(event.Time)
	if m.position.Null {
		position := new(*int64)
		return append(targets, at, position), func(r *R) error {
			if *position == nil {
				return m.set(r, *at, 0)
			}
			return m.set(r, *at, **position)
		}
	}
	position := new(int64)
	if targets = append(targets, at, position); m.positionFirst {
		n := len(targets)
		targets[n-2], targets[n-1] = position, at
	}
	return targets, func(r *R) error { return m.set(r, *at, *position) }
}

// set takes position 0 for NULL.
func (m momentColumns[R]) set(r *R, at event.Time, position int64) error {
	if position < 0 || (at == event.Never) != (position == 0) || (position == 0 && !m.position.Null) {
		return fmt.Errorf("columns %s and %s are no moment and position of an event", m.at.Name, m.position.Name)
	}
	*m.of(r) = projection.Moment{At: at, Position: event.Position(position)}
	return nil
}
