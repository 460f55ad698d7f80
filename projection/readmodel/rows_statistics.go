package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// computed says when and how a row of current statistics was computed.
type computed struct {
	asOf, until event.Time
	policy      string
}

func freelancerStatsRow(id uuid.UUID, c computed, s *projection.FreelancerStats) []any {
	r := &s.Responsiveness
	row := []any{
		id, c.asOf, c.until, c.policy, r.Counted, r.Answered, r.Answered24h, r.Answered72h,
		orNull(r.RateBP), orNull(r.MedianResponseS), textOrNull(string(r.Level)),
	}
	if j := s.JobSuccess; j != nil {
		row = append(row, j.ScoreBP, j.Displayed, int64(j.WindowMonths), j.Outcomes, j.Clients, j.Weight, j.Successful, j.Neutral, j.Negative)
	} else {
		row = append(row, nil, nil, nil, nil, nil, nil, nil, nil, nil)
	}
	return append(append(row, disputeRateValues(&s.DisputeRate)...), int64(s.Paid))
}

func clientStatsRow(id uuid.UUID, c computed, s *projection.ClientStats) []any {
	row := []any{id, c.asOf, c.until, c.policy}
	return append(append(row, disputeRateValues(&s.DisputeRate)...), int64(s.Spent))
}

func marketplaceStatsRow(asOf event.Time, policy string, position event.Position, s *projection.MarketplaceStats) []any {
	row := []any{asOf, policy, positionValue(position)}
	return append(append(row, disputeRateValues(&s.DisputeRate)...),
		s.InvitesSent, s.Hires.Invite, s.Hires.Proposal, s.Hires.Direct, int64(s.Paid))
}

func disputeRateValues(d *projection.DisputeRate) []any {
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
