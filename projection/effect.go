package projection

// effect is what an event of a type does to the record of its stream.
type effect struct {
	event  string   // the type
	home   category // of its streams
	action action
	detail uint8 // an InviteOutcome, a PaymentKind, a StepKind or a kind of mark, as the action has it
}

// action is what an event does.
type action uint8

const (
	nothing action = iota // only its revision counts
	opened
	clientMarked
	freelancerMarked
	inviteClosed
	jobClosed
	jobRemoved
	proposalMoved
	contractEnded
	moneyMoved
	feedbackGiven
	feedbackPublished
	feedbackExcluded
	disputeOpened
	disputeCancelled
	disputeResolved
)

// effects names every event type that may stand in a stream of ours, so that
// none is skipped unseen. A change holds an index into it.
var effects = [...]effect{
	{"", foreign, nothing, 0}, // every other type

	{"InviteSent", invites, opened, 0},
	{"InviteAccepted", invites, inviteClosed, uint8(InviteAccepted)},
	{"InviteDeclined", invites, inviteClosed, uint8(InviteDeclined)},
	{"InviteReported", invites, inviteClosed, uint8(InviteReported)},
	{"InviteWithdrawn", invites, inviteClosed, uint8(InviteWithdrawn)},
	{"InviteExpired", invites, inviteClosed, uint8(InviteExpired)},
	{"ContactExchanged", invites, nothing, 0},
	{"InviteArchived", invites, nothing, 0},

	{"ContractStarted", contracts, opened, 0},
	{"ContractEnded", contracts, contractEnded, 0},
	{"MilestoneReleased", contracts, moneyMoved, uint8(PaymentRelease)},
	{"HoursPaid", contracts, moneyMoved, uint8(PaymentHours)},
	{"BonusPaid", contracts, moneyMoved, uint8(PaymentBonus)},
	{"RefundGiven", contracts, moneyMoved, uint8(PaymentRefund)},
	{"FeedbackSubmitted", contracts, feedbackGiven, 0},
	{"FeedbackExcluded", contracts, feedbackExcluded, 0},
	{"DisputeOpened", contracts, disputeOpened, 0},
	{"DisputeCancelled", contracts, disputeCancelled, 0},
	{"ContractPaused", contracts, nothing, 0},
	{"ContractResumed", contracts, nothing, 0},
	{"WeeklyLimitChanged", contracts, nothing, 0},
	{"MilestoneAdded", contracts, nothing, 0},
	{"MilestoneFunded", contracts, nothing, 0},
	{"WorkSubmitted", contracts, nothing, 0},
	{"ChangesRequested", contracts, nothing, 0},
	{"EscrowRefundRequested", contracts, nothing, 0},
	{"EscrowRefundRefused", contracts, nothing, 0},
	{"EscrowRefunded", contracts, nothing, 0},
	{"FeedbackPublished", contracts, feedbackPublished, 0},
	{"DisputeAnswered", contracts, nothing, 0},
	{"DisputeLapsed", contracts, nothing, 0},
	{"SettlementProposed", contracts, nothing, 0},
	{"DisputeResolved", contracts, disputeResolved, 0},

	{"ClientRegistered", clients, opened, 0},
	{"ClientFlagged", clients, clientMarked, uint8(MarkFlagged)},
	{"ClientFlagLifted", clients, clientMarked, uint8(MarkFlagLifted)},
	{"ClientSuspended", clients, clientMarked, uint8(MarkSuspended)},
	{"ClientReinstated", clients, clientMarked, uint8(MarkReinstated)},
	{"ClientBarred", clients, clientMarked, uint8(MarkBarred)},
	{"PaymentMethodVerified", clients, clientMarked, uint8(MarkPaymentVerified)},
	{"PaymentMethodLost", clients, clientMarked, uint8(MarkPaymentLost)},
	{"ClientComplaintRecorded", clients, clientMarked, uint8(MarkComplaint)},
	{"ClientContacted", clients, clientMarked, uint8(MarkContacted)},

	{"FreelancerRegistered", freelancers, opened, 0},
	{"VisibilityChanged", freelancers, freelancerMarked, uint8(MarkVisibility)},
	{"AvailabilityChanged", freelancers, freelancerMarked, uint8(MarkAvailability)},
	{"ProfileCompletenessChanged", freelancers, freelancerMarked, uint8(MarkCompleteness)},
	{"ProfileDescribed", freelancers, nothing, 0},
	{"SkillTestRecorded", freelancers, nothing, 0},
	{"IdentityVerified", freelancers, freelancerMarked, uint8(MarkIdentityVerified)},
	{"IdentityVerificationRevoked", freelancers, freelancerMarked, uint8(MarkIdentityRevoked)},
	{"PhoneVerified", freelancers, freelancerMarked, uint8(MarkPhoneVerified)},
	{"HoldPlaced", freelancers, freelancerMarked, uint8(MarkHoldPlaced)},
	{"HoldLifted", freelancers, freelancerMarked, uint8(MarkHoldLifted)},
	{"RisingTalentGranted", freelancers, freelancerMarked, uint8(MarkRisingTalent)},
	{"RisingTalentEnded", freelancers, freelancerMarked, uint8(MarkRisingTalentEnded)},
	{"ConnectsGranted", freelancers, nothing, 0},
	{"ConnectsPurchased", freelancers, nothing, 0},
	{"ConnectsSpent", freelancers, nothing, 0},
	{"ConnectsReturned", freelancers, nothing, 0},
	{"ConnectsExpired", freelancers, nothing, 0},
	{"JobSuccessAssessed", freelancers, freelancerMarked, uint8(MarkAssessed)},
	{"BadgeAwarded", freelancers, freelancerMarked, uint8(MarkBadgeAwarded)},
	{"BadgeLost", freelancers, freelancerMarked, uint8(MarkBadgeLost)},

	{"TermsAccepted", accounts, nothing, 0},
	{"TermsViolationRecorded", accounts, freelancerMarked, uint8(MarkViolation)},

	{"JobPosted", jobs, opened, 0},
	{"JobClosed", jobs, jobClosed, 0},
	{"JobRemoved", jobs, jobRemoved, 0},

	{"ProposalSubmitted", proposals, opened, 0},
	{"ProposalWithdrawn", proposals, proposalMoved, uint8(StepWithdrawn)},
	{"ProposalDeclined", proposals, proposalMoved, uint8(StepDeclined)},
	{"InterviewStarted", proposals, proposalMoved, uint8(StepInterviewStarted)},
	{"InterviewScheduled", proposals, nothing, 0},
	{"InterviewHeld", proposals, proposalMoved, uint8(StepInterviewHeld)},
	{"InterviewCancelled", proposals, proposalMoved, uint8(StepInterviewCancelled)},
	{"OfferMade", proposals, proposalMoved, uint8(StepOfferMade)},
	{"OfferAccepted", proposals, proposalMoved, uint8(StepOfferAccepted)},
	{"OfferDeclined", proposals, proposalMoved, uint8(StepOfferDeclined)},
	{"OfferWithdrawn", proposals, proposalMoved, uint8(StepOfferWithdrawn)},
	{"OfferExpired", proposals, proposalMoved, uint8(StepOfferExpired)},

	{"SegmentLogged", workWeeks, nothing, 0},
	{"SegmentDeleted", workWeeks, nothing, 0},
	{"WeekInvoiced", workWeeks, nothing, 0},
	{"ImportLineRejected", imports, nothing, 0},
}

// effectOf finds a type's effect by its name; 0 is that of a type that cannot be
// in a stream of ours.
var effectOf = func() map[string]uint8 {
	byName := make(map[string]uint8, len(effects))
	for i, e := range effects {
		byName[e.event] = uint8(i)
	}
	return byName
}()

// in reports whether an event of the type can be in a stream of the category.
func (e *effect) in(c category) bool {
	return e.home == c && c != foreign || e.home == accounts && (c == clients || c == freelancers)
}
