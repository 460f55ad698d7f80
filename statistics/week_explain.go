package statistics

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// WeekExplanation is a week's figures with everything of which a fact of that week
// counts, each list in the order of the first facts.
type WeekExplanation struct {
	AsOf      event.Time      `json:"as_of"`
	Policy    string          `json:"policy"`
	From      event.Time      `json:"from"`  // Monday 00:00 UTC
	Until     event.Time      `json:"until"` // the first second of the next week
	Figures   WeekFigures     `json:"figures"`
	Contracts []WeekContract  `json:"contracts"`
	Invites   []InviteVerdict `json:"invites"`   // sent in the week
	Jobs      []WeekJob       `json:"jobs"`      // posted in the week
	Proposals []WeekProposal  `json:"proposals"` // submitted, taken up or hired in the week
	Meetings  []WeekMeeting   `json:"meetings"`  // scheduled, held or cancelled in the week
	Billed    []WeekBilled    `json:"billed"`    // worked in the week
	Connects  []WeekConnects  `json:"connects"`  // spent or returned in the week
}

// WeekContract is what one contract adds to the figures of a week.
type WeekContract struct {
	Contract   uuid.UUID     `json:"contract"`
	Client     uuid.UUID     `json:"client"`
	Freelancer uuid.UUID     `json:"freelancer"`
	Via        event.Via     `json:"via"`
	Started    bool          `json:"started"`
	Standing   BadgeStanding `json:"standing,omitempty"` // of the freelancer, if it started
	TopScore   bool          `json:"top_score"`          // the freelancer had one, if it started
	Ended      bool          `json:"ended"`
	Disputed   bool          `json:"disputed"` // if it ended
	Volume
	// Facts are those of the week: the start, payments, refunds, the end; and
	// with the end every dispute opened, with its cancellation, of any week.
	Facts []projection.Evidence `json:"facts"`
}

// WeekJob is a job that was posted in a week.
type WeekJob struct {
	Job        uuid.UUID             `json:"job"`
	Client     uuid.UUID             `json:"client"`
	Candidates int64                 `json:"candidates"` // proposals to it as of the moment
	Facts      []projection.Evidence `json:"facts"`
}

// WeekProposal is what one proposal adds to the figures of a week.
type WeekProposal struct {
	Proposal   uuid.UUID             `json:"proposal"`
	Job        uuid.UUID             `json:"job"`
	Freelancer uuid.UUID             `json:"freelancer"`
	Standing   BadgeStanding         `json:"standing"` // of the freelancer, when it was submitted, in whichever week
	Submitted  bool                  `json:"submitted"`
	Interviews int64                 `json:"interviews"` // started
	Hires      int64                 `json:"hires"`      // offers accepted
	Facts      []projection.Evidence `json:"facts"`
}

// WeekMeeting is what one meeting adds to the figures of a week; in a log of the first
// edition, all meetings of one proposal in one format and channel.
type WeekMeeting struct {
	Interview uuid.UUID `json:"interview,omitzero"` // the meeting,
	Proposal  uuid.UUID `json:"proposal,omitzero"`  // or the proposal, in a log of the first edition
	Format    string    `json:"format"`
	Channel   string    `json:"channel"`
	MeetingCounts
	Facts []projection.Evidence `json:"facts"`
}

// Kind says what ID is of: "interview", or in a log of the first edition "proposal".
func (m *WeekMeeting) Kind() string {
	if m.Interview == uuid.Nil {
		return "proposal"
	}
	return "interview"
}

// ID is the meeting's, or the proposal's that it is on.
func (m *WeekMeeting) ID() uuid.UUID {
	if m.Interview == uuid.Nil {
		return m.Proposal
	}
	return m.Interview
}

// WeekBilled is a contract's work of a week that was invoiced.
type WeekBilled struct {
	Contract uuid.UUID             `json:"contract"`
	Minutes  int64                 `json:"minutes"`
	Facts    []projection.Evidence `json:"facts"`
}

// WeekConnects is what one freelancer's Connects add to the figures of a week.
type WeekConnects struct {
	Freelancer uuid.UUID             `json:"freelancer"`
	Spent      event.Connects        `json:"spent"`
	Returned   event.Connects        `json:"returned"`
	Facts      []projection.Evidence `json:"facts"`
}

// weekExplainer collects what a week's figures rest on, record by record.
type weekExplainer struct {
	count *FiguresCount
	week  weekNumber
	x     *WeekExplanation
}

var _ MarketCount = (*weekExplainer)(nil)

// explainWeek begins to explain a week as of the moment. It fails with a
// *QueryError for a week that does not exist.
func (p Policy) explainWeek(week event.Week, asOf event.Time) (*weekExplainer, error) {
	if _, err := week.MarshalText(); err != nil {
		return nil, invalidQuery("week", "does not exist in its year")
	}
	c := p.CountFigures(asOf)
	return &weekExplainer{
		count: c, week: weekOf(week.Start()),
		x: &WeekExplanation{
			AsOf: c.asOf, Policy: p.Name, From: week.Start(), Until: week.End(), Contracts: []WeekContract{}, Invites: []InviteVerdict{},
			Jobs: []WeekJob{}, Proposals: []WeekProposal{}, Meetings: []WeekMeeting{}, Billed: []WeekBilled{}, Connects: []WeekConnects{},
		},
	}, nil
}

// Client is of no week.
func (e *weekExplainer) Client(*projection.ClientRecord) {}

func (e *weekExplainer) Freelancer(r *projection.FreelancerRecord) {
	e.count.Freelancer(r)
	var t MarketTotals
	c := WeekConnects{Freelancer: r.ID}
	for i := range r.Connects {
		m := &r.Connects[i]
		if m.Kind != projection.ConnectsSpent && m.Kind != projection.ConnectsReturned || !e.in(m.Moment) {
			continue
		}
		t.connects(&e.count.sums, m)
		c.Facts = append(c.Facts, m.Evidence(m.Kind.EventType()))
	}
	if len(c.Facts) > 0 {
		c.Spent, c.Returned = t.ConnectsSpent, t.ConnectsReturned
		e.x.Connects = append(e.x.Connects, c)
	}
}

func (e *weekExplainer) Contract(r *projection.ContractRecord) {
	e.count.Contract(r)
	c := WeekContract{Contract: r.ID, Client: r.Client, Freelancer: r.Freelancer, Via: r.Via}
	if c.Started = e.in(r.Started); c.Started {
		stage := e.count.careers.at(r.Freelancer, r.Started.At)
		c.Standing, c.TopScore = stage.standing(), stage.topScore
		c.Facts = append(c.Facts, r.Started.Evidence("ContractStarted"))
	}
	for i := range r.Payments {
		p := &r.Payments[i]
		if !e.in(p.Moment) {
			continue
		}
		c.Volume.add(&e.count.sums, p)
		c.Facts = append(c.Facts, p.Evidence(p.Kind.EventType()))
	}
	if c.Ended = e.in(r.Ended); c.Ended {
		c.Disputed = r.Disputed(e.count.asOf) != nil
		c.Facts = append(c.Facts, endEvidence(r, e.count.asOf)...)
	}
	if len(c.Facts) > 0 {
		projection.InLogOrder(c.Facts)
		e.x.Contracts = append(e.x.Contracts, c)
	}
}

func (e *weekExplainer) Invite(r *projection.InviteRecord) {
	e.count.Invite(r)
	if e.in(r.Sent) {
		e.x.Invites = append(e.x.Invites, e.count.invites.judge(r, e.count.asOf).verdict(r))
	}
}

func (e *weekExplainer) Job(r *projection.JobRecord) {
	e.count.Job(r)
	if e.in(r.Posted) {
		e.x.Jobs = append(e.x.Jobs, WeekJob{Job: r.ID, Client: r.Client, Facts: []projection.Evidence{r.Posted.Evidence("JobPosted")}})
	}
}

func (e *weekExplainer) Proposal(r *projection.ProposalRecord) {
	e.count.Proposal(r)
	p := WeekProposal{Proposal: r.ID, Job: r.Job, Freelancer: r.Freelancer, Standing: e.count.standing(r), Submitted: e.in(r.Submitted)}
	if p.Submitted {
		p.Facts = append(p.Facts, r.Submitted.Evidence("ProposalSubmitted"))
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		switch {
		case !e.in(s.Moment):
			continue
		case s.Kind == projection.StepInterviewStarted:
			p.Interviews++
		case s.Kind == projection.StepOfferAccepted:
			p.Hires++
		default:
			continue
		}
		p.Facts = append(p.Facts, s.Evidence(s.Kind.EventType()))
	}
	if len(p.Facts) > 0 {
		e.x.Proposals = append(e.x.Proposals, p)
	}
	meetingsOfProposal(r, e.meetings(WeekMeeting{Proposal: r.ID}))
}

func (e *weekExplainer) Interview(r *projection.InterviewRecord) {
	e.count.Interview(r)
	meetingsOf(r, e.meetings(WeekMeeting{Interview: r.ID}))
}

// meetings takes in what happens to the meetings of one record, those in one form
// together.
func (e *weekExplainer) meetings(of WeekMeeting) func(projection.Moment, meetingEvent, projection.MeetingForm) {
	before := len(e.x.Meetings)
	return func(m projection.Moment, what meetingEvent, form projection.MeetingForm) {
		if !e.in(m) {
			return
		}
		of.Format, of.Channel = form.Format.String(), form.Channel.String()
		i := slices.IndexFunc(e.x.Meetings[before:], func(w WeekMeeting) bool { return w.Format == of.Format && w.Channel == of.Channel })
		if i < 0 {
			i = len(e.x.Meetings) - before
			e.x.Meetings = append(e.x.Meetings, of)
		}
		w := &e.x.Meetings[before+i]
		w.take(what)
		w.Facts = append(w.Facts, m.Evidence(what.eventType()))
	}
}

func (e *weekExplainer) Week(r *projection.WeekRecord) {
	e.count.Week(r)
	if r.Invoiced.By(e.count.asOf) && weekOf(r.Week.Start()) == e.week {
		e.x.Billed = append(e.x.Billed, WeekBilled{Contract: r.Contract, Minutes: r.Minutes,
			Facts: []projection.Evidence{r.Invoiced.Evidence("WeekInvoiced")}})
	}
}

// in reports whether the fact is one of the week and had happened.
func (e *weekExplainer) in(m projection.Moment) bool {
	return m.By(e.count.asOf) && weekOf(m.At) == e.week
}

// explanation is that of what was taken in. It fails with a *SumError.
func (e *weekExplainer) explanation() (*WeekExplanation, error) {
	if err := e.count.sums.err(); err != nil {
		return nil, err
	}
	for i := range e.x.Jobs {
		e.x.Jobs[i].Candidates = e.count.job(e.x.Jobs[i].Job).n
	}
	e.count.addCandidates()
	e.x.Figures = e.count.figuresOf(e.week)
	inOrder(e.x.Contracts, func(c *WeekContract) []projection.Evidence { return c.Facts })
	inOrder(e.x.Invites, func(v *InviteVerdict) []projection.Evidence { return v.Facts })
	inOrder(e.x.Jobs, func(j *WeekJob) []projection.Evidence { return j.Facts })
	inOrder(e.x.Proposals, func(p *WeekProposal) []projection.Evidence { return p.Facts })
	inOrder(e.x.Meetings, func(m *WeekMeeting) []projection.Evidence { return m.Facts })
	inOrder(e.x.Billed, func(b *WeekBilled) []projection.Evidence { return b.Facts })
	inOrder(e.x.Connects, func(c *WeekConnects) []projection.Evidence { return c.Facts })
	return e.x, nil
}

// inOrder sorts by the first fact of each.
func inOrder[T any](all []T, facts func(*T) []projection.Evidence) {
	slices.SortFunc(all, func(a, b T) int { return cmp.Compare(facts(&a)[0].Position, facts(&b)[0].Position) })
}
