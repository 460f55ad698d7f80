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
	markWords = words[projection.MarkKind]{
		projection.MarkFlagged: "flagged", projection.MarkFlagLifted: "flag_lifted", projection.MarkSuspended: "suspended",
		projection.MarkReinstated: "reinstated", projection.MarkBarred: "barred",
		projection.MarkContacted: "contacted", projection.MarkComplaint: "complaint",
		projection.MarkPaymentVerified: "payment_verified", projection.MarkPaymentLost: "payment_lost",
	}
	paymentWords = words[projection.PaymentKind]{
		projection.PaymentRelease: "release", projection.PaymentHours: "hours", projection.PaymentBonus: "bonus", projection.PaymentRefund: "refund",
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
