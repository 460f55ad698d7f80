package event

import (
	"strings"

	"github.com/google/uuid"
)

// The shapes that events had in the first edition of the rules, and what they read as
// today (fine print C6, S1 to S4). What such a log lacks is never made up: it is absent,
// or a word that says so.

type profileDescribedV1 struct {
	Introduction Text   `json:"introduction"`
	Skills       []Text `json:"skills"`
}

type identityVerifiedV1 struct{}

type phoneVerifiedV1 struct{}

type holdPlacedV1 struct {
	Kind HoldKind `json:"kind"`
}

type connectsGrantedV1 struct {
	Lot       int      `json:"lot"` // its number in the account, from 1
	Amount    Connects `json:"amount"`
	ExpiresAt Time     `json:"expires_at"`
}

type jobPostedV1 struct {
	Client   uuid.UUID    `json:"client"`
	Kind     ContractKind `json:"kind"`
	Category string       `json:"category,omitzero"`
	Connects Connects     `json:"connects"`
}

type proposalSubmittedV1 struct {
	Job         uuid.UUID `json:"job"`
	Client      uuid.UUID `json:"client"`
	Freelancer  uuid.UUID `json:"freelancer"`
	Via         Via       `json:"via"`
	Invite      uuid.UUID `json:"invite,omitzero"`
	Connects    Connects  `json:"connects"`
	Bid         Money     `json:"bid,omitzero"`
	CoverLetter Text      `json:"cover_letter"`
}

type interviewScheduledV1 struct {
	Format       InterviewFormat  `json:"format"`
	Channel      InterviewChannel `json:"channel"`
	Participants int              `json:"participants"` // how many people take part
	ScheduledAt  Time             `json:"scheduled_at"`
}

type interviewCancelledV1 struct {
	Reason Text `json:"reason,omitzero"`
}

type offerMadeV1 struct {
	Kind               ContractKind `json:"kind"`
	Amount             Money        `json:"amount,omitzero"`
	HourlyRate         Money        `json:"hourly_rate,omitzero"`
	WeeklyLimitMinutes int64        `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  bool         `json:"manual_time_allowed,omitzero"`
	ExpiresAt          Time         `json:"expires_at"`
	Message            Text         `json:"message,omitzero"`
}

type offerWithdrawnV1 struct {
	Reason Text `json:"reason,omitzero"`
}

type contractStartedV1 struct {
	Job                uuid.UUID    `json:"job"`
	Client             uuid.UUID    `json:"client"`
	Freelancer         uuid.UUID    `json:"freelancer"`
	Kind               ContractKind `json:"kind"`
	Via                Via          `json:"via"`
	Invite             uuid.UUID    `json:"invite,omitzero"`
	Proposal           uuid.UUID    `json:"proposal,omitzero"`
	Category           string       `json:"category,omitzero"`
	HourlyRate         Money        `json:"hourly_rate,omitzero"`
	WeeklyLimitMinutes int64        `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  bool         `json:"manual_time_allowed,omitzero"`
}

type contractEndedV1 struct {
	By               Side `json:"by"`
	FeedbackClosesAt Time `json:"feedback_closes_at"`
	Reason           Text `json:"reason"`
}

type milestoneAddedV1 struct {
	Milestone uuid.UUID `json:"milestone"`
	Amount    Money     `json:"amount"`
}

type disputeOpenedV1 struct {
	Dispute   uuid.UUID `json:"dispute"`
	By        Side      `json:"by"`
	Amount    Money     `json:"amount"`
	RespondBy Time      `json:"respond_by"`
	Reason    Text      `json:"reason"`
}

// segmentLoggedV1 reads its memo as a string, since whether there is one decides what
// the segment reads as.
type segmentLoggedV1 struct {
	Start       Time        `json:"start"`
	Kind        SegmentKind `json:"kind"`
	Activity    int         `json:"activity"` // 0 to 10
	Screenshot  bool        `json:"screenshot"`
	Protectable bool        `json:"protectable"`
	Memo        string      `json:"memo,omitzero"`
}

type importLineRejectedV1 struct {
	Line    int64  `json:"line"`             // physical line number, from 1
	Command string `json:"command,omitzero"` // the command's name, if it is one of ours
	Code    string `json:"code"`             // the rejection's code
}

// firstEdition lists how each of them becomes the second version of its event.
func firstEdition() []Upcast {
	return []Upcast{
		fromV1("ProfileDescribed", func(o *profileDescribedV1, n *ProfileDescribed) error {
			n.Introduction, n.Skills = o.Introduction, o.Skills
			return nil
		}),
		fromV1("IdentityVerified", func(*identityVerifiedV1, *IdentityVerified) error { return nil }),
		fromV1("PhoneVerified", func(*phoneVerifiedV1, *PhoneVerified) error { return nil }),
		fromV1("HoldPlaced", func(o *holdPlacedV1, n *HoldPlaced) error {
			n.Kind, n.Blocks = o.Kind, []HoldBlock{}
			return nil
		}),
		fromV1("ConnectsGranted", func(o *connectsGrantedV1, n *ConnectsGranted) error {
			*n = ConnectsGranted{Lot: o.Lot, Amount: o.Amount, Reason: GrantOther, ExpiresAt: o.ExpiresAt}
			return nil
		}),
		fromV1("JobPosted", func(o *jobPostedV1, n *JobPosted) error {
			n.Client, n.Kind, n.Category, n.Connects = o.Client, o.Kind, o.Category, o.Connects
			return nil
		}),
		fromV1("ProposalSubmitted", func(o *proposalSubmittedV1, n *ProposalSubmitted) error {
			*n = ProposalSubmitted{
				Job: o.Job, Client: o.Client, Freelancer: o.Freelancer, Via: o.Via, Invite: o.Invite,
				Connects: o.Connects, Bid: o.Bid, CoverLetter: o.CoverLetter,
			}
			return nil
		}),
		fromV1("InterviewScheduled", func(o *interviewScheduledV1, n *InterviewScheduled) error {
			n.Kind, n.Channel, n.Participants, n.ScheduledAt = o.Format, o.Channel, o.Participants, o.ScheduledAt
			return nil
		}),
		fromV1("InterviewCancelled", func(o *interviewCancelledV1, n *InterviewCancelled) error {
			n.Reason = o.Reason
			return nil
		}),
		fromV1("OfferMade", func(o *offerMadeV1, n *OfferMade) error {
			*n = OfferMade{
				Kind: o.Kind, Amount: o.Amount, HourlyRate: o.HourlyRate, WeeklyLimitMinutes: o.WeeklyLimitMinutes,
				ManualTimeAllowed: o.ManualTimeAllowed, ExpiresAt: o.ExpiresAt, Message: o.Message,
			}
			return nil
		}),
		fromV1("OfferWithdrawn", func(o *offerWithdrawnV1, n *OfferWithdrawn) error {
			n.Words = o.Reason
			return nil
		}),
		fromV1("ContractStarted", func(o *contractStartedV1, n *ContractStarted) error {
			*n = ContractStarted{
				Job: o.Job, Client: o.Client, Freelancer: o.Freelancer, Kind: o.Kind, Via: o.Via, Invite: o.Invite,
				Proposal: o.Proposal, Category: o.Category, HourlyRate: o.HourlyRate,
				WeeklyLimitMinutes: o.WeeklyLimitMinutes, ManualTimeAllowed: o.ManualTimeAllowed,
			}
			return nil
		}),
		fromV1("ContractEnded", func(o *contractEndedV1, n *ContractEnded) error {
			*n = ContractEnded{
				By: o.By, FeedbackClosesAt: o.FeedbackClosesAt, ResponsesCloseAt: o.FeedbackClosesAt.AddDays(14), Reason: o.Reason,
			}
			return nil
		}),
		fromV1("MilestoneAdded", func(o *milestoneAddedV1, n *MilestoneAdded) error {
			n.Milestone, n.Amount = o.Milestone, o.Amount
			return nil
		}),
		fromV1("DisputeOpened", func(o *disputeOpenedV1, n *DisputeOpened) error {
			n.Dispute, n.By, n.Amount, n.RespondBy, n.Reason = o.Dispute, o.By, o.Amount, o.RespondBy, o.Reason
			return nil
		}),
		fromV1("SegmentLogged", func(o *segmentLoggedV1, n *SegmentLogged) error {
			*n = SegmentLogged{
				Start: o.Start, Kind: o.Kind, Activity: o.Activity, Screenshot: o.Screenshot, Unprotected: o.unprotected(), Memo: Text(o.Memo),
			}
			return nil
		}),
		fromV1("ImportLineRejected", func(o *importLineRejectedV1, n *ImportLineRejected) error {
			n.Line, n.Command, n.Code = o.Line, o.Command, o.Code
			return nil
		}),
	}
}

// unprotected is the first reason that the segment itself shows. What remains is one
// of the accounts', and which of them the log does not say.
func (o *segmentLoggedV1) unprotected() Unprotected {
	switch {
	case o.Protectable:
		return ""
	case o.Kind == SegmentManual:
		return UnprotectedManual
	case strings.TrimSpace(o.Memo) == "":
		return UnprotectedNoMemo
	case o.Activity == 0:
		return UnprotectedNoActivity
	case !o.Screenshot:
		return UnprotectedNoScreenshot
	}
	return UnprotectedAccount
}

func fromV1[O, N any](name string, apply func(old *O, next *N) error) Upcast {
	return NewUpcast(Schema{name, 1}, Schema{name, 2}, apply)
}
