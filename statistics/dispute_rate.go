package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// DisputeRatePolicy says how far back the recent rate looks.
type DisputeRatePolicy struct {
	// RecentMonths is how far back the recent rate looks, by when contracts ended.
	// Default 12.
	RecentMonths int
}

// defaultDisputeRate is the rule as published (rules 5).
func defaultDisputeRate() DisputeRatePolicy { return DisputeRatePolicy{RecentMonths: 12} }

func (p DisputeRatePolicy) validate() error {
	if p.RecentMonths < 1 || p.RecentMonths > maxMonths {
		return invalidPolicy("dispute rate: %d months; 1 to %d make sense", p.RecentMonths, maxMonths)
	}
	return nil
}

// DisputeRate is how many ended contracts were disputed, in parts per million
// half up, over all time and over those ended recently; nil, and null in JSON,
// where none has ended.
type DisputeRate struct {
	Ended       int64  `json:"ended"`
	Disputed    int64  `json:"disputed"`
	PPM         *int64 `json:"ppm"`
	Ended12m    int64  `json:"ended_12m"` // in the policy's recent months
	Disputed12m int64  `json:"disputed_12m"`
	PPM12m      *int64 `json:"ppm_12m"`
}

// EndedContract is one ended contract in a dispute rate.
type EndedContract struct {
	Contract   uuid.UUID `json:"contract"`
	Client     uuid.UUID `json:"client"`
	Freelancer uuid.UUID `json:"freelancer"`
	Recent     bool      `json:"recent"` // it ended in the policy's recent months
	Disputed   bool      `json:"disputed"`
	// Facts are the end, and every dispute opened, with its cancellation.
	Facts []projection.Evidence `json:"facts"`
}

// DisputeRateExplanation is the rate with every contract that ended as of the
// moment, in the order in which they started. Contracts that had not ended
// have no part in it.
type DisputeRateExplanation struct {
	Of          string          `json:"of"` // DisputesOfFreelancer, …
	ID          uuid.UUID       `json:"id,omitzero"`
	AsOf        event.Time      `json:"as_of"`
	Policy      string          `json:"policy"`
	RecentFrom  string          `json:"recent_from"` // the first date of the recent months
	DisputeRate DisputeRate     `json:"dispute_rate"`
	Contracts   []EndedContract `json:"contracts"`
}

// Whose dispute rate an explanation is about.
const (
	DisputesOfFreelancer  = "freelancer"
	DisputesOfClient      = "client"
	DisputesOfMarketplace = "marketplace"
)

// of is the dispute rate of the contracts as of the moment.
func (p DisputeRatePolicy) of(contracts []*projection.ContractRecord, asOf event.Time) DisputeRate {
	c := p.count(asOf)
	for _, r := range contracts {
		c.add(r)
	}
	return c.rate()
}

// explain is of with its reasons.
func (p DisputeRatePolicy) explain(contracts []*projection.ContractRecord, asOf event.Time) *DisputeRateExplanation {
	contracts = slices.Clone(contracts)
	slices.SortFunc(contracts, func(a, b *projection.ContractRecord) int { return byPosition(a.Started, b.Started) })
	c := p.count(asOf)
	x := &DisputeRateExplanation{AsOf: c.asOf, RecentFrom: c.from.String(), Contracts: []EndedContract{}}
	for _, r := range contracts {
		ended, recent, disputed := c.add(r)
		if !ended {
			continue
		}
		x.Contracts = append(x.Contracts, EndedContract{
			Contract: r.ID, Client: r.Client, Freelancer: r.Freelancer, Recent: recent, Disputed: disputed, Facts: endEvidence(r, c.asOf),
		})
	}
	x.DisputeRate = c.rate()
	return x
}

// endEvidence is the contract's end, and every dispute opened as of the moment,
// with its cancellation.
func endEvidence(r *projection.ContractRecord, asOf event.Time) []projection.Evidence {
	facts := []projection.Evidence{r.Ended.Evidence("ContractEnded")}
	for _, d := range r.Disputes {
		if d.Opened.By(asOf) {
			facts = append(facts, d.Opened.Evidence("DisputeOpened"))
		}
		if d.Cancelled.By(asOf) {
			facts = append(facts, d.Cancelled.Evidence("DisputeCancelled"))
		}
	}
	projection.InLogOrder(facts)
	return facts
}

// disputeCount counts contracts one by one, so that the rate of a whole
// marketplace needs no list of them.
type disputeCount struct {
	asOf event.Time
	from event.Date
	DisputeRate
}

func (p DisputeRatePolicy) count(asOf event.Time) disputeCount {
	asOf = asOf.Bounded()
	return disputeCount{asOf: asOf, from: windowStart(asOf, p.RecentMonths)}
}

func (c *disputeCount) add(r *projection.ContractRecord) (ended, recent, disputed bool) {
	if !r.Ended.By(c.asOf) {
		return false, false, false
	}
	recent, disputed = r.Ended.At.Date() >= c.from, r.Disputed(c.asOf) != nil
	c.Ended++
	if disputed {
		c.Disputed++
	}
	if recent {
		c.Ended12m++
		if disputed {
			c.Disputed12m++
		}
	}
	return true, recent, disputed
}

func (c *disputeCount) rate() DisputeRate {
	r := c.DisputeRate
	r.PPM = shareOrNil(r.Disputed, r.Ended, 1_000_000)
	r.PPM12m = shareOrNil(r.Disputed12m, r.Ended12m, 1_000_000)
	return r
}
