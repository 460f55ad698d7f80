package readmodel

import (
	"iter"
	"strings"

	"github.com/marketcore/marketplace/projection"
)

// reading is a transaction on the tables of one version.
type reading struct {
	Tx
	dialect *Dialect
	version int64
}

// sql is a statement about the version's tables: see Dialect.SQL.
func (r reading) sql(statement string) string { return r.dialect.SQL(r.version, statement) }

// rows are the rows of a table for which a condition holds, whole and in the
// order of its key.
func (r reading) rows(t *Table, condition string, args ...any) iter.Seq2[Row, error] {
	return r.Query(r.sql("SELECT "+strings.Join(t.ColumnNames(), ", ")+" FROM @"+t.Name+
		" WHERE "+condition+" ORDER BY "+strings.Join(t.Key, ", ")), args...)
}

// loadFreelancers loads the freelancers for which the condition holds.
func (r reading) loadFreelancers(into *projection.Records, condition string, args ...any) error {
	for row, err := range r.rows(freelancersTable, condition, args...) {
		if err != nil {
			return err
		}
		f, err := scanFreelancer(row)
		if err != nil {
			return err
		}
		into.Freelancers[f.ID] = f
	}
	return nil
}

// loadClients loads the clients for which the condition holds, with their marks.
func (r reading) loadClients(into *projection.Records, condition string, args ...any) error {
	for row, err := range r.rows(clientsTable, condition, args...) {
		if err != nil {
			return err
		}
		c, err := scanClient(row)
		if err != nil {
			return err
		}
		into.Clients[c.ID] = c
	}
	for row, err := range r.rows(clientMarksTable, "client_id IN (SELECT id FROM @clients WHERE "+condition+")", args...) {
		if err != nil {
			return err
		}
		id, m, err := scanClientMark(row)
		if err != nil {
			return err
		}
		c := into.Clients[id]
		c.Marks = append(c.Marks, m)
	}
	return nil
}

// loadInvites loads the invites for which the condition holds.
func (r reading) loadInvites(into *projection.Records, condition string, args ...any) error {
	for row, err := range r.rows(invitesTable, condition, args...) {
		if err != nil {
			return err
		}
		i, err := scanInvite(row)
		if err != nil {
			return err
		}
		into.Invites[i.ID] = i
	}
	return nil
}

// loadContracts loads the contracts for which the condition holds, with their
// payments and disputes.
func (r reading) loadContracts(into *projection.Records, condition string, args ...any) error {
	for row, err := range r.rows(contractsTable, condition, args...) {
		if err != nil {
			return err
		}
		c, err := scanContract(row)
		if err != nil {
			return err
		}
		into.Contracts[c.ID] = c
	}
	theirs := "contract_id IN (SELECT id FROM @contracts WHERE " + condition + ")"
	for row, err := range r.rows(paymentsTable, theirs, args...) {
		if err != nil {
			return err
		}
		id, p, err := scanPayment(row)
		if err != nil {
			return err
		}
		c := into.Contracts[id]
		c.Payments = append(c.Payments, p)
	}
	return r.loadDisputes(into, theirs, args...)
}

// loadDisputes adds the disputes to their contracts, in the order of the log.
func (r reading) loadDisputes(into *projection.Records, condition string, args ...any) error {
	rows := r.Query(r.sql("SELECT "+strings.Join(disputesTable.ColumnNames(), ", ")+" FROM @disputes WHERE "+condition+
		" ORDER BY contract_id, opened_position"), args...)
	for row, err := range rows {
		if err != nil {
			return err
		}
		id, d, err := scanDispute(row)
		if err != nil {
			return err
		}
		c := into.Contracts[id]
		c.Disputes = append(c.Disputes, d)
	}
	return nil
}
