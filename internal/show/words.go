package show

import (
	"strings"

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
