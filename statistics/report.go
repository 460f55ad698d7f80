package statistics

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Report is every statistic of a marketplace as of a moment. It marshals to the
// stats report's JSON: ids in ascending text order, null for what is unknown.
// Listed are the accounts that were registered as of the moment.
type Report struct {
	AsOf        event.Time                     `json:"as_of"`
	Policy      string                         `json:"policy"`
	Freelancers map[uuid.UUID]*FreelancerStats `json:"freelancers"`
	Clients     map[uuid.UUID]*ClientStats     `json:"clients"`
	Marketplace MarketplaceStats               `json:"marketplace"`
}

// FreelancerStats are the statistics of one freelancer.
type FreelancerStats struct {
	Responsiveness Responsiveness `json:"responsiveness"`
	JobSuccess     *JobSuccess    `json:"job_success"`
	DisputeRate    DisputeRate    `json:"dispute_rate"`
	Paid           event.Money    `json:"paid"` // lifetime, net of refunds, minor units
}

// ClientStats are the statistics of one client.
type ClientStats struct {
	DisputeRate DisputeRate `json:"dispute_rate"`
	Spent       event.Money `json:"spent"` // lifetime, net of refunds, minor units
}

// MarketplaceStats are the statistics of all contracts and invites.
type MarketplaceStats struct {
	DisputeRate DisputeRate `json:"dispute_rate"`
	InvitesSent int64       `json:"invites_sent"` // ever, also to those not available
	Hires       Hires       `json:"hires"`
	Paid        event.Money `json:"paid"` // lifetime, net of refunds, minor units
}

// freelancerStats computes a freelancer's statistics from the invites and
// contracts of the history.
func (p Policy) freelancerStats(h projection.FreelancerHistory, asOf event.Time) (*FreelancerStats, error) {
	var total sums
	s := &FreelancerStats{
		Responsiveness: p.Responsiveness.of(h.Invites, asOf),
		JobSuccess:     p.JobSuccess.of(h.Contracts, h.Clients, asOf),
		DisputeRate:    p.DisputeRate.of(h.Contracts, asOf),
		Paid:           paid(&total, h.Contracts, asOf),
	}
	if err := total.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// clientStats computes a client's statistics from the contracts of the history.
func (p Policy) clientStats(h projection.ClientHistory, asOf event.Time) (*ClientStats, error) {
	var total sums
	s := &ClientStats{DisputeRate: p.DisputeRate.of(h.Contracts, asOf), Spent: paid(&total, h.Contracts, asOf)}
	if err := total.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// clientCounts add up the clients' statistics contract by contract, so that no
// client's contracts need to be together.
type clientCounts map[uuid.UUID]*clientCount

type clientCount struct {
	disputes disputeCount
	spent    event.Money
	sums     sums
}

func (c clientCounts) contract(r *projection.ContractRecord, asOf event.Time, p Policy) {
	count := c[r.Client]
	if count == nil {
		count = &clientCount{disputes: p.DisputeRate.count(asOf)}
		c[r.Client] = count
	}
	count.disputes.add(r)
	add(&count.sums, "spent", &count.spent, r.Paid(asOf))
}

func (c clientCounts) of(client uuid.UUID, asOf event.Time, p Policy) (*ClientStats, error) {
	if count := c[client]; count != nil {
		if err := count.sums.err(); err != nil {
			return nil, err
		}
		return &ClientStats{DisputeRate: count.disputes.rate(), Spent: count.spent}, nil
	}
	return p.clientStats(projection.ClientHistory{}, asOf)
}

func paid(s *sums, contracts []*projection.ContractRecord, asOf event.Time) (sum event.Money) {
	asOf = asOf.Bounded()
	for _, r := range contracts {
		add(s, "paid", &sum, r.Paid(asOf))
	}
	return sum
}

// marketplaceCount adds up the whole marketplace record by record, so that
// nobody needs to have all of them at once.
type marketplaceCount struct {
	disputes disputeCount
	stats    MarketplaceStats
	sums     sums
}

// countMarketplace begins to count, as of the moment.
func (p Policy) countMarketplace(asOf event.Time) marketplaceCount {
	return marketplaceCount{disputes: p.DisputeRate.count(asOf)}
}

func (c *marketplaceCount) contract(r *projection.ContractRecord) {
	c.disputes.add(r)
	add(&c.sums, "paid", &c.stats.Paid, r.Paid(c.disputes.asOf))
	if r.Started.By(c.disputes.asOf) {
		c.stats.Hires.add(r.Via)
	}
}

func (c *marketplaceCount) invite(r *projection.InviteRecord) {
	if r.Sent.By(c.disputes.asOf) {
		c.stats.InvitesSent++
	}
}

func (c *marketplaceCount) result() (*MarketplaceStats, error) {
	if err := c.sums.err(); err != nil {
		return nil, err
	}
	s := c.stats
	s.DisputeRate = c.disputes.rate()
	return &s, nil
}
