package web

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// myStats are a freelancer's statistics, and whether there is a profile beside them.
type myStats struct {
	*statistics.MyStats
	Public bool // everybody sees the profile
}

// myStatsOf asks for both as of one state of the records.
func myStatsOf(id uuid.UUID) statistics.Question[myStats] {
	return func(v projection.View, asOf event.Time, p statistics.Policy) (f myStats, err error) {
		if f.MyStats, err = statistics.MyStatsOf(id)(v, asOf, p); err != nil {
			return f, err
		}
		f.Public, err = statistics.HasPublicProfile(id)(v, asOf, p)
		return f, err
	}
}

func freelancer(v *visit, id uuid.UUID, f myStats) (*page, error) {
	return &page{name: "freelancer", Title: "My Stats", Body: struct {
		ID uuid.UUID
		myStats
		Outcomes share
		Invites  share
		Scores   plot
		Steps    []step
	}{id, f, outcomes(f.JobSuccess), answers(&f.Responsiveness, v.Policy.Responsiveness), scores(f.Assessments), steps(f.Funnel)}}, nil
}

// scores are the last weekly assessments, as they were shown.
func scores(all []statistics.Assessment) plot {
	all = all[max(0, len(all)-2*weeksShown):]
	p := plot{ID: "scores", Title: "Job Success as it was shown, week by week"}
	percent := scale{unit: 1, top: 100, shown: func(n int64) string { return show.Count(n) + " %" }}
	var points []value
	for _, a := range all {
		day, shown := a.At.Date().String(), show.Unknown
		if a.Displayed != nil {
			shown = percent.shown(*a.Displayed)
		}
		points = append(points, value{day, a.Displayed})
		p.Rows = append(p.Rows, row{day, shown})
	}
	p.line(points, percent)
	return p
}

// step is one step of a funnel.
type step struct {
	Name  string
	Count int64
	Width int64 // of 1000
}

// steps are a funnel's, beside its widest.
func steps(f statistics.Funnel) []step {
	all := []step{{"Proposals", f.Proposals, 0}, {"Interviews", f.Interviews, 0}, {"Offers", f.Offers, 0}, {"Hires", f.Hires, 0}}
	widest := max(f.Proposals, f.Interviews, f.Offers, f.Hires)
	for i := range all {
		if widest > 0 {
			all[i].Width = scaled(all[i].Count, widest, 1000)
		}
	}
	return all
}

// outcomes are those of the window that won.
func outcomes(j *statistics.JobSuccess) share {
	if j == nil {
		return share{}
	}
	return shareOf("outcomes", "Outcomes in the best window", "outcomes",
		part{"successful", toneGood, j.Successful}, part{"neutral", toneFair, j.Neutral}, part{"negative", tonePoor, j.Negative})
}

// answers are how fast the invites that count were answered.
func answers(r *statistics.Responsiveness, p statistics.ResponsivenessPolicy) share {
	return shareOf("answers", "Invites that count", "invites",
		part{"answered under " + show.Period(p.Fast), toneDeep, r.Answered24h}, part{"answered under " + show.Period(p.Slow), toneLight, r.Answered72h - r.Answered24h},
		part{"answered later", toneFair, r.Answered - r.Answered72h}, part{"not answered", toneGrey, r.Counted - r.Answered})
}

func client(_ *visit, id uuid.UUID, c *statistics.ClientProfile) (*page, error) {
	return &page{name: "client", Title: "Client", Body: struct {
		ID uuid.UUID
		*statistics.ClientProfile
	}{id, c}}, nil
}

// aboveFreelancer is where an explanation about a freelancer stands.
func (v *visit) aboveFreelancer(id uuid.UUID) []crumb {
	return []crumb{{v.titled("Freelancer", id), v.Of("freelancers", id)}}
}

func (v *visit) aboveClient(id uuid.UUID) []crumb {
	return []crumb{{v.titled("Client", id), v.Of("clients", id)}}
}
