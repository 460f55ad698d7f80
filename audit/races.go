package audit

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// races remember what no one stream tells and only one of may be: who proposed to which
// job, and which contracts hires name. About 100 bytes for each proposal.
type races struct {
	proposals map[applicant]uuid.UUID // the first proposal of a freelancer to a job
	hires     map[uuid.UUID]uuid.UUID // by contract, the first proposal whose hire names it
}

type applicant struct{ job, freelancer uuid.UUID }

func newRaces() *races {
	return &races{proposals: map[applicant]uuid.UUID{}, hires: map[uuid.UUID]uuid.UUID{}}
}

// see names the second of two where there may be one. Decisions of today's come to that
// only where a proposal turned up long after it applied; the first edition had no way to
// refuse it (fine print S1, S3).
func (r *races) see(g group) *aggregate.Breach {
	_, proposal, _, _ := event.ParseStream(g[0].Stream)
	for i := range g {
		switch e := g[i].Event.(type) {
		case *event.ProposalSubmitted:
			if !first(r.proposals, applicant{e.Job, e.Freelancer}, proposal) {
				return &aggregate.Breach{Code: string(aggregate.AlreadyExists), Rule: "fine print S1", Event: i,
					Command: "SubmitProposal", What: "the freelancer has another proposal to the job"}
			}
		case *event.OfferAccepted:
			if !first(r.hires, e.Contract, proposal) {
				return &aggregate.Breach{Code: string(aggregate.AlreadyExists), Rule: "fine print S3", Event: i,
					Command: "AcceptOffer", What: "another proposal's hire names the same contract: it is of the first that started"}
			}
		}
	}
	return nil
}

// first reports whether a proposal is the only one under a key.
func first[K comparable](of map[K]uuid.UUID, key K, proposal uuid.UUID) bool {
	if known, ok := of[key]; ok {
		return known == proposal
	}
	of[key] = proposal
	return true
}
