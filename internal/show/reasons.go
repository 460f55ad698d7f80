package show

import (
	"strings"

	"github.com/marketcore/marketplace/statistics"
)

// Class says in words why a contract that counts is of its class, under the policy.
func Class(c *statistics.ContractOutcome, p statistics.JobSuccessPolicy) string {
	var why string
	switch c.Branch {
	case statistics.BranchPublic:
		why = stars(c) + ": " + threshold(c, p.Feedback)
	case statistics.BranchPrivate:
		why = stars(c) + ", and what the client said in private is worse"
	case statistics.BranchLongTerm:
		why = "without feedback, and paid in " + Quarters(p.LongTermQuarters, p.QuarterMonths) + " or more: long-term work"
	case statistics.BranchUnpaid:
		why = "nothing was paid"
		if c.Stars != nil {
			why += ", and " + stars(c)
		} else {
			why += ", and there is no feedback"
		}
	case statistics.BranchMostlyAbsent:
		why = "without feedback, and so are more than half of the contracts that ended in the window"
	}
	if c.Excluded != nil {
		why += "; its feedback was taken out by a perk that was not due, so it counts"
	}
	return why
}

func stars(c *statistics.ContractOutcome) string {
	return "the client gave " + Stars(c.Stars) + " stars"
}

// threshold is from how many stars on feedback is of the class.
func threshold(c *statistics.ContractOutcome, p statistics.FeedbackPolicy) string {
	if c.Threshold != nil {
		return string(c.Class) + " from " + Stars(c.Threshold) + " on"
	}
	below := int64(p.NeutralOverall)
	return string(c.Class) + " below " + Stars(&below)
}

// LeftOut says in words why a contract is in no score.
func LeftOut(c *statistics.ContractLeftOut) string {
	why := Reason(c.Reason)
	switch c.VoidedBy {
	case "":
	case statistics.VoidPoorCollaboration:
		why = "its client does not count: flagged for poor collaboration"
	case statistics.VoidTOS:
		why = "its client does not count: against the terms of service"
	default:
		why = "its client does not count: sanctioned for " + Reason(c.VoidedBy)
	}
	if c.Excluded != nil && c.Excluded.Due {
		why += " (" + Reason(c.Excluded.Basis) + ")"
	}
	return why
}

// Assessments says when the number of good assessments changes: with the next one, when
// the first of those that are looked at leaves.
func Assessments(x *statistics.BadgeExplanation) string {
	next := "The next assessment is due at " + x.NextAssessment.String()
	if !x.Leaves {
		return next + ", and none leaves with it."
	}
	first := x.Assessments[0]
	counts := "which does not count, so the number cannot fall"
	if first.Good {
		counts = "which counts, so the number falls unless the new one counts too"
	}
	return next + "; with it that of " + first.At.Date().String() + " leaves, " + counts + "."
}

// LargeContract says in words by which contract Top Rated Plus has a large one, or which
// comes nearest.
func LargeContract(c statistics.LargeContract, money Currency) string {
	of := ""
	if c.Category != "" {
		of = " (" + c.Category + ")"
	}
	paid := "Contract " + c.Contract.String() + of + " was paid " + money.Money(c.Paid)
	if c.Met {
		return paid + " and needs " + money.Money(c.Need) + "."
	}
	return paid + " of the " + money.Money(c.Need) + " that it needs."
}

// Perk says in words which badge brings an entitlement, and when.
func Perk(e statistics.EntitlementOfBadge) string {
	by := "Rising Talent"
	if e.Badge != "" {
		by = Badge(e.Badge)
	}
	words := []string{Entitlement(e.Name) + ", by " + by}
	if e.From != "" {
		words = append(words, "from "+e.From)
	}
	if e.Until != "" {
		words = append(words, "until "+e.Until)
	}
	if !e.Holds {
		words = append(words, "not now")
	}
	return strings.Join(words, ", ")
}
