package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// What a row of the table stale is about.
const (
	staleFreelancer         = "freelancer"
	staleClient             = "client"
	staleClientsFreelancers = "clients_freelancers"
)

// byTime is the partition of a row that no runner wrote.
const byTime = -1

// atOnce is the due_at of what is stale already.
const atOnce event.Time = 0

// staleRow is a row of the table stale.
type staleRow struct {
	kind             string
	account          uuid.UUID
	partition, since int64
	position         int64
	due              event.Time
}

var staleTable = newTable(Table{
	Name:    "stale",
	Doc:     "Accounts whose current statistics are to be computed anew.",
	Key:     []string{"kind", "account_id", "partition", "since"},
	Indexes: [][]string{{"due_at"}},
},
	textColumn("kind", "freelancer, client, or clients_freelancers: all who worked for a client", func(s *staleRow) *string { return &s.kind }),
	idColumn("account_id", "the freelancer or client", func(s *staleRow) *uuid.UUID { return &s.account }),
	integerColumn("partition", "whose runner said so; -1: time alone will change them", func(s *staleRow) *int64 { return &s.partition }),
	integerColumn("since", "tells apart what that runner said at different times; 0 with partition -1", func(s *staleRow) *int64 { return &s.since }),
	integerColumn("position", "of the newest event that made it stale; 0 with partition -1", func(s *staleRow) *int64 { return &s.position }),
	timeColumn("due_at", "not to be computed anew before this moment", func(s *staleRow) *event.Time { return &s.due }),
)

// mark marks the accounts stale whose statistics rest on what happened after a
// position; all that a partition says with the same since is one row an account.
// Who worked for a client is looked up when the statistics are computed: a
// contract that another partition writes just now is seen then.
func (r versionTx) mark(records *projection.Records, after event.Position, partition int, since, position event.Position) error {
	freelancers, clients, marked := map[uuid.UUID]struct{}{}, map[uuid.UUID]struct{}{}, map[uuid.UUID]struct{}{}
	for id, f := range records.Freelancers {
		last := f.Registered.Position
		if n := len(f.Marks); n > 0 {
			last = f.Marks[n-1].Position
		}
		if n := len(f.Connects); n > 0 {
			last = max(last, f.Connects[n-1].Position)
		}
		if last > after {
			freelancers[id] = struct{}{}
		}
	}
	for id, c := range records.Clients {
		if c.Registered.Position > after {
			clients[id] = struct{}{}
		}
		for i := len(c.Marks) - 1; i >= 0 && c.Marks[i].Position > after; i-- {
			clients[id] = struct{}{}
			if voiding(c.Marks[i].Kind) {
				marked[id] = struct{}{}
			}
		}
	}
	for _, j := range records.Jobs {
		if max(j.Posted.Position, j.Closed.Position, j.Removed.Position) > after {
			clients[j.Client] = struct{}{}
		}
	}
	for _, i := range records.Invites {
		if max(i.Sent.Position, i.Closed.Position, i.Contact.Position) > after {
			freelancers[i.Freelancer] = struct{}{}
		}
	}
	for _, p := range records.Proposals {
		last := max(p.Submitted.Position, p.Contact.Position)
		if n := len(p.Steps); n > 0 {
			last = max(last, p.Steps[n-1].Position)
		}
		if last > after {
			freelancers[p.Freelancer] = struct{}{}
		}
	}
	for _, c := range records.Contracts {
		if c.Newest() > after {
			freelancers[c.Freelancer], clients[c.Client] = struct{}{}, struct{}{}
		}
	}
	if err := r.markWorked(records.Weeks, after, freelancers); err != nil {
		return err
	}
	return r.ExecEach(r.sql(staleTable.upsert()), func(yield func([]any) bool) {
		row := staleRow{partition: int64(partition), since: positionValue(since), position: positionValue(position), due: atOnce}
		for kind, ids := range map[string]map[uuid.UUID]struct{}{
			staleFreelancer: freelancers, staleClient: clients, staleClientsFreelancers: marked,
		} {
			for id := range ids {
				row.kind, row.account = kind, id
				if !yield(staleTable.row(&row)) {
					return
				}
			}
		}
	})
}

// markWorked marks whose work weeks were invoiced after a position. The contract of a
// week is of the same partition and written before it.
func (r versionTx) markWorked(weeks map[uuid.UUID]*projection.WeekRecord, after event.Position, freelancers map[uuid.UUID]struct{}) error {
	contracts := map[uuid.UUID]struct{}{}
	for _, w := range weeks {
		if w.Invoiced.Position > after {
			contracts[w.Contract] = struct{}{}
		}
	}
	if len(contracts) == 0 {
		return nil
	}
	ids, err := r.ids("SELECT DISTINCT freelancer_id FROM @contracts WHERE id "+r.dialect.OneOf("$1"), listOf(contracts))
	for _, id := range ids {
		freelancers[id] = struct{}{}
	}
	return err
}
