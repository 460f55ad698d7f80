package readmodel

import (
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// computed says when and how a row of current statistics was computed.
type computed struct {
	asOf, until event.Time
	rule        string // projection.Policy.ID
}

func freelancerStatsRow(id uuid.UUID, c computed, s *statistics.MyStats, profile projection.Profile) []any {
	r := &s.Responsiveness
	row := []any{
		id, c.asOf, c.until, c.rule, r.Counted, r.Answered, r.Answered24h, r.Answered72h,
		orNull(r.RateBP), orNull(r.MedianResponseS), textOrNull(string(r.Level)),
	}
	if j := s.JobSuccess; j != nil {
		row = append(row, j.ScoreBP, j.Displayed, int64(j.WindowMonths), j.Outcomes, j.Clients, j.Weight, j.Successful, j.Neutral, j.Negative)
	} else {
		row = append(row, nil, nil, nil, nil, nil, nil, nil, nil, nil)
	}
	row = append(append(row, disputeRateValues(&s.DisputeRate)...), int64(s.Paid))
	w := &s.Work
	row = append(row, int64(w.Paid12m), w.Minutes, w.Minutes12m, w.Clients, w.ClientsLastYear, w.LongTermClients, orNull(w.LongTermBP))
	row = append(row, funnelValues(&s.Funnel)...)
	row = append(row, profile.Public, profile.Available, profile.Percent, profile.IdentityVerified, profile.PhoneVerified)
	row = append(row, s.Badges.RisingTalent)
	for _, b := range []*statistics.BadgeState{&s.Badges.TopRated, &s.Badges.TopRatedPlus} {
		row = append(row, b.Held, b.Met, textOrNull(strings.Join(b.Unmet(), ",")))
	}
	return row
}

func clientStatsRow(id uuid.UUID, c computed, s *statistics.ClientProfile) []any {
	row := append([]any{id, c.asOf, c.until, c.rule}, disputeRateValues(&s.DisputeRate)...)
	until := event.Never
	if s.Until != nil {
		until = *s.Until
	}
	return append(row, int64(s.Spent), string(s.State), until, s.Signals, s.Next.String(),
		s.JobsPosted, s.JobsWithHire, orNull(s.HireRateBP), s.Feedbacks, orNull(s.Stars), s.PaymentVerified)
}

func marketplaceStatsRow(c computed, position event.Position, f *statistics.Figures) []any {
	row := []any{c.asOf, c.until, c.rule, positionValue(position), f.EarlierWeeks}
	row = append(append(row, disputeRateValues(&f.DisputeRate)...), int64(f.GrossVolume-f.Refunds))
	return append(append(row, totalsValues(&f.MarketTotals)...), funnelValues(&f.Funnel)...)
}

func marketplaceWeekRow(w *statistics.WeekFigures) []any {
	row := append([]any{w.Week.String(), w.Week.Start()}, totalsValues(&w.MarketTotals)...)
	return append(row, w.ContractsEnded, w.Disputed, orNull(w.DisputePPM))
}

func totalsValues(t *statistics.MarketTotals) []any {
	h, s := &t.Hires, &t.HireShares
	return []any{
		int64(t.GrossVolume), int64(t.Refunds), t.Minutes, t.ContractsStarted,
		h.Invite, h.Proposal, h.Direct, orNull(s.InviteBP), orNull(s.ProposalBP), orNull(s.DirectBP),
		t.InvitesSent, t.InvitesCounted, t.InvitesAnswered, orNull(t.ResponseRateBP),
	}
}

func funnelValues(f *statistics.Funnel) []any {
	return []any{f.Proposals, f.Interviews, f.Offers, f.Hires, orNull(f.ProposalsPerHire)}
}

func disputeRateValues(d *statistics.DisputeRate) []any {
	return []any{d.Ended, d.Disputed, orNull(d.PPM), d.Ended12m, d.Disputed12m, orNull(d.PPM12m)}
}

func orNull(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
