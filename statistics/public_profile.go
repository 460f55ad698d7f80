package statistics

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// ProfilePolicy says what a public profile shows (rules 9).
type ProfilePolicy struct {
	// StarsPaid is what a contract was paid at least, net as of the moment, to show the
	// client's feedback. Default 1.00 (H-17975053069331).
	StarsPaid event.Money
}

func defaultProfile() ProfilePolicy { return ProfilePolicy{StarsPaid: 1_00} }

func (p ProfilePolicy) validate() error {
	if p.StarsPaid < 0 {
		return invalidPolicy("profile: an amount is below 0")
	}
	return nil
}

// PublicProfile is a freelancer as everybody sees one (fine print Q1). Money is in minor
// units. It holds what people wrote: its JSON is for those who may read that.
type PublicProfile struct {
	Freelancer uuid.UUID  `json:"freelancer"`
	AsOf       event.Time `json:"as_of"`
	Policy     string     `json:"policy"`
	Registered event.Time `json:"registered"`
	projection.Profile
	Title        *Shown          `json:"title"`
	Introduction *Shown          `json:"introduction"` // nil where the work was never described
	Category     *string         `json:"category"`
	Skills       []Shown         `json:"skills"`
	HourlyRate   *event.Money    `json:"hourly_rate"`
	Portfolio    []PortfolioItem `json:"portfolio"`
	Tests        []TestResult    `json:"tests"`     // the newest of each name, by name
	Displayed    *int64          `json:"displayed"` // Job Success score in percent; nil without one
	Level        ResponseLevel   `json:"level"`
	RateBP       *int64          `json:"rate_bp"`  // of invites answered
	Paid         event.Money     `json:"paid"`     // lifetime, net of refunds
	Paid12m      event.Money     `json:"paid_12m"` // in the recent months of Work
	Minutes      int64           `json:"minutes"`  // of hourly work that was paid for
	History      []PastWork      `json:"history"`  // running contracts first, then the ended ones, each the newest first
}

// PortfolioItem is an example of the work. What it refers to is the host's.
type PortfolioItem struct {
	Title  Shown   `json:"title"`
	Ref    *Shown  `json:"ref"`
	SHA256 *string `json:"sha256"`
}

// TestResult is the newest result of a skill test.
type TestResult struct {
	Test  string     `json:"test"`
	Score int64      `json:"score"` // 0 to 100
	At    event.Time `json:"at"`
}

// PastWork is a contract in a work history (fine print Q2): one that has ended, or that
// runs and was paid. Whose it was, nobody is told.
type PastWork struct {
	Contract uuid.UUID          `json:"contract"`
	Kind     event.ContractKind `json:"kind"`
	Category *string            `json:"category"`
	Title    *Shown             `json:"title"` // the job's at the contract's start, if it is the client's
	Started  event.Time         `json:"started"`
	Ended    *event.Time        `json:"ended"` // nil while it runs
	Paid     event.Money        `json:"paid"`
	Minutes  int64              `json:"minutes"`
	Stars    *int64             `json:"stars"` // hundredths; nil, as the next two, where no feedback is shown
	Comment  *Shown             `json:"comment"`
	Response *Shown             `json:"response"`
}

// PublicProfileOf asks how a freelancer shows to everybody. A private profile, and that
// of an account that is suspended or closed, fails with a *NotFoundError, unless its
// owner asks.
func PublicProfileOf(freelancer uuid.UUID, own bool) Question[*PublicProfile] {
	parts := projection.PartMarks | projection.PartProfile | projection.PartInvites | projection.PartContracts | projection.PartJobs
	return ofFreelancer(freelancer, parts, func(h projection.FreelancerHistory, asOf event.Time, p Policy) (*PublicProfile, error) {
		if !own && !shows(h.Account, asOf) {
			return nil, &NotFoundError{Kind: "freelancer", ID: freelancer, AsOf: asOf}
		}
		return p.publicProfile(h, asOf)
	})
}

// HasPublicProfile asks whether everybody sees the profile of a freelancer, without
// computing it.
func HasPublicProfile(freelancer uuid.UUID) Question[bool] {
	return ofFreelancer(freelancer, projection.PartMarks, func(h projection.FreelancerHistory, asOf event.Time, _ Policy) (bool, error) {
		return shows(h.Account, asOf), nil
	})
}

// shows reports whether everybody sees the profile: it is public, and its account is
// neither suspended nor closed.
func shows(r *projection.FreelancerRecord, asOf event.Time) bool {
	open := true
	for i := range r.Marks {
		m := &r.Marks[i]
		if !m.By(asOf) {
			continue
		}
		switch m.Kind {
		case projection.MarkFreelancerSuspended, projection.MarkFreelancerClosed:
			open = false
		case projection.MarkFreelancerReinstated:
			open = true
		}
	}
	return open && r.Profile(asOf).Public
}

func (p Policy) publicProfile(h projection.FreelancerHistory, asOf event.Time) (*PublicProfile, error) {
	stats, err := p.freelancerStats(h, asOf)
	if err != nil {
		return nil, err
	}
	work, err := p.Work.of(&h, asOf)
	if err != nil {
		return nil, err
	}
	profile := &PublicProfile{
		Freelancer: h.Account.ID, AsOf: asOf, Policy: p.Name, Registered: h.Account.Registered.At, Profile: h.Account.Profile(asOf),
		Skills: []Shown{}, Portfolio: []PortfolioItem{}, Tests: []TestResult{}, Level: stats.Responsiveness.Level, RateBP: stats.Responsiveness.RateBP,
		Paid: stats.Paid, Paid12m: work.Paid12m, Minutes: work.Minutes, History: p.Profile.history(h, asOf),
	}
	if stats.JobSuccess != nil {
		profile.Displayed = &stats.JobSuccess.Displayed
	}
	if d := h.Account.Described(asOf); d != nil {
		introduction := Shown(d.Introduction)
		profile.Title, profile.Introduction, profile.Skills = optionalText(d.Title), &introduction, shownList(d.Skills)
		profile.Category, profile.HourlyRate = orNil(d.Category), orNil(d.HourlyRate)
		for _, item := range d.Portfolio {
			profile.Portfolio = append(profile.Portfolio, PortfolioItem{Shown(item.Title), optionalText(item.Ref), orNil(item.SHA256)})
		}
	}
	for _, t := range h.Account.Tested(asOf) {
		profile.Tests = append(profile.Tests, TestResult{t.Test, t.Score, t.At})
	}
	return profile, nil
}

func (p ProfilePolicy) history(h projection.FreelancerHistory, asOf event.Time) []PastWork {
	all := []PastWork{}
	for _, r := range h.Contracts {
		paid := r.Paid(asOf)
		if !r.Started.By(asOf) || !r.Ended.By(asOf) && paid <= 0 {
			continue
		}
		w := PastWork{Contract: r.ID, Kind: r.Terms.Kind(), Category: orNil(r.Terms.Category()), Started: r.Started.At, Paid: paid}
		if r.Ended.By(asOf) {
			w.Ended = &r.Ended.At
		}
		if j := h.Jobs.Job(r.Job); j != nil && j.Client == r.Client {
			w.Title = optionalText(j.TitleAt(r.Started.At))
		}
		for i := range r.Payments {
			if m := &r.Payments[i]; m.By(asOf) {
				w.Minutes += m.Minutes
			}
		}
		if paid >= p.StarsPaid && r.Shown(&r.Feedback, asOf) && !r.Excluded.By(asOf) {
			stars := int64(r.Feedback.OverallAt(asOf))
			w.Stars, w.Comment, w.Response = &stars, optionalText(r.CommentAt(asOf)), optionalText(r.ResponseAt(asOf))
		}
		all = append(all, w)
	}
	slices.SortFunc(all, newestWork)
	return all
}

// newestWork puts running contracts before ended ones and the newest first.
func newestWork(a, b PastWork) int {
	var first int
	switch {
	case a.Ended == nil && b.Ended == nil:
		first = cmp.Compare(b.Started, a.Started)
	case a.Ended == nil:
		return -1
	case b.Ended == nil:
		return 1
	default:
		first = cmp.Compare(*b.Ended, *a.Ended)
	}
	return cmp.Or(first, slices.Compare(a.Contract[:], b.Contract[:]))
}
