package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// LeaveFeedback rates the other side after the contract's end, once.
type LeaveFeedback struct {
	Contract  uuid.UUID    `json:"contract"`
	By        event.Side   `json:"by"`
	Scores    event.Scores `json:"scores"`             // each 1 to 5
	Recommend *int         `json:"recommend,omitzero"` // 0 to 10, private
	Comment   event.Text   `json:"comment,omitzero"`
}

// PublishFeedback is the timer's, when the time for feedback is over.
type PublishFeedback struct {
	Contract uuid.UUID `json:"contract"`
}

// RespondToFeedback says something to feedback that is published, once.
type RespondToFeedback struct {
	Contract uuid.UUID  `json:"contract"`
	By       event.Side `json:"by"` // who got it
	Comment  event.Text `json:"comment"`
}

// EnableFeedbackChange lets the other side change feedback that is published, once.
type EnableFeedbackChange struct {
	Contract uuid.UUID  `json:"contract"`
	By       event.Side `json:"by"` // who got it
}

// ReviseFeedback changes feedback, once, while its change is enabled. It is public at
// once. What was recommended in private stays.
type ReviseFeedback struct {
	Contract uuid.UUID    `json:"contract"`
	By       event.Side   `json:"by"`               // who gave it
	Scores   event.Scores `json:"scores"`           // each 1 to 5
	Comment  event.Text   `json:"comment,omitzero"` // none from now on, if it is left out
}

// ExcludeFeedback takes the client's feedback out of the scores, for good. What a basis
// does is the policy's matter; a host may have words of its own.
type ExcludeFeedback struct {
	Contract uuid.UUID            `json:"contract"`
	Basis    event.ExclusionBasis `json:"basis"`
}

func (c LeaveFeedback) stream() string        { return event.ContractStream(c.Contract) }
func (c PublishFeedback) stream() string      { return event.ContractStream(c.Contract) }
func (c RespondToFeedback) stream() string    { return event.ContractStream(c.Contract) }
func (c EnableFeedbackChange) stream() string { return event.ContractStream(c.Contract) }
func (c ReviseFeedback) stream() string       { return event.ContractStream(c.Contract) }
func (c ExcludeFeedback) stream() string      { return event.ContractStream(c.Contract) }

func (c LeaveFeedback) validate() error {
	return validateBy(c, c.Contract, c.By).scores(c.Scores).text("comment", string(c.Comment)).
		must(c.Recommend == nil || (*c.Recommend >= 0 && *c.Recommend <= 10), "recommend must be 0 to 10").err()
}

func (c PublishFeedback) validate() error { return validate(c).id("contract", c.Contract).err() }

func (c RespondToFeedback) validate() error {
	return validateBy(c, c.Contract, c.By).filled("comment", string(c.Comment)).err()
}

func (c EnableFeedbackChange) validate() error { return validateBy(c, c.Contract, c.By).err() }

func (c ReviseFeedback) validate() error {
	return validateBy(c, c.Contract, c.By).scores(c.Scores).text("comment", string(c.Comment)).err()
}

func (c ExcludeFeedback) validate() error {
	return validate(c).id("contract", c.Contract).filled("basis", string(c.Basis)).err()
}

// validateBy checks a command on a contract that one of its sides gives.
func validateBy(c Command, contract uuid.UUID, by event.Side) *validation {
	return oneOf(validate(c).id("contract", contract), "by", by, event.SideClient, event.SideFreelancer)
}

// scores wants six marks of 1 to 5.
func (v *validation) scores(s event.Scores) *validation {
	for _, m := range marks(s) {
		v.must(m >= 1 && m <= 5, "each score must be 1 to 5")
	}
	return v
}

func marks(s event.Scores) [6]int {
	return [6]int{s.Skills, s.Quality, s.Availability, s.Deadlines, s.Communication, s.Cooperation}
}

// overall is the mean of the six marks in hundredths of a star, half up.
func overall(s event.Scores) int {
	total := 0
	for _, m := range marks(s) {
		total += m
	}
	return (2*100*total + 6) / (2 * 6)
}

func (c LeaveFeedback) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	f := &k.feedback
	switch {
	case k.state != contractEnded:
		return nil, d.reject(WrongState, "feedback is given after the contract's end")
	case f.by(c.By).given:
		return nil, d.reject(AlreadyGiven, "the %s has given feedback", c.By)
	case d.at >= f.closesAt:
		return nil, d.reject(FeedbackClosed, "feedback could be given until %v", f.closesAt)
	}
	d.actor = event.Actor(c.By)
	events := []event.Event{&event.FeedbackSubmitted{
		By: c.By, Scores: c.Scores, Overall: overall(c.Scores), Recommend: c.Recommend, Comment: c.Comment,
	}}
	if f.any() {
		events = append(events, &event.FeedbackPublished{})
	}
	return events, nil
}

func (c PublishFeedback) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	f := &k.feedback
	switch {
	case f.published || !f.any():
		return nil, d.reject(WrongState, "there is no feedback to publish")
	case d.at < f.closesAt:
		return nil, d.reject(TooEarly, "feedback may be given until %v", f.closesAt)
	}
	d.actor = event.ActorTimer
	return []event.Event{&event.FeedbackPublished{}}, nil
}

// got finds the published feedback that a side got.
func (d *decision) got(by event.Side) (*contractAggregate, *rating, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, nil, err
	}
	r := k.feedback.of(by)
	if !r.given || !k.feedback.published {
		return nil, nil, d.reject(WrongState, "the %s got no feedback that is published", by)
	}
	d.actor = event.Actor(by)
	return k, r, nil
}

func (c RespondToFeedback) decide(d *decision) ([]event.Event, error) {
	k, r, err := d.got(c.By)
	switch {
	case err != nil:
		return nil, err
	case r.answered:
		return nil, d.reject(AlreadyGiven, "the %s has responded", c.By)
	case d.at >= k.feedback.responsesCloseAt:
		return nil, d.reject(FeedbackClosed, "a response could be given until %v", k.feedback.responsesCloseAt)
	}
	return []event.Event{&event.FeedbackResponded{By: c.By, Comment: c.Comment}}, nil
}

func (c EnableFeedbackChange) decide(d *decision) ([]event.Event, error) {
	_, r, err := d.got(c.By)
	switch {
	case err != nil:
		return nil, err
	case r.changeable:
		return nil, d.reject(AlreadyGiven, "the %s has let it be changed", c.By)
	}
	return []event.Event{&event.FeedbackChangeEnabled{By: c.By, ChangeClosesAt: d.at.AddDays(d.terms.FeedbackChangeDays)}}, nil
}

func (c ReviseFeedback) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	r := k.feedback.by(c.By)
	switch {
	case !r.changeable:
		return nil, d.reject(WrongState, "nobody lets the %s's feedback be changed", c.By)
	case r.revised:
		return nil, d.reject(AlreadyGiven, "the %s has revised it", c.By)
	case d.at >= r.changeClosesAt:
		return nil, d.reject(FeedbackClosed, "it could be revised until %v", r.changeClosesAt)
	}
	d.actor = event.Actor(c.By)
	return []event.Event{&event.FeedbackRevised{By: c.By, Scores: c.Scores, Overall: overall(c.Scores), Comment: c.Comment}}, nil
}

func (c ExcludeFeedback) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	if !k.feedback.client.given || k.feedback.excluded {
		return nil, d.reject(WrongState, "there is no client's feedback to exclude")
	}
	return []event.Event{&event.FeedbackExcluded{Basis: c.Basis}}, nil
}
