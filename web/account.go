package web

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

// freelancer is the My Stats page.
func (s *site) freelancer(v *visit) (*page, error) {
	id, err := v.id()
	if err != nil {
		return nil, err
	}
	f, err := s.asked.Freelancer(v.ctx(), id, v.options()...)
	if err != nil {
		return nil, err
	}
	return &page{name: "freelancer", Title: "My Stats", Body: struct {
		ID uuid.UUID
		*projection.FreelancerStats
		Outcomes share
		Invites  share
	}{id, f, outcomes(f.JobSuccess), answers(&f.Responsiveness)}}, nil
}

// outcomes are those of the window that won.
func outcomes(j *projection.JobSuccess) share {
	if j == nil {
		return share{}
	}
	return shareOf("outcomes", "Outcomes in the best window", "outcomes",
		part{"successful", toneGood, j.Successful}, part{"neutral", toneFair, j.Neutral}, part{"negative", tonePoor, j.Negative})
}

// answers are how fast the invites that count were answered.
func answers(r *projection.Responsiveness) share {
	return shareOf("answers", "Invites that count", "invites",
		part{"answered under 24 hours", toneDeep, r.Answered24h}, part{"answered under 3 days", toneLight, r.Answered72h - r.Answered24h},
		part{"answered later", toneFair, r.Answered - r.Answered72h}, part{"not answered", toneGrey, r.Counted - r.Answered})
}

// client is how a client stands.
func (s *site) client(v *visit) (*page, error) {
	id, err := v.id()
	if err != nil {
		return nil, err
	}
	c, err := s.asked.Client(v.ctx(), id, v.options()...)
	if err != nil {
		return nil, err
	}
	return &page{name: "client", Title: "Client", Body: clientRow{id, c}}, nil
}

// aboveFreelancer is where an explanation about a freelancer stands.
func (v *visit) aboveFreelancer(id uuid.UUID) []crumb {
	return []crumb{{named("Freelancer", id), v.Of("freelancers", id)}}
}

func (v *visit) aboveClient(id uuid.UUID) []crumb {
	return []crumb{{named("Client", id), v.Of("clients", id)}}
}
