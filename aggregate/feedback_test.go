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
	published := contractSaw(t0, &event.FeedbackPublished{})
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
