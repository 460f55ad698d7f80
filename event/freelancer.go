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

// ProfileDescribed holds own words and self-assessed skills.
type ProfileDescribed struct {
	Introduction Text   `json:"introduction"`
	Skills       []Text `json:"skills"`
}

// SkillTestRecorded holds the result of a skill test.
type SkillTestRecorded struct {
	Test  string `json:"test"`
	Score int    `json:"score"` // 0 to 100
}

// IdentityVerified says that the freelancer is who they say they are.
type IdentityVerified struct{}

// IdentityVerificationRevoked takes that back.
type IdentityVerificationRevoked struct{}

// PhoneVerified says that the freelancer can be reached at their phone number.
type PhoneVerified struct{}

// HoldPlaced restricts the account; each kind stands by itself.
type HoldPlaced struct {
	Kind HoldKind `json:"kind"`
}

// HoldLifted ends the hold of its kind.
type HoldLifted struct {
	Kind HoldKind `json:"kind"`
}

// RisingTalentGranted says that a skilled newcomer got the badge.
type RisingTalentGranted struct{}

// RisingTalentEnded says that the badge is gone.
type RisingTalentEnded struct{}

func (*FreelancerRegistered) EventType() string        { return "FreelancerRegistered" }
func (*VisibilityChanged) EventType() string           { return "VisibilityChanged" }
func (*AvailabilityChanged) EventType() string         { return "AvailabilityChanged" }
func (*ProfileCompletenessChanged) EventType() string  { return "ProfileCompletenessChanged" }
func (*ProfileDescribed) EventType() string            { return "ProfileDescribed" }
func (*SkillTestRecorded) EventType() string           { return "SkillTestRecorded" }
func (*IdentityVerified) EventType() string            { return "IdentityVerified" }
func (*IdentityVerificationRevoked) EventType() string { return "IdentityVerificationRevoked" }
func (*PhoneVerified) EventType() string               { return "PhoneVerified" }
func (*HoldPlaced) EventType() string                  { return "HoldPlaced" }
func (*HoldLifted) EventType() string                  { return "HoldLifted" }
func (*RisingTalentGranted) EventType() string         { return "RisingTalentGranted" }
func (*RisingTalentEnded) EventType() string           { return "RisingTalentEnded" }

func (e *ProfileDescribed) Format(f fmt.State, verb rune) { format(f, verb, e) }
