package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

var (
	closeJob = last(jobSaw(t0, &event.JobClosed{Reason: event.CloseExpired}))
	removeJ  = last(jobSaw(t0, &event.JobRemoved{Reason: event.RemoveOther}))
	asked    = posted.and(jobSaw(t0, &event.QuestionAsked{Question: question, Freelancer: freelancer, Text: "when"}))

	editJob        = EditJob{Job: job, Connects: ptr(event.Connects(4)), Title: ptr(event.Text("A shop")), Budget: ptr(event.Money(60000))}
	reportJob      = ReportJob{job, freelancer, event.ReportScam, "it asks for money"}
	askQuestion    = AskQuestion{job, question, freelancer, "when?"}
	answerQuestion = AnswerQuestion{job, question, "soon"}
)

// jobOrders are fine print M1, the rows of a job.
var jobOrders = []ordered{
	{situation{past: accounts, at: t0, cmd: edited(postJob, func(c *PostJob) { c.Budget = ptr(event.Money(50000)) })}, []fault{
		{Invalid, edit(func(c *PostJob) { c.Connects = -1 })},
		{InvalidAmount, edit(func(c *PostJob) { c.Budget = ptr(event.Money(0)) })},
		{AlreadyExists, last(jobSaw(t0, &event.JobPosted{}))},
		{NotFound, with(func(c *PostJob) *uuid.UUID { return &c.Client }, nobody)},
		{ClientSuspended, suspended},
		{TermsNotAccepted, requireTerms},
	}},
	{situation{past: posted, at: t0, cmd: editJob}, []fault{
		{Invalid, edit(func(c *EditJob) { c.Connects = ptr(event.Connects(-1)) })},
		{InvalidAmount, edit(func(c *EditJob) { c.Budget = ptr(event.Money(0)) })},
		{NotFound, with(func(c *EditJob) *uuid.UUID { return &c.Job }, nobody)},
		{OutOfOrder, outOfOrder},
		{ClientSuspended, suspended},
		{TermsNotAccepted, requireTerms},
		{WrongState, closeJob},
	}},
	{situation{past: posted, at: t0, cmd: editJob}, []fault{
		{ClientSuspended, suspended},
		{WrongState, edit(func(c *EditJob) { c.RateMin, c.RateMax = ptr(event.Money(1)), ptr(event.Money(2)) })},
	}},
	{situation{past: posted, at: t0, cmd: CloseJob{job, event.CloseFilled}}, []fault{
		{Invalid, edit(func(c *CloseJob) { c.Reason = "whim" })},
		{NotFound, with(func(c *CloseJob) *uuid.UUID { return &c.Job }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, closeJob},
	}},
	{situation{past: posted, at: t0, cmd: RemoveJob{job, event.RemoveTOS}}, []fault{
		{Invalid, edit(func(c *RemoveJob) { c.Reason = "" })},
		{NotFound, with(func(c *RemoveJob) *uuid.UUID { return &c.Job }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, removeJ},
	}},
	{situation{past: posted, at: t0, cmd: reportJob}, []fault{
		{Invalid, edit(func(c *ReportJob) { c.Reason = "whim" })},
		{NotFound, with(func(c *ReportJob) *uuid.UUID { return &c.Job }, nobody)},
		{NotFound, with(func(c *ReportJob) *uuid.UUID { return &c.Freelancer }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, removeJ},
		{AlreadyGiven, first(jobSaw(t0, &event.JobReported{Freelancer: freelancer, Reason: event.ReportOther}))},
	}},
	{situation{past: posted, at: t0, cmd: askQuestion}, []fault{
		{Invalid, edit(func(c *AskQuestion) { c.Text = " " })},
		{NotFound, with(func(c *AskQuestion) *uuid.UUID { return &c.Job }, nobody)},
		{NotFound, with(func(c *AskQuestion) *uuid.UUID { return &c.Freelancer }, nobody)},
		{AlreadyExists, first(jobSaw(t0, &event.QuestionAsked{Question: question}))},
		{OutOfOrder, outOfOrder},
		{WrongState, closeJob},
	}},
	{situation{past: asked, at: t0, cmd: answerQuestion}, []fault{
		{Invalid, edit(func(c *AnswerQuestion) { c.Text = "" })},
		{NotFound, with(func(c *AnswerQuestion) *uuid.UUID { return &c.Job }, nobody)},
		{NotFound, with(func(c *AnswerQuestion) *uuid.UUID { return &c.Question }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, closeJob},
		{AlreadyGiven, first(jobSaw(t0, &event.QuestionAnswered{Question: question}))},
	}},
}
