package aggregate

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// EditJob changes an open job: the fields that are given, at least one. A list replaces
// the list, and an empty text empties the text. What a proposal costs may change too; those
// that are there have paid what they have paid.
type EditJob struct {
	Job         uuid.UUID         `json:"job"`
	Connects    *event.Connects   `json:"connects,omitzero"` // 0 to MaxJobConnects
	Category    *string           `json:"category,omitzero"`
	Title       *event.Text       `json:"title,omitzero"`
	Description *event.Text       `json:"description,omitzero"`
	Skills      []event.Text      `json:"skills,omitzero"`
	Budget      *event.Money      `json:"budget,omitzero"`   // of fixed-price work
	RateMin     *event.Money      `json:"rate_min,omitzero"` // of hourly work, with RateMax
	RateMax     *event.Money      `json:"rate_max,omitzero"`
	Duration    event.JobDuration `json:"duration,omitzero"`
	Questions   []event.Text      `json:"questions,omitzero"`
}

func (c EditJob) stream() string { return event.JobStream(c.Job) }

func (c EditJob) content() jobContent {
	content := jobContent{
		skills: c.Skills, questions: c.Questions, budget: c.Budget, rateMin: c.RateMin, rateMax: c.RateMax, duration: c.Duration,
	}
	set(&content.category, c.Category)
	set(&content.title, c.Title)
	set(&content.description, c.Description)
	return content
}

func (c EditJob) validate() error {
	nothing := c.Connects == nil && c.Category == nil && c.Title == nil && c.Description == nil && c.Skills == nil && c.Questions == nil &&
		c.Budget == nil && c.RateMin == nil && c.RateMax == nil && c.Duration == ""
	v := validate(c).id("job", c.Job).must(!nothing, "nothing is to be edited").content(c.content())
	if c.Connects != nil {
		v.price(*c.Connects)
	}
	return v.err()
}

func (c EditJob) decide(d *decision) ([]event.Event, error) {
	j, err := loadTarget[*jobAggregate](d)
	if err != nil {
		return nil, err
	}
	client, err := d.client(j.client)
	if err != nil {
		return nil, err
	}
	if err := d.newBusiness(business{client: client, acts: client}); err != nil {
		return nil, err
	}
	if err := d.open(j); err != nil {
		return nil, err
	}
	content := c.content()
	if !content.fits(j.kind) {
		return nil, d.reject(WrongState, "budget goes with fixed-price work, the rates with hourly work")
	}
	d.actor = event.ActorClient
	edited := &event.JobEdited{
		Connects: c.Connects, Category: content.category, Title: event.Text(content.title), Description: event.Text(content.description),
		Skills: c.Skills, Budget: orNone(c.Budget), RateMin: orNone(c.RateMin), RateMax: orNone(c.RateMax), Duration: c.Duration, Questions: c.Questions,
	}
	for _, text := range []struct {
		name    event.JobText
		emptied bool
	}{
		{event.JobTitle, c.Title != nil && content.title == ""},
		{event.JobDescription, c.Description != nil && content.description == ""},
		{event.JobCategory, c.Category != nil && content.category == ""},
	} {
		if text.emptied {
			edited.Emptied = append(edited.Emptied, text.name)
		}
	}
	return []event.Event{edited}, nil
}

// recovered gives the command the texts that its event says were emptied.
func (c *EditJob) recovered(e event.Event) {
	emptied := e.(*event.JobEdited).Emptied
	if slices.Contains(emptied, event.JobTitle) {
		c.Title = new(event.Text)
	}
	if slices.Contains(emptied, event.JobDescription) {
		c.Description = new(event.Text)
	}
	if slices.Contains(emptied, event.JobCategory) {
		c.Category = new(string)
	}
}

// set sets a text where another is given.
func set[T ~string](text *string, to *T) {
	if to != nil {
		*text = string(*to)
	}
}
