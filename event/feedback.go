package event

import "fmt"

// Scores are the six marks of a feedback, each 1 to 5 stars.
type Scores struct {
	Skills        int `json:"skills"`
	Quality       int `json:"quality"`
	Availability  int `json:"availability"`
	Deadlines     int `json:"deadlines"`
	Communication int `json:"communication"`
	Cooperation   int `json:"cooperation"`
}

// ExclusionBasis is why a client's feedback does not count.
type ExclusionBasis string

// The bases of an exclusion.
const (
	ExcludedByModeration ExclusionBasis = "moderation"
	ExcludedByPerk       ExclusionBasis = "perk" // a badge's perk
)

// FeedbackSubmitted says that one side rated the other. It is hidden until
// published.
type FeedbackSubmitted struct {
	By     Side   `json:"by"`
	Scores Scores `json:"scores"`
	// Overall is the mean of the six in hundredths of a star, half up.
	Overall int `json:"overall"`
	// Recommend is 0 to 10, or nil. It is private: no public read model shows it.
	Recommend *int `json:"recommend,omitzero"`
	Comment   Text `json:"comment,omitzero"`
}

// FeedbackPublished says that what was submitted is now visible, for both sides.
type FeedbackPublished struct{}

// FeedbackExcluded says that the client's feedback no longer counts.
type FeedbackExcluded struct {
	Basis ExclusionBasis `json:"basis"`
}

func (*FeedbackSubmitted) EventType() string { return "FeedbackSubmitted" }
func (*FeedbackPublished) EventType() string { return "FeedbackPublished" }
func (*FeedbackExcluded) EventType() string  { return "FeedbackExcluded" }

func (e *FeedbackSubmitted) Format(f fmt.State, verb rune) { format(f, verb, e) }
