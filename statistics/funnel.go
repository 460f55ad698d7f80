package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FunnelPolicy says how far back a funnel looks.
type FunnelPolicy struct {
	Days int // facts in (T - Days, T], a day of 24 hours; default 90
}

// defaultFunnel is the rule as published (rules 6).
func defaultFunnel() FunnelPolicy { return FunnelPolicy{Days: 90} }

func (p FunnelPolicy) validate() error {
	if p.Days < 1 || p.Days > maxMonths*31 {
		return invalidPolicy("funnel: %d days; 1 to %d make sense", p.Days, maxMonths*31)
	}
	return nil
}

// Funnel is how far proposals got, of a freelancer or of the marketplace. Each
// fact counts by its own date: a hire in the window counts also where its
// proposal is older. Contracts that a client started without an offer are in
// none (ours: they had no proposal).
type Funnel struct {
	Proposals  int64 `json:"proposals"`  // submitted, also by accepting an invite
	Interviews int64 `json:"interviews"` // started, held or not
	Offers     int64 `json:"offers"`     // made
	Hires      int64 `json:"hires"`      // offers accepted
	// ProposalsPerHire is in hundredths, half up; nil, and null in JSON, without
	// a hire.
	ProposalsPerHire *int64 `json:"proposals_per_hire"`
}

// FunnelExplanation is a funnel with every proposal of which a fact counts, in
// the order in which they were submitted.
type FunnelExplanation struct {
	Freelancer uuid.UUID        `json:"freelancer,omitzero"` // none of the marketplace's
	AsOf       event.Time       `json:"as_of"`
	Policy     string           `json:"policy"`
	After      event.Time       `json:"after"` // facts later than this count
	Funnel     Funnel           `json:"funnel"`
	Proposals  []FunnelProposal `json:"proposals"`
}

// FunnelProposal is one proposal in a funnel.
type FunnelProposal struct {
	Proposal   uuid.UUID             `json:"proposal"`
	Job        uuid.UUID             `json:"job"`
	Client     uuid.UUID             `json:"client"`
	Freelancer uuid.UUID             `json:"freelancer"`
	Via        event.Via             `json:"via"`
	Facts      []projection.Evidence `json:"facts"` // those that count, no others
}

// of is the funnel of the proposals as of the moment.
func (p FunnelPolicy) of(proposals []*projection.ProposalRecord, asOf event.Time) Funnel {
	c := p.count(asOf)
	for _, r := range proposals {
		c.add(r, nil)
	}
	return c.funnel()
}

// explain is of with its reasons.
func (p FunnelPolicy) explain(proposals []*projection.ProposalRecord, asOf event.Time) *FunnelExplanation {
	proposals = slices.Clone(proposals)
	slices.SortFunc(proposals, func(a, b *projection.ProposalRecord) int { return byPosition(a.Submitted, b.Submitted) })
	c := p.count(asOf)
	x := &FunnelExplanation{AsOf: c.asOf, After: c.after.Bounded(), Proposals: []FunnelProposal{}}
	for _, r := range proposals {
		var facts []projection.Evidence
		c.add(r, func(f projection.Evidence) { facts = append(facts, f) })
		if len(facts) > 0 {
			x.Proposals = append(x.Proposals, FunnelProposal{r.ID, r.Job, r.Client, r.Freelancer, r.Via, facts})
		}
	}
	x.Funnel = c.funnel()
	return x
}

// funnelCount counts proposals one by one, so that the funnel of a whole
// marketplace needs no list of them.
type funnelCount struct {
	after, asOf event.Time
	Funnel
}

func (p FunnelPolicy) count(asOf event.Time) funnelCount {
	asOf = asOf.Bounded()
	return funnelCount{after: asOf - event.Time(p.Days)*day, asOf: asOf}
}

// add counts a proposal; see gets each fact that counts.
func (c *funnelCount) add(r *projection.ProposalRecord, see func(projection.Evidence)) {
	c.fact(&c.Proposals, r.Submitted, "ProposalSubmitted", see)
	for _, s := range r.Steps {
		switch s.Kind {
		case projection.StepInterviewStarted:
			c.fact(&c.Interviews, s.Moment, s.Kind.EventType(), see)
		case projection.StepOfferMade:
			c.fact(&c.Offers, s.Moment, s.Kind.EventType(), see)
		case projection.StepOfferAccepted:
			c.fact(&c.Hires, s.Moment, s.Kind.EventType(), see)
		}
	}
}

func (c *funnelCount) fact(n *int64, m projection.Moment, eventType string, see func(projection.Evidence)) {
	if !m.By(c.asOf) || m.At <= c.after {
		return
	}
	*n++
	if see != nil {
		see(m.Evidence(eventType))
	}
}

func (c *funnelCount) funnel() Funnel {
	f := c.Funnel
	f.ProposalsPerHire = meanOrNil(100*f.Proposals, f.Hires)
	return f
}
