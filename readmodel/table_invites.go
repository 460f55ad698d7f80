package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type invite = projection.InviteRecord

var inviteRecords = &recordsOf[invite]{
	tableOf: newTable(Table{
		Name:     "invites",
		Doc:      "Invites to interview, one row each.",
		Position: "sent_position",
		Key:      []string{"id"},
		Indexes:  [][]string{{"freelancer_id"}, {"client_id"}},
		Live:     true,
	},
		idColumn("id", "the invite", func(i *invite) *uuid.UUID { return &i.ID }),
		idColumn("client_id", "who sent it", func(i *invite) *uuid.UUID { return &i.Client }),
		idColumn("freelancer_id", "who got it", func(i *invite) *uuid.UUID { return &i.Freelancer }),
		idColumn("job_id", "as the client named it; there need not be one of that id", func(i *invite) *uuid.UUID { return &i.Job }),
		revisionColumn(func(i *invite) *uint64 { return &i.Next }),
		boolColumn("available", "the freelancer took work when it was sent", func(i *invite) *bool { return &i.Available }),
		wordColumn("outcome", "", func(i *invite) *projection.InviteOutcome { return &i.Outcome }),
		happened("sent", "when it was sent", func(i *invite) *projection.Moment { return &i.Sent }),
		when("contact", "when both sides saw each other's contact details", func(i *invite) *projection.Moment { return &i.Contact }),
		when("closed", "when it got its outcome; NULL while open", func(i *invite) *projection.Moment { return &i.Closed }),
	),
	category:    event.CategoryInvite,
	id:          func(i *invite) uuid.UUID { return i.ID },
	in:          func(r *projection.Records) map[uuid.UUID]*invite { return r.Invites },
	all:         (*projection.Model).Invites,
	differences: projection.Differences[invite],
}
