package readmodel

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type (
	freelancer     = projection.FreelancerRecord
	freelancerMark = projection.FreelancerMark
	connectsMove   = projection.ConnectsMove
)

var freelancerRecords = &recordsOf[freelancer]{
	tableOf: newTable(Table{
		Name:     "freelancers",
		Doc:      "Freelancer accounts, one row each.",
		Position: "registered_position",
		Key:      []string{"id"},
		Live:     true,
	},
		idColumn("id", "the account", func(f *freelancer) *uuid.UUID { return &f.ID }),
		revisionColumn(func(f *freelancer) *uint64 { return &f.Next }),
		happened("registered", "when the account was registered", func(f *freelancer) *projection.Moment { return &f.Registered }),
	),
	category:    event.CategoryFreelancer,
	children:    []childTable[freelancer]{freelancerMarks, freelancerConnects, freelancerDescriptions, freelancerTests},
	id:          func(f *freelancer) uuid.UUID { return f.ID },
	in:          func(r *projection.Records) map[uuid.UUID]*freelancer { return r.Freelancers },
	all:         (*projection.Model).Freelancers,
	differences: projection.Differences[freelancer],
}

var freelancerMarks = childrenOf[freelancer, freelancerMark]{
	tableOf: newChildTable(Table{
		Name:     "freelancer_marks",
		Doc:      "Changes of a freelancer's profile or standing, one row each. A new freelancer is public, available, unverified, and has a profile of 0 percent.",
		Position: "position",
		Key:      []string{"freelancer_id", "position"},
		Live:     true,
	}, "freelancer_id", "the freelancer",
		occurred("when it happened", func(m *freelancerMark) *projection.Moment { return &m.Moment }),
		wordColumn("kind", "", func(m *freelancerMark) *projection.FreelancerMarkKind { return &m.Kind }),
		textColumn("word", "the visibility, the kind of hold, the badge, the rule that was broken, or why the account was suspended or closed, else empty",
			func(m *freelancerMark) *string { return &m.Word }),
		nullable[freelancerMark, int64]{column("number", Integer, "availability: 1 if available, else 0; completeness: percent; assessed: the Job Success score"+
			" as shown, in percent, NULL without one; else NULL").null(), markNumber, setMarkNumber},
		nullable[freelancerMark, string]{column("blocks", Text, "what a hold that was placed blocks: proposals, contracts and search, as it has them, with commas between; else NULL").null(),
			func(m *freelancerMark) (string, bool) { return m.Blocks.String(), m.Kind == projection.MarkHoldPlaced }, setBlocks},
	),
	part:   projection.PartMarks,
	list:   func(f *freelancer) *[]freelancerMark { return &f.Marks },
	newest: func(m *freelancerMark) event.Position { return m.Position },
}

var freelancerConnects = childrenOf[freelancer, connectsMove]{
	tableOf: newChildTable(Table{
		Name:     "freelancer_connects",
		Doc:      "How a freelancer's Connects moved, one row each: a lot that begins, or what goes out of one.",
		Position: "position",
		Key:      []string{"freelancer_id", "position"},
		Live:     true,
	}, "freelancer_id", "the freelancer",
		occurred("when it happened", func(m *connectsMove) *projection.Moment { return &m.Moment }),
		wordColumn("kind", "; the first three begin a lot", func(m *connectsMove) *projection.ConnectsKind { return &m.Kind }),
		integerColumn("lot", "its number in the account, from 1", func(m *connectsMove) *int { return &m.Lot }),
		integerColumn("amount", "so many Connects", func(m *connectsMove) *event.Connects { return &m.Amount }),
		timeOrNull("expires_at", "when the lot runs out; NULL where it does not begin", func(m *connectsMove) *event.Time { return &m.ExpiresAt }),
		textColumn("reason", "signup, monthly, bonus or other; NULL but of what was granted", func(m *connectsMove) *event.GrantReason { return &m.Reason }).
			where(func(m *connectsMove) bool { return m.Kind == projection.ConnectsGranted }),
		nullableText("month", "whose allowance it is, as in 2016-02, else NULL", func(m *connectsMove) *event.Month { return &m.Month }),
		idColumn("proposal_id", "for which they were spent, or came back; else NULL", func(m *connectsMove) *uuid.UUID { return &m.Proposal }).
			where(func(m *connectsMove) bool {
				return m.Kind == projection.ConnectsSpent || m.Kind == projection.ConnectsReturned
			}),
		idColumn("job_id", "to which it applies; NULL but of what was spent", func(m *connectsMove) *uuid.UUID { return &m.Job }).
			where(func(m *connectsMove) bool { return m.Kind == projection.ConnectsSpent }),
	),
	part:   projection.PartConnects,
	list:   func(f *freelancer) *[]connectsMove { return &f.Connects },
	newest: func(m *connectsMove) event.Position { return m.Position },
}

func setBlocks(m *freelancerMark, words *string) error {
	if (words != nil) != (m.Kind == projection.MarkHoldPlaced) {
		return fmt.Errorf("column blocks is NULL or is not, against the columns before it")
	}
	if words == nil {
		return nil
	}
	var known bool
	if m.Blocks, known = projection.BlocksOf(*words); !known {
		return fmt.Errorf("column blocks holds %.40q", *words)
	}
	return nil
}

// markNumber is known of a mark that has one, but for an assessment without a
// score.
func markNumber(m *freelancerMark) (int64, bool) {
	switch m.Kind {
	case projection.MarkAvailability, projection.MarkCompleteness:
		return m.Number, true
	case projection.MarkAssessed:
		return m.Number, m.Number != projection.NotScored
	}
	return 0, false
}

func setMarkNumber(m *freelancerMark, n *int64) error {
	switch {
	case n != nil:
		m.Number = *n
	case m.Kind == projection.MarkAssessed:
		m.Number = projection.NotScored
	}
	return nil
}
