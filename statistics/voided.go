package statistics

import (
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// VoidReason is why what a client's contracts say of freelancers is void.
type VoidReason string

// The reasons: a flag, and what a suspension or a bar may be for.
const (
	VoidPoorCollaboration VoidReason = VoidReason(event.FlagPoorCollaboration)
	VoidTOS               VoidReason = VoidReason(event.SanctionTOS)
	VoidConduct           VoidReason = VoidReason(event.SanctionConduct)
	VoidPayment           VoidReason = VoidReason(event.SanctionPayment)
	VoidFraud             VoidReason = VoidReason(event.SanctionFraud)
)

var voidReasons = []VoidReason{VoidPoorCollaboration, VoidTOS, VoidConduct, VoidPayment, VoidFraud}

func validateVoidedBy(reasons []VoidReason) error {
	for i, r := range reasons {
		if !slices.Contains(voidReasons, r) {
			return invalidPolicy("job success: clients are not voided by %.40q; known are %v", string(r), voidReasons)
		}
		if slices.Contains(reasons[:i], r) {
			return invalidPolicy("job success: voided by %s twice", r)
		}
	}
	return nil
}

// voided is the mark by which the client is voided as of the moment, nil if none does:
// the last flag event is a flag, or a suspension or bar has no reinstatement after it,
// for one of the policy's reasons (rules 4, fine print J3). The mark's Reason is it.
func (p *JobSuccessPolicy) voided(r *projection.ClientRecord, asOf event.Time) *projection.ClientMark {
	var flag, sanction *projection.ClientMark
	for i := range r.Marks {
		m := &r.Marks[i]
		if !m.By(asOf) {
			continue
		}
		switch m.Kind {
		case projection.MarkFlagged, projection.MarkFlagLifted:
			flag = nil
			if m.Kind == projection.MarkFlagged && m.Reason == string(VoidPoorCollaboration) && p.voidedBy(m) {
				flag = m
			}
		case projection.MarkSuspended, projection.MarkBarred:
			if p.voidedBy(m) {
				sanction = m
			}
		case projection.MarkReinstated:
			sanction = nil
		}
	}
	if flag != nil {
		return flag
	}
	return sanction
}

func (p *JobSuccessPolicy) voidedBy(m *projection.ClientMark) bool {
	return slices.Contains(p.VoidedBy, VoidReason(m.Reason))
}
