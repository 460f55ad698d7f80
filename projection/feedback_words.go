package projection

import "github.com/marketcore/marketplace/event"

// FeedbackWords is what was written with the client's feedback, published or not. Most
// feedback comes without words, so they stand apart.
type FeedbackWords struct {
	Comment   event.Text // with the marks
	Revised   event.Text // in its place from Feedback.Revised on, also where it is empty
	Responded Moment     // when the freelancer answered
	Response  event.Text
}

// Any reports whether anybody wrote anything.
func (w *FeedbackWords) Any() bool {
	return w.Comment != "" || w.Revised != "" || w.Responded.Happened()
}

var noWords = FeedbackWords{Responded: never}

// words are the record's, made if there are none.
func (r *ContractRecord) words() *FeedbackWords {
	if r.Words == nil {
		words := noWords
		r.Words = &words
	}
	return r.Words
}

// CommentAt is what the client wrote with feedback that was given as of the moment.
func (r *ContractRecord) CommentAt(asOf event.Time) event.Text {
	switch {
	case r.Words == nil:
		return ""
	case r.Feedback.Revised.By(asOf):
		return r.Words.Revised
	}
	return r.Words.Comment
}

// ResponseAt is what the freelancer answered to the client's feedback as of the moment.
func (r *ContractRecord) ResponseAt(asOf event.Time) event.Text {
	if r.Words == nil || !r.Words.Responded.By(asOf) {
		return ""
	}
	return r.Words.Response
}

// wordsUntil are the words that stand up to the position.
func (r *ContractRecord) wordsUntil(position event.Position) *FeedbackWords {
	if r.Words == nil {
		return nil
	}
	told := *r.Words
	if r.Feedback.Position > position {
		told.Comment = ""
	}
	if r.Feedback.Revised.Position > position {
		told.Revised = ""
	}
	if told.Responded.Position > position {
		told.Responded, told.Response = never, ""
	}
	if !told.Any() {
		return nil
	}
	return &told
}

func (r *ContractRecord) sameWords(s *ContractRecord) bool {
	if r.Words == nil || s.Words == nil {
		return r.Words == s.Words
	}
	return *r.Words == *s.Words
}
