package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

var jobRecords = &recordKind[projection.JobRecord]{
	category:    event.CategoryJob,
	table:       jobsTable,
	id:          func(r *projection.JobRecord) uuid.UUID { return r.ID },
	row:         jobRow,
	scan:        scanJob,
	in:          func(r *projection.Records) map[uuid.UUID]*projection.JobRecord { return r.Jobs },
	all:         (*projection.Model).Jobs,
	differences: projection.Differences[projection.JobRecord],
}

var proposalRecords = &recordKind[projection.ProposalRecord]{
	category: event.CategoryProposal,
	table:    proposalsTable,
	facts: []factTable[projection.ProposalRecord]{factsOf[projection.ProposalRecord, projection.ProposalStep]{
		table:   proposalStepsTable,
		list:    func(r *projection.ProposalRecord) *[]projection.ProposalStep { return &r.Steps },
		newest:  func(s *projection.ProposalStep) event.Position { return s.Position },
		row:     stepRow,
		scanned: scanStep,
	}},
	id:          func(r *projection.ProposalRecord) uuid.UUID { return r.ID },
	row:         proposalRow,
	scan:        scanProposal,
	in:          func(r *projection.Records) map[uuid.UUID]*projection.ProposalRecord { return r.Proposals },
	all:         (*projection.Model).Proposals,
	differences: projection.Differences[projection.ProposalRecord],
}

func jobRow(r *projection.JobRecord) []any {
	postedAt, posted := moment(r.Posted)
	closedAt, closed := moment(r.Closed)
	removedAt, removed := moment(r.Removed)
	var closeReason, removeReason any
	if r.Closed.Happened() {
		closeReason = string(r.CloseReason)
	}
	if r.Removed.Happened() {
		removeReason = string(r.RemoveReason)
	}
	return []any{r.ID, r.Client, int64(r.Next) - 1, postedAt, posted, closedAt, closed, closeReason, removedAt, removed, removeReason}
}

func scanJob(row Row) (*projection.JobRecord, error) {
	r := &projection.JobRecord{}
	var revision int64
	var posted, closed, removed readMoment
	var closeReason, removeReason *string
	err := row.Scan(&r.ID, &r.Client, &revision, &posted.at, &posted.position, &closed.at, &closed.position, &closeReason,
		&removed.at, &removed.position, &removeReason)
	if err != nil {
		return nil, err
	}
	if r.Next, err = next("jobs", revision); err != nil {
		return nil, err
	}
	if err := moments("jobs", momentPair{&posted, &r.Posted}, momentPair{&closed, &r.Closed}, momentPair{&removed, &r.Removed}); err != nil {
		return nil, err
	}
	if (closeReason != nil) != r.Closed.Happened() || (removeReason != nil) != r.Removed.Happened() {
		return nil, ErrCorrupt.With(nil, "table jobs holds a reason without a moment, or a moment without a reason")
	}
	if closeReason != nil {
		r.CloseReason = event.CloseReason(*closeReason)
	}
	if removeReason != nil {
		r.RemoveReason = event.RemoveReason(*removeReason)
	}
	return r, nil
}

func proposalRow(r *projection.ProposalRecord) []any {
	at, position := moment(r.Submitted)
	return []any{r.ID, r.Job, r.Client, r.Freelancer, int64(r.Next) - 1, string(r.Via), at, position}
}

func scanProposal(row Row) (*projection.ProposalRecord, error) {
	r := &projection.ProposalRecord{}
	var revision int64
	var via string
	var submitted readMoment
	err := row.Scan(&r.ID, &r.Job, &r.Client, &r.Freelancer, &revision, &via, &submitted.at, &submitted.position)
	if err != nil {
		return nil, err
	}
	if r.Next, err = next("proposals", revision); err != nil {
		return nil, err
	}
	switch r.Via = event.Via(via); r.Via {
	case event.ViaInvite, event.ViaProposal:
	default:
		return nil, ErrCorrupt.With(nil, "table proposals holds %.40q, which is no way to a proposal", via)
	}
	return r, moments("proposals", momentPair{&submitted, &r.Submitted})
}

func stepRow(proposal uuid.UUID, s *projection.ProposalStep) []any {
	return []any{proposal, positionValue(s.Position), s.At, stepWords.of(s.Kind)}
}

func scanStep(row Row) (proposal uuid.UUID, s projection.ProposalStep, err error) {
	var at readMoment
	var kind string
	var position int64
	at.position = &position
	if err = row.Scan(&proposal, &position, &at.at, &kind); err != nil {
		return proposal, s, err
	}
	if s.Moment, err = at.moment("proposal_steps"); err != nil {
		return proposal, s, err
	}
	s.Kind, err = stepWords.parse("proposal_steps", kind)
	return proposal, s, err
}
