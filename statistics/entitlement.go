package statistics

import "slices"

// Entitlement is what a badge is good for: a perk that the marketplace gives.
type Entitlement string

// The entitlements (rules 8).
const (
	PremiumSupport     Entitlement = "premium_support"
	ExclusiveResources Entitlement = "exclusive_resources"
	SelectInvitations  Entitlement = "select_invitations" // invitations to select jobs
	CommunityWorkshops Entitlement = "community_workshops"
)

// entitlements are all of them, in the order in which they are told.
var entitlements = []Entitlement{PremiumSupport, ExclusiveResources, SelectInvitations, CommunityWorkshops}

// entitled is what the badges that are held are good for, each perk once. That a
// badge's conditions are met is not enough.
func (p BadgePolicy) entitled(b BadgeProgress) []Entitlement {
	var perks []Entitlement
	if b.TopRated.Held {
		perks = append(perks, p.TopRatedPerks...)
	}
	if b.TopRatedPlus.Held {
		perks = append(perks, p.TopRatedPlusPerks...)
	}
	if b.RisingTalent {
		perks = append(perks, p.RisingTalentPerks...)
	}
	told := []Entitlement{}
	for _, e := range entitlements {
		if slices.Contains(perks, e) {
			told = append(told, e)
		}
	}
	return told
}
