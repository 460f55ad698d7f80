package aggregate

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

func TestFeedback(t *testing.T) {
	leave := func(by event.Side) LeaveFeedback {
		return LeaveFeedback{Contract: contract, By: by, Scores: fives()}
	}
	submitted := func(by event.Side) *event.FeedbackSubmitted {
		return &event.FeedbackSubmitted{By: by, Scores: fives(), Overall: 500}
	}
	gave := func(by event.Side) fact { return contractSaw(t0, submitted(by)) }
	recommending := leave(event.SideFreelancer)
	recommending.Recommend, recommending.Comment = ptr(0), "thanks"
	recommended := submitted(event.SideFreelancer)
	recommended.Recommend, recommended.Comment = ptr(0), "thanks"
	excluded := contractSaw(t0, &event.FeedbackExcluded{Basis: event.ExcludedByModeration})
	publish, exclude := PublishFeedback{contract}, ExcludeFeedback{contract, event.ExcludedByModeration}
	now := feedbackCloses
	early := now - 1
	rows := table{
		"H1 recommend by the freelancer": given(endFixed).when(t0, recommending).then(recommended).by(event.ActorFreelancer),
		"C3 publishing exactly at feedback_closes_at": given(endFixed, gave(event.SideClient)).
			when(now, publish).then(&event.FeedbackPublished{}).by(event.ActorTimer),
		"C3 publishing a second before": given(endFixed, gave(event.SideClient)).when(early, publish).rejected(TooEarly),
		"H2 with none given":            given(endFixed).when(now, publish).rejected(WrongState),
		"H2 with none given, too early": given(endFixed).when(early, publish).rejected(WrongState),
		"H2 on a running contract":      given(fixed).when(now, publish).rejected(WrongState),
		"H2 published with the second, too early": given(endFixed, gave(event.SideClient), gave(event.SideFreelancer), published).
			when(early, publish).rejected(WrongState),
		"H2 published with the second": given(endFixed, gave(event.SideClient), gave(event.SideFreelancer), published).
			when(now, publish).rejected(WrongState),
		"H2 published twice": given(endFixed, gave(event.SideClient), contractSaw(now, &event.FeedbackPublished{})).
			when(now, publish).rejected(WrongState),
		"H2 with the freelancer's": given(endFixed, gave(event.SideFreelancer)).
			when(after(99, 0), publish).then(&event.FeedbackPublished{}),
		"H3 the client's": given(endFixed, gave(event.SideClient)).
			when(t0, exclude).then(&event.FeedbackExcluded{Basis: event.ExcludedByModeration}).by(event.ActorPlatform),
		"H3 none given":             given(endFixed).when(t0, exclude).rejected(WrongState),
		"H3 on a running contract":  given(fixed).when(t0, exclude).rejected(WrongState),
		"H3 the freelancer's alone": given(endFixed, gave(event.SideFreelancer)).when(t0, exclude).rejected(WrongState),
		"H3 twice":                  given(endFixed, gave(event.SideClient), excluded).when(t0, exclude).rejected(WrongState),
		"H3 for another reason": given(endFixed, gave(event.SideClient), excluded).
			when(t0, ExcludeFeedback{contract, event.ExcludedByPerk}).rejected(WrongState),
		"H3 published": given(endFixed, gave(event.SideClient), contractSaw(now, &event.FeedbackPublished{})).
			when(after(999, 0), ExcludeFeedback{contract, event.ExcludedByPerk}).
			then(&event.FeedbackExcluded{Basis: event.ExcludedByPerk}),
		"H3 excluded feedback is still published": given(endFixed, gave(event.SideClient), excluded).
			when(now, publish).then(&event.FeedbackPublished{}),
		"H3 excluded feedback stays given: no second": given(endFixed, gave(event.SideClient), excluded).
			when(t0, leave(event.SideClient)).rejected(AlreadyGiven),
		"H3 the other side's second publishes all the same": given(endFixed, gave(event.SideClient), excluded).
			when(t0, leave(event.SideFreelancer)).then(submitted(event.SideFreelancer), &event.FeedbackPublished{}),
	}
	for _, by := range []event.Side{event.SideClient, event.SideFreelancer} {
		other := event.SideClient
		if by == event.SideClient {
			other = event.SideFreelancer
		}
		name := " by the " + string(by)
		rows["the first"+name] = given(endFixed).when(t0, leave(by)).then(submitted(by)).by(event.Actor(by))
		rows["the second"+name+" publishes"] = given(endFixed, gave(other)).
			when(early, leave(by)).then(submitted(by), &event.FeedbackPublished{}).by(event.Actor(by))
		rows["C3 the last second"+name] = given(endFixed).when(early, leave(by)).then(submitted(by))
		rows["C3 exactly at feedback_closes_at"+name] = given(endFixed).when(now, leave(by)).rejected(FeedbackClosed)
		rows["before the end"+name] = given(fixed).when(t0, leave(by)).rejected(WrongState)
		rows["while paused"+name] = given(fixed, paused).when(t0, leave(by)).rejected(WrongState)
		rows["twice"+name] = given(endFixed, gave(by)).when(t0, leave(by)).rejected(AlreadyGiven)
		rows["twice, after the second"+name] = given(endFixed, gave(by), gave(other), published).when(t0, leave(by)).rejected(AlreadyGiven)
		rows["twice, too late"+name] = given(endFixed, gave(by)).when(now, leave(by)).rejected(AlreadyGiven)
		rows["too late"+name+", the other in time"] = given(endFixed, gave(other)).when(now, leave(by)).rejected(FeedbackClosed)
	}
	rows.run(t)
}

// TestOverall is fine print H1: 100 × sum / 6, half up, for every sum of six marks.
func TestOverall(t *testing.T) {
	want := []int{ // of the sums 6 to 30
		100, 117, 133, 150, 167, 183, 200, 217, 233, 250, 267, 283, 300,
		317, 333, 350, 367, 383, 400, 417, 433, 450, 467, 483, 500,
	}
	rows := table{}
	for total := 6; total <= 30; total++ {
		var marks [6]int
		for i := range total {
			marks[i%6]++
		}
		scores := event.Scores{Skills: marks[0], Quality: marks[1], Availability: marks[2],
			Deadlines: marks[3], Communication: marks[4], Cooperation: marks[5]}
		rows[fmt.Sprintf("H1 six marks of %d", total)] = given(endFixed).
			when(t0, LeaveFeedback{Contract: contract, By: event.SideClient, Scores: scores}).
			then(&event.FeedbackSubmitted{By: event.SideClient, Scores: scores, Overall: want[total-6]})
	}
	rows.run(t)
	require.Equal(t, 417, overall(event.Scores{Skills: 5, Quality: 1, Availability: 5, Deadlines: 5, Communication: 4, Cooperation: 5}))
}

// TestFeedbackAfterPublication is fine print H4 and H5, for either side.
func TestFeedbackAfterPublication(t *testing.T) {
	rows := table{}
	for by, got := range map[event.Side]event.Side{event.SideClient: event.SideFreelancer, event.SideFreelancer: event.SideClient} {
		gave := contractSaw(t0, &event.FeedbackSubmitted{By: by, Scores: fives(), Overall: 500})
		back := contractSaw(t0, &event.FeedbackSubmitted{By: got, Scores: fives(), Overall: 500})
		public := over.and(gave, published)
		excluded := contractSaw(t0, &event.FeedbackSubmitted{By: event.SideClient}, &event.FeedbackPublished{}, &event.FeedbackExcluded{})
		respond, said := RespondToFeedback{contract, got, "thanks"}, &event.FeedbackResponded{By: got, Comment: "thanks"}
		enable := EnableFeedbackChange{contract, got}
		enabledAt := func(at event.Time) *event.FeedbackChangeEnabled {
			return &event.FeedbackChangeEnabled{By: got, ChangeClosesAt: at.AddDays(14)}
		}
		enabled := contractSaw(t0, enabledAt(t0))
		scores := event.Scores{Skills: 1, Quality: 2, Availability: 3, Deadlines: 4, Communication: 5, Cooperation: 1}
		revise := ReviseFeedback{Contract: contract, By: by, Scores: scores}
		revised := &event.FeedbackRevised{By: by, Scores: scores, Overall: 267}
		worded := edited(revise, func(c *ReviseFeedback) { c.Comment = "better" })
		name := ", of the " + string(by) + "'s"

		rows["H4 a response"+name] = given(public).when(t0, respond).then(said).by(event.Actor(got))
		rows["C3 a response in the last second"+name] = given(public).when(responsesClose-1, respond).then(said)
		rows["C3 a response at responses_close_at"+name] = given(public).when(responsesClose, respond).rejected(FeedbackClosed)
		rows["H4 a response after the timer published"+name] = given(over, gave, contractSaw(feedbackCloses, &event.FeedbackPublished{})).
			when(feedbackCloses, respond).then(said)
		rows["H4 a response on a running contract"+name] = given(fixed).when(t0, respond).rejected(WrongState)
		rows["H4 a response to none"+name] = given(over).when(t0, respond).rejected(WrongState)
		rows["H4 a response to none, too late"+name] = given(over).when(responsesClose, respond).rejected(WrongState)
		rows["H4 a response to what is sealed"+name] = given(over, gave).when(t0, respond).rejected(WrongState)
		rows["H4 a response by who gave it alone"+name] = given(over, back, published).when(t0, respond).rejected(WrongState)
		rows["H4 a second response"+name] = given(public, contractSaw(t0, said)).when(t0, respond).rejected(AlreadyGiven)
		rows["H4 a second response, too late"+name] = given(public, contractSaw(t0, said)).when(responsesClose, respond).rejected(AlreadyGiven)
		rows["H4 each side responds"+name] = given(over, gave, back, published, contractSaw(t0, &event.FeedbackResponded{By: by})).
			when(t0, respond).then(said)
		rows["H4 a response to what is revised"+name] = given(public, enabled, contractSaw(t0, revised)).when(t0, respond).then(said)

		rows["H4 a change is enabled"+name] = given(public).when(t0, enable).then(enabledAt(t0)).by(event.Actor(got))
		rows["H4 a change is enabled at any time"+name] = given(public).when(after(3000, 7), enable).then(enabledAt(after(3000, 7)))
		rows["H4 a change on a running contract"+name] = given(fixed).when(t0, enable).rejected(WrongState)
		rows["H4 a change of none"+name] = given(over).when(t0, enable).rejected(WrongState)
		rows["H4 a change of what is sealed"+name] = given(over, gave).when(t0, enable).rejected(WrongState)
		rows["H4 a change of the other's alone"+name] = given(over, back, published).when(t0, enable).rejected(WrongState)
		rows["H4 a change enabled twice"+name] = given(public, enabled).when(t0, enable).rejected(AlreadyGiven)
		rows["H4 a change enabled again once it is over"+name] = given(public, enabled).when(after(15, 0), enable).rejected(AlreadyGiven)
		rows["H4 a change enabled again once it is revised"+name] = given(public, enabled, contractSaw(t0, revised)).when(t0, enable).rejected(AlreadyGiven)
		rows["H4 each side enables a change"+name] = given(over, gave, back, published, contractSaw(t0, &event.FeedbackChangeEnabled{By: by, ChangeClosesAt: changeCloses})).
			when(t0, enable).then(enabledAt(t0))
		rows["law 2: a change under other terms"+name] = given(public).when(t0, enable).
			under(func(t *Terms) { t.FeedbackChangeDays = 1 }).then(&event.FeedbackChangeEnabled{By: got, ChangeClosesAt: after(1, 0)})

		rows["H5 a revision"+name] = given(public, enabled).when(t0, revise).then(revised).by(event.Actor(by))
		rows["H5 a revision with words"+name] = given(public, enabled).when(t0, worded).
			then(editedEvent(revised, func(e *event.FeedbackRevised) { e.Comment = "better" }))
		rows["C3 a revision in the last second"+name] = given(public, enabled).when(changeCloses-1, revise).then(revised)
		rows["C3 a revision at change_closes_at"+name] = given(public, enabled).when(changeCloses, revise).rejected(FeedbackClosed)
		rows["H5 a revision that nobody enabled"+name] = given(public).when(t0, revise).rejected(WrongState)
		rows["H5 a revision on a running contract"+name] = given(fixed).when(t0, revise).rejected(WrongState)
		rows["H5 a revision of nothing"+name] = given(over).when(t0, revise).rejected(WrongState)
		rows["H5 a revision that the other side may make"+name] = given(over, gave, back, published, contractSaw(t0, &event.FeedbackChangeEnabled{By: by, ChangeClosesAt: changeCloses})).
			when(t0, revise).rejected(WrongState)
		rows["H5 a second revision"+name] = given(public, enabled, contractSaw(t0, revised)).when(t0, revise).rejected(AlreadyGiven)
		rows["H5 a second revision, too late"+name] = given(public, enabled, contractSaw(t0, revised)).when(changeCloses, revise).rejected(AlreadyGiven)
		rows["H5 the last day is that of the change, not of the end"+name] = given(public, contractSaw(responsesClose, enabledAt(responsesClose))).
			when(responsesClose.AddDays(14)-1, revise).then(revised)
		if by == event.SideClient {
			rows["H3 excluded feedback is answered"] = given(over, excluded).when(t0, respond).then(said)
			rows["H3 excluded feedback may be changed"] = given(over, excluded).when(t0, enable).then(enabledAt(t0))
			rows["H3 excluded feedback is revised"] = given(over, excluded, enabled).when(t0, revise).then(revised)
		}
	}
	for _, word := range []event.ExclusionBasis{"perk", "moderation", "our own word", "\u00dcber-Regel 7", " x "} {
		rows["H3 on the basis "+string(word)] = given(over, rated).when(t0, ExcludeFeedback{contract, word}).then(&event.FeedbackExcluded{Basis: word}).by(event.ActorPlatform)
	}
	rows["B14 on a basis of white space"] = given(over, rated).when(t0, ExcludeFeedback{contract, " \t\u2003"}).rejected(Invalid)
	rows["B14 on a basis that is no text"] = given(over, rated).when(t0, ExcludeFeedback{contract, "\xff"}).rejected(Invalid)
	rows["B14 a response of white space"] = given(over, rated, published).when(t0, RespondToFeedback{contract, event.SideFreelancer, " \u00a0"}).rejected(Invalid)
	rows.run(t)
}
