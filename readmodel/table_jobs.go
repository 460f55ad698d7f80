package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type (
	job         = projection.JobRecord
	jobVersion  = projection.JobVersion
	jobReport   = projection.JobReport
	jobQuestion = projection.JobQuestion
)

var jobRecords = &recordsOf[job]{
	tableOf: newTable(Table{
		Name:     "jobs",
		Doc:      "Jobs that clients posted, one row each.",
		Position: "posted_position",
		Key:      []string{"id"},
		Indexes:  [][]string{{"client_id"}},
		Live:     true,
	},
		idColumn("id", "the job", func(j *job) *uuid.UUID { return &j.ID }),
		idColumn("client_id", "whose it is", func(j *job) *uuid.UUID { return &j.Client }),
		revisionColumn(func(j *job) *uint64 { return &j.Next }),
		textColumn("kind", "of the contracts to come: fixed or hourly", func(j *job) *event.ContractKind { return &j.Kind }),
		happened("posted", "when it was posted", func(j *job) *projection.Moment { return &j.Posted }),
		when("closed", "when it was closed", func(j *job) *projection.Moment { return &j.Closed }),
		textColumn("close_reason", "filled, cancelled, expired or client_sanctioned", func(j *job) *event.CloseReason { return &j.CloseReason }).
			where(func(j *job) bool { return j.Closed.Happened() }),
		when("removed", "when the platform removed it, closed before or not", func(j *job) *projection.Moment { return &j.Removed }),
		textColumn("remove_reason", "tos or other", func(j *job) *event.RemoveReason { return &j.RemoveReason }).
			where(func(j *job) bool { return j.Removed.Happened() }),
	),
	category:    event.CategoryJob,
	children:    []childTable[job]{jobVersions, jobReports, jobQuestions},
	foldsOnto:   true,
	id:          func(j *job) uuid.UUID { return j.ID },
	in:          func(r *projection.Records) map[uuid.UUID]*job { return r.Jobs },
	all:         (*projection.Model).Jobs,
	differences: projection.Differences[job],
}

var jobVersions = childrenOf[job, jobVersion]{
	tableOf: newChildTable(Table{
		Name:     "job_versions",
		Doc:      "What jobs say, one row for what was posted and one for each edit. What a row does not give is NULL and stays as it was.",
		Position: "position",
		Key:      []string{"job_id", "position"},
		Live:     true,
	}, "job_id", "the job",
		occurred("from when on it says so", func(v *jobVersion) *projection.Moment { return &v.Moment }),
		nullable[jobVersion, int64]{column("connects", Integer, "what a proposal costs").null(),
			func(v *jobVersion) (int64, bool) { return int64(v.Connects), v.Priced }, setConnects},
		nullableText("category", "the field of work", func(v *jobVersion) *string { return &v.Category }),
		nullableText("title", "personal text", func(v *jobVersion) *event.Text { return &v.Title }),
		nullableText("description", "personal text", func(v *jobVersion) *event.Text { return &v.Description }),
		textListOrNull("skills", "the skills asked for, personal text; a JSON array of strings", func(v *jobVersion) *[]event.Text { return &v.Skills }),
		integerOrNull("budget", "of fixed-price work, minor units", func(v *jobVersion) *event.Money { return &v.Budget }),
		integerOrNull("rate_min", "of hourly work, minor units for an hour", func(v *jobVersion) *event.Money { return &v.RateMin }),
		integerOrNull("rate_max", "the same at most", func(v *jobVersion) *event.Money { return &v.RateMax }),
		nullableText("duration", "under_1_month, 1_to_3_months, 3_to_6_months or over_6_months", func(v *jobVersion) *event.JobDuration { return &v.Duration }),
		textListOrNull("questions", "that a proposal answers, personal text; a JSON array of strings", func(v *jobVersion) *[]event.Text { return &v.Questions }),
		nullable[jobVersion, string]{column("emptied", Text, "of title, description and category those that say nothing from then on, with commas between").null(),
			func(v *jobVersion) (string, bool) { return projection.JoinJobTexts(v.Emptied), len(v.Emptied) > 0 }, setEmptied},
	),
	list:   func(j *job) *[]jobVersion { return &j.Versions },
	newest: func(v *jobVersion) event.Position { return v.Position },
}

func setConnects(v *jobVersion, n *int64) error {
	if v.Priced = n != nil; v.Priced {
		v.Connects = event.Connects(*n)
	}
	return nil
}

func setEmptied(v *jobVersion, words *string) error {
	if v.Emptied = nil; words != nil {
		v.Emptied = projection.JobTexts(*words)
	}
	return nil
}

var jobReports = childrenOf[job, jobReport]{
	tableOf: newChildTable(Table{
		Name:     "job_reports",
		Doc:      "Reports of jobs by freelancers, one row each.",
		Position: "position",
		Key:      []string{"job_id", "position"},
		Live:     true,
	}, "job_id", "the job",
		occurred("when it was reported", func(p *jobReport) *projection.Moment { return &p.Moment }),
		idColumn("freelancer_id", "who reported it", func(p *jobReport) *uuid.UUID { return &p.Freelancer }),
		textColumn("reason", "scam, wrong_section, tos or other", func(p *jobReport) *event.JobReport { return &p.Reason }),
	),
	list:   func(j *job) *[]jobReport { return &j.Reports },
	newest: func(p *jobReport) event.Position { return p.Position },
}

var jobQuestions = childrenOf[job, jobQuestion]{
	tableOf: newChildTable(Table{
		Name:     "job_questions",
		Doc:      "What freelancers asked about jobs, one row each.",
		Position: "asked_position",
		Key:      []string{"job_id", "id"},
		Live:     true,
	}, "job_id", "the job",
		idColumn("id", "the question, unique in its job", func(q *jobQuestion) *uuid.UUID { return &q.ID }),
		idColumn("freelancer_id", "who asked", func(q *jobQuestion) *uuid.UUID { return &q.Freelancer }),
		happened("asked", "when it was asked", func(q *jobQuestion) *projection.Moment { return &q.Asked }),
		textColumn("text", "personal text", func(q *jobQuestion) *event.Text { return &q.Text }),
		when("answered", "when the client answered", func(q *jobQuestion) *projection.Moment { return &q.Answered }),
		textColumn("answer", "personal text; NULL until then", func(q *jobQuestion) *event.Text { return &q.Answer }).
			where(func(q *jobQuestion) bool { return q.Answered.Happened() }),
	),
	changes: true,
	list:    func(j *job) *[]jobQuestion { return &j.Questions },
	newest:  (*jobQuestion).Newest,
}
