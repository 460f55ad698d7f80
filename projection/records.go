package projection

import (
	"fmt"

	"github.com/google/uuid"
)

// recordMap is the map of any kind of records: a mapOf.
type recordMap interface {
	make()
	// fold takes a change into the record of its stream, which is made if there is
	// none.
	fold(id uuid.UUID, ch *change, d *dictionary) error
}

type mapOf[R any, P recordOf[R]] map[uuid.UUID]*R

// NewRecords makes room for records.
func NewRecords() *Records {
	rs := &Records{}
	maps := rs.byCategory()
	for _, m := range maps[clients:] {
		m.make()
	}
	return rs
}

// Client is a ClientLookup.
func (rs *Records) Client(id uuid.UUID) *ClientRecord { return rs.Clients[id] }

// Job is a JobLookup.
func (rs *Records) Job(id uuid.UUID) *JobRecord { return rs.Jobs[id] }

// Model is a model that answers from the records, which become its own, as if it
// had folded their streams. It fails with ErrGap for a record of no event.
func (rs *Records) Model() (*Model, error) {
	m := NewModel()
	if err := m.add(rs); err != nil {
		return nil, err
	}
	return m, nil
}

// add fails with ErrGap for a record of no event, and with ErrRepeated for one
// that the model has already.
func (m *Model) add(rs *Records) error {
	m.records.Lock()
	defer m.records.Unlock()
	kinds, maps := m.byCategory(), rs.byCategory()
	for i, t := range kinds[clients:] {
		if err := t.add(&m.tables, maps[clients:][i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *table[R, L, P, Q]) add(all *tables, records recordMap) error {
	for _, r := range *records.(*mapOf[R, P]) {
		of, next := P(r).stream()
		at := t.internIn(shardOf(of.id), all.numbered(&of))
		e := t.at(at)
		_, there := P(&e.record).stream()
		if err := addable(of, there, next); err != nil {
			return err
		}
		e.record = *r
		Q(&e.links).join(all, at, P(r).owners(all))
	}
	return nil
}

func addable(of key, there, next uint64) error {
	var cause error
	switch {
	case there > 0:
		cause = ErrRepeated
	case next == 0:
		cause = ErrGap
	default:
		return nil
	}
	return fmt.Errorf("projection: add the record of %s: %w", of, cause)
}

func (m *mapOf[R, P]) make() { *m = mapOf[R, P]{} }

func (m *mapOf[R, P]) fold(id uuid.UUID, ch *change, d *dictionary) error {
	r := (*m)[id]
	if r != nil {
		return P(r).fold(ch, d)
	}
	r = new(R)
	if err := P(r).fold(ch, d); err != nil {
		return err
	}
	if _, next := P(r).stream(); next > 0 { // not of an offer, which begins no record
		(*m)[id] = r
	}
	return nil
}
