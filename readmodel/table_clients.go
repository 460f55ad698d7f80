package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type (
	client     = projection.ClientRecord
	clientMark = projection.ClientMark
)

var clientRecords = &recordsOf[client]{
	tableOf: newTable(Table{
		Name:     "clients",
		Doc:      "Client accounts, one row each.",
		Position: "registered_position",
		Key:      []string{"id"},
		Live:     true,
	},
		idColumn("id", "the account", func(c *client) *uuid.UUID { return &c.ID }),
		revisionColumn(func(c *client) *uint64 { return &c.Next }),
		happened("registered", "when the account was registered", func(c *client) *projection.Moment { return &c.Registered }),
	),
	category:    event.CategoryClient,
	children:    []childTable[client]{clientMarks},
	id:          func(c *client) uuid.UUID { return c.ID },
	in:          func(r *projection.Records) map[uuid.UUID]*client { return r.Clients },
	all:         (*projection.Model).Clients,
	differences: projection.Differences[client],
}

var clientMarks = childrenOf[client, clientMark]{
	tableOf: newChildTable(Table{
		Name:     "client_marks",
		Doc:      "Changes of a client's flag, standing or payment method, and what was done or said about their conduct, one row each.",
		Position: "position",
		Key:      []string{"client_id", "position"},
		Live:     true,
	}, "client_id", "the client",
		occurred("when it happened", func(m *clientMark) *projection.Moment { return &m.Moment }),
		wordColumn("kind", "", func(m *clientMark) *projection.MarkKind { return &m.Kind }),
		textColumn("reason", "of a flag, a suspension, a bar or a contact, else empty", func(m *clientMark) *string { return &m.Reason }),
		idColumn("freelancer_id", "who complained; NULL but for a complaint", func(m *clientMark) *uuid.UUID { return &m.Freelancer }).
			where(func(m *clientMark) bool { return m.Kind == projection.MarkComplaint }),
	),
	part:   projection.PartMarks,
	list:   func(c *client) *[]clientMark { return &c.Marks },
	newest: func(m *clientMark) event.Position { return m.Position },
}

// voiding reports whether marks of the kind decide whether a client's feedback
// about freelancers is void: see projection.ClientRecord.Voided.
func voiding(k projection.MarkKind) bool {
	switch k {
	case projection.MarkFlagged, projection.MarkFlagLifted, projection.MarkSuspended, projection.MarkReinstated, projection.MarkBarred:
		return true
	}
	return false
}

// voidingWords are those of the marks that may void feedback.
var voidingWords = func() []string {
	words := wordsOf[projection.MarkKind]()
	return []string{words[projection.MarkFlagged], words[projection.MarkSuspended], words[projection.MarkBarred]}
}()
