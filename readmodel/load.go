package readmodel

import (
	"strings"

	"github.com/google/uuid"

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

// ids are the ids that a query gives.
func (r reading) ids(statement string, args ...any) (ids []uuid.UUID, err error) {
	for row, err := range r.Query(r.sql(statement), args...) {
		if err != nil {
			return nil, err
		}
		var id uuid.UUID
		if err := row.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// integer is the one integer that a statement gives.
func (r reading) integer(statement string, args ...any) (n int64, err error) {
	for row, err := range r.Query(r.sql(statement), args...) {
		if err != nil {
			return 0, err
		}
		if err := row.Scan(&n); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// loadOfFreelancers loads what the statistics of some freelancers rest on:
// their accounts, invites and contracts, and those clients of theirs whose
// feedback may be void.
func (r reading) loadOfFreelancers(ids []uuid.UUID) (*projection.Records, error) {
	recs := projection.NewRecords()
	if err := freelancerRecords.loadBare(r, recs, "id "+r.dialect.OneOf("$1"), ids); err != nil {
		return nil, err
	}
	return recs, r.loadWork(recs, ids)
}

func (r reading) loadWork(recs *projection.Records, ids []uuid.UUID) error {
	theirs := "freelancer_id " + r.dialect.OneOf("$1")
	if err := inviteRecords.load(r, recs, theirs, ids); err != nil {
		return err
	}
	if err := contractRecords.load(r, recs, theirs, ids); err != nil {
		return err
	}
	return clientRecords.load(r, recs, "id IN (SELECT c.client_id FROM @contracts c JOIN @client_marks m ON m.client_id = c.client_id"+
		" WHERE c.freelancer_id "+r.dialect.OneOf("$1")+" AND m.kind IN ('"+strings.Join(voidingWords, "', '")+"'))", ids)
}

// loadOfClients loads what the statistics of some clients rest on.
func (r reading) loadOfClients(ids []uuid.UUID) (*projection.Records, error) {
	recs := projection.NewRecords()
	if err := clientRecords.loadBare(r, recs, "id "+r.dialect.OneOf("$1"), ids); err != nil {
		return nil, err
	}
	return recs, contractRecords.load(r, recs, "client_id "+r.dialect.OneOf("$1"), ids)
}

// loadHistories loads everything about some freelancers: see
// projection.FreelancerHistory.
func (r reading) loadHistories(ids []uuid.UUID) (*projection.Records, error) {
	recs := projection.NewRecords()
	if err := freelancerRecords.load(r, recs, "id "+r.dialect.OneOf("$1"), ids); err != nil {
		return nil, err
	}
	if err := proposalRecords.load(r, recs, "freelancer_id "+r.dialect.OneOf("$1"), ids); err != nil {
		return nil, err
	}
	return recs, r.loadWork(recs, ids)
}

// loadHistoriesOfClients loads everything about some clients: see
// projection.ClientHistory.
func (r reading) loadHistoriesOfClients(ids []uuid.UUID) (*projection.Records, error) {
	recs := projection.NewRecords()
	if err := clientRecords.load(r, recs, "id "+r.dialect.OneOf("$1"), ids); err != nil {
		return nil, err
	}
	if err := jobRecords.load(r, recs, "client_id "+r.dialect.OneOf("$1"), ids); err != nil {
		return nil, err
	}
	return recs, contractRecords.load(r, recs, "client_id "+r.dialect.OneOf("$1"), ids)
}

// loadReport loads what a projection.Report rests on.
func (r reading) loadReport() (*projection.Records, error) {
	recs := projection.NewRecords()
	for _, load := range []func(reading, *projection.Records, string, ...any) error{
		freelancerRecords.loadBare, clientRecords.load, inviteRecords.load, contractRecords.load,
	} {
		if err := load(r, recs, "1 = 1"); err != nil {
			return nil, err
		}
	}
	return recs, nil
}
