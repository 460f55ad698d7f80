package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

// scanChunk is how many records a scan has in memory at once.
const scanChunk = 2000

// scanContracts gives every contract to do, whole.
func (r reading) scanContracts(do func(*projection.ContractRecord)) error {
	return scanRecords(r, contractRecords, do)
}

// scanInvites gives every invite to do.
func (r reading) scanInvites(do func(*projection.InviteRecord)) error {
	return scanRecords(r, inviteRecords, do)
}

// marketCount takes in the whole market, record by record.
type marketCount interface {
	Contract(*projection.ContractRecord)
	Invite(*projection.InviteRecord)
	Proposal(*projection.ProposalRecord)
}

// scanMarket gives every contract, invite and proposal, whole, to each count.
func (r reading) scanMarket(counts ...marketCount) error {
	err := r.scanContracts(func(record *projection.ContractRecord) {
		for _, c := range counts {
			c.Contract(record)
		}
	})
	if err != nil {
		return err
	}
	err = r.scanInvites(func(record *projection.InviteRecord) {
		for _, c := range counts {
			c.Invite(record)
		}
	})
	if err != nil {
		return err
	}
	return scanRecords(r, proposalRecords, func(record *projection.ProposalRecord) {
		for _, c := range counts {
			c.Proposal(record)
		}
	})
}

func scanRecords[R any](r reading, k *recordKind[R], do func(*R)) error {
	return r.scan(k.table.Name, func(condition string, from, through uuid.UUID) error {
		recs := projection.NewRecords()
		if err := k.load(r, recs, condition, from, through); err != nil {
			return err
		}
		for _, record := range k.in(recs) {
			do(record)
		}
		return nil
	})
}

// scan cuts a table into ranges of its ids and gives each to do, as the
// condition of it.
func (r reading) scan(table string, do func(condition string, from, through uuid.UUID) error) error {
	for from, more := uuid.Nil, true; more; {
		last, err := r.ids("SELECT id FROM @"+table+" WHERE id >= $1 ORDER BY id LIMIT 1 OFFSET $2", from, int64(scanChunk-1))
		if err != nil {
			return err
		}
		through := uuid.Max
		if more = len(last) > 0; more {
			through = last[0]
		}
		if err := do("id >= $1 AND id <= $2", from, through); err != nil {
			return err
		}
		if more {
			from, more = successor(through)
		}
	}
	return nil
}

// successor is the next id in the order of ids, false if there is none.
func successor(id uuid.UUID) (uuid.UUID, bool) {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]++; id[i] != 0 {
			return id, true
		}
	}
	return id, false
}
