package web

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func freelancer(v *visit, id uuid.UUID, f *statistics.MyStats) (*page, error) {
	public, err := v.profileOf(id)
	if err != nil {
		return nil, err
	}
	return &page{name: "freelancer", Title: "My Stats", Body: struct {
		ID uuid.UUID
		*statistics.MyStats
		Public   bool // everybody sees the profile
		Outcomes share
		Invites  share
		Scores   plot
		Steps    []step
	}{id, f, public != nil, outcomes(f.JobSuccess), answers(&f.Responsiveness, v.Policy.Responsiveness), scores(f.Assessments), steps(f.Funnel)}}, nil
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
