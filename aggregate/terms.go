package aggregate

import "errors"

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
	// DisputeAnswerDays is how long the other side has to answer a dispute over
	// fixed-price work. Default 5 (2023, CM-1478163).
	DisputeAnswerDays int
	// WeekDisputeAnswerDays is the same of a dispute over a week. Default 3
	// (H-211068588).
	WeekDisputeAnswerDays int
	// DisputeDays is how long after its end a contract can be disputed.
	// Default 30.
	DisputeDays int
	// FeedbackDays is how many whole days after a contract's last day both
	// sides have for feedback. Default 14.
	FeedbackDays int
	// ResponseDays is how many whole days after a contract's last day feedback can be
	// responded to. Default 28 (H-211068448).
	ResponseDays int
	// FeedbackChangeDays is how long feedback can be revised once that is enabled.
	// Default 14, ours.
	FeedbackChangeDays int
	// OfferDays is how long an offer, also one without a proposal, stays open.
	// Default 7 (H-211063618; 30 for enterprises).
	OfferDays int
	// ConnectsMonths is after how many calendar months Connects expire.
	// Default 12.
	ConnectsMonths int
	// RequiredVersion is the version of the terms of service that an account must have
	// accepted to start new business. Default "": none.
	RequiredVersion string
	// ContactAt is when a client and a freelancer see each other's contact details.
	// Default ContactAtInterview.
	ContactAt ContactAt
}

// ContactAt is when contact details are exchanged. The start of a contract discloses
// them in any case.
type ContactAt string

// The moments of an exchange.
const (
	ContactAtInterview ContactAt = "interview" // an invite's acceptance, or an interview's start (2007; H-211063018)
	ContactAtContract  ContactAt = "contract"  // not before the contract (H-211063288)
)

// DefaultTerms are those of the model marketplace.
func DefaultTerms() Terms {
	return Terms{
		InviteDays:            30,
		AutoReleaseDays:       14,
		EscrowRefundDays:      7,
		DisputeAnswerDays:     5,
		WeekDisputeAnswerDays: 3,
		DisputeDays:           30,
		FeedbackDays:          14,
		ResponseDays:          28,
		FeedbackChangeDays:    14,
		OfferDays:             7,
		ConnectsMonths:        12,
		ContactAt:             ContactAtInterview,
	}
}

// Check tells what is wrong with terms that a host chose.
func (t Terms) Check() error {
	switch {
	case min(t.InviteDays, t.AutoReleaseDays, t.EscrowRefundDays, t.DisputeAnswerDays, t.WeekDisputeAnswerDays, t.DisputeDays, t.FeedbackDays,
		t.ResponseDays, t.FeedbackChangeDays, t.OfferDays, t.ConnectsMonths) < 1:
		return errors.New("every period must be at least 1")
	case t.RequiredVersion != "" && blank(t.RequiredVersion):
		return errors.New("RequiredVersion is blank: nobody can accept it")
	case t.ContactAt != ContactAtInterview && t.ContactAt != ContactAtContract:
		return errors.New("ContactAt is no moment of an exchange")
	}
	return nil
}
