package aggregate

import (
	"testing"

	"github.com/marketcore/marketplace/event"
)

func closedJob(reason event.CloseReason) fact { return jobSaw(t0, &event.JobClosed{Reason: reason}) }

func removedJob(reason event.RemoveReason) fact {
	return jobSaw(t0, &event.JobRemoved{Reason: reason})
}

var barredClient = clientDid(t0, &event.ClientBarred{Reason: event.SanctionTOS})

// jobOfAnother is the job, of another client.
var jobOfAnother = facts{
	fact{event.ClientStream(nobody), t0, events{&event.ClientRegistered{}}},
	fact{event.JobStream(job), t0, events{&event.JobPosted{Client: nobody, Kind: event.KindFixed}}},
}

func TestJobs(t *testing.T) {
	whole := PostJob{Job: job, Client: client, Kind: event.KindHourly, Category: "design", Connects: 4, Title: "A logo", Description: "In two colours",
		Skills: []event.Text{"ink"}, RateMin: ptr(event.Money(1000)), RateMax: ptr(event.Money(3000)), Duration: event.DurationUnder1Month, Questions: []event.Text{"When?"}}
	rows := table{
		"a job is posted": given(accounts).when(t0, whole).
			then(&event.JobPosted{Client: client, Kind: event.KindHourly, Category: "design", Connects: 4, Title: "A logo", Description: "In two colours",
				Skills: []event.Text{"ink"}, RateMin: 1000, RateMax: 3000, Duration: event.DurationUnder1Month, Questions: []event.Text{"When?"}}).by(event.ActorClient),
		"D4 not by a barred client":          given(accounts, barredClient).when(t0, postJob).rejected(ClientSuspended),
		"its id is used once, even if final": given(posted, removedJob(event.RemoveOther)).when(t0, postJob).rejected(AlreadyExists),
		"C1 its id may be a client's": given(accounts).when(t0, PostJob{Job: client, Client: client, Kind: event.KindFixed}).
			then(&event.JobPosted{Client: client, Kind: event.KindFixed}),
		"D4 a barred client's job is closed": given(posted, barredClient).when(t0, CloseJob{job, event.CloseSanctioned}).
			then(&event.JobClosed{Reason: event.CloseSanctioned}).by(event.ActorPlatform),
		"C2 posting is checked against no clock":           given(facts{clientDid(aYearOn, &event.ClientRegistered{})}).when(t0, postJob).then(posted[2].events...),
		"E1 an invite to a job that was removed":           given(posted, removedJob(event.RemoveTOS)).when(t0, sendInvite).rejected(WrongState),
		"E1 an invite to a job that was closed":            given(posted, closedJob(event.CloseFilled)).when(t0, sendInvite).rejected(WrongState),
		"E1 an invite to another client's job":             given(accounts, jobOfAnother).when(t0, sendInvite).rejected(NotFound),
		"E1 a contract of a job that was closed":           given(posted, closedJob(event.CloseFilled)).when(t0, startFixed).then(startedFixed),
		"E1 a direct offer for a job that was closed":      given(posted, closedJob(event.CloseFilled)).when(t0, offerContract).rejected(WrongState),
		"a removed job is not removed again":               given(posted, removedJob(event.RemoveOther)).when(t0, RemoveJob{job, event.RemoveTOS}).rejected(WrongState),
		"a removed job is not closed":                      given(posted, removedJob(event.RemoveOther)).when(t0, CloseJob{job, event.CloseFilled}).rejected(WrongState),
		"N1 rate_min above rate_max":                       given(accounts).when(t0, edited(whole, func(c *PostJob) { c.RateMin = ptr(event.Money(3001)) })).rejected(Invalid),
		"N1 rate_min alone":                                given(accounts).when(t0, edited(whole, func(c *PostJob) { c.RateMax = nil })).rejected(Invalid),
		"N1 equal rates":                                   given(accounts).when(t0, PostJob{Job: job, Client: client, Kind: event.KindHourly, RateMin: ptr(event.Money(5)), RateMax: ptr(event.Money(5))}).then(&event.JobPosted{Client: client, Kind: event.KindHourly, RateMin: 5, RateMax: 5}),
		"N1 a budget on hourly":                            given(accounts).when(t0, edited(whole, func(c *PostJob) { c.Budget = ptr(event.Money(5)) })).rejected(Invalid),
		"N1 rates on fixed":                                given(accounts).when(t0, edited(whole, func(c *PostJob) { c.Kind = event.KindFixed })).rejected(Invalid),
		"N1 rates of 0":                                    given(accounts).when(t0, edited(whole, func(c *PostJob) { c.RateMin, c.RateMax = ptr(event.Money(0)), ptr(event.Money(0)) })).rejected(InvalidAmount),
		"N1 an empty question":                             given(accounts).when(t0, edited(whole, func(c *PostJob) { c.Questions = []event.Text{"When?", " "} })).rejected(Invalid),
		"A1 a budget on hourly before an amount of 0":      given(accounts).when(t0, edited(whole, func(c *PostJob) { c.Budget = ptr(event.Money(0)) })).rejected(Invalid),
		"M1 an amount of 0 before a used id":               given(posted).when(t0, edited(postJob, func(c *PostJob) { c.Budget = ptr(event.Money(0)) })).rejected(InvalidAmount),
		"M1 a used id before a client that is not there":   given(posted).when(t0, edited(postJob, func(c *PostJob) { c.Client = nobody })).rejected(AlreadyExists),
		"M2 client_sanctioned is not asked for its reason": given(posted).when(t0, CloseJob{job, event.CloseSanctioned}).then(&event.JobClosed{Reason: event.CloseSanctioned}),
	}
	for reason, actor := range map[event.CloseReason]event.Actor{
		event.CloseFilled: event.ActorClient, event.CloseCancelled: event.ActorClient, event.CloseExpired: event.ActorTimer, event.CloseSanctioned: event.ActorPlatform,
	} {
		rows["it is closed as "+string(reason)] = given(posted).when(t0, CloseJob{job, reason}).then(&event.JobClosed{Reason: reason}).by(actor)
		rows["once, "+string(reason)] = given(posted, closedJob(reason)).when(t0, CloseJob{job, event.CloseFilled}).rejected(WrongState)
		for _, why := range []event.RemoveReason{event.RemoveTOS, event.RemoveOther} {
			rows["it is removed for "+string(why)+", though "+string(reason)] = given(posted, closedJob(reason)).when(t0, RemoveJob{job, why}).
				then(&event.JobRemoved{Reason: why}).by(event.ActorPlatform)
		}
	}
	rows.run(t)
}

// TestEditJob is what an edit changes, and what it does to those who come later.
func TestEditJob(t *testing.T) {
	of := func(change func(*EditJob)) EditJob { return edited(EditJob{Job: job}, change) }
	price := func(n event.Connects) EditJob { return of(func(c *EditJob) { c.Connects = &n }) }
	saw := func(e *event.JobEdited) fact { return jobSaw(t0, e) }
	byTheHour := accounts.and(jobSaw(t0, &event.JobPosted{Client: client, Kind: event.KindHourly}))
	rates := of(func(c *EditJob) { c.RateMin, c.RateMax = ptr(event.Money(5)), ptr(event.Money(6)) })
	table{
		"a price":            given(posted).when(t0, price(2)).then(&event.JobEdited{Connects: ptr(event.Connects(2))}).by(event.ActorClient),
		"down to nothing":    given(posted).when(t0, price(0)).then(&event.JobEdited{Connects: ptr(event.Connects(0))}),
		"the highest price":  given(posted).when(t0, price(MaxJobConnects)).then(&event.JobEdited{Connects: ptr(MaxJobConnects)}),
		"a price above it":   given(posted).when(t0, price(MaxJobConnects+1)).rejected(Invalid),
		"N1 nothing at all":  given(posted).when(t0, EditJob{Job: job}).rejected(Invalid),
		"texts":              given(posted).when(t0, of(func(c *EditJob) { c.Title, c.Category = ptr(event.Text("Shop")), ptr("web") })).then(&event.JobEdited{Title: "Shop", Category: "web"}),
		"texts are emptied":  given(posted).when(t0, of(func(c *EditJob) { c.Title, c.Description, c.Category = new(event.Text), new(event.Text), new(string) })).then(&event.JobEdited{Emptied: []event.JobText{event.JobTitle, event.JobDescription, event.JobCategory}}),
		"one is emptied":     given(posted).when(t0, of(func(c *EditJob) { c.Title, c.Description = ptr(event.Text("Shop")), new(event.Text) })).then(&event.JobEdited{Title: "Shop", Emptied: []event.JobText{event.JobDescription}}),
		"N1 an empty list":   given(posted).when(t0, of(func(c *EditJob) { c.Skills = []event.Text{} })).then(&event.JobEdited{Skills: []event.Text{}}),
		"N1 a budget":        given(posted).when(t0, of(func(c *EditJob) { c.Budget = ptr(event.Money(7)) })).then(&event.JobEdited{Budget: 7}),
		"N1 a budget of 0":   given(posted).when(t0, of(func(c *EditJob) { c.Budget = ptr(event.Money(0)) })).rejected(InvalidAmount),
		"M1 rates on fixed":  given(posted).when(t0, rates).rejected(WrongState),
		"rates on hourly":    given(byTheHour).when(t0, rates).then(&event.JobEdited{RateMin: 5, RateMax: 6}),
		"M1 budget on hours": given(byTheHour).when(t0, of(func(c *EditJob) { c.Budget = ptr(event.Money(7)) })).rejected(WrongState),
		"N1 one rate":        given(byTheHour).when(t0, of(func(c *EditJob) { c.RateMin = ptr(event.Money(5)) })).rejected(Invalid),
		"of a closed job":    given(posted, closedJob(event.CloseFilled)).when(t0, price(2)).rejected(WrongState),
		"of a removed job":   given(posted, removedJob(event.RemoveOther)).when(t0, price(2)).rejected(WrongState),
		"D4 a barred client": given(posted, barredClient).when(t0, price(2)).rejected(ClientSuspended),

		"the next proposal costs what it says": given(able, saw(&event.JobEdited{Connects: ptr(event.Connects(2))})).when(t0, submitProposal).
			then(proposing(event.ViaProposal, 2)).after(apply, applying(2), spent(1, 2)),
		"N5 an application that is there keeps its price": given(paid, saw(&event.JobEdited{Connects: ptr(event.Connects(2))})).when(t0, submitProposal).
			then(proposing(event.ViaProposal, 6)),
		"the next proposal answers its questions": given(able, saw(&event.JobEdited{Questions: []event.Text{"When?"}})).when(t0, submitProposal).rejected(AnswersRequired),
		"an empty list asks nothing": given(able, saw(&event.JobEdited{Questions: []event.Text{"When?"}}), saw(&event.JobEdited{Questions: []event.Text{}})).when(t0, submitProposal).
			then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(1, 6)),
		"another edit leaves the questions": given(able, saw(&event.JobEdited{Questions: []event.Text{"When?"}}), saw(&event.JobEdited{Title: "Shop"})).when(t0, submitProposal).rejected(AnswersRequired),
	}.run(t)
}
