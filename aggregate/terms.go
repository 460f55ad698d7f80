package aggregate

// Terms are the periods of the marketplace. A deadline is frozen in the event
// that opens it, so changing the terms changes no deadline that runs. A day is
// 24 hours.
type Terms struct {
	// InviteDays is how long an invite stays open. Default 30, ours.
	InviteDays int
	// AutoReleaseDays is how long a client has to answer submitted work before
	// its escrow is released. Default 14.
	AutoReleaseDays int
	// EscrowRefundDays is how long a freelancer has to answer a client who
	// wants escrow back. Default 7.
	EscrowRefundDays int
	// DisputeAnswerDays is how long the other side has to answer a dispute.
	// Default 5.
	DisputeAnswerDays int
	// DisputeDays is how long after its end a contract can be disputed.
	// Default 30.
	DisputeDays int
	// FeedbackDays is how many whole days after a contract's last day both
	// sides have for feedback. Default 14.
	FeedbackDays int
	// OfferDays is how long an offer stays open. Default 7, ours.
	OfferDays int
	// ConnectsMonths is after how many calendar months Connects expire.
	// Default 12.
	ConnectsMonths int
}

// DefaultTerms are those of the model marketplace.
func DefaultTerms() Terms {
	return Terms{
		InviteDays:        30,
		AutoReleaseDays:   14,
		EscrowRefundDays:  7,
		DisputeAnswerDays: 5,
		DisputeDays:       30,
		FeedbackDays:      14,
		OfferDays:         7,
		ConnectsMonths:    12,
	}
}
