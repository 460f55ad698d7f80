package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

var (
	feedbackCloses  = on("2016-01-19T00:00:00Z") // of a contract that ended on 4 January
	responsesClose  = on("2016-02-02T00:00:00Z")
	changeCloses    = after(14, 0)
	over            = fixed.and(contractSaw(t0, &event.ContractEnded{By: event.SideClient, FeedbackClosesAt: feedbackCloses, ResponsesCloseAt: responsesClose, Reason: "done"}))
	rated           = contractSaw(t0, &event.FeedbackSubmitted{By: event.SideClient, Scores: fives(), Overall: 500})
	ratedBack       = contractSaw(t0, &event.FeedbackSubmitted{By: event.SideFreelancer, Scores: fives(), Overall: 500})
	published       = contractSaw(t0, &event.FeedbackPublished{})
	respond         = RespondToFeedback{contract, event.SideFreelancer, "thanks"}
	responded       = contractSaw(t0, &event.FeedbackResponded{By: event.SideFreelancer, Comment: "thanks"})
	enableChange    = EnableFeedbackChange{contract, event.SideFreelancer}
	enabled         = contractSaw(t0, &event.FeedbackChangeEnabled{By: event.SideFreelancer, ChangeClosesAt: changeCloses})
	reviseFeedback  = ReviseFeedback{Contract: contract, By: event.SideClient, Scores: fives(), Comment: "better"}
	revisedFeedback = contractSaw(t0, &event.FeedbackRevised{By: event.SideClient, Scores: fives(), Overall: 500})
)

// notYet takes away what a situation ends with: the fact that makes it possible.
func notYet(s *situation) { s.last = s.last[1:] }

var feedbackOrders = []ordered{
	{situation{past: over, at: feedbackCloses - 1, cmd: LeaveFeedback{Contract: contract, By: event.SideClient, Scores: fives()}}, []fault{
		{Invalid, edit(func(c *LeaveFeedback) { c.Scores.Skills = 6 })},
		{NotFound, with(func(c *LeaveFeedback) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{AlreadyGiven, last(rated)},
		{FeedbackClosed, at(feedbackCloses)},
	}},
	{situation{past: fixed, at: t0, cmd: LeaveFeedback{Contract: contract, By: event.SideClient, Scores: fives()}, last: facts{endedNow}}, []fault{
		{Invalid, edit(func(c *LeaveFeedback) { c.By = "" })},
		{NotFound, with(func(c *LeaveFeedback) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, notYet},
	}},
	{situation{past: over.and(ratedBack), at: feedbackCloses, cmd: PublishFeedback{contract}}, []fault{
		{Invalid, with(func(c *PublishFeedback) *uuid.UUID { return &c.Contract }, uuid.Nil)},
		{NotFound, with(func(c *PublishFeedback) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(published)},
		{TooEarly, at(feedbackCloses - 1)},
	}},
	{situation{past: over.and(rated, published), at: responsesClose - 1, cmd: respond}, []fault{
		{Invalid, edit(func(c *RespondToFeedback) { c.Comment = " " })},
		{NotFound, with(func(c *RespondToFeedback) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{AlreadyGiven, last(responded)},
		{FeedbackClosed, at(responsesClose)},
	}},
	{situation{past: over.and(rated), at: responsesClose - 1, cmd: respond, last: facts{published}}, []fault{
		{Invalid, edit(func(c *RespondToFeedback) { c.By = "timer" })},
		{NotFound, with(func(c *RespondToFeedback) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, notYet},
		{FeedbackClosed, at(responsesClose)},
	}},
	{situation{past: over.and(rated, published), at: t0, cmd: enableChange}, []fault{
		{Invalid, edit(func(c *EnableFeedbackChange) { c.By = "" })},
		{NotFound, with(func(c *EnableFeedbackChange) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{AlreadyGiven, last(enabled)},
	}},
	{situation{past: over.and(rated), at: t0, cmd: enableChange, last: facts{published}}, []fault{
		{Invalid, with(func(c *EnableFeedbackChange) *uuid.UUID { return &c.Contract }, uuid.Nil)},
		{NotFound, with(func(c *EnableFeedbackChange) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, notYet},
	}},
	{situation{past: over.and(rated, published, enabled), at: changeCloses - 1, cmd: reviseFeedback}, []fault{
		{Invalid, edit(func(c *ReviseFeedback) { c.Scores.Cooperation = 0 })},
		{NotFound, with(func(c *ReviseFeedback) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{AlreadyGiven, last(revisedFeedback)},
		{FeedbackClosed, at(changeCloses)},
	}},
	{situation{past: over.and(rated, published), at: changeCloses - 1, cmd: reviseFeedback, last: facts{enabled}}, []fault{
		{Invalid, edit(func(c *ReviseFeedback) { c.By = "" })},
		{NotFound, with(func(c *ReviseFeedback) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, notYet},
		{FeedbackClosed, at(changeCloses)},
	}},
	{situation{past: over.and(rated), at: t0, cmd: ExcludeFeedback{contract, "our own word"}}, []fault{
		{Invalid, edit(func(c *ExcludeFeedback) { c.Basis = " " })},
		{NotFound, with(func(c *ExcludeFeedback) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(contractSaw(t0, &event.FeedbackExcluded{}))},
	}},
}
