package readmodel

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type (
	interview   = projection.InterviewRecord
	meetingTime = projection.MeetingTime
)

var interviewRecords = &recordsOf[interview]{
	tableOf: newTable(Table{
		Name:     "interviews",
		Doc:      "Meetings over proposals, one row each. In a log of the first edition they are steps of proposals.",
		Position: "scheduled_position",
		Key:      []string{"id"},
		Indexes:  [][]string{{"job_id"}},
		Live:     true,
	},
		idColumn("id", "the interview", func(i *interview) *uuid.UUID { return &i.ID }),
		idColumn("job_id", "the job that it is about", func(i *interview) *uuid.UUID { return &i.Job }),
		idColumn("client_id", "whose job it is", func(i *interview) *uuid.UUID { return &i.Client }),
		revisionColumn(func(i *interview) *uint64 { return &i.Next }),
		wordColumn("format", "", func(i *interview) *projection.MeetingFormat { return &i.Form.Format }),
		wordColumn("channel", "", func(i *interview) *projection.MeetingChannel { return &i.Form.Channel }),
		value[interview, string]{column("proposals", Text, "the ids of the proposals that it is over, as the client named them, with commas between"),
			func(i *interview) string { return projection.FormatIDs(i.Proposals) }, setProposals},
		happened("scheduled", "when it was scheduled; for when, interview_times has", func(i *interview) *projection.Moment { return &i.Scheduled }),
		when("held", "when they had met", func(i *interview) *projection.Moment { return &i.Held }),
		when("cancelled", "when it was called off", func(i *interview) *projection.Moment { return &i.Cancelled }),
	),
	category:    event.CategoryInterview,
	children:    []childTable[interview]{interviewTimes},
	id:          func(i *interview) uuid.UUID { return i.ID },
	in:          func(r *projection.Records) map[uuid.UUID]*interview { return r.Interviews },
	all:         (*projection.Model).Interviews,
	differences: projection.Differences[interview],
}

func setProposals(i *interview, list string) error {
	var ok bool
	if i.Proposals, ok = projection.ParseIDs(list); !ok {
		return fmt.Errorf("column proposals holds %.80q, which is no list of ids", list)
	}
	return nil
}

var interviewTimes = childrenOf[interview, meetingTime]{
	tableOf: newChildTable(Table{
		Name:     "interview_times",
		Doc:      "Moments that were set for meetings, one row each: the last one stands.",
		Position: "position",
		Key:      []string{"interview_id", "position"},
		Live:     true,
	}, "interview_id", "the interview",
		occurred("when it was set", func(m *meetingTime) *projection.Moment { return &m.Moment }),
		timeColumn("meets_at", "what it was set to", func(m *meetingTime) *event.Time { return &m.MeetsAt }),
	),
	list:   func(i *interview) *[]meetingTime { return &i.Times },
	newest: func(m *meetingTime) event.Position { return m.Position },
}
