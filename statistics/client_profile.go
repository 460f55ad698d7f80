package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// ClientProfile is how a client stands and what freelancers may expect (rules
// 7). It is the platform's view: feedback is a signal from when it counts for Job
// Success, which is from its publication unless the policy counts sealed feedback.
type ClientProfile struct {
	State   StandingState `json:"state"`
	Until   *event.Time   `json:"until"`   // when a contacted client's slate is clean again; else nil
	Signals int64         `json:"signals"` // negative ones that count now
	Next    StandingStep  `json:"next"`    // what the standing calls for
	// DueSince is when that became due, nil where nothing is.
	DueSince *event.Time `json:"due_since"`

	ClientCard
}

// ClientCard is what freelancers see of a client (rules 7).
type ClientCard struct {
	Registered       event.Time `json:"registered"`
	RunningContracts int64      `json:"running_contracts"`

	JobsPosted   int64  `json:"jobs_posted"` // ever, also closed and removed ones
	JobsWithHire int64  `json:"jobs_with_hire"`
	HireRateBP   *int64 `json:"hire_rate_bp"` // of the jobs posted, in basis points, half up; nil without a job

	Spent           event.Money `json:"spent"`     // lifetime, net of refunds, minor units
	Stars           *int64      `json:"stars"`     // mean of freelancers' published feedback, hundredths of a star, half up; nil without
	Feedbacks       int64       `json:"feedbacks"` // published ones, by freelancers
	PaymentVerified bool        `json:"payment_verified"`
	DisputeRate     DisputeRate `json:"dispute_rate"`
	PromptPaying
}

// ClientProfileExplanation is a profile with the facts that each number rests
// on. Those of the dispute rate are in a DisputeRateExplanation.
type ClientProfileExplanation struct {
	Client  uuid.UUID     `json:"client"`
	AsOf    event.Time    `json:"as_of"`
	Policy  string        `json:"policy"`
	Profile ClientProfile `json:"profile"`
	// Standing are the contacts, suspensions, reinstatements and bars.
	Standing []projection.Evidence `json:"standing"`
	// Signals are the negative signals that count now, PastSignals those that
	// count no more.
	Signals     []SignalExplained  `json:"signals"`
	PastSignals []SignalExplained  `json:"past_signals"`
	Jobs        []JobHires         `json:"jobs"`      // in the order of posting
	Contracts   []ClientContract   `json:"contracts"` // with money or stars, in the order of starting
	Releases    []ReleaseExplained `json:"releases"`  // that prompt paying rests on
	// Payment is the newest word on the payment method, nil without one.
	Payment *projection.Evidence `json:"payment"`
}

// JobHires is a job with the contracts that started on it.
type JobHires struct {
	Job   uuid.UUID             `json:"job"`
	Hired bool                  `json:"hired"`
	Facts []projection.Evidence `json:"facts"`
}

// ClientContract is what one contract adds to a client's spend and stars.
type ClientContract struct {
	Contract   uuid.UUID             `json:"contract"`
	Freelancer uuid.UUID             `json:"freelancer"`
	Paid       event.Money           `json:"paid"`  // net, minor units
	Stars      *int64                `json:"stars"` // that the freelancer gave, hundredths; nil if none are published
	Facts      []projection.Evidence `json:"facts"`
}

// ClientProfile computes a client's profile from the client's records. It fails with a
// *SumError.
func (p Policy) ClientProfile(h projection.ClientHistory, asOf event.Time) (*ClientProfile, error) {
	x, err := p.explainClientProfile(h, asOf)
	if err != nil {
		return nil, err
	}
	return &x.Profile, nil
}

// explainClientProfile is ClientProfile with its reasons.
func (p Policy) explainClientProfile(h projection.ClientHistory, asOf event.Time) (*ClientProfileExplanation, error) {
	asOf = asOf.Bounded()
	x := &ClientProfileExplanation{
		Client: h.Account.ID, AsOf: asOf, Policy: p.Name,
		Standing: []projection.Evidence{}, Signals: []SignalExplained{}, PastSignals: []SignalExplained{}, Jobs: []JobHires{}, Contracts: []ClientContract{},
	}
	x.Profile.Registered = h.Account.Registered.At
	x.Profile.DisputeRate = p.DisputeRate.of(h.Contracts, asOf)
	contracts := slices.Clone(h.Contracts)
	slices.SortFunc(contracts, func(a, b *projection.ContractRecord) int { return byPosition(a.Started, b.Started) })
	x.Profile.PromptPaying, x.Releases = p.PromptPaying.of(contracts, asOf)
	x.standing(h, asOf, p)
	x.marks(h.Account, asOf)
	x.jobs(h.Jobs, contracts, asOf)
	if err := x.contracts(contracts, asOf); err != nil {
		return nil, err
	}
	return x, nil
}

func (x *ClientProfileExplanation) standing(h projection.ClientHistory, asOf event.Time, p Policy) {
	var facts []ConductFact
	var signals []fact
	for _, f := range p.Standing.facts(h, p.sealedSignals()) {
		if !f.By(asOf) {
			continue
		}
		facts = append(facts, f.ConductFact)
		if f.Kind == ConductSignal {
			signals = append(signals, f)
		}
	}
	s := p.Standing.Conduct(facts).Standing(asOf)
	x.Profile.State, x.Profile.Next, x.Profile.Signals = s.State, s.Next, int64(len(s.Signals))
	if s.Until != event.Never {
		x.Profile.Until = &s.Until
	}
	if s.Due.Happened() {
		x.Profile.DueSince = &s.Due.At
	}
	counts := map[projection.Moment]bool{}
	for _, signal := range s.Signals {
		counts[signal.Moment] = true
	}
	slices.SortFunc(signals, func(a, b fact) int { return byPosition(a.Moment, b.Moment) })
	for _, signal := range signals {
		if counts[signal.Moment] {
			x.Signals = append(x.Signals, signal.explained())
		} else {
			x.PastSignals = append(x.PastSignals, signal.explained())
		}
	}
}

func (x *ClientProfileExplanation) marks(r *projection.ClientRecord, asOf event.Time) {
	for _, m := range r.Marks {
		if !m.By(asOf) {
			continue
		}
		fact := m.Evidence(m.Kind.EventType())
		switch m.Kind {
		case projection.MarkSuspended, projection.MarkReinstated, projection.MarkBarred:
			x.Standing = append(x.Standing, fact)
		case projection.MarkContacted:
			if m.Reason == string(event.ContactConsistentlyNegative) {
				x.Standing = append(x.Standing, fact)
			}
		case projection.MarkPaymentVerified, projection.MarkPaymentLost:
			x.Payment, x.Profile.PaymentVerified = &fact, m.Kind == projection.MarkPaymentVerified
		}
	}
}

func (x *ClientProfileExplanation) jobs(jobs []*projection.JobRecord, contracts []*projection.ContractRecord, asOf event.Time) {
	jobs = slices.Clone(jobs)
	slices.SortFunc(jobs, func(a, b *projection.JobRecord) int { return byPosition(a.Posted, b.Posted) })
	hires := map[uuid.UUID][]projection.Evidence{}
	for _, r := range contracts {
		if r.Started.By(asOf) {
			hires[r.Job] = append(hires[r.Job], r.Started.Evidence("ContractStarted"))
		}
	}
	for _, r := range jobs {
		if !r.Posted.By(asOf) {
			continue
		}
		hired := hires[r.ID]
		x.Profile.JobsPosted++
		if len(hired) > 0 {
			x.Profile.JobsWithHire++
		}
		x.Jobs = append(x.Jobs, JobHires{r.ID, len(hired) > 0, append([]projection.Evidence{r.Posted.Evidence("JobPosted")}, hired...)})
	}
	x.Profile.HireRateBP = shareOrNil(x.Profile.JobsWithHire, x.Profile.JobsPosted, 10_000)
}

func (x *ClientProfileExplanation) contracts(contracts []*projection.ContractRecord, asOf event.Time) error {
	var total sums
	var stars int64
	for _, r := range contracts {
		c := ClientContract{Contract: r.ID, Freelancer: r.Freelancer, Paid: r.Paid(asOf)}
		for i := range r.Payments {
			if p := &r.Payments[i]; p.By(asOf) {
				c.Facts = append(c.Facts, p.Evidence(p.Kind.EventType()))
			}
		}
		if r.Started.By(asOf) && !r.Ended.By(asOf) {
			x.Profile.RunningContracts++
		}
		if r.Shown(&r.Returned, asOf) {
			given := int64(r.Returned.OverallAt(asOf))
			stars += given
			x.Profile.Feedbacks++
			c.Stars = &given
			c.Facts = append(c.Facts, r.Returned.Evidence("FeedbackSubmitted"), r.Published.Evidence("FeedbackPublished"))
			if r.Returned.Revised.By(asOf) {
				c.Facts = append(c.Facts, r.Returned.Revised.Evidence("FeedbackRevised"))
			}
		}
		add(&total, "spent", &x.Profile.Spent, c.Paid)
		if len(c.Facts) > 0 {
			projection.InLogOrder(c.Facts)
			x.Contracts = append(x.Contracts, c)
		}
	}
	x.Profile.Stars = meanOrNil(stars, x.Profile.Feedbacks)
	return total.err()
}

// ClientValidUntil is what FreelancerValidUntil is, for ClientProfile.
func (p Policy) ClientValidUntil(h projection.ClientHistory, asOf event.Time) event.Time {
	n := nextMoment{after: asOf.Bounded(), at: event.Never}
	for i := range h.Account.Marks {
		n.conduct(p.Standing, h.Account.Marks[i].Moment)
	}
	for _, r := range h.Invites {
		n.conduct(p.Standing, r.Closed)
	}
	for _, r := range h.Jobs {
		n.fact(r.Posted)
		n.conduct(p.Standing, r.Removed)
	}
	for _, r := range h.Contracts {
		n.contract(p.DisputeRate, r)
		n.paying(p.PromptPaying, r)
		n.conduct(p.Standing, r.Returned.Moment)
		n.conduct(p.Standing, r.Published)
		n.conduct(p.Standing, r.Returned.Revised)
		for i := range r.Disputes {
			n.conduct(p.Standing, r.Disputes[i].Resolved)
			n.conduct(p.Standing, r.Disputes[i].Lapsed)
		}
	}
	return n.at
}
