package projection

// effect is what an event of a type does to the record of its stream.
type effect struct {
	event  string // the type
	homes  homes  // its streams
	action action
	detail uint8 // an InviteOutcome, a PaymentKind, a StepKind, a ConnectsKind or a kind of mark, as the action has it
}

// action is what an event does.
type action uint8

const (
	nothing action = iota // only its revision counts
	opened
	clientMarked
	freelancerMarked
	connectsMoved
	profileDescribed
	skillTested
	inviteClosed
	contactExchanged
	jobEdited
	jobReported
	questionAsked
	questionAnswered
	jobClosed
	jobRemoved
	proposalMoved
	meetingMoved
	meetingHeld
	meetingCancelled
	contractOffered
	contractOfferClosed
	contractEnded
	moneyMoved
	workSubmitted
	workAnswered
	feedbackGiven
	feedbackPublished
	feedbackRevised
	feedbackAnswered
	feedbackExcluded
	disputeOpened
	disputeAnswered
	disputeLapsed
	disputeCancelled
	disputeResolved
)

// effects names every event type that may stand in a stream of ours, so that
// none is skipped unseen. A type that does one thing in one stream and another in
// another has two, one behind the other. A change holds an index into it.
var effects = [...]effect{
	{"", on(), nothing, 0}, // every other type

	{"InviteSent", on(invites), opened, 0},
	{"InviteAccepted", on(invites), inviteClosed, uint8(InviteAccepted)},
	{"InviteDeclined", on(invites), inviteClosed, uint8(InviteDeclined)},
	{"InviteReported", on(invites), inviteClosed, uint8(InviteReported)},
	{"InviteWithdrawn", on(invites), inviteClosed, uint8(InviteWithdrawn)},
	{"InviteExpired", on(invites), inviteClosed, uint8(InviteExpired)},
	{"ContactExchanged", on(invites, proposals), contactExchanged, 0},
	{"InviteArchived", on(invites), nothing, 0},

	{"ContractOffered", on(contracts), contractOffered, 0},
	{"ContractOfferClosed", on(contracts), contractOfferClosed, 0},
	{"ContractStarted", on(contracts), opened, 0},
	{"ContractEnded", on(contracts), contractEnded, 0},
	{"MilestoneReleased", on(contracts), moneyMoved, uint8(PaymentRelease)},
	{"HoursRefused", on(contracts), nothing, 0},
	{"HoursPaid", on(contracts), moneyMoved, uint8(PaymentHours)},
	{"BonusPaid", on(contracts), moneyMoved, uint8(PaymentBonus)},
	{"RefundGiven", on(contracts), moneyMoved, uint8(PaymentRefund)},
	{"FeedbackSubmitted", on(contracts), feedbackGiven, 0},
	{"FeedbackResponded", on(contracts), feedbackAnswered, 0},
	{"FeedbackChangeEnabled", on(contracts), nothing, 0},
	{"FeedbackRevised", on(contracts), feedbackRevised, 0},
	{"FeedbackExcluded", on(contracts), feedbackExcluded, 0},
	{"DisputeOpened", on(contracts), disputeOpened, 0},
	{"DisputeCancelled", on(contracts), disputeCancelled, 0},
	{"ContractPaused", on(contracts), nothing, 0},
	{"ContractResumed", on(contracts), nothing, 0},
	{"WeeklyLimitChanged", on(contracts), nothing, 0},
	{"MilestoneAdded", on(contracts), nothing, 0},
	{"MilestoneFunded", on(contracts), nothing, 0},
	{"WorkSubmitted", on(contracts), workSubmitted, 0},
	{"ChangesRequested", on(contracts), workAnswered, 0},
	{"EscrowRefundRequested", on(contracts), workAnswered, 0},
	{"EscrowRefundRefused", on(contracts), nothing, 0},
	{"EscrowRefunded", on(contracts), workAnswered, 0},
	{"FeedbackPublished", on(contracts), feedbackPublished, 0},
	{"DisputeAnswered", on(contracts), disputeAnswered, 0},
	{"DisputeLapsed", on(contracts), disputeLapsed, 0},
	{"SettlementProposed", on(contracts), nothing, 0},
	{"DisputeResolved", on(contracts), disputeResolved, 0},

	{"ClientRegistered", on(clients), opened, 0},
	{"ClientFlagged", on(clients), clientMarked, uint8(MarkFlagged)},
	{"ClientFlagLifted", on(clients), clientMarked, uint8(MarkFlagLifted)},
	{"ClientSuspended", on(clients), clientMarked, uint8(MarkSuspended)},
	{"ClientReinstated", on(clients), clientMarked, uint8(MarkReinstated)},
	{"ClientBarred", on(clients), clientMarked, uint8(MarkBarred)},
	{"PaymentMethodVerified", on(clients), clientMarked, uint8(MarkPaymentVerified)},
	{"PaymentMethodLost", on(clients), clientMarked, uint8(MarkPaymentLost)},
	{"ClientComplaintRecorded", on(clients), clientMarked, uint8(MarkComplaint)},
	{"ClientContacted", on(clients), clientMarked, uint8(MarkContacted)},

	{"FreelancerRegistered", on(freelancers), opened, 0},
	{"VisibilityChanged", on(freelancers), freelancerMarked, uint8(MarkVisibility)},
	{"AvailabilityChanged", on(freelancers), freelancerMarked, uint8(MarkAvailability)},
	{"ProfileCompletenessChanged", on(freelancers), freelancerMarked, uint8(MarkCompleteness)},
	{"ProfileDescribed", on(freelancers), profileDescribed, 0},
	{"SkillTestRecorded", on(freelancers), skillTested, 0},
	{"FreelancerSuspended", on(freelancers), freelancerMarked, uint8(MarkFreelancerSuspended)},
	{"FreelancerReinstated", on(freelancers), freelancerMarked, uint8(MarkFreelancerReinstated)},
	{"FreelancerClosed", on(freelancers), freelancerMarked, uint8(MarkFreelancerClosed)},
	{"HoldPlaced", on(freelancers), freelancerMarked, uint8(MarkHoldPlaced)},
	{"HoldLifted", on(freelancers), freelancerMarked, uint8(MarkHoldLifted)},
	{"RisingTalentGranted", on(freelancers), freelancerMarked, uint8(MarkRisingTalent)},
	{"RisingTalentEnded", on(freelancers), freelancerMarked, uint8(MarkRisingTalentEnded)},
	{"JobApplied", on(freelancers), nothing, 0},
	{"ConnectsGranted", on(freelancers), connectsMoved, uint8(ConnectsGranted)},
	{"ConnectsPurchased", on(freelancers), connectsMoved, uint8(ConnectsPurchased)},
	{"ConnectsSpent", on(freelancers), connectsMoved, uint8(ConnectsSpent)},
	{"ConnectsReturned", on(freelancers), connectsMoved, uint8(ConnectsReturned)},
	{"ConnectsExpired", on(freelancers), connectsMoved, uint8(ConnectsExpired)},
	{"JobSuccessAssessed", on(freelancers), freelancerMarked, uint8(MarkAssessed)},
	{"BadgeAwarded", on(freelancers), freelancerMarked, uint8(MarkBadgeAwarded)},
	{"BadgeLost", on(freelancers), freelancerMarked, uint8(MarkBadgeLost)},

	// Of these a client's record keeps nothing.
	{"IdentityVerified", on(clients, freelancers), freelancerMarked, uint8(MarkIdentityVerified)},
	{"IdentityVerificationRevoked", on(clients, freelancers), freelancerMarked, uint8(MarkIdentityRevoked)},
	{"PhoneVerified", on(clients, freelancers), freelancerMarked, uint8(MarkPhoneVerified)},
	{"PhoneVerificationRevoked", on(clients, freelancers), freelancerMarked, uint8(MarkPhoneRevoked)},
	{"TermsAccepted", on(clients, freelancers), nothing, 0},
	{"TermsViolationRecorded", on(clients, freelancers), freelancerMarked, uint8(MarkViolation)},

	{"JobPosted", on(jobs), opened, 0},
	{"JobEdited", on(jobs), jobEdited, 0},
	{"JobReported", on(jobs), jobReported, 0},
	{"QuestionAsked", on(jobs), questionAsked, 0},
	{"QuestionAnswered", on(jobs), questionAnswered, 0},
	{"JobClosed", on(jobs), jobClosed, 0},
	{"JobRemoved", on(jobs), jobRemoved, 0},

	{"ProposalSubmitted", on(proposals), opened, 0},
	{"ProposalWithdrawn", on(proposals), proposalMoved, uint8(StepWithdrawn)},
	{"ProposalDeclined", on(proposals), proposalMoved, uint8(StepDeclined)},
	{"InterviewStarted", on(proposals), proposalMoved, uint8(StepInterviewStarted)},
	{"OfferMade", on(proposals), proposalMoved, uint8(StepOfferMade)},
	{"OfferAccepted", on(proposals), proposalMoved, uint8(StepOfferAccepted)},
	{"OfferDeclined", on(proposals), proposalMoved, uint8(StepOfferDeclined)},
	{"OfferWithdrawn", on(proposals), proposalMoved, uint8(StepOfferWithdrawn)},
	{"OfferExpired", on(proposals), proposalMoved, uint8(StepOfferExpired)},

	// On proposals in a log of the first edition.
	{"InterviewScheduled", on(proposals), proposalMoved, uint8(StepInterviewScheduled)},
	{"InterviewScheduled", on(interviews), opened, 0},
	{"InterviewHeld", on(proposals), proposalMoved, uint8(StepInterviewHeld)},
	{"InterviewHeld", on(interviews), meetingHeld, 0},
	{"InterviewCancelled", on(proposals), proposalMoved, uint8(StepInterviewCancelled)},
	{"InterviewCancelled", on(interviews), meetingCancelled, 0},
	{"InterviewRescheduled", on(interviews), meetingMoved, 0},

	{"SegmentLogged", on(workWeeks), nothing, 0},
	{"SegmentDeleted", on(workWeeks), nothing, 0},
	{"WeekInvoiced", on(workWeeks), opened, 0},
	{"ImportLineRejected", on(imports), nothing, 0},
}

// effectOf finds a type's first effect by its name; 0 is that of a type that cannot
// be in a stream of ours.
var effectOf = func() map[string]uint8 {
	byName := make(map[string]uint8, len(effects))
	for i, e := range effects {
		if _, known := byName[e.event]; !known {
			byName[e.event] = uint8(i)
		}
	}
	return byName
}()

// effectIn is the effect that a type, by its first one, has in a stream of the
// category. It reports false if the type cannot be there.
func effectIn(first uint8, c category) (uint8, bool) {
	for i := first; int(i) < len(effects) && effects[i].event == effects[first].event; i++ {
		if effects[i].in(c) {
			return i, true
		}
	}
	return first, false
}

// homes are the categories of streams that an event may be in.
type homes uint16

func on(categories ...category) (h homes) {
	for _, c := range categories {
		h |= 1 << c
	}
	return h
}

// in reports whether an event of the type can be in a stream of the category.
func (e *effect) in(c category) bool { return e.homes&(1<<c) != 0 }
