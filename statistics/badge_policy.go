package statistics

import (
	"fmt"
	"slices"
	"strings"

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
	// HoldDays: no hold and no suspension of the account was in force at any moment
	// of the last so many days. Default 90.
	HoldDays int
	// ActiveDays: a proposal, an accepted invite or a payment in the last so
	// many days. Default 90.
	ActiveDays int
	// ViolationRule is the rule of the terms of service that was not broken in
	// the last ViolationMonths. Defaults "circumvention", the word being ours,
	// and 6.
	ViolationRule   string
	ViolationMonths int

	// Plus: there is a Top Rated Plus, which came in 2020. Default true.
	Plus bool
	// PlusPaid and PlusContract are what Top Rated Plus asks for in the same
	// months: paid in all, and paid for one contract whose outcome is not
	// negative. Defaults 10,000.00 and, one threshold being ours, 5,000.00.
	PlusPaid, PlusContract event.Money
	// PlusContracts are what is asked for instead of PlusContract for a contract of the
	// category (fine print P2), sorted by category, each once. Default none. On record
	// are Sales & Marketing 10,000.00, Writing and Engineering 5,000.00, others to
	// 30,000.00 (CM-822395, CM-852538).
	PlusContracts []CategoryAmount

	// What who holds a badge is entitled to. Defaults: fine print P6.
	TopRatedPerks, TopRatedPlusPerks, RisingTalentPerks []Perk
}

// CategoryAmount is an amount for contracts of a category, the host's word, by which
// contracts are told apart as they were written.
type CategoryAmount struct {
	Category string
	Amount   event.Money // minor units
}

// maxCategories bounds the categories with an amount of their own.
const maxCategories = 1000

// plusContract is what Top Rated Plus asks for one contract of the category.
func (p *BadgePolicy) plusContract(category string) event.Money {
	if i, own := slices.BinarySearchFunc(p.PlusContracts, category, func(a CategoryAmount, c string) int { return strings.Compare(a.Category, c) }); own {
		return p.PlusContracts[i].Amount
	}
	return p.PlusContract
}

func (p *BadgePolicy) validatePlusContracts() error {
	if len(p.PlusContracts) > maxCategories {
		return invalidPolicy("badges: PlusContracts of %d categories; at most %d make sense", len(p.PlusContracts), maxCategories)
	}
	for i, own := range p.PlusContracts {
		switch {
		case own.Category == "":
			return invalidPolicy("badges: PlusContracts have an empty category, for which PlusContract is")
		case own.Amount < 0:
			return invalidPolicy("badges: an amount is below 0")
		case i > 0 && own.Category <= p.PlusContracts[i-1].Category:
			return invalidPolicy("badges: PlusContracts must be sorted by category, each once")
		}
	}
	return nil
}

// BadgePresetNames lists the badge policies that have a name, the newest first.
func BadgePresetNames() []string { return []string{DefaultBadges, "2016"} }

// DefaultBadges is the name of the badge policy that is part of every preset.
const DefaultBadges = "today"

// BadgePreset gives the badge policy of a name: "today", or "2016" for that of the blog
// post of 31 October 2016 (rules 8). It fails with ErrUnknownPolicy.
func BadgePreset(name string) (BadgePolicy, error) {
	p := BadgePolicy{
		Displayed: 90, Assessments: 16, GoodAssessments: 13,
		FirstContractDays: 90,
		Paid:              1_000_00, PaidMonths: 12,
		Profile:       100,
		HoldDays:      90,
		ActiveDays:    90,
		ViolationRule: "circumvention", ViolationMonths: 6,
		Plus: true, PlusPaid: 10_000_00, PlusContract: 5_000_00,
		TopRatedPerks: topRatedPerks(), TopRatedPlusPerks: topRatedPerks(),
		RisingTalentPerks: []Perk{{Name: ExclusiveResources}, {Name: Community}},
	}
	switch name {
	case DefaultBadges:
		return p, nil
	case "2016":
		p.FirstContractDays, p.GoodAssessments, p.Plus = 30, 0, false
		return p, nil
	}
	return BadgePolicy{}, fmt.Errorf("statistics: badges: %w %.40q; known are %v", ErrUnknownPolicy, name, BadgePresetNames())
}

func defaultBadges() BadgePolicy {
	p, _ := BadgePreset(DefaultBadges)
	return p
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
	if err := p.validatePlusContracts(); err != nil {
		return err
	}
	if p.ViolationRule == "" {
		return invalidPolicy("badges: ViolationRule is empty")
	}
	for _, perks := range [][]Perk{p.TopRatedPerks, p.TopRatedPlusPerks, p.RisingTalentPerks} {
		if len(perks) > maxPerks {
			return invalidPolicy("badges: %d perks of a badge; at most %d make sense", len(perks), maxPerks)
		}
		for _, perk := range perks {
			if err := perk.validate(); err != nil {
				return err
			}
		}
	}
	return nil
}
