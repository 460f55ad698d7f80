package audit_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/audit"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
)

// firstEdition is the log that the first edition's library wrote of a history.
func firstEdition(t testing.TB, name string) *log {
	return copyOf(t, markettest.At(t, "archive:"+filepath.Join("../internal/acceptance/testdata/first-edition", name)).Store())
}

// older makes the last record of a log one that the first edition wrote.
func older(l *log) *log {
	r := &l.records[len(l.records)-1]
	r.Metadata = bytes.Replace(r.Metadata, []byte(`"schemaVersion":"2"`), []byte(`"schemaVersion":"1"`), 1)
	return l
}

// What the first edition wrote are facts, also those that today's rules would refuse
// (fine print C6).
func TestFirstEditionIsClean(t *testing.T) {
	for _, name := range []string{"small", "medium"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "small" {
				t.Skip("of a longer history only the numbers are more")
			}
			requireClean(t, firstEdition(t, name))
		})
	}
}

// What is written behind the first edition of a log is decided again.
func TestAfterTheFirstEdition(t *testing.T) {
	l := firstEdition(t, "small")
	end := l.records[len(l.records)-1].RecordedAt
	someone := uuid.MustParse("c0000000-0000-4000-8000-0000000000ff")
	add := func(actor event.Actor, e event.Event) {
		l.add(t, event.ClientStream(someone), actor, event.At(end), end, e)
	}
	add(event.ActorClient, &event.ClientRegistered{})
	add(event.ActorPlatform, &event.IdentityVerified{Method: "passport"})
	requireClean(t, l)
	add(event.ActorFreelancer, &event.ClientBarred{Reason: event.SanctionTOS})
	r := audited(t, l, audit.Options{})
	require.Len(t, r.Findings, 1)
	require.Equal(t, "ClientBarred", r.Findings[0].Type)
}

// In a log of today's edition an old version excuses nothing.
func TestOldVersionsExcuseNothing(t *testing.T) {
	milestone := &event.MilestoneAdded{Milestone: uuid.UUID{4}, Amount: 100}
	l := fixed(t).add(t, event.ContractStream(contract), event.ActorFreelancer, day(1), day(1).Std(), milestone)
	require.Len(t, audited(t, older(l), audit.Options{}).Findings, 1, "a milestone by the freelancer")

	l = older(fixed(t)).add(t, event.ContractStream(contract), event.ActorFreelancer, day(1), day(1).Std(), milestone)
	requireNone(t, older(l))
	require.Len(t, audited(t, l.add(t, event.ContractStream(contract), event.ActorFreelancer, day(2), day(2).Std(), &event.BonusPaid{Amount: 1}), audit.Options{}).Findings, 1)

	t.Run("nor does it excuse what cannot be folded", func(t *testing.T) {
		l := older(fixed(t)).add(t, event.ContractStream(contract), event.ActorClient, day(1), day(1).Std(), &event.MilestoneFunded{Milestone: uuid.UUID{4}, Amount: 100})
		l = older(l.add(t, event.ContractStream(contract), event.ActorClient, day(2), day(2).Std(), &event.MilestoneAdded{Milestone: uuid.UUID{5}, Amount: 1}))
		r := audited(t, l, audit.Options{})
		require.Len(t, r.Findings, 1)
		require.Equal(t, "invariant_broken", r.Findings[0].Code)
		require.Equal(t, "MilestoneFunded", r.Findings[0].Type)
		require.Equal(t, int64(1), r.Unjudged)
	})
}

// Of two where there may be one the audit names the second (fine print S1, S3).
func TestRacesAreNamed(t *testing.T) {
	first, second := uuid.UUID{6, 15: 1}, uuid.UUID{6, 15: 2}
	propose := func(l *log, proposal, job uuid.UUID) {
		older(l.add(t, event.ProposalStream(proposal), event.ActorFreelancer, day(1), day(1).Std(),
			&event.ProposalSubmitted{Job: job, Client: client, Freelancer: freelancer, Via: event.ViaProposal, CoverLetter: "a"}))
	}
	hire := func(l *log, proposal, contract uuid.UUID) {
		older(l.add(t, event.ProposalStream(proposal), event.ActorClient, day(2), day(2).Std(),
			&event.OfferMade{Kind: event.KindFixed, Amount: 5, ExpiresAt: day(9)}))
		l.add(t, event.ProposalStream(proposal), event.ActorFreelancer, day(3), day(3).Std(), &event.OfferAccepted{Contract: contract})
	}
	t.Run("S1 a second proposal to a job", func(t *testing.T) {
		l := older(fixed(t))
		propose(l, first, job)
		requireNone(t, l)
		propose(l, second, job)
		r := audited(t, l, audit.Options{})
		require.Len(t, r.Findings, 1)
		require.Equal(t, event.ProposalStream(second), r.Findings[0].Stream)
		require.Equal(t, "fine print S1", r.Findings[0].Rule)
	})
	t.Run("S3 a second hire of a contract", func(t *testing.T) {
		l := older(fixed(t))
		propose(l, first, job)
		propose(l, second, uuid.UUID{1})
		hire(l, first, contract)
		hire(l, second, contract)
		propose(l, uuid.UUID{6, 15: 3}, uuid.UUID{2}) // still in the first edition
		r := audited(t, l, audit.Options{})
		require.Len(t, r.Findings, 1)
		require.Equal(t, event.ProposalStream(second), r.Findings[0].Stream)
		require.Equal(t, "OfferAccepted", r.Findings[0].Type)
		require.Equal(t, "fine print S3", r.Findings[0].Rule)
	})
}
