package aggregate

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// TestStartInterview is when a proposal is taken up and contact details are exchanged.
func TestStartInterview(t *testing.T) {
	start := StartInterview{proposal}
	contact := []event.Event{&event.InterviewStarted{}, &event.ContactExchanged{}}
	byInvite := accepted.and(posted[2:], proposalSaw(t0, proposing(event.ViaInvite, 0)))
	table{
		"N11 with the contact details":      given(proposed).when(t0, start).then(contact...).by(event.ActorClient),
		"N11 not by an invite":              given(byInvite).when(t0, start).then(&event.InterviewStarted{}),
		"N11 not before the contract":       given(proposed).when(t0, start).under(func(t *Terms) { t.ContactAt = ContactAtContract }).then(&event.InterviewStarted{}),
		"N8 once":                           given(interviewing).when(t0, start).rejected(WrongState),
		"N8 even if a meeting was held":     given(meeting, interviewSaw(after(2, 0), &event.InterviewHeld{})).when(after(3, 0), start).rejected(WrongState),
		"M1 a final one before taken up":    given(interviewing, proposalSaw(t0, &event.ProposalDeclined{})).when(t0, start).rejected(WrongState),
		"of a closed job":                   given(proposed, closedJob(event.CloseFilled)).when(t0, start).then(contact...),
		"D6 under a hold of proposals":      given(proposed, freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldQuality, Blocks: []event.HoldBlock{event.BlockProposals, event.BlockContracts}})).when(t0, start).then(contact...),
		"D4 not by a barred client":         given(proposed, barredClient).when(t0, start).rejected(ClientSuspended),
		"D4 not with a closed freelancer":   given(proposed, freelancerDid(t0, &event.FreelancerClosed{})).when(t0, start).rejected(FreelancerSuspended),
		"D7 the client's terms count":       given(proposed, freelancerDid(t0, &event.TermsAccepted{Version: "2"})).when(t0, start).under(func(t *Terms) { t.RequiredVersion = "2" }).rejected(TermsNotAccepted),
		"D7 and they alone":                 given(proposed, clientDid(t0, &event.TermsAccepted{Version: "2"})).when(t0, start).under(func(t *Terms) { t.RequiredVersion = "2" }).then(contact...),
		"C2 checked against its own clock":  given(proposed, clientDid(aYearOn, &event.PhoneVerified{})).when(t0, start).then(contact...),
		"A1 suspended before a final state": given(proposed, barredClient, proposalSaw(t0, &event.ProposalWithdrawn{})).when(t0, start).rejected(ClientSuspended),
	}.run(t)
}

// anotherProposal is one of another freelancer to the job, taken up.
var anotherProposal = facts{
	{event.FreelancerStream(nobody), t0, events{&event.FreelancerRegistered{}}},
	{event.ProposalStream(otherProposal), t0, events{editedEvent(proposing(event.ViaProposal, 0), func(e *event.ProposalSubmitted) { e.Freelancer = nobody }), &event.InterviewStarted{}, &event.ContactExchanged{}}},
}

// TestScheduleInterview is who may meet, in which format.
func TestScheduleInterview(t *testing.T) {
	of := func(change func(*ScheduleInterview)) ScheduleInterview { return edited(schedule, change) }
	both := interviewing.and(anotherProposal)
	group := of(func(c *ScheduleInterview) {
		c.Format, c.Proposals = event.FormatGroup, []uuid.UUID{proposal, otherProposal}
	})
	inGroup := editedEvent(scheduled(after(2, 0)), func(e *event.InterviewScheduled) { e.Kind, e.Proposals = group.Format, group.Proposals })
	otherJobs := proposalSaw(t0, editedEvent(proposing(event.ViaProposal, 0), func(e *event.ProposalSubmitted) { e.Job = job2 }))
	final := fact{event.ProposalStream(otherProposal), t0, events{&event.ProposalWithdrawn{}}}
	rows := table{
		"a panel":                            given(interviewing).when(t0, schedule).then(scheduled(after(2, 0))).by(event.ActorClient),
		"a group":                            given(both).when(t0, group).then(inGroup),
		"N1 now":                             given(interviewing).when(after(2, 0), schedule).then(scheduled(after(2, 0))),
		"N1 not in the past":                 given(interviewing).when(after(2, 1), schedule).rejected(Invalid),
		"its id once":                        given(meeting).when(t0, schedule).rejected(AlreadyExists),
		"M1 of an unknown job":               given(both).when(t0, of(func(c *ScheduleInterview) { c.Job, c.Proposals = nobody, []uuid.UUID{nobody} })).rejected(NotFound),
		"M1 about a proposal to another job": given(able, otherJobs).when(t0, schedule).rejected(NotFound),
		"M1 an unknown one among others":     given(interviewing, barredClient).when(t0, group).rejected(NotFound),
		"M1 a final one among others":        given(both, final).when(t0, group).rejected(WrongState),
		"M1 one that is not taken up":        given(proposed).when(t0, schedule).rejected(WrongState),
		"D4 a barred client":                 given(both, barredClient, final).when(t0, group).rejected(ClientSuspended),
		"D4 one freelancer of two suspended": given(both, fact{event.FreelancerStream(nobody), t0, events{&event.FreelancerSuspended{}}}).when(t0, group).rejected(FreelancerSuspended),
		"C2 no clock is asked":               given(interviewing, proposalSaw(aYearOn, &event.OfferMade{})).when(t0, schedule).then(scheduled(after(2, 0))),
		"of a closed job":                    given(interviewing, closedJob(event.CloseFilled)).when(t0, schedule).then(scheduled(after(2, 0))),
		"N8 of a removed job":                given(interviewing, removedJob(event.RemoveTOS)).when(t0, schedule).then(scheduled(after(2, 0))),
		"a second meeting":                   given(meeting).when(t0, of(func(c *ScheduleInterview) { c.Interview = nobody })).then(scheduled(after(2, 0))),
		"N1 a proposal twice":                given(interviewing).when(t0, of(func(c *ScheduleInterview) { c.Format, c.Proposals = event.FormatGroup, []uuid.UUID{proposal, proposal} })).rejected(Invalid),
		"N1 an interviewer twice":            given(interviewing).when(t0, of(func(c *ScheduleInterview) { c.Interviewers = []event.Text{"a", "a"} })).rejected(Invalid),
		"N1 an interviewer of white space":   given(interviewing).when(t0, of(func(c *ScheduleInterview) { c.Interviewers = []event.Text{"a", " "} })).rejected(Invalid),
		"N1 telephone on a screen":           given(interviewing).when(t0, of(func(c *ScheduleInterview) { c.Format, c.Channel = event.FormatTelephone, event.ChannelVideo })).rejected(Invalid),
		"S2 taken up in the first edition":   given(proposed, proposalSaw(t0, &event.InterviewStarted{}, &event.InterviewHeld{})).when(t0, schedule).then(scheduled(after(2, 0))),
		"N1 an invalid one before a used id": given(meeting).when(t0, of(func(c *ScheduleInterview) { c.Channel = "smoke" })).rejected(Invalid),
		"N1 what was withdrawn is not open":  given(interviewing, proposalSaw(t0, &event.ProposalWithdrawn{})).when(t0, schedule).rejected(WrongState),
		"N1 nobody meets":                    given(interviewing).when(t0, of(func(c *ScheduleInterview) { c.Interviewers = nil })).rejected(Invalid),
		"N1 about nobody":                    given(interviewing).when(t0, of(func(c *ScheduleInterview) { c.Proposals = nil })).rejected(Invalid),
	}
	for format, fits := range map[event.InterviewFormat]func(proposals, people int) bool{
		event.FormatOneOnOne:  func(p, n int) bool { return p == 1 && n == 1 },
		event.FormatPanel:     func(p, n int) bool { return p == 1 && n >= 2 },
		event.FormatTelephone: func(p, n int) bool { return p == 1 },
		event.FormatGroup:     func(p, n int) bool { return p >= 2 },
	} {
		for proposals := 1; proposals <= 2; proposals++ {
			for people := 1; people <= 3; people++ {
				c := of(func(c *ScheduleInterview) {
					c.Format, c.Channel = format, event.ChannelAudio
					c.Proposals, c.Interviewers = group.Proposals[:proposals], []event.Text{"a", "b", "c"}[:people]
				})
				name := fmt.Sprintf("N1 %s of %d and %d", format, proposals, people)
				if rows[name] = given(both).when(t0, c).rejected(Invalid); fits(proposals, people) {
					rows[name] = given(both).when(t0, c).then(editedEvent(scheduled(after(2, 0)), func(e *event.InterviewScheduled) {
						e.Kind, e.Channel, e.Proposals, e.Interviewers = format, c.Channel, c.Proposals, c.Interviewers
					}))
				}
			}
		}
	}
	rows.run(t)
}

// TestMeetings is what becomes of an interview.
func TestMeetings(t *testing.T) {
	at := after(2, 0)
	hold := HoldInterview{interview, ""}
	held, cancelled := interviewSaw(at, &event.InterviewHeld{}), interviewSaw(t0, &event.InterviewCancelled{By: event.ActorClient})
	move := RescheduleInterview{interview, event.ActorClient, after(3, 0)}
	moved := interviewSaw(t0, &event.InterviewRescheduled{By: event.ActorClient, ScheduledAt: after(3, 0)})
	rows := table{
		"C3 held in its second":             given(meeting).when(at, HoldInterview{interview, "friendly"}).then(&event.InterviewHeld{Notes: "friendly"}).by(event.ActorClient),
		"C3 not a second before":            given(meeting).when(at-1, hold).rejected(TooEarly),
		"N8 without notes":                  given(meeting).when(at, hold).then(&event.InterviewHeld{}),
		"moved, not at the old moment":      given(meeting, moved).when(at, hold).rejected(TooEarly),
		"moved, at the new one":             given(meeting, moved).when(after(3, 0), hold).then(&event.InterviewHeld{}),
		"moved to an earlier one":           given(meeting, interviewSaw(t0, &event.InterviewRescheduled{By: event.ActorClient, ScheduledAt: after(1, 0)})).when(after(1, 0), hold).then(&event.InterviewHeld{}),
		"N1 not moved into the past":        given(meeting).when(after(3, 1), move).rejected(Invalid),
		"N1 moved to now":                   given(meeting).when(after(3, 0), move).then(&event.InterviewRescheduled{By: event.ActorClient, ScheduledAt: after(3, 0)}),
		"moved when it should have been":    given(meeting).when(at, move).then(&event.InterviewRescheduled{By: event.ActorClient, ScheduledAt: after(3, 0)}),
		"E3 an early one that is cancelled": given(meeting, cancelled).when(t0, hold).rejected(WrongState),
		"N8 outlives its proposal":          given(meeting, proposalSaw(t0, &event.ProposalWithdrawn{})).when(at, hold).then(&event.InterviewHeld{}),
		"N8 outlives its job":               given(meeting, removedJob(event.RemoveTOS)).when(at, hold).then(&event.InterviewHeld{}),
		"D4 a barred client's is held":      given(meeting, barredClient).when(at, hold).then(&event.InterviewHeld{}),
		"R cancelled by the platform":       given(meeting, barredClient).when(t0, CancelInterview{interview, event.ActorPlatform, ""}).then(&event.InterviewCancelled{By: event.ActorPlatform}).by(event.ActorPlatform),
		"N1 not by the timer":               given(meeting).when(t0, CancelInterview{interview, event.ActorTimer, ""}).rejected(Invalid),
		"N1 not moved by nobody":            given(meeting).when(t0, RescheduleInterview{interview, "", at}).rejected(Invalid),
		"C2 its own clock":                  given(meeting, moved).when(t0-1, edited(move, func(c *RescheduleInterview) { c.By = event.ActorFreelancer })).rejected(OutOfOrder),
	}
	for _, by := range []event.Actor{event.ActorClient, event.ActorFreelancer, event.ActorPlatform} {
		rows["cancelled by "+string(by)] = given(meeting).when(t0, CancelInterview{interview, by, "ill"}).then(&event.InterviewCancelled{By: by, Reason: "ill"}).by(by)
		rows["moved by "+string(by)] = given(meeting).when(t0, RescheduleInterview{interview, by, at}).then(&event.InterviewRescheduled{By: by, ScheduledAt: at}).by(by)
	}
	for name, over := range map[string]fact{"held": held, "cancelled": cancelled} {
		for _, c := range []Command{RescheduleInterview{interview, event.ActorClient, after(5, 0)}, hold, CancelInterview{interview, event.ActorClient, ""}} {
			rows[name+": "+CommandName(c)] = given(meeting, over).when(at, c).rejected(WrongState)
		}
	}
	rows.run(t)
}
