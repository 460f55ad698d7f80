package main

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func (x *explanation) writeDisputeRate(e *statistics.DisputeRateExplanation) {
	of := "the marketplace"
	if e.ID != uuid.Nil {
		of = e.Of + " " + e.ID.String()
	}
	d := &e.DisputeRate
	x.printf("Dispute rate of %s\nas of %s, policy %s\n\n", of, e.AsOf, e.Policy)
	t := x.newTable(left("CONTRACTS ENDED"), right("ALL"), right("DISPUTED"), right("RATE"), right("PARTS PER MILLION"))
	t.row("ever", show.Count(d.Ended), show.Count(d.Disputed), show.PercentOfMillion(d.PPM), million(d.PPM))
	t.row("since "+e.RecentFrom, show.Count(d.Ended12m), show.Count(d.Disputed12m), show.PercentOfMillion(d.PPM12m), million(d.PPM12m))
	t.write(x.stdout, "  ")

	var disputed, peaceful, cancelled []*statistics.EndedContract
	for i := range e.Contracts {
		switch c := &e.Contracts[i]; {
		case c.Disputed:
			disputed = append(disputed, c)
		case len(c.Facts) > 1: // more than its end
			cancelled = append(cancelled, c)
		default:
			peaceful = append(peaceful, c)
		}
	}
	x.endedContracts("Disputed", disputed, true)
	x.endedContracts("Not disputed, since every dispute was cancelled", cancelled, true)
	x.endedContracts("Never disputed", peaceful, x.all)
}

func (x *explanation) endedContracts(title string, list []*statistics.EndedContract, shown bool) {
	if len(list) == 0 {
		return
	}
	more := ""
	if !shown {
		more = " (--all shows them)"
	}
	x.printf("\n%s: %s%s\n", title, show.Count(len(list)), more)
	if !shown {
		return
	}
	for _, c := range list {
		when := "ended earlier"
		if c.Recent {
			when = "ended in the last months"
		}
		x.printf("\n  contract   %s  %s\n", c.Contract, when)
		x.printf("  client     %s\n  freelancer %s\n", c.Client, c.Freelancer)
		x.facts(slices.SortedFunc(slices.Values(c.Facts), func(a, b projection.Evidence) int { return cmp.Compare(a.Position, b.Position) }))
	}
}

func million(ppm *int64) string {
	if ppm == nil {
		return show.Unknown
	}
	return show.Count(*ppm)
}
