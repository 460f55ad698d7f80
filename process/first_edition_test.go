package process_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
)

// A dispute of the first edition moves no money by itself: an accept does not close it, a
// lapse gives nothing away, and while it is open escrow and every week stand still (fine
// print C6).
func TestFirstEditionsDisputes(t *testing.T) {
	accepted := []event.Event{&event.DisputeAnswered{Dispute: named("dispute"), Answer: event.AnswerAccept}}
	for name, row := range map[string]struct {
		given    []step
		opened   string
		contract string
		answers  []event.Event
		moments  []moment
		end      []string // once it is cancelled in March
	}{
		"C6 accepted, over escrow": {[]step{fixed, added, funded, submitted}, "2024-01-07T10:00:00Z", "fixed", accepted,
			nil, []string{"2024-03-01T10:00:00Z MilestoneReleased"}},
		"C6 lapsed, over escrow": {[]step{fixed, added, funded, submitted}, "2024-01-07T10:00:00Z", "fixed", nil,
			[]moment{{"2024-01-12T09:59:59Z", nil}, follow("2024-01-12T10:00:00Z", "DisputeLapsed"), follow("2024-01-20T10:00:00Z", "MilestoneReleased")}, nil},
		"C6 accepted, over every week": {[]step{hourly, segment, invoiced}, "2024-01-16T10:00:00Z", "hourly", accepted,
			nil, []string{"2024-03-01T10:00:00Z HoursPaid"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.do("2024-01-01T00:00:00Z", people...)
			h.steps(row.given...)
			stream := event.ContractStream(named(row.contract))
			h.record(row.opened, stream, &event.DisputeOpened{
				Dispute: named("dispute"), By: event.SideClient, Amount: 100, Reason: "late", RespondBy: at("2024-01-12T10:00:00Z")})
			if row.answers != nil {
				h.record(row.opened, stream, row.answers...)
			}
			for _, m := range row.moments {
				require.Equal(t, m.then, h.settle(m.at), m.at)
			}
			require.Empty(t, h.settle("2024-02-29T10:00:00Z"))
			if row.end != nil {
				h.do("2024-03-01T10:00:00Z", aggregate.CancelDispute{Contract: named(row.contract), Dispute: named("dispute")})
				require.Equal(t, row.end, h.settle("2024-03-01T10:00:00Z"))
			}
			require.Empty(t, h.settle("2025-01-01T00:00:00Z"))
		})
	}
}

// Two offers of the first edition may name one contract: it starts once, by the first
// that was accepted, and nothing is tried for the other (fine print S3).
func TestTwoOffersOfOneContract(t *testing.T) {
	for _, started := range []bool{false, true} {
		h := newHost(t)
		h.do("2024-01-01T00:00:00Z", people...)
		h.steps(posted)
		for _, proposal := range []string{"one", "two"} {
			h.record("2024-01-03T10:00:00Z", event.ProposalStream(named(proposal)),
				&event.ProposalSubmitted{Via: event.ViaProposal, Job: named("job"), Client: named("carl"), Freelancer: named("ann"), CoverLetter: "Me!"},
				&event.OfferMade{Kind: event.KindFixed, Amount: 500_00, ExpiresAt: at("2024-01-10T10:00:00Z")},
				&event.OfferAccepted{Contract: named("contract")})
			if started && proposal == "one" {
				require.Equal(t, follow("2024-01-03T10:00:00Z", "ContractStarted", "MilestoneAdded").then, h.settle("2024-01-03T10:00:00Z"))
			}
		}
		then := h.settle("2024-01-03T11:00:00Z")
		if started {
			require.Empty(t, then)
		} else {
			require.Equal(t, follow("2024-01-03T11:00:00Z", "ContractStarted", "MilestoneAdded").then, then, "%v", h.outcomes())
		}
		require.EqualValues(t, 1, h.outcomes()[process.Outcome{Kind: process.StartContract, What: process.OutcomeDone}])
		require.Empty(t, h.settle("2025-01-01T00:00:00Z"))
		h.restart(process.Options{})
		require.Empty(t, h.settle("2025-01-01T00:00:00Z"))
	}
}
