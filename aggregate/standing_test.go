package aggregate

import (
	"testing"

	"github.com/marketcore/marketplace/event"
)

func TestStanding(t *testing.T) {
	score := &event.JobSuccessAssessed{ScoreBP: ptr(9231), Displayed: ptr(92), Policy: "2024-09"}
	top, plus := event.BadgeTopRated, event.BadgeTopRatedPlus
	has := freelancerDid(t0, &event.BadgeAwarded{Badge: top})
	table{
		"B16 a score is kept":             given(accounts).when(t0, assess).then(score).by(event.ActorTimer),
		"B16 and again without a change":  given(accounts, freelancerDid(t0, score)).when(t0, assess).then(score),
		"none is kept as none":            given(accounts).when(t0, scored(nil, nil, "2015")).then(&event.JobSuccessAssessed{Policy: "2015"}),
		"without its score it is invalid": given(accounts).when(t0, AssessJobSuccess{freelancer}).rejected(Invalid),
		"A1 but not found before that":    given(accounts).when(t0, AssessJobSuccess{nobody}).rejected(NotFound),
		"A1 and out of order":             given(accounts).when(t0-1, AssessJobSuccess{freelancer}).rejected(OutOfOrder),
		"a badge is awarded":              given(accounts).when(t0, AwardBadge{freelancer, top}).then(&event.BadgeAwarded{Badge: top}).by(event.ActorPlatform),
		"each by itself":                  given(accounts, has).when(t0, AwardBadge{freelancer, plus}).then(&event.BadgeAwarded{Badge: plus}),
		"D1 once":                         given(accounts, has).when(t0, AwardBadge{freelancer, top}).rejected(WrongState),
		"it is lost":                      given(accounts, has).when(t0, LoseBadge{freelancer, top, []string{"profile"}}).then(&event.BadgeLost{Badge: top, Unmet: []string{"profile"}}).by(event.ActorPlatform),
		"D1 not without having it":        given(accounts, has).when(t0, LoseBadge{freelancer, plus, []string{"paid"}}).rejected(WrongState),
		"D1 and awarded again": given(accounts, has, freelancerDid(t0, &event.BadgeLost{Badge: top})).
			when(t0, AwardBadge{freelancer, top}).then(&event.BadgeAwarded{Badge: top}),
		"P3 by a person":                 given(accounts, has).when(t0, LoseBadge{freelancer, top, []string{ByPlatform}}).then(&event.BadgeLost{Badge: top, Unmet: []string{ByPlatform}}),
		"P3 of the other badge":          given(accounts, has).when(t0, LoseBadge{freelancer, top, []string{"large_contract"}}).rejected(Invalid),
		"P3 a condition twice":           given(accounts, has).when(t0, LoseBadge{freelancer, top, []string{"paid", "paid"}}).rejected(Invalid),
		"P5 a suspended one is assessed": given(accounts, freelancerDid(t0, &event.FreelancerSuspended{})).when(t0, assess).then(score),
		"P5 a closed one keeps its badge": given(accounts, has, freelancerDid(t0, &event.FreelancerClosed{})).when(t0, LoseBadge{freelancer, top, []string{"active"}}).
			then(&event.BadgeLost{Badge: top, Unmet: []string{"active"}}),
		"M1 held before a clock, not": given(accounts, has, freelancerDid(t0+1, &event.PhoneVerified{})).when(t0, AwardBadge{freelancer, top}).rejected(OutOfOrder),
	}.run(t)
}
