package readmodel

import "slices"

// The tables of jobs and proposals: see schema_records.go.

var jobsTable = &Table{
	Name:     "jobs",
	Doc:      "Jobs that clients posted, one row each.",
	Position: "posted_position",
	Columns: slices.Concat([]Column{
		column("id", ID, "the job"),
		column("client_id", ID, "whose it is"),
		column("revision", Integer, "of the stream's last event"),
	},
		happened("posted", "when it was posted"),
		when("closed", "when it was closed"),
		[]Column{column("close_reason", Text, "filled, cancelled or expired").null()},
		when("removed", "when the platform removed it, closed before or not"),
		[]Column{column("remove_reason", Text, "tos or other").null()}),
	Key:     []string{"id"},
	Indexes: [][]string{{"client_id"}},
	Live:    true,
}

var proposalsTable = &Table{
	Name:     "proposals",
	Doc:      "Proposals of freelancers for jobs, one row each.",
	Position: "submitted_position",
	Columns: slices.Concat([]Column{
		column("id", ID, "the proposal"),
		column("job_id", ID, "the job that it is for"),
		column("client_id", ID, "whose job it is"),
		column("freelancer_id", ID, "who proposes"),
		column("revision", Integer, "of the stream's last event"),
		column("via", Text, "how it came about: invite or proposal"),
	}, happened("submitted", "when it was submitted")),
	Key:     []string{"id"},
	Indexes: [][]string{{"freelancer_id"}, {"job_id"}},
	Live:    true,
}

var proposalStepsTable = &Table{
	Name:     "proposal_steps",
	Doc:      "What became of proposals, one row for each step. That an interview's time was set is none.",
	Position: "position",
	Columns: []Column{
		column("proposal_id", ID, "the proposal"),
		column("position", Integer, "of the event"),
		column("occurred_at", Moment, "when it happened"),
		column("kind", Text, "withdrawn, declined, interview_started, interview_held, interview_cancelled, offer_made, offer_accepted, "+
			"offer_declined, offer_withdrawn or offer_expired"),
	},
	Key:  []string{"proposal_id", "position"},
	Live: true,
}
