package readmodel

import (
	"iter"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

// viewAccounts is of how many accounts a view has the histories in memory.
const viewAccounts = 500

// historyOf is the history of one account, nil if there is none.
func historyOf[R, H any](r versionTx, t *recordsOf[R], id uuid.UUID, wanted projection.Parts,
	histories func(map[uuid.UUID]*R, idSet, projection.Parts) (map[uuid.UUID]*H, error)) (*H, error) {
	account, err := loadAccounts(r, t, wanted, "id = $1", id)
	if err != nil || len(account) == 0 {
		return nil, err
	}
	all, err := histories(account, r.setOf([]uuid.UUID{id}), wanted)
	return all[id], err
}

// scanHistories iterates over the histories of those accounts whom which holds
// for.
func scanHistories[R, H any](r versionTx, t *recordsOf[R], which func(*R) bool, wanted projection.Parts,
	histories func(map[uuid.UUID]*R, idSet, projection.Parts) (map[uuid.UUID]*H, error)) iter.Seq2[*H, error] {
	return func(yield func(*H, error) bool) {
		for ids, err := range r.scan(t.Name, viewAccounts) {
			var accounts map[uuid.UUID]*R
			if err == nil {
				accounts, err = loadAccounts(r, t, wanted, idsWithin, ids.from, ids.through)
			}
			of := ids.set()
			if which != nil {
				maps.DeleteFunc(accounts, func(_ uuid.UUID, account *R) bool { return !which(account) })
				of = r.setOf(slices.Collect(maps.Keys(accounts)))
			}
			var all map[uuid.UUID]*H
			if err == nil {
				all, err = histories(accounts, of, wanted)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for _, h := range all {
				if !yield(h, nil) {
					return
				}
			}
		}
	}
}
