package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// RegisterFreelancer opens a freelancer account.
type RegisterFreelancer struct {
	Freelancer uuid.UUID `json:"freelancer"`
}

// SetVisibility sets who sees the profile.
type SetVisibility struct {
	Freelancer uuid.UUID        `json:"freelancer"`
	Visibility event.Visibility `json:"visibility"`
}

// SetAvailability sets whether the freelancer takes work.
type SetAvailability struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Available  bool      `json:"available"`
}

// SetProfileCompleteness sets how complete the profile is.
type SetProfileCompleteness struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Percent    int       `json:"percent"`
}

// DescribeProfile sets the profile's own words and self-assessed skills.
type DescribeProfile struct {
	Freelancer   uuid.UUID    `json:"freelancer"`
	Introduction event.Text   `json:"introduction"`
	Skills       []event.Text `json:"skills"`
}

// RecordSkillTest records the result of a skill test, 0 to 100.
type RecordSkillTest struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Test       string    `json:"test"`
	Score      int       `json:"score"` // 0 to 100
}

// VerifyIdentity marks the freelancer's identity as verified.
type VerifyIdentity struct {
	Freelancer uuid.UUID `json:"freelancer"`
}

// RevokeIdentity takes that mark away.
type RevokeIdentity struct {
	Freelancer uuid.UUID `json:"freelancer"`
}

// VerifyPhone marks the freelancer's phone number as verified.
type VerifyPhone struct {
	Freelancer uuid.UUID `json:"freelancer"`
}

// PlaceHold restricts the account; each kind stands by itself.
type PlaceHold struct {
	Freelancer uuid.UUID      `json:"freelancer"`
	Kind       event.HoldKind `json:"kind"`
}

// LiftHold ends the hold of its kind.
type LiftHold struct {
	Freelancer uuid.UUID      `json:"freelancer"`
	Kind       event.HoldKind `json:"kind"`
}

// GrantRisingTalent gives a skilled newcomer the badge.
type GrantRisingTalent struct {
	Freelancer uuid.UUID `json:"freelancer"`
}

// EndRisingTalent takes the badge away.
type EndRisingTalent struct {
	Freelancer uuid.UUID `json:"freelancer"`
}

func (RegisterFreelancer) CommandName() string     { return "RegisterFreelancer" }
func (SetVisibility) CommandName() string          { return "SetVisibility" }
func (SetAvailability) CommandName() string        { return "SetAvailability" }
func (SetProfileCompleteness) CommandName() string { return "SetProfileCompleteness" }
func (DescribeProfile) CommandName() string        { return "DescribeProfile" }
func (RecordSkillTest) CommandName() string        { return "RecordSkillTest" }
func (VerifyIdentity) CommandName() string         { return "VerifyIdentity" }
func (RevokeIdentity) CommandName() string         { return "RevokeIdentity" }
func (VerifyPhone) CommandName() string            { return "VerifyPhone" }
func (PlaceHold) CommandName() string              { return "PlaceHold" }
func (LiftHold) CommandName() string               { return "LiftHold" }
func (GrantRisingTalent) CommandName() string      { return "GrantRisingTalent" }
func (EndRisingTalent) CommandName() string        { return "EndRisingTalent" }

func (c RegisterFreelancer) Stream() string     { return event.FreelancerStream(c.Freelancer) }
func (c SetVisibility) Stream() string          { return event.FreelancerStream(c.Freelancer) }
func (c SetAvailability) Stream() string        { return event.FreelancerStream(c.Freelancer) }
func (c SetProfileCompleteness) Stream() string { return event.FreelancerStream(c.Freelancer) }
func (c DescribeProfile) Stream() string        { return event.FreelancerStream(c.Freelancer) }
func (c RecordSkillTest) Stream() string        { return event.FreelancerStream(c.Freelancer) }
func (c VerifyIdentity) Stream() string         { return event.FreelancerStream(c.Freelancer) }
func (c RevokeIdentity) Stream() string         { return event.FreelancerStream(c.Freelancer) }
func (c VerifyPhone) Stream() string            { return event.FreelancerStream(c.Freelancer) }
func (c PlaceHold) Stream() string              { return event.FreelancerStream(c.Freelancer) }
func (c LiftHold) Stream() string               { return event.FreelancerStream(c.Freelancer) }
func (c GrantRisingTalent) Stream() string      { return event.FreelancerStream(c.Freelancer) }
func (c EndRisingTalent) Stream() string        { return event.FreelancerStream(c.Freelancer) }

func (c RegisterFreelancer) Validate() error { return validate(c).id("freelancer", c.Freelancer).err() }
func (c SetAvailability) Validate() error    { return validate(c).id("freelancer", c.Freelancer).err() }
func (c VerifyIdentity) Validate() error     { return validate(c).id("freelancer", c.Freelancer).err() }
func (c RevokeIdentity) Validate() error     { return validate(c).id("freelancer", c.Freelancer).err() }
func (c VerifyPhone) Validate() error        { return validate(c).id("freelancer", c.Freelancer).err() }
func (c GrantRisingTalent) Validate() error  { return validate(c).id("freelancer", c.Freelancer).err() }
func (c EndRisingTalent) Validate() error    { return validate(c).id("freelancer", c.Freelancer).err() }

func (c SetVisibility) Validate() error {
	return oneOf(validate(c).id("freelancer", c.Freelancer), "visibility", c.Visibility,
		event.VisibilityPublic, event.VisibilityPrivate).err()
}

func (c SetProfileCompleteness) Validate() error {
	return validate(c).id("freelancer", c.Freelancer).must(c.Percent >= 0 && c.Percent <= 100, "percent must be 0 to 100").err()
}

func (c DescribeProfile) Validate() error {
	v := validate(c).id("freelancer", c.Freelancer).text("introduction", string(c.Introduction))
	size := 0
	for _, s := range c.Skills {
		v.text("skills", string(s))
		size += len(s) + 1
	}
	return v.must(size <= MaxText, "skills are longer than %d bytes", MaxText).err()
}

func (c RecordSkillTest) Validate() error {
	return validate(c).id("freelancer", c.Freelancer).filled("test", c.Test).
		must(c.Score >= 0 && c.Score <= 100, "score must be 0 to 100").err()
}

func (c PlaceHold) Validate() error { return validateHold(c, c.Freelancer, c.Kind) }
func (c LiftHold) Validate() error  { return validateHold(c, c.Freelancer, c.Kind) }

func validateHold(c Command, freelancer uuid.UUID, kind event.HoldKind) error {
	return oneOf(validate(c).id("freelancer", freelancer), "kind", kind,
		event.HoldIdentity, event.HoldQuality, event.HoldPayment, event.HoldCircumvention).err()
}

func (c RegisterFreelancer) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*FreelancerAccount](d, c.Stream()); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.FreelancerRegistered{}}, nil
}

// set decides a command that is always allowed on an existing account.
func (d *decision) set(actor event.Actor, e event.Event) ([]event.Event, error) {
	if _, err := loadTarget[*FreelancerAccount](d); err != nil {
		return nil, err
	}
	d.actor = actor
	return []event.Event{e}, nil
}

func (c SetVisibility) decide(d *decision) ([]event.Event, error) {
	return d.set(event.ActorFreelancer, &event.VisibilityChanged{Visibility: c.Visibility})
}

func (c SetAvailability) decide(d *decision) ([]event.Event, error) {
	return d.set(event.ActorFreelancer, &event.AvailabilityChanged{Available: c.Available})
}

func (c SetProfileCompleteness) decide(d *decision) ([]event.Event, error) {
	return d.set(event.ActorFreelancer, &event.ProfileCompletenessChanged{Percent: c.Percent})
}

func (c DescribeProfile) decide(d *decision) ([]event.Event, error) {
	skills := c.Skills
	if skills == nil {
		skills = []event.Text{}
	}
	return d.set(event.ActorFreelancer, &event.ProfileDescribed{Introduction: c.Introduction, Skills: skills})
}

func (c RecordSkillTest) decide(d *decision) ([]event.Event, error) {
	return d.set(event.ActorPlatform, &event.SkillTestRecorded{Test: c.Test, Score: c.Score})
}

// flip decides a switch of the platform's: on when off, off when on.
func (d *decision) flip(on bool, is func(*FreelancerAccount) bool, e event.Event) ([]event.Event, error) {
	a, err := loadTarget[*FreelancerAccount](d)
	if err != nil {
		return nil, err
	}
	if is(a) == on {
		return nil, d.reject(WrongState, "that is so already")
	}
	return []event.Event{e}, nil
}

func (c VerifyIdentity) decide(d *decision) ([]event.Event, error) {
	return d.flip(true, func(a *FreelancerAccount) bool { return a.identityVerified }, &event.IdentityVerified{})
}

func (c RevokeIdentity) decide(d *decision) ([]event.Event, error) {
	return d.flip(false, func(a *FreelancerAccount) bool { return a.identityVerified }, &event.IdentityVerificationRevoked{})
}

func (c VerifyPhone) decide(d *decision) ([]event.Event, error) {
	return d.flip(true, func(a *FreelancerAccount) bool { return a.phoneVerified }, &event.PhoneVerified{})
}

func (c PlaceHold) decide(d *decision) ([]event.Event, error) {
	return d.flip(true, func(a *FreelancerAccount) bool { return a.holds[c.Kind] }, &event.HoldPlaced{Kind: c.Kind})
}

func (c LiftHold) decide(d *decision) ([]event.Event, error) {
	return d.flip(false, func(a *FreelancerAccount) bool { return a.holds[c.Kind] }, &event.HoldLifted{Kind: c.Kind})
}

func (c GrantRisingTalent) decide(d *decision) ([]event.Event, error) {
	return d.flip(true, func(a *FreelancerAccount) bool { return a.risingTalent }, &event.RisingTalentGranted{})
}

func (c EndRisingTalent) decide(d *decision) ([]event.Event, error) {
	return d.flip(false, func(a *FreelancerAccount) bool { return a.risingTalent }, &event.RisingTalentEnded{})
}
