package readmodel

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

// versionTx is a transaction on the tables of one version.
type versionTx struct {
	Tx
	dialect *Dialect
	version int64
}

// sql is a statement about the version's tables: see Dialect.SQL.
func (r versionTx) sql(statement string) string { return r.dialect.sql(r.version, statement) }

func (r versionTx) ids(statement string, args ...any) (ids []uuid.UUID, err error) {
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
func (r versionTx) integer(statement string, args ...any) (n int64, err error) {
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

// freelancerHistories are the histories of those freelancers of a set whose
// accounts are given.
func (r versionTx) freelancerHistories(accounts map[uuid.UUID]*projection.FreelancerRecord, of idSet, wanted projection.Parts) (map[uuid.UUID]*projection.FreelancerHistory, error) {
	recs := projection.NewRecords()
	if err := r.loadParts(recs, wanted, of.condition("freelancer_id"), of.args, inviteRecords, proposalRecords, contractRecords); err != nil {
		return nil, err
	}
	if wanted&projection.PartContracts != 0 {
		err := clientRecords.load(r, recs, "id IN (SELECT c.client_id FROM @contracts c JOIN @client_marks m ON m.client_id = c.client_id"+
			" WHERE "+of.condition("c.freelancer_id")+" AND m.kind IN ('"+strings.Join(voidingWords, "', '")+"'))", of.args...)
		if err != nil {
			return nil, err
		}
	}
	if wanted&projection.PartWeeks != 0 {
		theirs := "contract_id IN (SELECT id FROM @contracts WHERE " + of.condition("freelancer_id") + ")"
		if err := weekRecords.load(r, recs, theirs, of.args...); err != nil {
			return nil, err
		}
	}
	if wanted&projection.PartJobs != 0 {
		if err := jobRecords.load(r, recs, "id IN (SELECT job_id FROM @contracts WHERE "+of.condition("freelancer_id")+")", of.args...); err != nil {
			return nil, err
		}
	}
	all := make(map[uuid.UUID]*projection.FreelancerHistory, len(accounts))
	for id, account := range accounts {
		all[id] = &projection.FreelancerHistory{Account: account, Clients: recs.Client, Jobs: recs.Job}
	}
	for _, i := range recs.Invites {
		if h := all[i.Freelancer]; h != nil {
			h.Invites = append(h.Invites, i)
		}
	}
	for _, p := range recs.Proposals {
		if h := all[p.Freelancer]; h != nil {
			h.Proposals = append(h.Proposals, p)
		}
	}
	for _, c := range recs.Contracts {
		if h := all[c.Freelancer]; h != nil {
			h.Contracts = append(h.Contracts, c)
		}
	}
	for _, w := range recs.Weeks {
		if c := recs.Contracts[w.Contract]; c != nil && all[c.Freelancer] != nil {
			all[c.Freelancer].Weeks = append(all[c.Freelancer].Weeks, w)
		}
	}
	return all, nil
}

// clientHistories are the histories of those clients of a set whose accounts are
// given.
func (r versionTx) clientHistories(accounts map[uuid.UUID]*projection.ClientRecord, of idSet, wanted projection.Parts) (map[uuid.UUID]*projection.ClientHistory, error) {
	recs := projection.NewRecords()
	if err := r.loadParts(recs, wanted, of.condition("client_id"), of.args, inviteRecords, jobRecords, contractRecords); err != nil {
		return nil, err
	}
	all := make(map[uuid.UUID]*projection.ClientHistory, len(accounts))
	for id, account := range accounts {
		all[id] = &projection.ClientHistory{Account: account}
	}
	for _, i := range recs.Invites {
		if h := all[i.Client]; h != nil {
			h.Invites = append(h.Invites, i)
		}
	}
	for _, j := range recs.Jobs {
		if h := all[j.Client]; h != nil {
			h.Jobs = append(h.Jobs, j)
		}
	}
	for _, c := range recs.Contracts {
		if h := all[c.Client]; h != nil {
			h.Contracts = append(h.Contracts, c)
		}
	}
	return all, nil
}

// jobHistory is the history of one job, nil if there is none.
func (r versionTx) jobHistory(id uuid.UUID) (*projection.JobHistory, error) {
	recs := projection.NewRecords()
	if err := jobRecords.load(r, recs, "id = $1", id); err != nil {
		return nil, err
	}
	job := recs.Jobs[id]
	if job == nil {
		return nil, nil
	}
	const named = "client_id = $1 AND job_id = $2"
	if err := inviteRecords.load(r, recs, named, job.Client, id); err != nil {
		return nil, err
	}
	if err := contractRecords.load(r, recs, named, job.Client, id); err != nil {
		return nil, err
	}
	if err := proposalRecords.load(r, recs, "job_id = $1", id); err != nil {
		return nil, err
	}
	if err := interviewRecords.load(r, recs, "job_id = $1", id); err != nil {
		return nil, err
	}
	return &projection.JobHistory{
		Job: job, Invites: slices.Collect(maps.Values(recs.Invites)), Proposals: slices.Collect(maps.Values(recs.Proposals)),
		Contracts: slices.Collect(maps.Values(recs.Contracts)), Meetings: slices.Collect(maps.Values(recs.Interviews)),
	}, nil
}

func (r versionTx) loadParts(into *projection.Records, wanted projection.Parts, condition string, args []any, from ...recordTable) error {
	for _, t := range from {
		if wanted&partOf[t] == 0 {
			continue
		}
		if err := t.load(r, into, condition, args...); err != nil {
			return err
		}
	}
	return nil
}

// partOf is the part of an account's history that the records of a table are.
var partOf = map[recordTable]projection.Parts{
	inviteRecords: projection.PartInvites, proposalRecords: projection.PartProposals,
	jobRecords: projection.PartJobs, contractRecords: projection.PartContracts,
}

// loadAccounts loads accounts, with what is wanted of them.
func loadAccounts[R any](r versionTx, t *recordsOf[R], wanted projection.Parts, condition string, args ...any) (map[uuid.UUID]*R, error) {
	recs := projection.NewRecords()
	err := t.loadParts(r, recs, wanted, condition, args...)
	return t.in(recs), err
}
