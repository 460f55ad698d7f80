package aggregate

// Commands lists every command, each as its zero value: what a script, a
// console or a gateway can offer. The fields' json tags name them as the rules
// do; a field tagged omitzero may be left out.
func Commands() []Command {
	return []Command{
		// Accounts of clients
		RegisterClient{}, VerifyPaymentMethod{}, LosePaymentMethod{}, RecordComplaint{}, ContactClient{},
		FlagClient{}, LiftClientFlag{}, SuspendClient{}, ReinstateClient{}, BarClient{},
		// Accounts of freelancers
		RegisterFreelancer{}, SetVisibility{}, SetAvailability{}, SetProfileCompleteness{}, DescribeProfile{},
		RecordSkillTest{}, VerifyIdentity{}, RevokeIdentity{}, VerifyPhone{}, PlaceHold{}, LiftHold{},
		GrantRisingTalent{}, EndRisingTalent{},
		GrantConnects{}, PurchaseConnects{}, SpendConnects{}, ReturnConnects{}, ExpireConnects{},
		AssessJobSuccess{}, AwardBadge{}, LoseBadge{},
		// Accounts of both
		AcceptTerms{}, RecordViolation{},
		// Invites
		SendInvite{}, AcceptInvite{}, DeclineInvite{}, ReportInvite{}, ArchiveInvite{}, WithdrawInvite{}, ExpireInvite{},
		// Jobs
		PostJob{}, CloseJob{}, RemoveJob{},
		// Proposals with their interviews and offers
		SubmitProposal{}, WithdrawProposal{}, DeclineProposal{},
		StartInterview{}, ScheduleInterview{}, HoldInterview{}, CancelInterview{},
		MakeOffer{}, AcceptOffer{}, DeclineOffer{}, WithdrawOffer{}, ExpireOffer{},
		// Contracts
		StartContract{}, PauseContract{}, ResumeContract{}, ChangeWeeklyLimit{}, PayBonus{}, GiveRefund{}, EndContract{},
		// Milestones and their escrow
		AddMilestone{}, FundMilestone{}, SubmitWork{}, RequestChanges{}, ReleaseMilestone{}, AutoReleaseMilestone{},
		RequestEscrowRefund{}, AcceptEscrowRefund{}, RefuseEscrowRefund{}, LapseEscrowRefund{},
		// Work Diary
		LogSegment{}, DeleteSegment{}, InvoiceWeek{}, PayWeek{},
		// Feedback
		LeaveFeedback{}, PublishFeedback{}, ExcludeFeedback{},
		// Disputes
		OpenDispute{}, AnswerDispute{}, LapseDispute{}, ProposeSettlement{}, ResolveDispute{}, CancelDispute{},
	}
}
