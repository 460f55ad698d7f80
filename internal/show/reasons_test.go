package show_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

// Every branch says what decided, with the policy's thresholds.
func TestClass(t *testing.T) {
	p := projectiontest.Preset(t, statistics.DefaultPolicy).JobSuccess
	p.Feedback.SuccessfulOverall, p.Feedback.NeutralOverall, p.LongTermQuarters = 431, 311, 3
	stars, from := projectiontest.Ptr(int64(433)), projectiontest.Ptr(int64(431))
	for want, c := range map[string]statistics.ContractOutcome{
		"the client gave 4.33 stars: successful from 4.31 on":                                   {Branch: statistics.BranchPublic, Class: statistics.ClassSuccessful, Stars: stars, Threshold: from},
		"the client gave 4.33 stars: negative below 3.11":                                       {Branch: statistics.BranchPublic, Class: statistics.ClassNegative, Stars: stars},
		"the client gave 4.33 stars, and what the client said in private is worse":              {Branch: statistics.BranchPrivate, Class: statistics.ClassNegative, Stars: stars},
		"without feedback, and paid in 3 quarters or more: long-term work":                      {Branch: statistics.BranchLongTerm, Class: statistics.ClassSuccessful},
		"nothing was paid, and there is no feedback":                                            {Branch: statistics.BranchUnpaid, Class: statistics.ClassNegative},
		"nothing was paid, and the client gave 4.33 stars":                                      {Branch: statistics.BranchUnpaid, Class: statistics.ClassNegative, Stars: stars},
		"without feedback, and so are more than half of the contracts that ended in the window": {Branch: statistics.BranchMostlyAbsent, Class: statistics.ClassNegative},
		"the client gave 4.33 stars: successful from 4.31 on; its feedback was taken out by a perk that was not due, so it counts": {
			Branch: statistics.BranchPublic, Class: statistics.ClassSuccessful, Stars: stars, Threshold: from, Excluded: &statistics.Exclusion{Basis: event.ExcludedByPerk}},
	} {
		require.Equal(t, want, show.Class(&c, p))
	}
}

func TestLeftOut(t *testing.T) {
	for want, c := range map[string]statistics.ContractLeftOut{
		"its feedback is not published yet":                         {Reason: statistics.ContractFeedbackSealed},
		"its feedback was excluded (moderation)":                    {Reason: statistics.ContractFeedbackExcluded, Excluded: &statistics.Exclusion{Basis: event.ExcludedByModeration, Due: true}},
		"no feedback":                                               {Reason: statistics.ContractNoFeedback, Excluded: &statistics.Exclusion{Basis: event.ExcludedByPerk}},
		"its client does not count: flagged for poor collaboration": {Reason: statistics.ContractClientVoided, VoidedBy: statistics.VoidPoorCollaboration},
		"its client does not count: against the terms of service":   {Reason: statistics.ContractClientVoided, VoidedBy: statistics.VoidTOS},
		"its client does not count: sanctioned for fraud":           {Reason: statistics.ContractClientVoided, VoidedBy: statistics.VoidFraud},
	} {
		require.Equal(t, want, show.LeftOut(&c))
	}
}

func TestAssessments(t *testing.T) {
	x := statistics.BadgeExplanation{NextAssessment: event.MustParseTime("2017-05-01T00:00:00Z")}
	require.Equal(t, "The next assessment is due at 2017-05-01T00:00:00Z, and none leaves with it.", show.Assessments(&x))
	first := statistics.AssessmentCounted{Assessment: statistics.Assessment{At: event.MustParseTime("2017-01-16T00:00:00Z")}}
	x.Leaves, x.Assessments = true, []statistics.AssessmentCounted{first}
	require.Equal(t, "The next assessment is due at 2017-05-01T00:00:00Z; with it that of 2017-01-16 leaves, which does not count, so the number cannot fall.", show.Assessments(&x))
	x.Assessments[0].Good = true
	require.Equal(t, "The next assessment is due at 2017-05-01T00:00:00Z; with it that of 2017-01-16 leaves, which counts, so the number falls unless the new one counts too.", show.Assessments(&x))
}

func TestLargeContract(t *testing.T) {
	c := statistics.LargeContract{Contract: projectiontest.Named("contract"), Category: "sales", Paid: 9_999_99, Need: 10_000_00}
	name, money := c.Contract.String(), show.Currency{}
	require.Equal(t, "Contract "+name+" (sales) was paid "+money.Money(9_999_99)+" of the "+money.Money(10_000_00)+" that it needs.", show.LargeContract(c, money))
	c.Category, c.Paid, c.Met = "", 10_000_00, true
	require.Equal(t, "Contract "+name+" was paid "+money.Money(10_000_00)+" and needs "+money.Money(10_000_00)+".", show.LargeContract(c, money))
}

func TestPerk(t *testing.T) {
	require.Equal(t, "community, by Rising Talent", show.Perk(statistics.EntitlementOfBadge{Name: statistics.Community, Holds: true}))
	require.Equal(t, "feedback removal, by Top Rated, from 2016-01-01, until 2024-09-03, not now",
		show.Perk(statistics.EntitlementOfBadge{Name: statistics.FeedbackRemoval, Badge: event.BadgeTopRated, From: "2016-01-01", Until: "2024-09-03"}))
}
