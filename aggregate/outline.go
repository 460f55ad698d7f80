package aggregate

import "github.com/marketcore/marketplace/event"

// Outline is what is known of a command before it is decided: what a gateway,
// a console or a page about the marketplace can say of it. docs/catalogue.md is
// made of the outlines.
type Outline struct {
	Command Command // its zero value; the json tags of its fields name them as a script does
	// Senders is the row of the table of senders: who may send the command. The library
	// does not know who calls it; a host asks SendersOf of the command that it was sent.
	Senders []Sender
	// Events are the types that it can come to, each as its zero value, with those of
	// Decision.Before. The first is always among them, and repeats what the command
	// said (Replay).
	Events []event.Event
	Codes  []Code // all that it can be rejected with, in the order of the checks
}

type (
	senders = []Sender
	writes  = []event.Event
	codes   = []Code
)

// Outlines lists every command. The tests hold each row against the decisions:
// what a command does without saying so here fails them, and so does what it
// says and never does.
func Outlines() []Outline {
	const client, freelancer = event.ActorClient, event.ActorFreelancer
	platform, timer := itself(event.ActorPlatform), itself(event.ActorTimer)
	return []Outline{
		// Accounts of clients
		{RegisterClient{}, senders{own(client), through(client)}, writes{&event.ClientRegistered{}},
			codes{Invalid, AlreadyExists}},
		{VerifyPaymentMethod{}, senders{platform}, writes{&event.PaymentMethodVerified{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{LosePaymentMethod{}, senders{platform}, writes{&event.PaymentMethodLost{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{RecordComplaint{}, senders{own(freelancer).between("contract", "client"), through(freelancer).with("contract", "")}, writes{&event.ClientComplaintRecorded{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{ContactClient{}, senders{platform}, writes{&event.ClientContacted{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{FlagClient{}, senders{platform}, writes{&event.ClientFlagged{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{LiftClientFlag{}, senders{platform}, writes{&event.ClientFlagLifted{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{SuspendClient{}, senders{platform}, writes{&event.ClientSuspended{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{ReinstateClient{}, senders{platform}, writes{&event.ClientReinstated{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{BarClient{}, senders{platform}, writes{&event.ClientBarred{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		// Accounts of freelancers
		{RegisterFreelancer{}, senders{own(freelancer), through(freelancer)}, writes{&event.FreelancerRegistered{}},
			codes{Invalid, AlreadyExists}},
		{SetVisibility{}, senders{own(freelancer)}, writes{&event.VisibilityChanged{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{SetAvailability{}, senders{own(freelancer)}, writes{&event.AvailabilityChanged{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{SetProfileCompleteness{}, senders{through(freelancer)}, writes{&event.ProfileCompletenessChanged{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{DescribeProfile{}, senders{own(freelancer)}, writes{&event.ProfileDescribed{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder}},
		{RecordSkillTest{}, senders{platform}, writes{&event.SkillTestRecorded{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{SuspendFreelancer{}, senders{platform}, writes{&event.FreelancerSuspended{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{ReinstateFreelancer{}, senders{platform}, writes{&event.FreelancerReinstated{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{CloseFreelancer{}, senders{own(freelancer).with("reason", "left"), platform.with("reason", "tos", "conduct", "payment", "fraud")}, writes{&event.FreelancerClosed{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{PlaceHold{}, senders{platform}, writes{&event.HoldPlaced{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{LiftHold{}, senders{platform}, writes{&event.HoldLifted{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{GrantRisingTalent{}, senders{platform}, writes{&event.RisingTalentGranted{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{EndRisingTalent{}, senders{platform}, writes{&event.RisingTalentEnded{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{GrantConnects{}, senders{platform}, writes{&event.ConnectsGranted{}},
			codes{Invalid, NotFound, OutOfOrder, AlreadyGiven}},
		{PurchaseConnects{}, senders{through(freelancer)}, writes{&event.ConnectsPurchased{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{ReturnConnects{}, senders{platform}, writes{&event.ConnectsReturned{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{ExpireConnects{}, senders{timer}, writes{&event.ConnectsExpired{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, TooEarly}},
		{AssessJobSuccess{}, senders{timer}, writes{&event.JobSuccessAssessed{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{AwardBadge{}, senders{platform}, writes{&event.BadgeAwarded{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{LoseBadge{}, senders{platform}, writes{&event.BadgeLost{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		// Accounts of both
		{VerifyIdentity{}, senders{platform}, writes{&event.IdentityVerified{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{RevokeIdentity{}, senders{platform}, writes{&event.IdentityVerificationRevoked{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{VerifyPhone{}, senders{platform}, writes{&event.PhoneVerified{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{RevokePhone{}, senders{platform}, writes{&event.PhoneVerificationRevoked{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{AcceptTerms{}, senders{own(client), own(freelancer)}, writes{&event.TermsAccepted{}},
			codes{Invalid, NotFound, OutOfOrder}},
		{RecordViolation{}, senders{platform}, writes{&event.TermsViolationRecorded{}},
			codes{Invalid, NotFound, OutOfOrder}},
		// Invites
		{SendInvite{}, senders{own(client).of("job")}, writes{&event.InviteSent{}},
			codes{Invalid, AlreadyExists, NotFound, ClientSuspended, FreelancerSuspended, TermsNotAccepted, ProfilePrivate, WrongState}},
		{AcceptInvite{}, senders{partyOf(freelancer)}, writes{&event.InviteAccepted{}, &event.ContactExchanged{}},
			codes{Invalid, CoverLetterRequired, NotFound, OutOfOrder, ClientSuspended, FreelancerSuspended, OnHold, TermsNotAccepted, WrongState, Expired}},
		{DeclineInvite{}, senders{partyOf(freelancer)}, writes{&event.InviteDeclined{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, Expired}},
		{ReportInvite{}, senders{partyOf(freelancer)}, writes{&event.InviteReported{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, Expired}},
		{ArchiveInvite{}, senders{partyOf(freelancer)}, writes{&event.InviteArchived{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, Expired}},
		{WithdrawInvite{}, senders{partyOf(client).with("reason", "changed_mind", "hired_other", "job_closed"), platform.with("reason", "client_sanctioned")}, writes{&event.InviteWithdrawn{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, Expired}},
		{ExpireInvite{}, senders{timer}, writes{&event.InviteExpired{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, TooEarly}},
		// Jobs
		{PostJob{}, senders{own(client)}, writes{&event.JobPosted{}},
			codes{Invalid, InvalidAmount, AlreadyExists, NotFound, ClientSuspended, TermsNotAccepted}},
		{EditJob{}, senders{partyOf(client)}, writes{&event.JobEdited{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder, ClientSuspended, TermsNotAccepted, WrongState}},
		{CloseJob{}, senders{partyOf(client).with("reason", "filled", "cancelled"), platform.with("reason", "client_sanctioned"), timer.with("reason", "expired")}, writes{&event.JobClosed{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{RemoveJob{}, senders{platform}, writes{&event.JobRemoved{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{ReportJob{}, senders{own(freelancer)}, writes{&event.JobReported{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, AlreadyGiven}},
		{AskQuestion{}, senders{own(freelancer)}, writes{&event.QuestionAsked{}},
			codes{Invalid, AlreadyExists, NotFound, OutOfOrder, WrongState}},
		{AnswerQuestion{}, senders{partyOf(client)}, writes{&event.QuestionAnswered{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, AlreadyGiven}},
		// Proposals, with what is on the freelancer's account of one
		{SubmitProposal{}, senders{own(freelancer).unlessInvited("proposal")}, writes{&event.ProposalSubmitted{}, &event.JobApplied{}, &event.ConnectsSpent{}},
			codes{Invalid, InvalidAmount, CoverLetterRequired, AlreadyExists, NotFound, OutOfOrder, ClientSuspended, FreelancerSuspended, OnHold,
				TermsNotAccepted, WrongState, AnswersRequired, NotEnoughConnects}},
		{WithdrawProposal{}, senders{partyOf(freelancer)}, writes{&event.ProposalWithdrawn{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{DeclineProposal{}, senders{partyOf(client)}, writes{&event.ProposalDeclined{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		// Interviews
		{StartInterview{}, senders{partyOf(client)}, writes{&event.InterviewStarted{}, &event.ContactExchanged{}},
			codes{Invalid, NotFound, OutOfOrder, ClientSuspended, FreelancerSuspended, TermsNotAccepted, WrongState}},
		{ScheduleInterview{}, senders{partyOf(client).of("job")}, writes{&event.InterviewScheduled{}},
			codes{Invalid, AlreadyExists, NotFound, ClientSuspended, FreelancerSuspended, TermsNotAccepted, WrongState}},
		{RescheduleInterview{}, senders{partyOf(client).with("by", "client"), partyOf(freelancer).with("by", "freelancer"), platform.with("by", "platform")}, writes{&event.InterviewRescheduled{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{HoldInterview{}, senders{partyOf(client)}, writes{&event.InterviewHeld{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, TooEarly}},
		{CancelInterview{}, senders{partyOf(client).with("by", "client"), partyOf(freelancer).with("by", "freelancer"), platform.with("by", "platform")}, writes{&event.InterviewCancelled{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		// Offers
		{MakeOffer{}, senders{partyOf(client)}, writes{&event.OfferMade{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder, ClientSuspended, FreelancerSuspended, TermsNotAccepted, WrongState, TooLarge}},
		{AcceptOffer{}, senders{partyOf(freelancer)}, writes{&event.OfferAccepted{}},
			codes{Invalid, AlreadyExists, NotFound, OutOfOrder, ClientSuspended, FreelancerSuspended, OnHold, TermsNotAccepted, WrongState, Expired}},
		{DeclineOffer{}, senders{partyOf(freelancer)}, writes{&event.OfferDeclined{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, Expired}},
		{WithdrawOffer{}, senders{partyOf(client).with("reason", "", "changed_mind", "hired_other"), platform.with("reason", "job_removed", "client_sanctioned")}, writes{&event.OfferWithdrawn{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, Expired}},
		{ExpireOffer{}, senders{timer}, writes{&event.OfferExpired{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, TooEarly}},
		// Contracts
		{StartContract{}, senders{through(client)}, writes{&event.ContractStarted{}, &event.MilestoneAdded{}},
			codes{Invalid, InvalidAmount, AlreadyExists, NotFound, ClientSuspended, FreelancerSuspended, OnHold, WrongState}},
		{OfferContract{}, senders{own(client).of("job")}, writes{&event.ContractOffered{}},
			codes{Invalid, InvalidAmount, AlreadyExists, NotFound, ClientSuspended, FreelancerSuspended, TermsNotAccepted, WrongState}},
		{AcceptContract{}, senders{partyOf(freelancer)}, writes{&event.ContractStarted{}},
			codes{Invalid, NotFound, OutOfOrder, ClientSuspended, FreelancerSuspended, OnHold, TermsNotAccepted, WrongState, Expired}},
		{CloseContractOffer{}, senders{partyOf(freelancer).with("cause", "declined"), partyOf(client).with("cause", "withdrawn"), timer.with("cause", "expired")}, writes{&event.ContractOfferClosed{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, Expired, TooEarly}},
		{PauseContract{}, senders{partyOf(client).with("actor", "client"), partyOf(freelancer).with("actor", "freelancer"), platform.with("actor", "", "platform")}, writes{&event.ContractPaused{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{ResumeContract{}, senders{partyOf(client).with("actor", "client"), partyOf(freelancer).with("actor", "freelancer"), platform.with("actor", "", "platform")}, writes{&event.ContractResumed{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, DisputeOpen}},
		{ChangeWeeklyLimit{}, senders{partyOf(client)}, writes{&event.WeeklyLimitChanged{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{PayBonus{}, senders{partyOf(client)}, writes{&event.BonusPaid{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder}},
		{GiveRefund{}, senders{partyOf(freelancer)}, writes{&event.RefundGiven{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder, ExceedsPaid}},
		{EndContract{}, senders{partyOf(client).with("by", "client"), partyOf(freelancer).with("by", "freelancer")}, writes{&event.ContractEnded{}, &event.EscrowRefunded{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, DisputeOpen, EscrowNotEmpty}},
		// Milestones and their escrow
		{AddMilestone{}, senders{partyOf(client)}, writes{&event.MilestoneAdded{}},
			codes{Invalid, InvalidAmount, AlreadyExists, NotFound, OutOfOrder, WrongState}},
		{FundMilestone{}, senders{partyOf(client)}, writes{&event.MilestoneFunded{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, DisputeOpen}},
		{SubmitWork{}, senders{partyOf(freelancer)}, writes{&event.WorkSubmitted{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, NotFunded}},
		{RequestChanges{}, senders{partyOf(client)}, writes{&event.ChangesRequested{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, NotFunded}},
		{ReleaseMilestone{}, senders{partyOf(client)}, writes{&event.MilestoneReleased{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder, WrongState, DisputeOpen, NotFunded, ExceedsEscrow}},
		{AutoReleaseMilestone{}, senders{timer}, writes{&event.MilestoneReleased{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, DisputeOpen, NotFunded, TooEarly}},
		{RequestEscrowRefund{}, senders{partyOf(client)}, writes{&event.EscrowRefundRequested{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, NotFunded}},
		{AcceptEscrowRefund{}, senders{partyOf(freelancer)}, writes{&event.EscrowRefunded{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, DisputeOpen, NotFunded}},
		{RefuseEscrowRefund{}, senders{partyOf(freelancer)}, writes{&event.EscrowRefundRefused{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, NotFunded}},
		{LapseEscrowRefund{}, senders{timer}, writes{&event.EscrowRefunded{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, DisputeOpen, NotFunded, TooEarly}},
		// Work Diary
		{LogSegment{}, senders{partyOf(freelancer).of("contract").with("kind", "manual"), through(freelancer).with("kind", "tracked")}, writes{&event.SegmentLogged{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, ManualTimeForbidden, WeekLocked, DuplicateSegment, TooEarly, InFuture, TooLate}},
		{DeleteSegment{}, senders{partyOf(freelancer).of("contract")}, writes{&event.SegmentDeleted{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, WeekLocked, TooLate}},
		{InvoiceWeek{}, senders{timer}, writes{&event.WeekInvoiced{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder, WeekLocked, TooEarly}},
		{PayWeek{}, senders{platform.with("actor", "platform"), timer.with("actor", "", "timer")}, writes{&event.HoursPaid{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder, WrongState, DisputeOpen, TooEarly}},
		// Feedback
		{LeaveFeedback{}, senders{partyOf(client).with("by", "client"), partyOf(freelancer).with("by", "freelancer")}, writes{&event.FeedbackSubmitted{}, &event.FeedbackPublished{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, AlreadyGiven, FeedbackClosed}},
		{PublishFeedback{}, senders{timer}, writes{&event.FeedbackPublished{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, TooEarly}},
		{RespondToFeedback{}, senders{partyOf(client).with("by", "client"), partyOf(freelancer).with("by", "freelancer")}, writes{&event.FeedbackResponded{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, AlreadyGiven, FeedbackClosed}},
		{EnableFeedbackChange{}, senders{partyOf(client).with("by", "client"), partyOf(freelancer).with("by", "freelancer")}, writes{&event.FeedbackChangeEnabled{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, AlreadyGiven}},
		{ReviseFeedback{}, senders{partyOf(client).with("by", "client"), partyOf(freelancer).with("by", "freelancer")}, writes{&event.FeedbackRevised{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, AlreadyGiven, FeedbackClosed}},
		{ExcludeFeedback{}, senders{platform}, writes{&event.FeedbackExcluded{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		// Disputes
		{OpenDispute{}, senders{partyOf(client).with("by", "client"), partyOf(freelancer).with("by", "freelancer")}, writes{&event.DisputeOpened{}, &event.ContractPaused{}},
			codes{Invalid, InvalidAmount, AlreadyExists, NotFound, OutOfOrder, WrongState, DisputeOpen, TooLate, ExceedsEscrow, ExceedsInvoice}},
		{AnswerDispute{}, senders{answerer(client), answerer(freelancer)}, writes{&event.DisputeAnswered{}, &event.MilestoneReleased{}, &event.EscrowRefunded{}, &event.HoursRefused{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
		{LapseDispute{}, senders{timer}, writes{&event.DisputeLapsed{}, &event.MilestoneReleased{}, &event.EscrowRefunded{}, &event.HoursRefused{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState, TooEarly}},
		{ProposeSettlement{}, senders{platform}, writes{&event.SettlementProposed{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder, WrongState}},
		{ResolveDispute{}, senders{platform}, writes{&event.DisputeResolved{}, &event.MilestoneReleased{}, &event.EscrowRefunded{}, &event.HoursRefused{}},
			codes{Invalid, InvalidAmount, NotFound, OutOfOrder, WrongState}},
		{CancelDispute{}, senders{opener(client).with("actor", "client"), opener(freelancer).with("actor", "freelancer"), platform.with("actor", "", "platform")}, writes{&event.DisputeCancelled{}},
			codes{Invalid, NotFound, OutOfOrder, WrongState}},
	}
}

func brought() []Outline {
	return []Outline{{jobApplication{}, senders{through(event.ActorFreelancer)}, writes{&event.JobApplied{}, &event.ConnectsSpent{}}, nil}}
}

// Commands lists every command, each as its zero value: what a script, a
// console or a gateway can offer. The fields' json tags name them as the rules
// do; a field tagged omitzero may be left out.
func Commands() []Command {
	var all []Command
	for _, o := range Outlines() {
		all = append(all, o.Command)
	}
	return all
}
