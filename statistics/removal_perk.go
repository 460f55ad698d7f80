package statistics

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// RemovalPerk is the rule by which a Top Rated freelancer may have feedback removed
// from the score (fine print J14).
type RemovalPerk string

// The rules.
const (
	// RemovalPerk2016: a removal is due once for perkContracts ended contracts and
	// perkMonths, until the perk was given up.
	RemovalPerk2016 RemovalPerk = "2016"
	// RemovalPerkNone: every removal on that basis excludes.
	RemovalPerkNone RemovalPerk = "none"
)

// What a next removal by the perk of 2016 needs, and when no more were due.
const (
	perkContracts = 10
	perkMonths    = 3
)

var perkEnds = event.MustParseTime("2024-09-03T00:00:00Z")

func (p RemovalPerk) validate() error {
	if p != RemovalPerk2016 && p != RemovalPerkNone {
		return invalidPolicy("job success: no rule %.40q for removals by the perk; known are %s and %s", string(p), RemovalPerk2016, RemovalPerkNone)
	}
	return nil
}

// notDue are those of a freelancer's contracts whose feedback was removed by the perk
// when that was not due. Whether one is due hangs on what happened up to it alone.
func (p RemovalPerk) notDue(contracts []*projection.ContractRecord) map[uuid.UUID]bool {
	if p == RemovalPerkNone {
		return nil
	}
	var removals []*projection.ContractRecord
	for _, r := range contracts {
		if r.Excluded.Happened() && r.Basis == event.ExcludedByPerk {
			removals = append(removals, r)
		}
	}
	if len(removals) == 0 {
		return nil
	}
	slices.SortFunc(removals, func(a, b *projection.ContractRecord) int {
		return cmp.Or(cmp.Compare(a.Excluded.At, b.Excluded.At), slices.Compare(a.ID[:], b.ID[:]))
	})
	var ends []event.Time
	for _, r := range contracts {
		if r.Ended.Happened() {
			ends = append(ends, r.Ended.At)
		}
	}
	slices.Sort(ends)
	ended := func(by event.Time) int { // how many had, by the moment
		n, _ := slices.BinarySearch(ends, by+1)
		return n
	}
	early := map[uuid.UUID]bool{}
	last := event.Never // the last due one
	for _, r := range removals {
		at := r.Excluded.At
		switch {
		case at >= perkEnds,
			last != event.Never && (ended(at)-ended(last) < perkContracts || at < last.AddMonths(perkMonths)):
			early[r.ID] = true
		default:
			last = at
		}
	}
	return early
}
