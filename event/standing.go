package event

// Badge is a standing of a freelancer that is computed and shown.
type Badge string

// The badges. Rising Talent is granted, not computed, and has events of its own.
const (
	BadgeTopRated     Badge = "top_rated"
	BadgeTopRatedPlus Badge = "top_rated_plus"
)

// JobSuccessAssessed keeps a freelancer's Job Success score as it was shown, so
// that history stays what was shown. Without a score both numbers are absent.
type JobSuccessAssessed struct {
	ScoreBP   *int   `json:"score_bp,omitzero"`  // basis points
	Displayed *int   `json:"displayed,omitzero"` // percent
	Policy    string `json:"policy"`             // the name of the rule
}

// BadgeAwarded says that the freelancer got a badge; each stands by itself.
type BadgeAwarded struct {
	Badge Badge `json:"badge"`
}

// BadgeLost says that the badge is gone, and which of its conditions were not
// met.
type BadgeLost struct {
	Badge Badge    `json:"badge"`
	Unmet []string `json:"unmet"`
}

func (*JobSuccessAssessed) EventType() string { return "JobSuccessAssessed" }
func (*BadgeAwarded) EventType() string       { return "BadgeAwarded" }
func (*BadgeLost) EventType() string          { return "BadgeLost" }
