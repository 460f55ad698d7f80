package aggregate

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// AssessJobSuccess is the timer's, once a week: it keeps the freelancer's Job
// Success score as of its moment, so that history stays what was shown. The
// score is a statistic, which no aggregate knows: the marketplace computes it
// when the command is sent, or the sender gives it by With.
type AssessJobSuccess struct {
	Freelancer uuid.UUID `json:"freelancer"`
}

// assessment is an AssessJobSuccess that has its score.
type assessment struct {
	AssessJobSuccess `json:"command"`
	Score            event.JobSuccessAssessed `event:"*" json:"score"` // all of it
}

// With is the command with the score that it is to keep.
func (c AssessJobSuccess) With(score event.JobSuccessAssessed) Command { return assessment{c, score} }

// AwardBadge says that all conditions of a badge are met.
type AwardBadge struct {
	Freelancer uuid.UUID   `json:"freelancer"`
	Badge      event.Badge `json:"badge"`
}

// LoseBadge says which conditions of a badge are no longer met.
type LoseBadge struct {
	Freelancer uuid.UUID   `json:"freelancer"`
	Badge      event.Badge `json:"badge"`
	Unmet      []string    `json:"unmet"` // conditions of the badge, or ByPlatform, at least one
}

// ByPlatform stands among the unmet conditions of a badge that a person took away.
const ByPlatform = "platform"

// conditions are the names of what a badge needs (rules 8).
var conditions = map[event.Badge][]string{
	event.BadgeTopRated: {
		"displayed", "assessments", "first_contract", "paid", "profile", "no_hold", "active", "no_violation",
	},
	event.BadgeTopRatedPlus: {"top_rated", "paid", "large_contract"},
}

func (c AssessJobSuccess) stream() string { return event.FreelancerStream(c.Freelancer) }
func (c AwardBadge) stream() string       { return event.FreelancerStream(c.Freelancer) }
func (c LoseBadge) stream() string        { return event.FreelancerStream(c.Freelancer) }

func (c AssessJobSuccess) validate() error { return validate(c).id("freelancer", c.Freelancer).err() }
func (c AwardBadge) validate() error       { return validateBadge(c, c.Freelancer, c.Badge).err() }

func (c assessment) validate() error {
	s := c.Score
	within := func(n *int, most int) bool { return n == nil || (*n >= 0 && *n <= most) }
	return validate(c).id("freelancer", c.Freelancer).filled("policy", s.Policy).
		must((s.ScoreBP == nil) == (s.Displayed == nil), "score_bp and displayed go together").
		must(within(s.ScoreBP, 10000) && within(s.Displayed, 100), "score_bp must be 0 to 10000, displayed 0 to 100").err()
}

func (c LoseBadge) validate() error {
	v := validateBadge(c, c.Freelancer, c.Badge).must(len(c.Unmet) > 0, "unmet is empty").
		must(distinct(c.Unmet), "a condition is named twice")
	for _, condition := range c.Unmet {
		v.must(condition == ByPlatform || slices.Contains(conditions[c.Badge], condition), "unmet names what is no condition of the badge")
	}
	return v.err()
}

func validateBadge(c Command, freelancer uuid.UUID, badge event.Badge) *validation {
	return oneOf(validate(c).id("freelancer", freelancer), "badge", badge, event.BadgeTopRated, event.BadgeTopRatedPlus)
}

func (c AssessJobSuccess) decide(d *decision) ([]event.Event, error) {
	if _, err := loadTarget[*freelancerAggregate](d); err != nil {
		return nil, err
	}
	return nil, d.reject(Invalid, "the score to keep is missing")
}

func (c assessment) decide(d *decision) ([]event.Event, error) {
	score := c.Score
	return d.set(event.ActorTimer, &score)
}

func (c AwardBadge) decide(d *decision) ([]event.Event, error) {
	return flip(d, true, func(a *freelancerAggregate) bool { return a.badges[c.Badge] }, &event.BadgeAwarded{Badge: c.Badge})
}

func (c LoseBadge) decide(d *decision) ([]event.Event, error) {
	return flip(d, false, func(a *freelancerAggregate) bool { return a.badges[c.Badge] }, &event.BadgeLost{Badge: c.Badge, Unmet: c.Unmet})
}
