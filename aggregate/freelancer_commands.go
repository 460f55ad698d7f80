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
	// Blocks is what the hold blocks, none twice. Nil is what its kind blocks by
	// default; an empty list is nothing.
	Blocks []event.HoldBlock `json:"blocks,omitzero"`
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

func (c RegisterFreelancer) stream() string     { return event.FreelancerStream(c.Freelancer) }
func (c SetVisibility) stream() string          { return event.FreelancerStream(c.Freelancer) }
func (c SetAvailability) stream() string        { return event.FreelancerStream(c.Freelancer) }
func (c SetProfileCompleteness) stream() string { return event.FreelancerStream(c.Freelancer) }
func (c DescribeProfile) stream() string        { return event.FreelancerStream(c.Freelancer) }
func (c RecordSkillTest) stream() string        { return event.FreelancerStream(c.Freelancer) }
func (c VerifyIdentity) stream() string         { return event.FreelancerStream(c.Freelancer) }
func (c RevokeIdentity) stream() string         { return event.FreelancerStream(c.Freelancer) }
func (c VerifyPhone) stream() string            { return event.FreelancerStream(c.Freelancer) }
func (c PlaceHold) stream() string              { return event.FreelancerStream(c.Freelancer) }
func (c LiftHold) stream() string               { return event.FreelancerStream(c.Freelancer) }
func (c GrantRisingTalent) stream() string      { return event.FreelancerStream(c.Freelancer) }
func (c EndRisingTalent) stream() string        { return event.FreelancerStream(c.Freelancer) }

func (c RegisterFreelancer) validate() error { return validate(c).id("freelancer", c.Freelancer).err() }
func (c SetAvailability) validate() error    { return validate(c).id("freelancer", c.Freelancer).err() }
func (c VerifyIdentity) validate() error     { return validate(c).id("freelancer", c.Freelancer).err() }
func (c RevokeIdentity) validate() error     { return validate(c).id("freelancer", c.Freelancer).err() }
func (c VerifyPhone) validate() error        { return validate(c).id("freelancer", c.Freelancer).err() }
func (c GrantRisingTalent) validate() error  { return validate(c).id("freelancer", c.Freelancer).err() }
func (c EndRisingTalent) validate() error    { return validate(c).id("freelancer", c.Freelancer).err() }

func (c SetVisibility) validate() error {
	return oneOf(validate(c).id("freelancer", c.Freelancer), "visibility", c.Visibility,
		event.VisibilityPublic, event.VisibilityPrivate).err()
}

func (c SetProfileCompleteness) validate() error {
	return validate(c).id("freelancer", c.Freelancer).must(c.Percent >= 0 && c.Percent <= 100, "percent must be 0 to 100").err()
}

func (c DescribeProfile) validate() error {
	v := validate(c).id("freelancer", c.Freelancer).text("introduction", string(c.Introduction))
	size := 0
	for _, s := range c.Skills {
		v.text("skills", string(s))
		size += len(s) + 1
	}
	return v.must(size <= MaxText, "skills are longer than %d bytes", MaxText).err()
}

func (c RecordSkillTest) validate() error {
	return validate(c).id("freelancer", c.Freelancer).filled("test", c.Test).
		must(c.Score >= 0 && c.Score <= 100, "score must be 0 to 100").err()
}

func (c PlaceHold) validate() error { return validateHold(c, c.Freelancer, c.Kind) }
func (c LiftHold) validate() error  { return validateHold(c, c.Freelancer, c.Kind) }

func validateHold(c Command, freelancer uuid.UUID, kind event.HoldKind) error {
	return oneOf(validate(c).id("freelancer", freelancer), "kind", kind,
		event.HoldIdentity, event.HoldQuality, event.HoldPayment, event.HoldCircumvention).err()
}

func (c RegisterFreelancer) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*freelancerAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.FreelancerRegistered{}}, nil
}

// set decides a command that is always allowed on an existing account.
func (d *decision) set(actor event.Actor, e event.Event) ([]event.Event, error) {
	if _, err := loadTarget[*freelancerAggregate](d); err != nil {
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
func (d *decision) flip(on bool, is func(*freelancerAggregate) bool, e event.Event) ([]event.Event, error) {
	a, err := loadTarget[*freelancerAggregate](d)
	if err != nil {
		return nil, err
	}
	if is(a) == on {
		return nil, d.reject(WrongState, "that is so already")
	}
	return []event.Event{e}, nil
}

func (c VerifyIdentity) decide(d *decision) ([]event.Event, error) {
	return d.flip(true, func(a *freelancerAggregate) bool { return a.identityVerified }, &event.IdentityVerified{})
}

func (c RevokeIdentity) decide(d *decision) ([]event.Event, error) {
	return d.flip(false, func(a *freelancerAggregate) bool { return a.identityVerified }, &event.IdentityVerificationRevoked{})
}

func (c VerifyPhone) decide(d *decision) ([]event.Event, error) {
	return d.flip(true, func(a *freelancerAggregate) bool { return a.phoneVerified }, &event.PhoneVerified{})
}

func (c PlaceHold) decide(d *decision) ([]event.Event, error) {
	return d.flip(true, func(a *freelancerAggregate) bool { return a.held(c.Kind) }, &event.HoldPlaced{Kind: c.Kind})
}

func (c LiftHold) decide(d *decision) ([]event.Event, error) {
	return d.flip(false, func(a *freelancerAggregate) bool { return a.held(c.Kind) }, &event.HoldLifted{Kind: c.Kind})
}

func (c GrantRisingTalent) decide(d *decision) ([]event.Event, error) {
	return d.flip(true, func(a *freelancerAggregate) bool { return a.risingTalent }, &event.RisingTalentGranted{})
}

func (c EndRisingTalent) decide(d *decision) ([]event.Event, error) {
	return d.flip(false, func(a *freelancerAggregate) bool { return a.risingTalent }, &event.RisingTalentEnded{})
}
