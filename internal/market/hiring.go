package market

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// proposal is a job and what became of a freelancer's proposal for it.
func (m *Market) proposal(freelancer uuid.UUID) {
	job, id, client, at := m.ID(), m.ID(), m.client(), m.moment()
	m.add(at, event.JobStream(job), m.posted(client))
	later := func() event.Time {
		at += event.Time(m.IntN(5 * 24 * 3600))
		return at
	}
	for range m.IntN(9) {
		m.add(later(), event.JobStream(job), m.aboutJob(freelancer)...)
	}
	stream := event.ProposalStream(id)
	m.add(later(), stream, &event.ProposalSubmitted{Job: job, Client: client, Freelancer: freelancer,
		Via: []event.Via{event.ViaInvite, event.ViaProposal}[m.IntN(2)], CoverLetter: "I have built three of these."})
	if m.IntN(2) == 0 {
		m.add(later(), stream, &event.InterviewStarted{}, &event.InterviewScheduled{Kind: event.FormatPanel, Channel: event.ChannelChat, Participants: 3, ScheduledAt: at})
		m.add(later(), stream, []event.Event{&event.InterviewHeld{}, &event.InterviewCancelled{}}[m.IntN(2)])
	}
	if m.IntN(3) == 0 {
		m.meeting(job, client, id, at)
	}
	offer := func() {
		m.add(later(), stream, &event.OfferMade{Kind: event.KindFixed, Amount: 100, ExpiresAt: at.AddDays(7)})
	}
	switch m.IntN(8) {
	case 0:
		m.add(later(), stream, &event.ProposalWithdrawn{})
	case 1:
		m.add(later(), stream, &event.ProposalDeclined{})
	case 2:
		offer()
		m.add(later(), stream, &event.OfferDeclined{})
	case 3:
		offer()
		m.add(later(), stream, &event.OfferWithdrawn{})
	case 4:
		offer()
		m.add(later(), stream, &event.OfferExpired{})
	case 5, 6:
		offer()
		m.add(later(), stream, &event.OfferAccepted{Contract: m.ID()})
	}
	switch m.IntN(4) {
	case 0:
		m.add(later(), event.JobStream(job), &event.JobClosed{Reason: event.CloseFilled})
	case 1:
		m.add(later(), event.JobStream(job), &event.JobRemoved{Reason: event.RemoveTOS})
	}
}

// meeting is a meeting over a proposal, and what became of it.
func (m *Market) meeting(job, client, proposal uuid.UUID, at event.Time) {
	stream := event.InterviewStream(m.ID())
	m.add(at, stream, &event.InterviewScheduled{
		Job: job, Client: client, Proposals: []uuid.UUID{proposal, m.ID()}, Interviewers: []event.Text{"Ada"},
		Kind: event.FormatGroup, Channel: []event.InterviewChannel{event.ChannelVideo, event.ChannelInPerson}[m.IntN(2)], ScheduledAt: at.AddDays(2),
	})
	switch at += event.Time(m.IntN(3 * 24 * 3600)); m.IntN(4) {
	case 0:
		m.add(at, stream, &event.InterviewHeld{})
	case 1:
		m.add(at, stream, &event.InterviewCancelled{By: event.ActorClient})
	case 2:
		m.add(at, stream, &event.InterviewRescheduled{By: event.ActorFreelancer, ScheduledAt: at.AddDays(4)}, &event.InterviewHeld{})
	}
}

// posted is a job, with content or as old ones are.
func (m *Market) posted(client uuid.UUID) *event.JobPosted {
	if m.IntN(2) == 0 {
		return &event.JobPosted{Client: client, Kind: event.KindFixed, Connects: 4}
	}
	return &event.JobPosted{
		Client: client, Kind: event.KindHourly, Category: "web", Connects: 2, Title: "Shop, in Go", Description: "A shop.\nWith \"everything\".",
		Skills: []event.Text{"Go", "SQL, of any kind"}, RateMin: 2000, RateMax: 5000, Duration: event.Duration1To3Months, Questions: []event.Text{"When?", ""},
	}
}

// aboutJob is something that is said of a job.
func (m *Market) aboutJob(freelancer uuid.UUID) []event.Event {
	price, question := event.Connects(m.IntN(6)), m.ID()
	asked := &event.QuestionAsked{Question: question, Freelancer: freelancer, Text: "How large, about?"}
	return [][]event.Event{
		{&event.JobEdited{Connects: &price}},
		{&event.JobEdited{Title: "Another shop", Skills: []event.Text{}, Budget: 70000, Emptied: []event.JobText{event.JobDescription, event.JobCategory}}},
		{&event.JobReported{Freelancer: freelancer, Reason: event.ReportWrongSection, Comment: "Not web."}},
		{asked},
		{asked, &event.QuestionAnswered{Question: question, Text: "Ten pages."}},
	}[m.IntN(5)]
}

// profile changes a freelancer's account a few times.
func (m *Market) profile(freelancer uuid.UUID) {
	at, displayed := m.moment(), 80+m.IntN(21)
	for range m.IntN(30) {
		at += event.Time(m.IntN(60 * 24 * 3600))
		m.add(at, event.FreelancerStream(freelancer), []event.Event{
			&event.VisibilityChanged{Visibility: event.VisibilityPrivate}, &event.VisibilityChanged{Visibility: event.VisibilityPublic},
			&event.AvailabilityChanged{Available: m.IntN(2) == 0}, &event.ProfileCompletenessChanged{Percent: m.IntN(101)},
			&event.IdentityVerified{}, &event.IdentityVerificationRevoked{}, &event.PhoneVerified{},
			&event.HoldPlaced{Kind: event.HoldQuality}, &event.HoldLifted{Kind: event.HoldQuality},
			&event.RisingTalentGranted{}, &event.RisingTalentEnded{},
			&event.JobSuccessAssessed{Displayed: &displayed, Policy: "2024-09"}, &event.JobSuccessAssessed{Policy: "2024-09"},
			&event.BadgeAwarded{Badge: event.BadgeTopRated}, &event.BadgeLost{Badge: event.BadgeTopRated, Unmet: []string{"profile_100"}},
			&event.TermsViolationRecorded{Rule: "circumvention"}, &event.TermsAccepted{Version: "3"},
			&event.ProfileDescribed{Introduction: "Eleven years.", Skills: []event.Text{"go, and more", `"sql"`}, Title: "Author", Category: "web", HourlyRate: 45_00,
				Portfolio: []event.PortfolioItem{{Title: "A shop", Ref: "shop"}}},
			&event.ProfileDescribed{Skills: []event.Text{}}, &event.SkillTestRecorded{Test: "go", Score: m.IntN(101)}, &event.SkillTestRecorded{Test: "sql", Score: 80},
		}[m.IntN(21)])
	}
}

// conduct is what freelancers and the platform say of a client.
func (m *Market) conduct(client uuid.UUID, at event.Time) {
	for range m.IntN(6) {
		at += event.Time(m.IntN(90 * 24 * 3600))
		m.add(at, event.ClientStream(client), []event.Event{
			&event.ClientComplaintRecorded{Freelancer: m.ID(), Reason: "Was rude."},
			&event.ClientContacted{Basis: event.ContactConsistentlyNegative, Reason: "We heard complaints."},
			&event.ClientContacted{Basis: event.ContactOther, Reason: "Welcome back."},
			&event.PaymentMethodLost{}, &event.PaymentMethodVerified{}, &event.TermsAccepted{Version: "3"},
		}[m.IntN(6)])
	}
}

// words is what follows the feedback on a contract: responses and second thoughts.
func (m *Market) words(stream string, at event.Time, scores event.Scores) event.Time {
	for _, e := range []event.Event{
		&event.FeedbackResponded{By: event.SideFreelancer, Comment: "And you."}, &event.FeedbackResponded{By: event.SideClient, Comment: "Welcome."},
		&event.FeedbackRevised{By: event.SideClient, Scores: scores, Overall: 310, Comment: []event.Text{"", "On second thought."}[m.IntN(2)]},
	} {
		if at += event.Time(m.IntN(5 * 24 * 3600)); m.IntN(3) == 0 {
			m.add(at, stream, e)
		}
	}
	return at
}
