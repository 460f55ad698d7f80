package aggregate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// Of a week the client gets what is refused of it: all of an accept, of a lapse what is
// not protected, of a decision the share.
func TestContractDisputesOverWeeks(t *testing.T) {
	for _, c := range []struct {
		name         string
		then         []event.Event
		toFreelancer event.Money
		toClient     event.Money
	}{
		{"I10 accepted", []event.Event{&event.DisputeAnswered{Dispute: disputed, Answer: event.AnswerAccept},
			&event.HoursRefused{Week: viewedOf, Amount: 300, Cause: event.RefusedAccepted}}, 0, 300},
		{"I10 lapsed", []event.Event{&event.DisputeLapsed{Dispute: disputed}, &event.HoursRefused{Week: viewedOf, Amount: 100, Cause: event.RefusedLapsed}}, 200, 100},
		{"I10 lapsed, and all was protected", []event.Event{&event.DisputeLapsed{Dispute: disputed}}, 300, 0},
		{"I10 ruled", []event.Event{&event.DisputeResolved{Dispute: disputed, ToFreelancer: 250, ToClient: 50, DecidedBy: event.DecidedByArbitration},
			&event.HoursRefused{Week: viewedOf, Amount: 50, Cause: event.RefusedRuled}}, 250, 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			events := []happened{startedHourly(600), fixed("2016-02-09T00:00:00Z", &event.DisputeOpened{
				Dispute: disputed, By: event.SideClient, Week: viewedOf, Amount: 300, OnLapse: event.LapseProtects, Reason: "Idle.",
			})}
			for _, e := range c.then {
				events = append(events, fixed("2016-02-10T00:00:00Z", e))
			}
			d := asOf(t, "2016-02-10T00:00:00Z", events).Disputes()[0]
			require.Equal(t, viewedOf, *d.Week)
			require.EqualValues(t, []event.Money{c.toFreelancer, c.toClient}, []event.Money{*d.ToFreelancer, *d.ToClient})
		})
	}
}

// Money beside escrow and weeks, and what the sides said, which nobody sees before it is
// published.
func TestContractMoneyAndFeedback(t *testing.T) {
	fives := event.Scores{Skills: 5, Quality: 5, Availability: 5, Deadlines: 5, Communication: 5, Cooperation: 5}
	fours, private := event.Scores{Skills: 4, Quality: 4, Availability: 4, Deadlines: 4, Communication: 4, Cooperation: 4}, 2
	closes, respond := event.MustParseTime("2016-01-27T00:00:00Z"), event.MustParseTime("2016-02-10T00:00:00Z")
	events := []happened{
		startedFixed(),
		fixed("2016-01-10T00:00:00Z", &event.BonusPaid{Amount: 70}),
		fixed("2016-01-11T00:00:00Z", &event.RefundGiven{Amount: 30}),
		fixed("2016-01-12T00:00:00Z", &event.ContractEnded{By: event.SideClient, Reason: "Done.", FeedbackClosesAt: closes, ResponsesCloseAt: respond}),
		fixed("2016-01-13T00:00:00Z", &event.FeedbackSubmitted{By: event.SideFreelancer, Scores: fives, Overall: 500, Comment: "Kind."}),
		fixed("2016-01-14T00:00:00Z", &event.FeedbackSubmitted{By: event.SideClient, Scores: fives, Overall: 500, Recommend: &private, Comment: "Quick."}),
		fixed("2016-01-14T00:00:00Z", &event.FeedbackPublished{}),
		fixed("2016-01-15T00:00:00Z", &event.FeedbackResponded{By: event.SideFreelancer, Comment: "Thanks."}),
		fixed("2016-01-16T00:00:00Z", &event.FeedbackChangeEnabled{By: event.SideFreelancer, ChangeClosesAt: respond}),
		fixed("2016-01-17T00:00:00Z", &event.FeedbackRevised{By: event.SideClient, Scores: fours, Overall: 400, Comment: "Quick enough."}),
	}
	running := asOf(t, "2016-01-11T23:59:59Z", events).Report()
	require.Equal(t, []aggregate.Payment{{At: event.MustParseTime("2016-01-10T00:00:00Z"), Amount: 70}}, running.Bonuses)
	require.Equal(t, []aggregate.Payment{{At: event.MustParseTime("2016-01-11T00:00:00Z"), Amount: 30}}, running.Refunds)
	require.EqualValues(t, 40, running.Paid)
	require.Nil(t, running.FeedbackClosesAt)

	sealed := asOf(t, "2016-01-13T23:59:59Z", events).Report()
	require.Empty(t, sealed.Feedback, "H6 it is not published")
	require.Equal(t, closes, *sealed.FeedbackClosesAt)
	require.Equal(t, respond, *sealed.ResponsesCloseAt)

	published, responded, revised := event.MustParseTime("2016-01-14T00:00:00Z"), event.MustParseTime("2016-01-15T00:00:00Z"), event.MustParseTime("2016-01-17T00:00:00Z")
	theirs := aggregate.Feedback{By: event.SideFreelancer, PublishedAt: published, Overall: 500, Scores: fives, Comment: "Kind."}
	mine := aggregate.Feedback{By: event.SideClient, PublishedAt: published, Overall: 500, Scores: fives, Comment: "Quick."}
	require.Equal(t, []aggregate.Feedback{mine, theirs}, asOf(t, "2016-01-14T00:00:00Z", events).Report().Feedback)
	mine.Response, mine.RespondedAt = "Thanks.", &responded
	mine.Overall, mine.Scores, mine.Comment, mine.RevisedAt = 400, fours, "Quick enough.", &revised
	require.Equal(t, []aggregate.Feedback{mine, theirs}, asOf(t, "2016-01-17T00:00:00Z", events).Report().Feedback)
}
