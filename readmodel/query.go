package readmodel

import (
	"context"
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

var _ statistics.Source = (*ReadModel)(nil)

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

func (v view) Job(id uuid.UUID) (*projection.JobHistory, error) { return v.jobHistory(id) }

func (v view) Freelancers(which func(*projection.FreelancerRecord) bool, wanted projection.Parts) iter.Seq2[*projection.FreelancerHistory, error] {
	return scanHistories(v.versionTx, freelancerRecords, which, wanted, v.freelancerHistories)
}

func (v view) Clients(wanted projection.Parts) iter.Seq2[*projection.ClientHistory, error] {
	return scanHistories(v.versionTx, clientRecords, nil, wanted, v.clientHistories)
}

func (v view) Invites() iter.Seq2[*projection.InviteRecord, error] {
	return scanRecords(v.versionTx, inviteRecords)
}

func (v view) Jobs() iter.Seq2[*projection.JobRecord, error] {
	return scanRecords(v.versionTx, jobRecords)
}

func (v view) Proposals() iter.Seq2[*projection.ProposalRecord, error] {
	return scanRecords(v.versionTx, proposalRecords)
}

func (v view) Interviews() iter.Seq2[*projection.InterviewRecord, error] {
	return scanRecords(v.versionTx, interviewRecords)
}

func (v view) Contracts() iter.Seq2[*projection.ContractRecord, error] {
	return scanRecords(v.versionTx, contractRecords)
}

func (v view) Weeks() iter.Seq2[*projection.WeekRecord, error] {
	return scanRecords(v.versionTx, weekRecords)
}
