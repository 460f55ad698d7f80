package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// feedback of both sides of a contract, double blind: it is published with the
// second submission or when its time is over.
type feedback struct {
	byClient, byFreelancer bool
	published              bool
	excluded               bool // the client's no longer counts
	closesAt               event.Time
}

func (f *feedback) evolve(e event.Event) error {
	switch e := e.(type) {
	case *event.FeedbackSubmitted:
		switch e.By {
		case event.SideClient:
			return turn(&f.byClient, true, e)
		case event.SideFreelancer:
			return turn(&f.byFreelancer, true, e)
		}
		return invariantError(e, "it is by neither side")
	case *event.FeedbackPublished:
		if !f.any() {
			return invariantError(e, "there is no feedback")
		}
		return turn(&f.published, true, e)
	default: // *event.FeedbackExcluded
		if !f.byClient {
			return invariantError(e, "the client has given none")
		}
		return turn(&f.excluded, true, e)
	}
}

func (f *feedback) any() bool { return f.byClient || f.byFreelancer }

func (f *feedback) has(by event.Side) bool {
	if by == event.SideClient {
		return f.byClient
	}
	return f.byFreelancer
}

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

// ExcludeFeedback takes the client's feedback out of every score, for good.
type ExcludeFeedback struct {
	Contract uuid.UUID            `json:"contract"`
	Basis    event.ExclusionBasis `json:"basis"`
}

func (c LeaveFeedback) stream() string   { return event.ContractStream(c.Contract) }
func (c PublishFeedback) stream() string { return event.ContractStream(c.Contract) }
func (c ExcludeFeedback) stream() string { return event.ContractStream(c.Contract) }

func (c LeaveFeedback) validate() error {
	v := validate(c).id("contract", c.Contract).text("comment", string(c.Comment))
	oneOf(v, "by", c.By, event.SideClient, event.SideFreelancer)
	for _, s := range marks(c.Scores) {
		v.must(s >= 1 && s <= 5, "each score must be 1 to 5")
	}
	v.must(c.Recommend == nil || (*c.Recommend >= 0 && *c.Recommend <= 10), "recommend must be 0 to 10")
	return v.err()
}

func (c PublishFeedback) validate() error { return validate(c).id("contract", c.Contract).err() }

func (c ExcludeFeedback) validate() error {
	return oneOf(validate(c).id("contract", c.Contract), "basis", c.Basis,
		event.ExcludedByModeration, event.ExcludedByPerk).err()
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
	case f.has(c.By):
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

func (c ExcludeFeedback) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	if !k.feedback.byClient || k.feedback.excluded {
		return nil, d.reject(WrongState, "there is no client's feedback to exclude")
	}
	return []event.Event{&event.FeedbackExcluded{Basis: c.Basis}}, nil
}
