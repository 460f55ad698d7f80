package readmodel

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// upsert is the statement that writes a whole row, whether there is one or not.
func (t *Table) upsert() string {
	var set []string
	for _, name := range t.ColumnNames() {
		if !slices.Contains(t.Key, name) {
			set = append(set, name+" = excluded."+name)
		}
	}
	return t.insert() + " ON CONFLICT (" + strings.Join(t.Key, ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// insert is the statement that writes a new row.
func (t *Table) insert() string {
	arguments := make([]string, len(t.Columns))
	for i := range arguments {
		arguments[i] = fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO @" + t.Name + " (" + strings.Join(t.ColumnNames(), ", ") + ") VALUES (" + strings.Join(arguments, ", ") + ")"
}

// save writes the records, of which the tables hold what happened up to a
// position: their own rows as they are now, and the facts that are newer.
func (r reading) save(recs *projection.Records, after event.Position) error {
	for _, part := range []struct {
		statement string
		rows      iter.Seq[[]any]
	}{
		{freelancersTable.upsert(), rowsOf(recs.Freelancers, freelancerRow)},
		{clientsTable.upsert(), rowsOf(recs.Clients, clientRow)},
		{clientMarksTable.insert(), newerMarks(recs, after)},
		{invitesTable.upsert(), rowsOf(recs.Invites, inviteRow)},
		{contractsTable.upsert(), rowsOf(recs.Contracts, contractRow)},
		{paymentsTable.insert(), newerPayments(recs, after)},
		{disputesTable.upsert(), newerDisputes(recs, after)},
	} {
		if err := r.ExecEach(r.sql(part.statement), part.rows); err != nil {
			return err
		}
	}
	return nil
}

func rowsOf[K comparable, R any](recs map[K]R, row func(R) []any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, r := range recs {
			if !yield(row(r)) {
				return
			}
		}
	}
}

func newerMarks(recs *projection.Records, after event.Position) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, c := range recs.Clients {
			for i := range c.Marks {
				if m := &c.Marks[i]; m.Position > after && !yield(clientMarkRow(c.ID, m)) {
					return
				}
			}
		}
	}
}

func newerPayments(recs *projection.Records, after event.Position) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, c := range recs.Contracts {
			for i := range c.Payments {
				if p := &c.Payments[i]; p.Position > after && !yield(paymentRow(c.ID, p)) {
					return
				}
			}
		}
	}
}

func newerDisputes(recs *projection.Records, after event.Position) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, c := range recs.Contracts {
			for i := range c.Disputes {
				if d := &c.Disputes[i]; max(d.Opened.Position, d.Cancelled.Position) > after && !yield(disputeRow(c.ID, d)) {
					return
				}
			}
		}
	}
}
