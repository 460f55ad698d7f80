package aggregate

import "github.com/marketcore/marketplace/event"

// feedback of both sides of a contract, double blind: it is published with the second
// submission or when its time is over. After that the side that got it may respond and
// let the other change it, each once.
type feedback struct {
	client, freelancer rating // by the side that gave it
	published          bool
	excluded           bool // the client's no longer counts
	closesAt           event.Time
	responsesCloseAt   event.Time
}

// rating is what became of the feedback that one side gives the other.
type rating struct {
	given          bool
	answered       bool // the side that got it responded
	changeable     bool // the side that got it let it be changed
	changeClosesAt event.Time
	revised        bool
}

// by is the rating that a side gives; a side that is none gives the freelancer's.
func (f *feedback) by(side event.Side) *rating {
	if side == event.SideClient {
		return &f.client
	}
	return &f.freelancer
}

// of is the rating that a side gets.
func (f *feedback) of(side event.Side) *rating {
	if side == event.SideClient {
		return &f.freelancer
	}
	return &f.client
}

func (f *feedback) any() bool { return f.client.given || f.freelancer.given }

func (f *feedback) evolve(e event.Event) error {
	switch e := e.(type) {
	case *event.FeedbackSubmitted:
		if err := ensureSide(e.By, e); err != nil {
			return err
		}
		return turn(&f.by(e.By).given, true, e)
	case *event.FeedbackPublished:
		if !f.any() {
			return invariantError(e, "there is no feedback")
		}
		return turn(&f.published, true, e)
	case *event.FeedbackResponded:
		if err := f.ensurePublished(e.By, e); err != nil {
			return err
		}
		return turn(&f.of(e.By).answered, true, e)
	case *event.FeedbackChangeEnabled:
		if err := f.ensurePublished(e.By, e); err != nil {
			return err
		}
		f.of(e.By).changeClosesAt = e.ChangeClosesAt
		return turn(&f.of(e.By).changeable, true, e)
	case *event.FeedbackRevised:
		if err := ensureSide(e.By, e); err != nil {
			return err
		}
		if !f.by(e.By).changeable {
			return invariantError(e, "its change is not enabled")
		}
		return turn(&f.by(e.By).revised, true, e)
	default: // *event.FeedbackExcluded
		if !f.client.given {
			return invariantError(e, "the client has given none")
		}
		return turn(&f.excluded, true, e)
	}
}

func ensureSide(side event.Side, e event.Event) error {
	return ensure(side == event.SideClient || side == event.SideFreelancer, e, "it is by neither side")
}

// ensurePublished is for what a side does with feedback that it got.
func (f *feedback) ensurePublished(side event.Side, e event.Event) error {
	if err := ensureSide(side, e); err != nil {
		return err
	}
	return ensure(f.published && f.of(side).given, e, "that side got no feedback that is published")
}
