package readmodel

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

var _ statistics.Source = (*ReadModel)(nil)

// viewAccounts is of how many accounts a view has the histories in memory.
const viewAccounts = 500

// View gives read one snapshot of the live version, from which questions load
// the records that they need, some at a time. They are as of the read model's
// position: see Runner.WaitFor and ReadModel.WaitFor.
func (m *ReadModel) View(ctx context.Context, read func(projection.View) error) error {
	return m.readLive(ctx, func(r versionTx, _ *Version) error { return read(view{r}) })
}

// view is one snapshot of a version's tables.
type view struct{ versionTx }

func (v view) Position() (event.Position, error) { return v.position() }

func (v view) Status() (projection.Status, error) { return v.status() }

func (v view) Freelancer(id uuid.UUID, wanted projection.Parts) (*projection.FreelancerHistory, error) {
	return historyOf(v.versionTx, freelancerRecords, id, wanted, v.freelancerHistories)
}

func (v view) Client(id uuid.UUID, wanted projection.Parts) (*projection.ClientHistory, error) {
	return historyOf(v.versionTx, clientRecords, id, wanted, v.clientHistories)
}

func (v view) Freelancers(which func(*projection.FreelancerRecord) bool, wanted projection.Parts) iter.Seq2[*projection.FreelancerHistory, error] {
	return scanHistories(v.versionTx, freelancerRecords, which, wanted, v.freelancerHistories)
}

func (v view) Clients(wanted projection.Parts) iter.Seq2[*projection.ClientHistory, error] {
	return scanHistories(v.versionTx, clientRecords, nil, wanted, v.clientHistories)
}

func (v view) Invites() iter.Seq2[*projection.InviteRecord, error] {
	return scanRecords(v.versionTx, inviteRecords)
}

func (v view) Proposals() iter.Seq2[*projection.ProposalRecord, error] {
	return scanRecords(v.versionTx, proposalRecords)
}

func (v view) Contracts() iter.Seq2[*projection.ContractRecord, error] {
	return scanRecords(v.versionTx, contractRecords)
}

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
