package event_test

import (
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Events that have had several versions, beside those of the marketplace, so
// that no test takes version 1 for granted. Their golden files stand in
// testdata/versions.

// invited is InviteSent with a second version: the client's word on pay came
// with it, and the message is no longer optional.
type (
	invited struct {
		Job                 uuid.UUID   `json:"job"`
		Client              uuid.UUID   `json:"client"`
		Freelancer          uuid.UUID   `json:"freelancer"`
		FreelancerAvailable bool        `json:"freelancer_available"`
		ExpiresAt           event.Time  `json:"expires_at"`
		Pay                 event.Money `json:"pay,omitzero"`
		Message             event.Text  `json:"message"`
	}
	invitedV1 struct {
		Job                 uuid.UUID  `json:"job"`
		Client              uuid.UUID  `json:"client"`
		Freelancer          uuid.UUID  `json:"freelancer"`
		FreelancerAvailable bool       `json:"freelancer_available"`
		ExpiresAt           event.Time `json:"expires_at"`
		Message             event.Text `json:"message,omitzero"`
	}
)

// appraised is of version 2, and was called Praised before, in two versions.
type (
	appraised struct {
		By      event.Side `json:"by"`
		Overall int        `json:"overall"` // hundredths of a star
		Marks   marks      `json:"marks,omitzero"`
		Tags    []string   `json:"tags"`
		At      event.Time `json:"at"`
		Week    event.Week `json:"week"`
		Comment event.Text `json:"comment,omitzero"`
		Score   *int       `json:"score,omitzero"`
	}
	marks struct {
		Skill int        `json:"skill"`
		Note  event.Text `json:"note,omitzero"`
	}
	appraisedV1 struct {
		By      event.Side `json:"by"`
		Overall int        `json:"overall"`
		Skill   int        `json:"skill,omitzero"`
		Tags    []string   `json:"tags"`
		At      event.Time `json:"at"`
		Comment event.Text `json:"comment,omitzero"`
		Score   *int       `json:"score,omitzero"`
	}
	praisedV2 struct {
		By      event.Side `json:"by"`
		Stars   int        `json:"stars"`
		Tags    string     `json:"tags"` // with commas between
		At      event.Time `json:"at"`
		Comment event.Text `json:"comment,omitzero"`
		Score   *int       `json:"score,omitzero"`
	}
	praisedV1 struct {
		FromClient bool       `json:"from_client"`
		Stars      int        `json:"stars"`
		At         event.Time `json:"at"`
		Comment    string     `json:"comment"` // was no Text, and decides the tags
	}
)

// planned has every kind of list, and an integer that may be absent. In its first
// version the steps were without amounts.
type (
	planned struct {
		Contract uuid.UUID        `json:"contract"`
		Holds    []event.HoldKind `json:"holds"`
		Rivals   []uuid.UUID      `json:"rivals,omitzero"`
		Steps    []step           `json:"steps"`
		Later    []step           `json:"later,omitzero"`
		Tags     []string         `json:"tags,omitzero"`
		Notes    []event.Text     `json:"notes,omitzero"`
		Connects *event.Connects  `json:"connects,omitzero"`
	}
	step struct {
		Milestone   uuid.UUID   `json:"milestone"`
		Amount      event.Money `json:"amount"`
		Description event.Text  `json:"description,omitzero"`
		Due         string      `json:"due,omitzero"`
		Marks       marks       `json:"marks,omitzero"`
		Tags        []string    `json:"tags,omitzero"`
		Attempts    *int        `json:"attempts,omitzero"`
	}
	plannedV1 struct {
		Contract uuid.UUID        `json:"contract"`
		Holds    []event.HoldKind `json:"holds"`
		Rivals   []uuid.UUID      `json:"rivals,omitzero"`
		Steps    []stepV1         `json:"steps"`
		Later    []step           `json:"later,omitzero"`
	}
	stepV1 struct {
		Milestone   uuid.UUID  `json:"milestone"`
		Description event.Text `json:"description,omitzero"`
	}
)

func (*planned) EventType() string     { return "Planned" }
func (*plannedV1) EventType() string   { return "Planned" }
func (*invited) EventType() string     { return "Invited" }
func (*invitedV1) EventType() string   { return "Invited" }
func (*appraised) EventType() string   { return "Appraised" }
func (*appraisedV1) EventType() string { return "Appraised" }
func (*praisedV2) EventType() string   { return "Praised" }
func (*praisedV1) EventType() string   { return "Praised" }

var errStars = errors.New("there are no such stars")

// pastShapes are the types as they were declared while a version was today's.
func pastShapes() []event.Type {
	return []event.Type{{Event: &invitedV1{}, Version: 1}, {Event: &praisedV1{}, Version: 1}, {Event: &praisedV2{}, Version: 2}, {Event: &appraisedV1{}, Version: 1},
		{Event: &plannedV1{}, Version: 1}}
}

func versionedTypes() []event.Type {
	return []event.Type{{Event: &invited{}, Version: 2}, {Event: &appraised{}, Version: 2}, {Event: &planned{}, Version: 2}}
}

func versionedUpcasts() []event.Upcast {
	return []event.Upcast{
		event.NewUpcast(schema("Invited", 1), schema("Invited", 2), invitedFromV1),
		event.NewUpcast(schema("Praised", 1), schema("Praised", 2), praisedFromV1),
		event.NewUpcast(schema("Praised", 2), schema("Appraised", 1), appraisedFromPraised),
		event.NewUpcast(schema("Appraised", 1), schema("Appraised", 2), appraisedFromV1),
		event.NewUpcast(schema("Planned", 1), schema("Planned", 2), plannedFromV1),
	}
}

func invitedFromV1(old *invitedV1, next *invited) error {
	*next = invited{Job: old.Job, Client: old.Client, Freelancer: old.Freelancer, FreelancerAvailable: old.FreelancerAvailable,
		ExpiresAt: old.ExpiresAt, Message: old.Message}
	return nil
}

func praisedFromV1(old *praisedV1, next *praisedV2) error {
	*next = praisedV2{By: event.SideFreelancer, Stars: old.Stars, At: old.At, Comment: event.Text(old.Comment)}
	if old.FromClient {
		next.By = event.SideClient
	}
	if strings.Contains(old.Comment, "a") {
		next.Tags = "a,praised"
	}
	return nil
}

func appraisedFromPraised(old *praisedV2, next *appraisedV1) error {
	if old.Stars < -5 || old.Stars > 5 {
		return errStars
	}
	*next = appraisedV1{By: old.By, Overall: 100 * old.Stars, Tags: strings.Split(old.Tags, ","), At: old.At, Comment: old.Comment, Score: old.Score}
	return nil
}

func appraisedFromV1(old *appraisedV1, next *appraised) error {
	*next = appraised{By: old.By, Overall: old.Overall, Marks: marks{Skill: old.Skill}, Tags: old.Tags, At: old.At,
		Week: event.WeekOf(old.At), Comment: old.Comment, Score: old.Score}
	return nil
}

func plannedFromV1(old *plannedV1, next *planned) error {
	*next = planned{Contract: old.Contract, Holds: old.Holds, Rivals: old.Rivals, Steps: []step{}, Later: old.Later}
	for _, s := range old.Steps {
		next.Steps = append(next.Steps, step{Milestone: s.Milestone, Amount: 100, Description: s.Description})
	}
	return nil
}

// today is what an event of an old shape must come to.
func today(e event.Event) (event.Event, error) {
	switch old := e.(type) {
	case *invitedV1:
		next := new(invited)
		return next, invitedFromV1(old, next)
	case *praisedV1:
		next := new(praisedV2)
		if err := praisedFromV1(old, next); err != nil {
			return nil, err
		}
		return today(next)
	case *praisedV2:
		next := new(appraisedV1)
		if err := appraisedFromPraised(old, next); err != nil {
			return nil, err
		}
		return today(next)
	case *appraisedV1:
		next := new(appraised)
		return next, appraisedFromV1(old, next)
	case *plannedV1:
		next := new(planned)
		return next, plannedFromV1(old, next)
	}
	return e, nil
}

// everyVersion is the marketplace's registry with events of several versions.
func everyVersion() *event.Registry {
	reg, err := event.NewRegistry(everyType(), append(event.Upcasts(), versionedUpcasts()...))
	if err != nil {
		panic(err)
	}
	return reg
}

func everyType() []event.Type { return slices.Concat(event.Types(), versionedTypes()) }

// written encodes an event as the registry did when its version was today's.
func written(version int, m event.Meta, e event.Event) (event.Proposed, error) {
	reg, err := event.NewRegistry([]event.Type{{Event: e, Version: 1}}, nil)
	if err != nil {
		return event.Proposed{}, err
	}
	p, err := reg.Encode(sampleID(100), m, e)
	if err != nil {
		return event.Proposed{}, err
	}
	p.Metadata, err = event.AppendMetadata(nil, version, m)
	return p, err
}
