package statistics

import "github.com/marketcore/marketplace/event"

// Hires counts the contracts started, by how they came about: the hire origin
// (rules 6).
type Hires struct {
	Invite   int64 `json:"invite"`
	Proposal int64 `json:"proposal"`
	Direct   int64 `json:"direct"`
}

// HireShares are the shares of the origins in all hires, in basis points, each
// rounded half up by itself; nil, and null in JSON, without a hire.
type HireShares struct {
	InviteBP   *int64 `json:"invite_bp"`
	ProposalBP *int64 `json:"proposal_bp"`
	DirectBP   *int64 `json:"direct_bp"`
}

// Total is the number of all hires.
func (h Hires) Total() int64 { return h.Invite + h.Proposal + h.Direct }

// shares are the shares of the origins.
func (h Hires) shares() HireShares {
	of := func(n int64) *int64 { return shareOrNil(n, h.Total(), 10_000) }
	return HireShares{of(h.Invite), of(h.Proposal), of(h.Direct)}
}

func (h *Hires) add(via event.Via) {
	switch via {
	case event.ViaInvite:
		h.Invite++
	case event.ViaProposal:
		h.Proposal++
	case event.ViaDirect:
		h.Direct++
	}
}
