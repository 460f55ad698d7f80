package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// TestJobTalk is what freelancers say about a job, and what its client answers.
func TestJobTalk(t *testing.T) {
	second := uuid.MustParse("80000000-0000-4000-8000-000000000002")
	other := fact{event.FreelancerStream(nobody), t0, events{&event.FreelancerRegistered{}}}
	reported := jobSaw(t0, &event.JobReported{Freelancer: freelancer, Reason: event.ReportScam})
	answered := jobSaw(t0, &event.QuestionAnswered{Question: question, Text: "soon"})
	closed, removed := closedJob(event.CloseFilled), removedJob(event.RemoveTOS)
	table{
		"a report":                       given(posted).when(t0, reportJob).then(&event.JobReported{Freelancer: freelancer, Reason: event.ReportScam, Comment: "it asks for money"}).by(event.ActorFreelancer),
		"of a closed job":                given(posted, closed).when(t0, ReportJob{job, freelancer, event.ReportTOS, ""}).then(&event.JobReported{Freelancer: freelancer, Reason: event.ReportTOS}),
		"M1 not of a removed one":        given(posted, removed).when(t0, reportJob).rejected(WrongState),
		"M1 removed before a second one": given(posted, reported, removed).when(t0, reportJob).rejected(WrongState),
		"once":                           given(posted, reported).when(t0, reportJob).rejected(AlreadyGiven),
		"another freelancer's":           given(posted, other, reported).when(t0, ReportJob{job, nobody, event.ReportTOS, ""}).then(&event.JobReported{Freelancer: nobody, Reason: event.ReportTOS}),
		"by a suspended freelancer":      given(posted, freelancerDid(t0, &event.FreelancerSuspended{})).when(t0, ReportJob{job, freelancer, event.ReportTOS, ""}).then(&event.JobReported{Freelancer: freelancer, Reason: event.ReportTOS}),
		"a question":                     given(posted).when(t0, askQuestion).then(&event.QuestionAsked{Question: question, Freelancer: freelancer, Text: "when?"}).by(event.ActorFreelancer),
		"N12 its id once":                given(asked).when(t0, askQuestion).rejected(AlreadyExists),
		"N12 even if it was answered":    given(asked, answered).when(t0, askQuestion).rejected(AlreadyExists),
		"N12 the job's alone":            given(asked, fact{event.JobStream(job2), t0, posted[2].events}).when(t0, edited(askQuestion, func(c *AskQuestion) { c.Job = job2 })).then(&event.QuestionAsked{Question: question, Freelancer: freelancer, Text: "when?"}),
		"M1 a used id of a closed job":   given(asked, closed).when(t0, askQuestion).rejected(AlreadyExists),
		"none to a closed job":           given(posted, closed).when(t0, askQuestion).rejected(WrongState),
		"a second question":              given(asked).when(t0, edited(askQuestion, func(c *AskQuestion) { c.Question = second })).then(&event.QuestionAsked{Question: second, Freelancer: freelancer, Text: "when?"}),
		"an answer":                      given(asked).when(t0, answerQuestion).then(&event.QuestionAnswered{Question: question, Text: "soon"}).by(event.ActorClient),
		"an answer once":                 given(asked, answered).when(t0, answerQuestion).rejected(AlreadyGiven),
		"M1 to none that was asked":      given(posted, closed).when(t0, answerQuestion).rejected(NotFound),
		"M1 closed before answered":      given(asked, answered, closed).when(t0, answerQuestion).rejected(WrongState),
		"N1 an answer of white space":    given(asked).when(t0, AnswerQuestion{job, question, "\t"}).rejected(Invalid),
	}.run(t)
}
