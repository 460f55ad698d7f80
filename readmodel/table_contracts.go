package readmodel

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type (
	contract = projection.ContractRecord
	payment  = projection.Payment
	dispute  = projection.Dispute
)

var contractRecords = &recordsOf[contract]{
	tableOf: newTable(Table{
		Name:     "contracts",
		Doc:      "Contracts, one row each.",
		Position: "started_position",
		Key:      []string{"id"},
		Indexes:  [][]string{{"freelancer_id"}, {"client_id"}, {"ended_at"}},
		Live:     true,
	},
		idColumn("id", "the contract", func(c *contract) *uuid.UUID { return &c.ID }),
		idColumn("client_id", "who pays", func(c *contract) *uuid.UUID { return &c.Client }),
		idColumn("freelancer_id", "who works", func(c *contract) *uuid.UUID { return &c.Freelancer }),
		idColumn("job_id", "as the client named it; there need not be one of that id", func(c *contract) *uuid.UUID { return &c.Job }),
		revisionColumn(func(c *contract) *uint64 { return &c.Next }),
		textColumn("via", "how it came about: invite, proposal or direct", func(c *contract) *event.Via { return &c.Via },
			event.ViaInvite, event.ViaProposal, event.ViaDirect),
		field[contract](termsColumns{}),
		happened("started", "when it started", func(c *contract) *projection.Moment { return &c.Started }),
		when("ended", "when it ended; NULL while it runs", func(c *contract) *projection.Moment { return &c.Ended }),
		feedbackColumns("feedback", "the client", func(c *contract) *projection.Feedback { return &c.Feedback }),
		wordsColumns,
		when("excluded", "when that feedback was taken out of the count", func(c *contract) *projection.Moment { return &c.Excluded }),
		textColumn("excluded_basis", "moderation, perk, or a word of the host's", func(c *contract) *event.ExclusionBasis { return &c.Basis }).
			where(func(c *contract) bool { return c.Excluded.Happened() }),
		feedbackColumns("returned", "the freelancer", func(c *contract) *projection.Feedback { return &c.Returned }),
		when("published", "when the feedback given until then became visible", func(c *contract) *projection.Moment { return &c.Published }),
	),
	category:    event.CategoryContract,
	children:    []childTable[contract]{contractPayments, contractSubmissions, contractDisputes},
	foldsOnto:   true,
	id:          func(c *contract) uuid.UUID { return c.ID },
	in:          func(r *projection.Records) map[uuid.UUID]*contract { return r.Contracts },
	all:         (*projection.Model).Contracts,
	differences: projection.Differences[contract],
}

func feedbackColumns(name, side string, of func(*contract) *projection.Feedback) field[contract] {
	recommend := column(name+"_recommend", Integer, side+"'s, 0 to 10; private, so the view leaves it out")
	return group[contract]{
		when(name, "when "+side+" gave feedback, published or not", func(c *contract) *projection.Moment { return &of(c).Moment }),
		between(100, 500, integerColumn(name+"_overall", side+"'s, mean in hundredths of a star", func(c *contract) *int16 { return &of(c).Overall })).
			where(func(c *contract) bool { return of(c).Happened() }),
		nullable[contract, int64]{recommend.null().private(),
			func(c *contract) (int64, bool) { return recommended(of(c)) },
			func(c *contract, n *int64) error { return setRecommended(of(c), n) }},
		when(name+"_revised", "when "+side+" changed those marks", func(c *contract) *projection.Moment { return &of(c).Revised }),
		between(100, 500, integerColumn(name+"_revised_overall", "the mean from then on", func(c *contract) *int16 { return &of(c).RevisedOverall })).
			where(func(c *contract) bool { return of(c).Revised.Happened() }),
	}
}

// noRecommendation is the Recommend of feedback without one.
const noRecommendation = -1

func recommended(f *projection.Feedback) (int64, bool) {
	return int64(f.Recommend), f.Happened() && f.Recommend != noRecommendation
}

func setRecommended(f *projection.Feedback, n *int64) error {
	switch {
	case n == nil && f.Happened():
		f.Recommend = noRecommendation
	case n == nil:
	case !f.Happened() || *n < 0 || *n > 10:
		return fmt.Errorf("a recommendation is %d, or of no feedback", *n)
	default:
		f.Recommend = int8(*n)
	}
	return nil
}

var contractPayments = childrenOf[contract, payment]{
	tableOf: newChildTable(Table{
		Name:     "payments",
		Doc:      "Money that moved between the two sides of a contract, one row each.",
		Position: "position",
		Key:      []string{"contract_id", "position"},
		Indexes:  [][]string{{"occurred_at"}},
		Live:     true,
	}, "contract_id", "the contract",
		occurred("when it moved", func(p *payment) *projection.Moment { return &p.Moment }),
		wordColumn("kind", "; a refund goes back to the client", func(p *payment) *projection.PaymentKind { return &p.Kind }),
		integerColumn("amount", "in minor units, never negative", func(p *payment) *event.Money { return &p.Amount }),
		integerColumn("minutes", "that were paid for; NULL but for hours", func(p *payment) *int64 { return &p.Minutes }).
			where(func(p *payment) bool { return p.Kind == projection.PaymentHours }),
	),
	list:   func(c *contract) *[]payment { return &c.Payments },
	newest: func(p *payment) event.Position { return p.Position },
}

type submission = projection.Submission

var contractSubmissions = childrenOf[contract, submission]{
	tableOf: newChildTable(Table{
		Name:     "submissions",
		Doc:      "Work that was handed in for a milestone, one row each.",
		Position: "submitted_position",
		Key:      []string{"contract_id", "submitted_position"},
		Live:     true,
	}, "contract_id", "the contract",
		happened("submitted", "when it was handed in", func(s *submission) *projection.Moment { return &s.Moment }),
		idColumn("milestone_id", "the milestone, unique in its contract", func(s *submission) *uuid.UUID { return &s.Milestone }),
		wordColumn("outcome", ", which is any other end, another submission too",
			func(s *submission) *projection.SubmissionOutcome { return &s.Outcome }),
		when("answered", "when it got that outcome; NULL while it stands", func(s *submission) *projection.Moment { return &s.Answered }),
	),
	changes: true,
	list: func(c *contract) *[]submission {
		if c.Work == nil {
			return new([]submission)
		}
		return &c.Work.All
	},
	place: func(c *contract) {
		if c.Work == nil {
			c.Work = new(projection.Work)
		}
	},
	newest: (*submission).Newest,
}

var contractDisputes = childrenOf[contract, dispute]{
	tableOf: newChildTable(Table{
		Name:     "disputes",
		Doc:      "Disputes, one row each.",
		Position: "opened_position",
		Key:      []string{"contract_id", "id"},
		Live:     true,
	}, "contract_id", "the contract",
		idColumn("id", "the dispute, unique in its contract", func(d *dispute) *uuid.UUID { return &d.ID }),
		textColumn("opened_by", "client or freelancer", func(d *dispute) *event.Side { return &d.By }, event.SideClient, event.SideFreelancer),
		happened("opened", "when it was opened", func(d *dispute) *projection.Moment { return &d.Opened }),
		when("accepted", "when the other side accepted it", func(d *dispute) *projection.Moment { return &d.Accepted }),
		when("lapsed", "when the time for an answer was over", func(d *dispute) *projection.Moment { return &d.Lapsed }),
		when("cancelled", "when it was cancelled; a cancelled dispute does not count from then on", func(d *dispute) *projection.Moment { return &d.Cancelled }),
		when("resolved", "when it was resolved", func(d *dispute) *projection.Moment { return &d.Resolved }),
		integerColumn("to_freelancer", "the freelancer's share of the disputed amount, if it was resolved; minor units",
			func(d *dispute) *event.Money { return &d.ToFreelancer }).where(resolved),
		integerColumn("to_client", "the client's share", func(d *dispute) *event.Money { return &d.ToClient }).where(resolved),
	),
	changes: true,
	list:    func(c *contract) *[]dispute { return &c.Disputes },
	newest:  (*dispute).Newest,
}

func resolved(d *dispute) bool { return d.Resolved.Happened() }
