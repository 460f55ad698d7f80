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

// The bases that rules know. A host may have words of its own.
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

// FeedbackResponded says what the side that got published feedback has to say to it.
type FeedbackResponded struct {
	By      Side `json:"by"`
	Comment Text `json:"comment"`
}

// FeedbackChangeEnabled says that the side that got feedback lets the other change it.
type FeedbackChangeEnabled struct {
	By             Side `json:"by"`
	ChangeClosesAt Time `json:"change_closes_at"`
}

// FeedbackRevised says that the side that gave feedback changed it. It is public at
// once. What was recommended in private stays.
type FeedbackRevised struct {
	By      Side   `json:"by"`
	Scores  Scores `json:"scores"`
	Overall int    `json:"overall"` // as in FeedbackSubmitted
	Comment Text   `json:"comment,omitzero"`
}

// FeedbackExcluded says that the client's feedback no longer counts.
type FeedbackExcluded struct {
	Basis ExclusionBasis `json:"basis"`
}

func (*FeedbackSubmitted) EventType() string     { return "FeedbackSubmitted" }
func (*FeedbackPublished) EventType() string     { return "FeedbackPublished" }
func (*FeedbackResponded) EventType() string     { return "FeedbackResponded" }
func (*FeedbackChangeEnabled) EventType() string { return "FeedbackChangeEnabled" }
func (*FeedbackRevised) EventType() string       { return "FeedbackRevised" }
func (*FeedbackExcluded) EventType() string      { return "FeedbackExcluded" }

func (e *FeedbackResponded) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *FeedbackRevised) Format(f fmt.State, verb rune)   { format(f, verb, e) }
func (e *FeedbackSubmitted) Format(f fmt.State, verb rune) { format(f, verb, e) }
