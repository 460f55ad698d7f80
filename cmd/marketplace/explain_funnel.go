package main

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

func (x *explanation) writeFunnel(e *statistics.FunnelExplanation) {
	of := "the marketplace"
	if e.Freelancer != uuid.Nil {
		of = "freelancer " + e.Freelancer.String()
	}
	f := &e.Funnel
	x.printf("Funnel of %s\nas of %s, policy %s\n\n", of, e.AsOf, e.Policy)
	x.printf("  facts later than %s: %s, %s, %s, %s\n", e.After, show.Of(f.Proposals, "proposal", "proposals"),
		show.Of(f.Interviews, "interview", "interviews"), show.Of(f.Offers, "offer", "offers"), show.Of(f.Hires, "hire", "hires"))
	if f.ProposalsPerHire != nil {
		x.printf("  %s proposals for each hire\n", show.Decimal(*f.ProposalsPerHire, 2))
	}
	items(x, "Proposals", e.Proposals, func(p *statistics.FunnelProposal) {
		x.printf("  proposal   %s  %s\n", p.Proposal, show.Via(p.Via))
		x.printf("  client     %s\n  freelancer %s\n", p.Client, p.Freelancer)
		x.facts(p.Facts)
	})
}
