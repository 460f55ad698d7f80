package readmodel

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Comparison is how two versions of a read model differ, as far as both are.
type Comparison struct {
	Was, Is int64          // the versions
	Through event.Position // what events up to it made was compared
	// Rows are the numbers of rows of each table that such an event made.
	Rows []RowCount
	// Entities is how many streams' records were compared, and Changed how many
	// of them differ.
	Entities, Changed uint64
	// Missing, Extra and Different count the differences of each kind.
	Missing, Extra, Different uint64
	// Differences are the first of them, by table and id: at most
	// MaxDifferences.
	Differences []projection.Difference
	// Err is why the versions could not be compared, nil if they were: ErrSchema,
	// ErrNewerSchema or ErrCorrupt of the older one, or ErrOtherLog.
	Err error
}

// MaxDifferences is how many differences a Comparison tells one by one.
const MaxDifferences = 1000

// RowCount is how many rows a table has in two versions.
type RowCount struct {
	Table   string
	Was, Is int64
}

// Equal reports whether the two versions were compared and say the same.
func (c *Comparison) Equal() bool {
	if c.Err != nil {
		return false
	}
	for _, n := range c.Rows {
		if n.Was != n.Is {
			return false
		}
	}
	return c.Changed == 0
}

// Compare compares two versions, in one snapshot of the database and as far as
// both are, so that runners need not stop. It fails with ErrNotFound if there is
// no such version, and ErrSchema or ErrNewerSchema if its tables are not those
// of this library, and ErrOtherLog if they are of different logs.
func (m *ReadModel) Compare(ctx context.Context, was, is int64) (*Comparison, error) {
	return m.compare(ctx, was, is, func(int, int64) {})
}

func (m *ReadModel) compare(ctx context.Context, was, is int64, told func(entities int, of int64)) (*Comparison, error) {
	c := &comparing{Comparison: Comparison{Was: was, Is: is}, told: told}
	err := m.read(ctx, func(a adminTx) error {
		for _, number := range []int64{was, is} {
			v, err := a.version(number)
			if err == nil {
				err = v.check()
			}
			if err != nil {
				return err
			}
		}
		c.was, c.is = a.on(was), a.on(is)
		return c.run()
	})
	return &c.Comparison, err
}

func (a adminTx) version(number int64) (*Version, error) {
	all, err := a.versions()
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Number == number {
			return &all[i], nil
		}
	}
	return nil, ErrNotFound.With(nil, "there is no version %d of the read model", number)
}

type comparing struct {
	Comparison
	was, is versionTx
	of      int64
	told    func(entities int, of int64)
}

func (c *comparing) run() error {
	was, err := c.was.log()
	if err != nil {
		return err
	}
	is, err := c.is.log()
	if err != nil {
		return err
	}
	if was != uuid.Nil && is != uuid.Nil && was != is {
		return ErrOtherLog.With(nil, "versions %d and %d are of different logs, which begin with events %s and %s", c.Was, c.Is, was, is)
	}
	for i, r := range []versionTx{c.was, c.is} {
		position, err := r.position()
		if err != nil {
			return err
		}
		if i == 0 || position < c.Through {
			c.Through = position
		}
	}
	for _, records := range recordTables {
		for i, t := range records.tables() {
			n, count := RowCount{Table: t.Name}, "SELECT count(*) FROM @"+t.Name+" WHERE "+t.Position+" <= $1"
			var err error
			if n.Was, err = c.was.integer(count, positionValue(c.Through)); err != nil {
				return err
			}
			if n.Is, err = c.is.integer(count, positionValue(c.Through)); err != nil {
				return err
			}
			c.Rows = append(c.Rows, n)
			if i == 0 {
				c.of += max(n.Was, n.Is)
			}
		}
	}
	for _, t := range recordTables {
		if err := t.compare(c); err != nil {
			return err
		}
	}
	return nil
}

// compareChunk is how many records of each version are compared at a time.
const compareChunk = 2000

// compare goes through both versions' rows in the order of their ids, a stretch
// of ids at a time.
func (t *recordsOf[R]) compare(c *comparing) error {
	condition, args := "1 = 1", []any(nil)
	for {
		end, err := c.stretch(t.Table, condition, args)
		if err != nil {
			return err
		}
		within, bounds := condition, args
		if end != nil {
			within, bounds = fmt.Sprintf("%s AND id <= $%d", condition, len(args)+1), append(args, *end)
		}
		was, is := projection.NewRecords(), projection.NewRecords()
		if err := t.load(c.was, was, within, bounds...); err != nil {
			return err
		}
		if err := t.load(c.is, is, within, bounds...); err != nil {
			return err
		}
		all := map[uuid.UUID]struct{}{}
		for _, records := range []*projection.Records{was, is} {
			for id := range t.in(records) {
				all[id] = struct{}{}
			}
		}
		ids := listOf(all)
		slices.SortFunc(ids, compareIDs)
		for _, id := range ids {
			c.add(t.differences(t.in(was)[id], t.in(is)[id], c.Through))
		}
		c.Entities += uint64(len(ids))
		c.told(len(ids), c.of)
		if end == nil {
			return nil
		}
		condition, args = "id > $1", []any{*end}
	}
}

// stretch is the last id of the next stretch of ids, nil if all that is left is
// few.
func (c *comparing) stretch(t *Table, condition string, args []any) (end *uuid.UUID, err error) {
	query := fmt.Sprintf("SELECT id FROM @%s WHERE %s ORDER BY id LIMIT 1 OFFSET %d", t.Name, condition, compareChunk-1)
	for _, r := range []versionTx{c.was, c.is} {
		ids, err := r.ids(query, args...)
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 && (end == nil || compareIDs(ids[0], *end) < 0) {
			end = &ids[0]
		}
	}
	return end, nil
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

func (c *comparing) add(found []projection.Difference) {
	if len(found) == 0 {
		return
	}
	c.Changed++
	for _, d := range found {
		switch d.Kind {
		case projection.Missing:
			c.Missing++
		case projection.Extra:
			c.Extra++
		default:
			c.Different++
		}
		if len(c.Differences) < MaxDifferences {
			c.Differences = append(c.Differences, d)
		}
	}
}
