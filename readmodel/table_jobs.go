package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type job = projection.JobRecord

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
		happened("posted", "when it was posted", func(j *job) *projection.Moment { return &j.Posted }),
		when("closed", "when it was closed", func(j *job) *projection.Moment { return &j.Closed }),
		textColumn("close_reason", "filled, cancelled, expired or client_sanctioned", func(j *job) *event.CloseReason { return &j.CloseReason }).
			where(func(j *job) bool { return j.Closed.Happened() }),
		when("removed", "when the platform removed it, closed before or not", func(j *job) *projection.Moment { return &j.Removed }),
		textColumn("remove_reason", "tos or other", func(j *job) *event.RemoveReason { return &j.RemoveReason }).
			where(func(j *job) bool { return j.Removed.Happened() }),
	),
	category:    event.CategoryJob,
	id:          func(j *job) uuid.UUID { return j.ID },
	in:          func(r *projection.Records) map[uuid.UUID]*job { return r.Jobs },
	all:         (*projection.Model).Jobs,
	differences: projection.Differences[job],
}
