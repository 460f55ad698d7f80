package aggregate

import (
	"strings"

	"github.com/marketcore/marketplace/event"
)

// cited are the rules that a code stands for by itself. Of the others the command's
// section decides.
var cited = map[string]string{
	string(Invalid):             "fine print A1",
	string(InvalidAmount):       "rules 0",
	string(CoverLetterRequired): "fine print E4",
	string(AlreadyExists):       "rules 0",
	string(OutOfOrder):          "rules 0",
	string(ClientSuspended):     "fine print D4",
	string(FreelancerSuspended): "fine print D4",
	string(OnHold):              "fine print D6",
	string(TermsNotAccepted):    "fine print D7",
	string(ProfilePrivate):      "fine print D6",
	string(DisputeOpen):         "fine print I1",
	string(NotFunded):           "fine print F7",
	string(EscrowNotEmpty):      "fine print F13",
	string(ManualTimeForbidden): "fine print F2",
	string(WeekLocked):          "fine print G6",
	string(DuplicateSegment):    "fine print G3",
	string(Expired):             "fine print C3",
	string(TooEarly):            "fine print C3",
	string(AnswersRequired):     "fine print N3",
	string(NotEnoughConnects):   "fine print N5",
	string(FeedbackClosed):      "fine print C4",
	string(ExceedsInvoice):      "fine print I3",
	string(ExceedsPaid):         "fine print F14",
	NotEntitled:                 "rules 0",
}

// sections are those of docs/rules.md about what is in a stream.
var sections = map[string]string{
	event.CategoryClient: "rules 1", event.CategoryFreelancer: "rules 1", event.CategoryInvite: "rules 2",
	event.CategoryContract: "rules 3", event.CategoryWorkWeek: "rules 3", event.CategoryJob: "rules 6", event.CategoryProposal: "rules 6",
	event.CategoryInterview: "rules 6",
}

// ruleOf is the rule that events break.
func ruleOf(code string, w Written) string {
	if rule, ok := cited[code]; ok {
		return rule
	}
	name := ""
	if len(w.Events) > 0 {
		name = w.Events[0].EventType()
	}
	switch {
	case strings.HasPrefix(name, "Connects"), name == "JobApplied":
		return "rules 6"
	case strings.HasPrefix(name, "Badge"), strings.HasPrefix(name, "RisingTalent"), name == "JobSuccessAssessed":
		return "rules 8"
	}
	category, _, _ := strings.Cut(w.Stream, "-")
	if rule, ok := sections[category]; ok {
		return rule
	}
	return "rules 0"
}
