package show

import (
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// Level says in words how fast a freelancer usually answers.
func Level(l statistics.ResponseLevel, p statistics.ResponsivenessPolicy) string {
	switch l {
	case statistics.LevelUnder24h:
		return "usually answers within " + Period(p.Fast)
	case statistics.LevelUnder3Days:
		return "usually answers within " + Period(p.Slow)
	case statistics.LevelOver3Days:
		return "usually takes more than " + Period(p.Slow)
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
func Condition(c statistics.Condition, p statistics.BadgePolicy, money Currency) string {
	need, rule := Measure(c.Need, c.Unit, money), strings.ReplaceAll(p.ViolationRule, "_", " ")
	if words, ok := conditions[c.Name]; ok {
		if c.Name == statistics.ConditionLargeContract && len(p.PlusContracts) > 0 {
			words += ", or what its category asks for"
		}
		return strings.NewReplacer("%", need, "#", Count(c.Need), "@", within(c), "&", rule).Replace(words)
	}
	return strings.ReplaceAll(c.Name, "_", " ") + ": " + need
}

// within is how far back a condition looks, one of its units as one.
func within(c statistics.Condition) string {
	if strings.HasPrefix(c.Within, "1 ") {
		return strings.TrimSuffix(c.Within, "s")
	}
	return c.Within
}

// The percent sign is where the measure stands that is needed, # where the number
// alone does, @ how far back the condition looks, & the rule not to be broken.
var conditions = map[string]string{
	statistics.ConditionDisplayed:     "Job Success of % or more now",
	statistics.ConditionAssessments:   "# or more of the last @ with such a score, or as Rising Talent",
	statistics.ConditionFirstContract: "first contract started % ago or longer",
	statistics.ConditionPaid:          "% or more paid in the last @",
	statistics.ConditionProfile:       "profile complete to %",
	statistics.ConditionNoHold:        "no hold in the last @",
	statistics.ConditionActive:        "a proposal, an accepted invite or a payment in the last @",
	statistics.ConditionNoViolation:   "no & in the last @",
	statistics.ConditionTopRated:      "all % of Top Rated",
	statistics.ConditionLargeContract: "one contract, not negative, paid % or more in @",
}

// Measure is a number of a condition's unit.
func Measure(n int64, unit string, money Currency) string {
	switch unit {
	case statistics.UnitPercent:
		return Count(n) + " %"
	case statistics.UnitSeconds:
		return Span(n)
	case statistics.UnitMoney:
		return money.Money(event.Money(n))
	}
	if unit == statistics.UnitActivities {
		return Of(n, "activity", unit)
	}
	return Of(n, strings.TrimSuffix(unit, "s"), unit)
}

// Entitlement is what a badge is good for, in words.
func Entitlement(e statistics.Entitlement) string { return strings.ReplaceAll(string(e), "_", " ") }

// Standing says in words how a client stands.
func Standing(s statistics.StandingState) string {
	switch s {
	case statistics.StandingGood:
		return "in good standing"
	case statistics.StandingContacted:
		return "contacted for being consistently negative"
	}
	return string(s) // suspended, barred
}

// Step says in words what a client's standing calls for.
func Step(s statistics.StandingStep) string {
	switch s {
	case statistics.StepContact:
		return "due to be contacted"
	case statistics.StepSuspend:
		return "due to be suspended"
	case statistics.StepBar:
		return "due to be barred"
	}
	return "nothing is due"
}

// Signal says in words what a negative signal about a client was.
func Signal(k statistics.SignalKind) string {
	switch k {
	case statistics.SignalFeedback:
		return "bad feedback by a freelancer"
	case statistics.SignalDispute:
		return "a dispute that was not resolved in the client's favour, or that the client let lapse"
	case statistics.SignalInvite:
		return "an invite that was reported as spam"
	case statistics.SignalJob:
		return "a job that was removed for the terms of service"
	case statistics.SignalViolation:
		return "a violation of the terms of service"
	}
	return "a " + string(k)
}

// SignalSource says in words who told it.
func SignalSource(s statistics.SignalSource) string {
	if uuid.UUID(s) == uuid.Nil {
		return "the platform"
	}
	return "freelancer " + uuid.UUID(s).String()
}

// Via says in words how a hire came about.
func Via(v event.Via) string {
	if v == event.ViaDirect {
		return "hired directly"
	}
	return "by " + string(v)
}

// Protected says whether payment protection covers a segment, or why not.
func Protected(whyNot *event.Unprotected) string {
	if whyNot == nil {
		return "yes"
	}
	if words, ok := unprotected[*whyNot]; ok {
		return "no: " + words
	}
	return "no: " + Reason(*whyNot)
}

var unprotected = map[event.Unprotected]string{
	event.UnprotectedManual:        "entered by hand",
	event.UnprotectedPaymentMethod: "payment method not verified",
	event.UnprotectedIdentity:      "identity not verified",
	event.UnprotectedHold:          "freelancer on hold",
	event.UnprotectedAccount:       "payment method, identity or hold",
	event.UnprotectedOverLimit:     "over the weekly limit",
}

// Lapse says in words what a dispute comes to that nobody answers.
func Lapse(l event.DisputeLapse) string {
	switch l {
	case event.LapseReleases:
		return "the freelancer gets it"
	case event.LapseRefunds:
		return "the client gets it back"
	case event.LapseProtects:
		return "only protected time is paid"
	}
	return "nothing moves"
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
	string(statistics.ContractRunning):           "still running, and this policy counts ended contracts only",
	string(statistics.ContractRunningTooShort):   "running, but not for long enough",
	string(statistics.ContractRunningUnpaid):     "running, but not paid recently",
	string(statistics.ContractOutsideWindows):    "too long ago for every window",
	string(statistics.ContractClientVoided):      "its client does not count",
	string(statistics.ContractFeedbackExcluded):  "its feedback was excluded",
	string(statistics.ContractUnpaidNoFeedback):  "nothing paid and no feedback",
	string(statistics.ContractUnpaidNotNegative): "nothing paid, and feedback that does not count then",
	string(statistics.ContractNoFeedback):        "no feedback",
	string(statistics.ContractFeedbackSealed):    "its feedback is not published yet",

	string(statistics.InviteTooOld):         "sent too long ago",
	string(statistics.InviteNotAvailable):   "the freelancer was not available when it was sent",
	string(statistics.InviteWithdrawnEarly): "withdrawn soon after it was sent",
	string(statistics.InviteTooRecent):      "not answered yet, and sent only now",
}

// Lot is how a lot of Connects came, with why it was granted.
func Lot(l statistics.ConnectsLot) string {
	if l.Reason == nil {
		return l.Kind.String()
	}
	return l.Kind.String() + ", " + string(*l.Reason)
}

// BadgeStanding says the highest badge of a freelancer, "no badge" without one.
func BadgeStanding(s statistics.BadgeStanding) string {
	switch s {
	case statistics.BadgeStandingTopRatedPlus:
		return Badge(event.BadgeTopRatedPlus)
	case statistics.BadgeStandingTopRated:
		return Badge(event.BadgeTopRated)
	case statistics.BadgeStandingRisingTalent:
		return "Rising Talent"
	}
	return "no badge"
}

// Form says how people meet: the format and the channel.
func Form(format, channel string) string { return Reason(format) + ", " + Reason(channel) }
