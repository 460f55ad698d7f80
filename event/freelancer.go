package event

import "fmt"

// Visibility is who sees a freelancer's profile.
type Visibility string

// The visibilities. A private profile gets no invites.
const (
	VisibilityPublic  Visibility = "public"
	VisibilityPrivate Visibility = "private"
)

// HoldKind is what a hold on a freelancer account is about.
type HoldKind string

// The kinds of holds.
const (
	HoldIdentity      HoldKind = "identity"
	HoldQuality       HoldKind = "quality"
	HoldPayment       HoldKind = "payment"
	HoldCircumvention HoldKind = "circumvention"
)

// HoldBlock is a part of the marketplace that a hold keeps a freelancer out of.
type HoldBlock string

// What a hold may block.
const (
	BlockProposals HoldBlock = "proposals" // submitting them, and accepting invites
	BlockContracts HoldBlock = "contracts" // accepting and starting them
	BlockSearch    HoldBlock = "search"    // being found
)

// CloseAccountReason is why a freelancer's account was closed.
type CloseAccountReason string

// The reasons for closing an account.
const (
	CloseAccountTOS     CloseAccountReason = "tos" // the terms of service
	CloseAccountConduct CloseAccountReason = "conduct"
	CloseAccountPayment CloseAccountReason = "payment"
	CloseAccountFraud   CloseAccountReason = "fraud"
	CloseAccountLeft    CloseAccountReason = "left" // the freelancer wanted it
)

// FreelancerRegistered opens a freelancer account: public, available, with a
// profile that is 0 % complete.
type FreelancerRegistered struct{}

// VisibilityChanged sets who sees the profile.
type VisibilityChanged struct {
	Visibility Visibility `json:"visibility"`
}

// AvailabilityChanged sets whether the freelancer takes work.
type AvailabilityChanged struct {
	Available bool `json:"available"`
}

// ProfileCompletenessChanged sets how complete the profile is.
type ProfileCompletenessChanged struct {
	Percent int `json:"percent"` // 0 to 100
}

// ProfileDescribed holds own words, self-assessed skills and examples of work. It
// replaces all that an earlier one said.
type ProfileDescribed struct {
	Introduction Text            `json:"introduction"`
	Skills       []Text          `json:"skills"`
	Title        Text            `json:"title,omitzero"`
	Category     string          `json:"category,omitzero"`
	HourlyRate   Money           `json:"hourly_rate,omitzero"`
	Portfolio    []PortfolioItem `json:"portfolio,omitzero"`
}

// PortfolioItem is an example of the freelancer's work. What it refers to is the
// host's and never opened here.
type PortfolioItem struct {
	Title  Text   `json:"title"`
	Ref    Text   `json:"ref,omitzero"`
	SHA256 string `json:"sha256,omitzero"` // 64 hexadecimal digits
}

// SkillTestRecorded holds the result of a skill test.
type SkillTestRecorded struct {
	Test  string `json:"test"`
	Score int    `json:"score"` // 0 to 100
}

// FreelancerSuspended allows no new business for now; running contracts go on.
type FreelancerSuspended struct {
	Reason SanctionReason `json:"reason"`
}

// FreelancerReinstated ends a suspension.
type FreelancerReinstated struct{}

// FreelancerClosed ends what the freelancer is permitted, for good.
type FreelancerClosed struct {
	Reason CloseAccountReason `json:"reason"`
}

// HoldPlaced restricts the account; each kind stands by itself. What it blocks is
// frozen here, whatever holds of its kind block by default later.
type HoldPlaced struct {
	Kind   HoldKind    `json:"kind"`
	Blocks []HoldBlock `json:"blocks"`
}

// HoldLifted ends the hold of its kind.
type HoldLifted struct {
	Kind HoldKind `json:"kind"`
}

// RisingTalentGranted says that a skilled newcomer got the badge.
type RisingTalentGranted struct{}

// RisingTalentEnded says that the badge is gone.
type RisingTalentEnded struct{}

func (*FreelancerRegistered) EventType() string       { return "FreelancerRegistered" }
func (*VisibilityChanged) EventType() string          { return "VisibilityChanged" }
func (*AvailabilityChanged) EventType() string        { return "AvailabilityChanged" }
func (*ProfileCompletenessChanged) EventType() string { return "ProfileCompletenessChanged" }
func (*ProfileDescribed) EventType() string           { return "ProfileDescribed" }
func (*SkillTestRecorded) EventType() string          { return "SkillTestRecorded" }
func (*FreelancerSuspended) EventType() string        { return "FreelancerSuspended" }
func (*FreelancerReinstated) EventType() string       { return "FreelancerReinstated" }
func (*FreelancerClosed) EventType() string           { return "FreelancerClosed" }
func (*HoldPlaced) EventType() string                 { return "HoldPlaced" }
func (*HoldLifted) EventType() string                 { return "HoldLifted" }
func (*RisingTalentGranted) EventType() string        { return "RisingTalentGranted" }
func (*RisingTalentEnded) EventType() string          { return "RisingTalentEnded" }

func (e *ProfileDescribed) Format(f fmt.State, verb rune) { format(f, verb, e) }
