package readmodel

import (
	"iter"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

// copyModel writes the records of a model in bulk, in the order of their keys,
// which a database's trees take fastest.
func (r reading) copyModel(m *projection.Model, told func(rows, of int)) error {
	freelancers, err := sorted(m.Freelancers(), func(r *projection.FreelancerRecord) uuid.UUID { return r.ID })
	if err != nil {
		return err
	}
	clients, err := sorted(m.Clients(), func(r *projection.ClientRecord) uuid.UUID { return r.ID })
	if err != nil {
		return err
	}
	invites, err := sorted(m.Invites(), func(r *projection.InviteRecord) uuid.UUID { return r.ID })
	if err != nil {
		return err
	}
	contracts, err := sorted(m.Contracts(), func(r *projection.ContractRecord) uuid.UUID { return r.ID })
	if err != nil {
		return err
	}
	var marks, payments, disputes int
	for _, c := range clients {
		marks += len(c.Marks)
	}
	for _, c := range contracts {
		payments += len(c.Payments)
		disputes += len(c.Disputes)
	}
	of := len(freelancers) + len(clients) + len(invites) + len(contracts) + marks + payments + disputes
	for _, part := range []struct {
		table *Table
		rows  iter.Seq[[]any]
	}{
		{freelancersTable, each(freelancers, freelancerRow)},
		{clientsTable, each(clients, clientRow)},
		{clientMarksTable, nested(clients, func(c *projection.ClientRecord, yield func([]any) bool) bool {
			for i := range c.Marks {
				if !yield(clientMarkRow(c.ID, &c.Marks[i])) {
					return false
				}
			}
			return true
		})},
		{invitesTable, each(invites, inviteRow)},
		{contractsTable, each(contracts, contractRow)},
		{paymentsTable, nested(contracts, func(c *projection.ContractRecord, yield func([]any) bool) bool {
			for i := range c.Payments {
				if !yield(paymentRow(c.ID, &c.Payments[i])) {
					return false
				}
			}
			return true
		})},
		{disputesTable, nested(contracts, func(c *projection.ContractRecord, yield func([]any) bool) bool {
			for i := range c.Disputes {
				if !yield(disputeRow(c.ID, &c.Disputes[i])) {
					return false
				}
			}
			return true
		})},
	} {
		if err := r.Copy(r.dialect.Table(r.version, part.table.Name), part.table.ColumnNames(), counted(part.rows, of, told)); err != nil {
			return err
		}
	}
	return nil
}

func sorted[R any](records iter.Seq2[*R, error], id func(*R) uuid.UUID) ([]*R, error) {
	var all []*R
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *R) int { return compareIDs(id(a), id(b)) })
	return all, nil
}

func each[R any](records []*R, row func(*R) []any) iter.Seq[[]any] {
	return nested(records, func(r *R, yield func([]any) bool) bool { return yield(row(r)) })
}

func nested[R any](records []*R, rows func(*R, func([]any) bool) bool) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, r := range records {
			if !rows(r, yield) {
				return
			}
		}
	}
}

// counted tells how many rows went by.
func counted(rows iter.Seq[[]any], of int, told func(rows, of int)) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		n := 0
		for row := range rows {
			if n++; n == tellEvery {
				told(n, of)
				n = 0
			}
			if !yield(row, nil) {
				return
			}
		}
		told(n, of)
	}
}
