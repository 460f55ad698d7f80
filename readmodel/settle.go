package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// staleKey is a row of the table stale.
type staleKey struct {
	account   uuid.UUID
	partition int64
	since     int64
}

// staleRows are the rows, and the positions in them, about some accounts of a kind that are due.
func (r versionTx) staleRows(kind string, ids []uuid.UUID, now event.Time) (map[staleKey]int64, error) {
	rows := map[staleKey]int64{}
	query := r.sql("SELECT account_id, partition, since, position FROM @stale WHERE kind = $1 AND due_at <= $2 AND account_id " + r.dialect.OneOf("$3"))
	for row, err := range r.Query(query, kind, now, ids) {
		if err != nil {
			return nil, err
		}
		var k staleKey
		var position int64
		if err := row.Scan(&k.account, &k.partition, &k.since, &position); err != nil {
			return nil, err
		}
		rows[k] = position
	}
	return rows, nil
}

// settle deletes the rows that were seen when the statistics were computed, but
// not those that were written anew since. It fails with ErrConflict if one of them is gone: then another
// has computed later ones.
func (r versionTx) settle(kind string, ids []uuid.UUID, seen map[staleKey]int64, now event.Time) error {
	there, err := r.staleRows(kind, ids, now)
	if err != nil {
		return err
	}
	for k := range seen {
		if _, ok := there[k]; !ok {
			return ErrConflict.With(nil, "another process has computed the statistics of %s %s", kind, k.account)
		}
	}
	return r.ExecEach(r.sql("DELETE FROM @stale WHERE kind = $1 AND account_id = $2 AND partition = $3 AND since = $4 AND position = $5"),
		func(yield func([]any) bool) {
			for k, position := range seen {
				if !yield([]any{kind, k.account, k.partition, k.since, position}) {
					return
				}
			}
		})
}
