package aggregate

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxPortfolio is how many examples of work a profile shows.
const MaxPortfolio = 50

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

// DescribeProfile sets the profile's own words, self-assessed skills, rate and examples
// of work. It replaces all that an earlier one said: what is left out is gone.
type DescribeProfile struct {
	Freelancer   uuid.UUID             `json:"freelancer"`
	Introduction event.Text            `json:"introduction"`
	Skills       []event.Text          `json:"skills"`
	Title        event.Text            `json:"title,omitzero"`
	Category     string                `json:"category,omitzero"`
	HourlyRate   *event.Money          `json:"hourly_rate,omitzero"`
	Portfolio    []event.PortfolioItem `json:"portfolio,omitzero"` // at most MaxPortfolio
}

// RecordSkillTest records the result of a skill test, 0 to 100.
type RecordSkillTest struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Test       string    `json:"test"`
	Score      int       `json:"score"` // 0 to 100
}

// SuspendFreelancer keeps an active freelancer from starting anything new.
type SuspendFreelancer struct {
	Freelancer uuid.UUID            `json:"freelancer"`
	Reason     event.SanctionReason `json:"reason"`
}

// ReinstateFreelancer ends a suspension.
type ReinstateFreelancer struct {
	Freelancer uuid.UUID `json:"freelancer"`
}

// CloseFreelancer closes an account for good. Running contracts go on (ours).
type CloseFreelancer struct {
	Freelancer uuid.UUID                `json:"freelancer"`
	Reason     event.CloseAccountReason `json:"reason"`
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
func (c SuspendFreelancer) stream() string      { return event.FreelancerStream(c.Freelancer) }
func (c ReinstateFreelancer) stream() string    { return event.FreelancerStream(c.Freelancer) }
func (c CloseFreelancer) stream() string        { return event.FreelancerStream(c.Freelancer) }
func (c PlaceHold) stream() string              { return event.FreelancerStream(c.Freelancer) }
func (c LiftHold) stream() string               { return event.FreelancerStream(c.Freelancer) }
func (c GrantRisingTalent) stream() string      { return event.FreelancerStream(c.Freelancer) }
func (c EndRisingTalent) stream() string        { return event.FreelancerStream(c.Freelancer) }

func (c RegisterFreelancer) validate() error { return validate(c).id("freelancer", c.Freelancer).err() }
func (c SetAvailability) validate() error    { return validate(c).id("freelancer", c.Freelancer).err() }
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
	v := validate(c).id("freelancer", c.Freelancer).text("introduction", string(c.Introduction)).texts("skills", c.Skills).
		text("title", string(c.Title)).text("category", c.Category).
		must(len(c.Portfolio) <= MaxPortfolio, "portfolio has more than %d items", MaxPortfolio)
	var shown []event.Text
	for _, item := range c.Portfolio {
		v.filled("title of a portfolio's item", string(item.Title)).sha256("sha256", item.SHA256)
		shown = append(shown, item.Title, item.Ref)
	}
	v.texts("portfolio's texts", shown)
	if c.HourlyRate != nil {
		v.amount("hourly_rate", *c.HourlyRate)
	}
	return v.err()
}

func (c RecordSkillTest) validate() error {
	return validate(c).id("freelancer", c.Freelancer).filled("test", c.Test).
		must(c.Score >= 0 && c.Score <= 100, "score must be 0 to 100").err()
}

func (c SuspendFreelancer) validate() error {
	return validateSanction(c, "freelancer", c.Freelancer, c.Reason)
}

func (c ReinstateFreelancer) validate() error {
	return validate(c).id("freelancer", c.Freelancer).err()
}

func (c CloseFreelancer) validate() error {
	return oneOf(validate(c).id("freelancer", c.Freelancer), "reason", c.Reason, event.CloseAccountTOS, event.CloseAccountConduct,
		event.CloseAccountPayment, event.CloseAccountFraud, event.CloseAccountLeft).err()
}

func (c PlaceHold) validate() error {
	v := validateHold(c, c.Freelancer, c.Kind)
	for i, b := range c.Blocks {
		oneOf(v, "blocks", b, event.BlockProposals, event.BlockContracts, event.BlockSearch).
			must(!slices.Contains(c.Blocks[:i], b), "blocks has one of its words twice")
	}
	return v.err()
}

func (c LiftHold) validate() error { return validateHold(c, c.Freelancer, c.Kind).err() }

func validateHold(c Command, freelancer uuid.UUID, kind event.HoldKind) *validation {
	return oneOf(validate(c).id("freelancer", freelancer), "kind", kind,
		event.HoldIdentity, event.HoldQuality, event.HoldPayment, event.HoldCircumvention)
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
	e := &event.ProfileDescribed{
		Introduction: c.Introduction, Skills: c.Skills, Title: c.Title, Category: c.Category, Portfolio: slices.Clone(c.Portfolio),
	}
	if e.Skills == nil {
		e.Skills = []event.Text{}
	}
	if c.HourlyRate != nil {
		e.HourlyRate = *c.HourlyRate
	}
	for i := range e.Portfolio {
		e.Portfolio[i].SHA256 = strings.ToLower(e.Portfolio[i].SHA256)
	}
	return d.set(event.ActorFreelancer, e)
}

func (c RecordSkillTest) decide(d *decision) ([]event.Event, error) {
	return d.set(event.ActorPlatform, &event.SkillTestRecorded{Test: c.Test, Score: c.Score})
}

func (c SuspendFreelancer) decide(d *decision) ([]event.Event, error) {
	return move(d, func(a *freelancerAggregate) bool { return a.state == freelancerActive },
		"only an active account can be suspended", &event.FreelancerSuspended{Reason: c.Reason})
}

func (c ReinstateFreelancer) decide(d *decision) ([]event.Event, error) {
	return move(d, func(a *freelancerAggregate) bool { return a.state == freelancerSuspended },
		"only a suspended account can be reinstated", &event.FreelancerReinstated{})
}

func (c CloseFreelancer) decide(d *decision) ([]event.Event, error) {
	if c.Reason == event.CloseAccountLeft {
		d.actor = event.ActorFreelancer
	}
	return move(d, func(a *freelancerAggregate) bool { return a.state != freelancerClosed },
		"the account is closed already", &event.FreelancerClosed{Reason: c.Reason})
}

func (c PlaceHold) decide(d *decision) ([]event.Event, error) {
	return flip(d, true, func(a *freelancerAggregate) bool { return a.held(c.Kind) }, &event.HoldPlaced{Kind: c.Kind, Blocks: c.blocks()})
}

// blocks is what the hold will block: quality holds all by default (H-28340909495571),
// others nothing (ours).
func (c PlaceHold) blocks() []event.HoldBlock {
	switch {
	case c.Blocks != nil:
		return c.Blocks
	case c.Kind == event.HoldQuality:
		return []event.HoldBlock{event.BlockProposals, event.BlockContracts, event.BlockSearch}
	}
	return []event.HoldBlock{}
}

func (c LiftHold) decide(d *decision) ([]event.Event, error) {
	return flip(d, false, func(a *freelancerAggregate) bool { return a.held(c.Kind) }, &event.HoldLifted{Kind: c.Kind})
}

func (c GrantRisingTalent) decide(d *decision) ([]event.Event, error) {
	return flip(d, true, func(a *freelancerAggregate) bool { return a.risingTalent }, &event.RisingTalentGranted{})
}

func (c EndRisingTalent) decide(d *decision) ([]event.Event, error) {
	return flip(d, false, func(a *freelancerAggregate) bool { return a.risingTalent }, &event.RisingTalentEnded{})
}
