package event

// Marketplace is the registry of every event of this library, by which all of it
// reads and writes a log: no other package makes one or is given one.
func Marketplace() *Registry { return marketplace }

var marketplace = mustRegistry()

func mustRegistry() *Registry {
	r, err := NewRegistry(Types(), Upcasts())
	if err != nil {
		panic(err) // cannot happen: the declarations below are checked by the tests
	}
	return r
}

// Upcasts lists how older schema versions become today's.
func Upcasts() []Upcast { return firstEdition() }

// Types lists today's shape of every event of the marketplace.
func Types() []Type {
	return []Type{
		// Client accounts
		{&ClientRegistered{}, 1},
		{&PaymentMethodVerified{}, 1},
		{&PaymentMethodLost{}, 1},
		{&ClientComplaintRecorded{}, 1},
		{&ClientContacted{}, 1},
		{&ClientFlagged{}, 1},
		{&ClientFlagLifted{}, 1},
		{&ClientSuspended{}, 1},
		{&ClientReinstated{}, 1},
		{&ClientBarred{}, 1},
		// Both kinds of accounts
		{&IdentityVerified{}, 2},
		{&IdentityVerificationRevoked{}, 1},
		{&PhoneVerified{}, 2},
		{&PhoneVerificationRevoked{}, 1},
		{&TermsAccepted{}, 1},
		{&TermsViolationRecorded{}, 1},
		// Freelancer accounts
		{&FreelancerRegistered{}, 1},
		{&VisibilityChanged{}, 1},
		{&AvailabilityChanged{}, 1},
		{&ProfileCompletenessChanged{}, 1},
		{&ProfileDescribed{}, 2},
		{&SkillTestRecorded{}, 1},
		{&FreelancerSuspended{}, 1},
		{&FreelancerReinstated{}, 1},
		{&FreelancerClosed{}, 1},
		{&HoldPlaced{}, 2},
		{&HoldLifted{}, 1},
		{&RisingTalentGranted{}, 1},
		{&RisingTalentEnded{}, 1},
		{&JobApplied{}, 1},
		{&ConnectsGranted{}, 2},
		{&ConnectsPurchased{}, 1},
		{&ConnectsSpent{}, 1},
		{&ConnectsReturned{}, 1},
		{&ConnectsExpired{}, 1},
		{&JobSuccessAssessed{}, 1},
		{&BadgeAwarded{}, 1},
		{&BadgeLost{}, 1},
		// Invites
		{&InviteSent{}, 1},
		{&InviteAccepted{}, 1},
		{&ContactExchanged{}, 1},
		{&InviteDeclined{}, 1},
		{&InviteReported{}, 1},
		{&InviteArchived{}, 1},
		{&InviteWithdrawn{}, 1},
		{&InviteExpired{}, 1},
		// Jobs
		{&JobPosted{}, 2},
		{&JobEdited{}, 1},
		{&JobReported{}, 1},
		{&QuestionAsked{}, 1},
		{&QuestionAnswered{}, 1},
		{&JobClosed{}, 1},
		{&JobRemoved{}, 1},
		// Proposals
		{&ProposalSubmitted{}, 2},
		{&ProposalWithdrawn{}, 1},
		{&ProposalDeclined{}, 1},
		{&InterviewStarted{}, 1},
		{&InterviewScheduled{}, 2},
		{&InterviewRescheduled{}, 1},
		{&InterviewHeld{}, 1},
		{&InterviewCancelled{}, 2},
		{&OfferMade{}, 2},
		{&OfferAccepted{}, 1},
		{&OfferDeclined{}, 1},
		{&OfferWithdrawn{}, 2},
		{&OfferExpired{}, 1},
		// Contracts
		{&ContractOffered{}, 1},
		{&ContractOfferClosed{}, 1},
		{&ContractStarted{}, 2},
		{&ContractPaused{}, 1},
		{&ContractResumed{}, 1},
		{&WeeklyLimitChanged{}, 1},
		{&HoursPaid{}, 1},
		{&HoursRefused{}, 1},
		{&BonusPaid{}, 1},
		{&RefundGiven{}, 1},
		{&ContractEnded{}, 2},
		{&MilestoneAdded{}, 2},
		{&MilestoneFunded{}, 1},
		{&WorkSubmitted{}, 1},
		{&ChangesRequested{}, 1},
		{&MilestoneReleased{}, 1},
		{&EscrowRefundRequested{}, 1},
		{&EscrowRefundRefused{}, 1},
		{&EscrowRefunded{}, 1},
		{&FeedbackSubmitted{}, 1},
		{&FeedbackPublished{}, 1},
		{&FeedbackResponded{}, 1},
		{&FeedbackChangeEnabled{}, 1},
		{&FeedbackRevised{}, 1},
		{&FeedbackExcluded{}, 1},
		{&DisputeOpened{}, 2},
		{&DisputeAnswered{}, 1},
		{&DisputeLapsed{}, 1},
		{&SettlementProposed{}, 1},
		{&DisputeResolved{}, 1},
		{&DisputeCancelled{}, 1},
		// Work weeks
		{&SegmentLogged{}, 2},
		{&SegmentDeleted{}, 1},
		{&WeekInvoiced{}, 1},
		// Imports
		{&ImportLineRejected{}, 2},
	}
}
