package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type (
	proposal     = projection.ProposalRecord
	proposalStep = projection.ProposalStep
)

var proposalRecords = &recordsOf[proposal]{
	tableOf: newTable(Table{
		Name:     "proposals",
		Doc:      "Proposals of freelancers for jobs, one row each.",
		Position: "submitted_position",
		Key:      []string{"id"},
		Indexes:  [][]string{{"freelancer_id"}, {"job_id"}},
		Live:     true,
	},
		idColumn("id", "the proposal", func(p *proposal) *uuid.UUID { return &p.ID }),
		idColumn("job_id", "the job that it is for", func(p *proposal) *uuid.UUID { return &p.Job }),
		idColumn("client_id", "whose job it is", func(p *proposal) *uuid.UUID { return &p.Client }),
		idColumn("freelancer_id", "who proposes", func(p *proposal) *uuid.UUID { return &p.Freelancer }),
		revisionColumn(func(p *proposal) *uint64 { return &p.Next }),
		textColumn("via", "how it came about: invite or proposal", func(p *proposal) *event.Via { return &p.Via }, event.ViaInvite, event.ViaProposal),
		happened("submitted", "when it was submitted", func(p *proposal) *projection.Moment { return &p.Submitted }),
		when("contact", "when both sides saw each other's contact details; of an invite, see there", func(p *proposal) *projection.Moment { return &p.Contact }),
	),
	category:    event.CategoryProposal,
	children:    []childTable[proposal]{proposalSteps},
	id:          func(p *proposal) uuid.UUID { return p.ID },
	in:          func(r *projection.Records) map[uuid.UUID]*proposal { return r.Proposals },
	all:         (*projection.Model).Proposals,
	differences: projection.Differences[proposal],
}

var proposalSteps = childrenOf[proposal, proposalStep]{
	tableOf: newChildTable(Table{
		Name:     "proposal_steps",
		Doc:      "What became of proposals, one row for each step. Meetings are steps in a log of the first edition only: see interviews.",
		Position: "position",
		Key:      []string{"proposal_id", "position"},
		Live:     true,
	}, "proposal_id", "the proposal",
		occurred("when it happened", func(s *proposalStep) *projection.Moment { return &s.Moment }),
		wordColumn("kind", "", func(s *proposalStep) *projection.StepKind { return &s.Kind }),
		wordColumn("format", " of interview_scheduled, else NULL", func(s *proposalStep) *projection.MeetingFormat { return &s.Form.Format }).where(meetingScheduled),
		wordColumn("channel", " of interview_scheduled, else NULL", func(s *proposalStep) *projection.MeetingChannel { return &s.Form.Channel }).where(meetingScheduled),
	),
	list:   func(p *proposal) *[]proposalStep { return &p.Steps },
	newest: func(s *proposalStep) event.Position { return s.Position },
}

func meetingScheduled(s *proposalStep) bool { return s.Kind == projection.StepInterviewScheduled }
