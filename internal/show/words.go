package show

import (
	"strings"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Level says in words how fast a freelancer usually answers.
func Level(l projection.ResponseLevel) string {
	switch l {
	case projection.LevelUnder24h:
		return "usually answers within 24 hours"
	case projection.LevelUnder3Days:
		return "usually answers within 3 days"
	case projection.LevelOver3Days:
		return "usually takes more than 3 days"
	}
	return "too few invites for a level"
}

// Badge is the name of a badge.
func Badge(b event.Badge) string {
	switch b {
	case event.BadgeTopRated:
		return "Top Rated"
	case event.BadgeTopRatedPlus:
		return "Top Rated Plus"
	}
	return string(b)
}

// Badges are the names of what a profile shows, Rising Talent last.
func Badges(p projection.Profile) string {
	var names []string
	for _, b := range p.Badges {
		names = append(names, Badge(b))
	}
	if p.RisingTalent {
		names = append(names, "Rising Talent")
	}
	return strings.Join(names, ", ")
}

// Condition says in words what a condition of a badge asks for.
func Condition(c projection.Condition, money Currency) string {
	need := Measure(c.Need, c.Unit, money)
	if words, ok := conditions[c.Name]; ok {
		return strings.NewReplacer("%", need, "#", Count(c.Need), "@", c.Within).Replace(words)
	}
	return strings.ReplaceAll(c.Name, "_", " ") + ": " + need
}

// The percent sign is where the measure stands that is needed, # where the number
// alone does, @ how far back the condition looks.
var conditions = map[string]string{
	projection.ConditionDisplayed:     "Job Success of % or more now",
	projection.ConditionAssessments:   "# or more of the last @ with such a score, or as Rising Talent",
	projection.ConditionFirstContract: "first contract started % ago or longer",
	projection.ConditionPaid:          "% or more paid in the last @",
	projection.ConditionProfile:       "profile complete to %",
	projection.ConditionNoHold:        "no hold in the last @",
	projection.ConditionActive:        "a proposal, an accepted invite or a payment in the last @",
	projection.ConditionNoViolation:   "no circumvention in the last @",
	projection.ConditionTopRated:      "all % of Top Rated",
	projection.ConditionLargeContract: "one contract, not negative, paid % or more in @",
}

// Measure is a number of a condition's unit.
func Measure(n int64, unit string, money Currency) string {
	switch unit {
	case projection.UnitPercent:
		return Count(n) + " %"
	case projection.UnitSeconds:
		return Span(n)
	case projection.UnitMoney:
		return money.Money(event.Money(n))
	}
	if unit == projection.UnitActivities {
		return Of(n, "activity", unit)
	}
	return Of(n, strings.TrimSuffix(unit, "s"), unit)
}

// Entitlement is what a badge is good for, in words.
func Entitlement(e projection.Entitlement) string { return strings.ReplaceAll(string(e), "_", " ") }

// Standing says in words how a client stands.
func Standing(s projection.StandingState) string {
	switch s {
	case projection.StandingGood:
		return "in good standing"
	case projection.StandingContacted:
		return "contacted for being consistently negative"
	}
	return string(s) // suspended, barred
}

// Signal says in words what a negative signal about a client was.
func Signal(k projection.SignalKind) string {
	switch k {
	case projection.SignalFeedback:
		return "bad feedback by a freelancer"
	case projection.SignalDispute:
		return "a dispute that was not resolved in the client's favour"
	}
	return "a " + string(k)
}

// Via says in words how a hire came about.
func Via(v event.Via) string {
	if v == event.ViaDirect {
		return "hired directly"
	}
	return "by " + string(v)
}

// Stars shows hundredths of a star.
func Stars(hundredths *int64) string {
	if hundredths == nil {
		return Unknown
	}
	return Decimal(*hundredths, 2)
}

// Hours shows minutes as hours, half up to a tenth.
func Hours(minutes int64) string { return Decimal((minutes*10+30)/60, 1) }

// Reason says in words why something was left out, or why a window does not
// count; a code without words of its own is its own words.
func Reason[C ~string](code C) string {
	if s, ok := reasons[string(code)]; ok {
		return s
	}
	return strings.ReplaceAll(string(code), "_", " ")
}

var reasons = map[string]string{
	string(projection.ContractRunning):           "still running, and this policy counts ended contracts only",
	string(projection.ContractRunningTooShort):   "running, but not for long enough",
	string(projection.ContractRunningUnpaid):     "running, but not paid recently",
	string(projection.ContractOutsideWindows):    "too long ago for every window",
	string(projection.ContractClientVoided):      "its client does not count: flagged, or against the terms of service",
	string(projection.ContractFeedbackExcluded):  "its feedback was excluded",
	string(projection.ContractUnpaidNoFeedback):  "nothing paid and no feedback",
	string(projection.ContractUnpaidNotNegative): "nothing paid, and feedback that does not count then",
	string(projection.ContractNoFeedback):        "no feedback",

	string(projection.InviteTooOld):         "sent too long ago",
	string(projection.InviteNotAvailable):   "the freelancer was not available when it was sent",
	string(projection.InviteWithdrawnEarly): "withdrawn soon after it was sent",
	string(projection.InviteTooRecent):      "not answered yet, and sent only now",
}
