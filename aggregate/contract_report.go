package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// ContractState is what may be done on a contract.
type ContractState string

// The states of a contract.
const (
	ContractStateActive ContractState = "active"
	ContractStatePaused ContractState = "paused" // no work is submitted or logged
	ContractStateEnded  ContractState = "ended"
)

// MilestoneState is where a milestone stands (fine print F7).
type MilestoneState string

// The states of a milestone.
const (
	MilestoneStateUnfunded        MilestoneState = "unfunded"
	MilestoneStateFunded          MilestoneState = "funded"
	MilestoneStateSubmitted       MilestoneState = "submitted"        // the work waits for an answer
	MilestoneStateRefundRequested MilestoneState = "refund_requested" // the client wants the escrow back
	MilestoneStateClosed          MilestoneState = "closed"           // funded once and nothing held
)

// DisputeState is where a dispute stands (fine print I6).
type DisputeState string

// The states of a dispute. All but open and answered are final.
const (
	DisputeStateOpen      DisputeState = "open"
	DisputeStateAnswered  DisputeState = "answered" // contested
	DisputeStateAccepted  DisputeState = "accepted"
	DisputeStateLapsed    DisputeState = "lapsed"
	DisputeStateResolved  DisputeState = "resolved"
	DisputeStateCancelled DisputeState = "cancelled"
)

// ContractReport is a contract as of a moment. It marshals to the contract report's
// JSON: null for what is not there, or not yet (fine print K5). Money is in minor
// units.
type ContractReport struct {
	AsOf       event.Time         `json:"as_of"`
	Contract   uuid.UUID          `json:"contract"`
	Client     uuid.UUID          `json:"client"`
	Freelancer uuid.UUID          `json:"freelancer"`
	Job        uuid.UUID          `json:"job"`
	Kind       event.ContractKind `json:"kind"`
	Via        event.Via          `json:"via"`
	State      ContractState      `json:"state"`
	StartedAt  event.Time         `json:"started_at"`
	EndedAt    *event.Time        `json:"ended_at"`
	Paid       event.Money        `json:"paid"` // net of refunds
	Escrow     Escrow             `json:"escrow"`
	Milestones []Milestone        `json:"milestones"` // in the order they were added
	Weeks      []Week             `json:"weeks"`      // those with an event, the first first
	Disputes   []Dispute          `json:"disputes"`   // in the order they were opened
	Bonuses    []Payment          `json:"bonuses"`    // in the order they were paid
	Refunds    []Payment          `json:"refunds"`    // that the freelancer gave, in their order
	Feedback   []Feedback         `json:"feedback"`   // published, the client's first

	// FeedbackClosesAt and ResponsesCloseAt are until when feedback can be given and
	// answered, once the contract has ended.
	FeedbackClosesAt *event.Time `json:"feedback_closes_at"`
	ResponsesCloseAt *event.Time `json:"responses_close_at"`
	// HourlyRate and WeeklyLimitMinutes are those in force, of hourly work.
	HourlyRate         *event.Money `json:"hourly_rate"`
	WeeklyLimitMinutes *int64       `json:"weekly_limit_minutes"`
	Description        event.Text   `json:"description,omitzero"` // what was agreed
}

// Escrow is what became of the money that a contract's milestones were funded with:
// funded = released + refunded + held, at every event.
type Escrow struct {
	Funded   event.Money `json:"funded"`
	Released event.Money `json:"released"`
	Refunded event.Money `json:"refunded"`
	Held     event.Money `json:"held"`
}

// Milestone is a part of a fixed-price contract.
type Milestone struct {
	Milestone     uuid.UUID      `json:"milestone"`
	Amount        event.Money    `json:"amount"`
	State         MilestoneState `json:"state"`
	Released      event.Money    `json:"released"`
	Refunded      event.Money    `json:"refunded"`
	Held          event.Money    `json:"held"`
	Attempts      int            `json:"attempts"`        // at handing the work in
	AutoReleaseAt *event.Time    `json:"auto_release_at"` // while submitted
	RespondBy     *event.Time    `json:"respond_by"`      // while a refund is requested
	ReleasedAt    *event.Time    `json:"released_at"`     // the last of it that was, to hold against Due
	Due           *event.Day     `json:"due"`             // binds nothing
	Description   event.Text     `json:"description,omitzero"`
}

// Funded is what the client put in escrow for the milestone, 0 before.
func (m Milestone) Funded() event.Money { return m.Released + m.Refunded + m.Held }

// Week is the bill of a week of hourly work.
type Week struct {
	Week         event.Week   `json:"week"`
	Minutes      int64        `json:"minutes"` // logged
	Amount       *event.Money `json:"amount"`  // of the invoice
	ReviewEndsAt *event.Time  `json:"review_ends_at"`
	Refused      event.Money  `json:"refused"` // of the invoice, by disputes
	Paid         event.Money  `json:"paid"`
}

// Dispute is a dispute over a contract.
type Dispute struct {
	Dispute   uuid.UUID           `json:"dispute"`
	By        event.Side          `json:"by"`
	Week      *event.Week         `json:"week"` // of hourly work
	Amount    event.Money         `json:"amount"`
	State     DisputeState        `json:"state"`
	RespondBy event.Time          `json:"respond_by"`
	OnLapse   *event.DisputeLapse `json:"on_lapse"` // nil in a log of the first edition

	OpenedAt   event.Time       `json:"opened_at"`
	AnsweredAt *event.Time      `json:"answered_at"`
	ClosedAt   *event.Time      `json:"closed_at"`  // when it came to a final state
	DecidedBy  *event.DecidedBy `json:"decided_by"` // where it was resolved
	// ToFreelancer and ToClient are how the amount was shared: by the decision, or by what
	// an accept or a lapse does. Nil where nothing was: open, cancelled, without escrow.
	ToFreelancer *event.Money `json:"to_freelancer"`
	ToClient     *event.Money `json:"to_client"`
	Reason       event.Text   `json:"reason,omitzero"`
}

// Payment is money that moved past escrow and weeks.
type Payment struct {
	At     event.Time  `json:"at"`
	Amount event.Money `json:"amount"`
}

// Feedback is what one side said of the other, and what that said to it, as it is
// public. What was recommended in private is no part of it.
type Feedback struct {
	By          event.Side   `json:"by"`
	PublishedAt event.Time   `json:"published_at"`
	Overall     int          `json:"overall"` // hundredths of a star
	Scores      event.Scores `json:"scores"`  // 1 to 5 stars each
	RevisedAt   *event.Time  `json:"revised_at"`
	RespondedAt *event.Time  `json:"responded_at"`
	Comment     event.Text   `json:"comment,omitzero"`
	Response    event.Text   `json:"response,omitzero"`
}

// WorkDiary is a week of hourly work as of a moment: every segment, how much of it is
// billed, whether payment protection covers it or why not, and the week's bill. It
// marshals to the Work Diary report's JSON. Before the invoice what is billed and
// protected is what would be, under the limit in force at the moment or at the week's
// end, whichever is earlier (fine print G10).
type WorkDiary struct {
	AsOf             event.Time   `json:"as_of"`
	Contract         uuid.UUID    `json:"contract"`
	Week             event.Week   `json:"week"`
	Minutes          int64        `json:"minutes"`
	BillableMinutes  int64        `json:"billable_minutes"`
	OverLimitMinutes int64        `json:"over_limit_minutes"`
	ProtectedMinutes int64        `json:"protected_minutes"`
	Amount           *event.Money `json:"amount"` // of the invoice
	ReviewEndsAt     *event.Time  `json:"review_ends_at"`
	Refused          event.Money  `json:"refused"`
	Paid             event.Money  `json:"paid"`
	Segments         []Segment    `json:"segments"` // the first first
}

// Segment is ten minutes of work.
type Segment struct {
	Start            event.Time         `json:"start"`
	Kind             event.SegmentKind  `json:"kind"`
	Activity         int                `json:"activity"` // 0 to 10
	Screenshot       bool               `json:"screenshot"`
	BilledMinutes    int64              `json:"billed_minutes"`
	Protected        bool               `json:"protected"`
	WhyNot           *event.Unprotected `json:"why_not"` // the first reason, nil if it is protected
	ScreenshotRef    string             `json:"screenshot_ref,omitzero"`
	ScreenshotSHA256 string             `json:"screenshot_sha256,omitzero"`
	Memo             event.Text         `json:"memo,omitzero"`
}
