package statistics

import (
	"slices"

	"github.com/marketcore/marketplace/event"
)

// BadgePolicy says who is Top Rated and Top Rated Plus, and what a badge is good
// for (rules 8). A day is 24 hours, months are calendar months by the date rule
// of the Job Success windows. What a line does not call ours is as published.
type BadgePolicy struct {
	// Displayed is the Job Success score, in percent as it is shown, from which
	// on it is good: now, and in an assessment. Default 90.
	Displayed int64
	// Of the last Assessments at least GoodAssessments were good, or made of a
	// Rising Talent. Of fewer assessments still as many. Defaults 16 and 13.
	Assessments, GoodAssessments int
	// FirstContractDays: the first contract started more than so long ago.
	// Default 90.
	FirstContractDays int
	// Paid is what was paid at least in the last PaidMonths, less the refunds of
	// these months (ours: published is "earned"). Defaults 1,000.00 and 12.
	Paid       event.Money
	PaidMonths int
	// Profile is how complete the profile is, in percent. Default 100.
	Profile int64
	// HoldDays: no hold was in force at any moment of the last so many days.
	// Default 90.
	HoldDays int
	// ActiveDays: a proposal, an accepted invite or a payment in the last so
	// many days. Default 90.
	ActiveDays int
	// ViolationRule is the rule of the terms of service that was not broken in
	// the last ViolationMonths. Defaults "circumvention", the word being ours,
	// and 6.
	ViolationRule   string
	ViolationMonths int

	// PlusPaid and PlusContract are what Top Rated Plus asks for in the same
	// months: paid in all, and paid for one contract whose outcome is not
	// negative. Defaults 10,000.00 and, one threshold being ours, 5,000.00.
	PlusPaid, PlusContract event.Money

	// What who holds a badge is entitled to. By default a Top Rated of either
	// kind to everything, and a Rising Talent to resources and the community
	// (ours: the public record differs from year to year).
	TopRatedPerks, TopRatedPlusPerks, RisingTalentPerks []Entitlement
}

// defaultBadges is the rule as published, and as completed here.
func defaultBadges() BadgePolicy {
	return BadgePolicy{
		Displayed: 90, Assessments: 16, GoodAssessments: 13,
		FirstContractDays: 90,
		Paid:              1_000_00, PaidMonths: 12,
		Profile:       100,
		HoldDays:      90,
		ActiveDays:    90,
		ViolationRule: "circumvention", ViolationMonths: 6,
		PlusPaid: 10_000_00, PlusContract: 5_000_00,
		TopRatedPerks: slices.Clone(entitlements), TopRatedPlusPerks: slices.Clone(entitlements),
		RisingTalentPerks: []Entitlement{ExclusiveResources, CommunityWorkshops},
	}
}

func (p BadgePolicy) validate() error {
	if min(p.Displayed, p.Profile) < 0 || max(p.Displayed, p.Profile) > 100 {
		return invalidPolicy("badges: a score or profile must be 0 to 100 percent")
	}
	if p.Assessments < 1 || p.Assessments > 53*maxMonths/12 || p.GoodAssessments < 0 || p.GoodAssessments > p.Assessments {
		return invalidPolicy("badges: %d of %d assessments; the last 1 to %d make sense, and some of them", p.GoodAssessments, p.Assessments, 53*maxMonths/12)
	}
	for _, days := range []int{p.FirstContractDays, p.HoldDays, p.ActiveDays} {
		if days < 0 || days > 31*maxMonths {
			return invalidPolicy("badges: %d days; 0 to %d make sense", days, 31*maxMonths)
		}
	}
	for _, months := range []int{p.PaidMonths, p.ViolationMonths} {
		if months < 1 || months > maxMonths {
			return invalidPolicy("badges: %d months; 1 to %d make sense", months, maxMonths)
		}
	}
	if min(p.Paid, p.PlusPaid, p.PlusContract) < 0 {
		return invalidPolicy("badges: an amount is below 0")
	}
	if p.ViolationRule == "" {
		return invalidPolicy("badges: ViolationRule is empty")
	}
	for _, e := range slices.Concat(p.TopRatedPerks, p.TopRatedPlusPerks, p.RisingTalentPerks) {
		if !slices.Contains(entitlements, e) {
			return invalidPolicy("badges: unknown entitlement %.40q", string(e))
		}
	}
	return nil
}
