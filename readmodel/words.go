package readmodel

import (
	"slices"

	"github.com/marketcore/marketplace/projection"
)

// How the kinds of records are written in the tables.
var (
	outcomeWords = words[projection.InviteOutcome]{
		projection.InviteOpen: "open", projection.InviteAccepted: "accepted", projection.InviteDeclined: "declined",
		projection.InviteReported: "reported", projection.InviteWithdrawn: "withdrawn", projection.InviteExpired: "expired",
	}
	clientMarkWords = words[projection.MarkKind]{
		projection.MarkFlagged: "flagged", projection.MarkFlagLifted: "flag_lifted", projection.MarkSuspended: "suspended",
		projection.MarkReinstated: "reinstated", projection.MarkBarred: "barred",
		projection.MarkContacted: "contacted", projection.MarkComplaint: "complaint",
		projection.MarkPaymentVerified: "payment_verified", projection.MarkPaymentLost: "payment_lost",
	}
	freelancerMarkWords = words[projection.FreelancerMarkKind]{
		projection.MarkVisibility: "visibility", projection.MarkAvailability: "availability", projection.MarkCompleteness: "completeness",
		projection.MarkIdentityVerified: "identity_verified", projection.MarkIdentityRevoked: "identity_revoked",
		projection.MarkPhoneVerified: "phone_verified", projection.MarkHoldPlaced: "hold_placed", projection.MarkHoldLifted: "hold_lifted",
		projection.MarkRisingTalent: "rising_talent", projection.MarkRisingTalentEnded: "rising_talent_ended",
		projection.MarkAssessed: "assessed", projection.MarkBadgeAwarded: "badge_awarded", projection.MarkBadgeLost: "badge_lost",
		projection.MarkViolation: "violation",
	}
	paymentWords = words[projection.PaymentKind]{
		projection.PaymentRelease: "release", projection.PaymentHours: "hours", projection.PaymentBonus: "bonus", projection.PaymentRefund: "refund",
	}
	stepWords = words[projection.StepKind]{
		projection.StepWithdrawn: "withdrawn", projection.StepDeclined: "declined",
		projection.StepInterviewStarted: "interview_started", projection.StepInterviewHeld: "interview_held",
		projection.StepInterviewCancelled: "interview_cancelled",
		projection.StepOfferMade:          "offer_made", projection.StepOfferAccepted: "offer_accepted", projection.StepOfferDeclined: "offer_declined",
		projection.StepOfferWithdrawn: "offer_withdrawn", projection.StepOfferExpired: "offer_expired",
	}
)

// words are the words of a kind, each at the index that it stands for.
type words[K ~uint8] []string

func (w words[K]) of(kind K) string { return w[kind] }

func (w words[K]) parse(table, word string) (K, error) {
	i := slices.Index(w, word)
	if i < 0 {
		return 0, ErrCorrupt.With(nil, "table %s holds %.40q, which is none of %q", table, word, []string(w))
	}
	return K(i), nil
}
