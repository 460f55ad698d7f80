package process

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// business is a client's that is put away when the client is barred: a job, an invite, an
// offer with or without a proposal, a meeting, while it is open.
type business struct {
	Client uuid.UUID      `json:"client"`
	Job    uuid.UUID      `json:"job,omitzero"` // of an invite or an offer
	Opened event.Position `json:"opened"`
}

// putAway are the kinds that put away what is open in streams of a category.
var putAway = map[string]Kind{
	event.CategoryJob: CloseJobs, event.CategoryProposal: WithdrawOffers, event.CategoryContract: WithdrawContractOffers,
	event.CategoryInterview: CancelInterviews, event.CategoryInvite: WithdrawInvites,
}

// foldBusiness: a barred client's business is put away, a job that is closed or removed
// takes its invites along, a removed one its offers too (fine print R). A suspension puts
// nothing away.
func (a *agenda) foldBusiness(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.JobPosted:
		a.opens(env, business{Client: e.Client})
	case *event.InviteSent:
		a.opens(env, business{Client: e.Client, Job: e.Job})
	case *event.ProposalSubmitted:
		a.proposals[env.Stream] = business{Client: e.Client, Job: e.Job}
	case *event.OfferMade:
		a.opens(env, a.proposals[env.Stream])
	case *event.ContractOffered:
		a.opens(env, business{Client: e.Client, Job: e.Job})
	case *event.InterviewScheduled:
		if ofMeeting(env.Stream) {
			a.opens(env, business{Client: e.Client, Job: e.Job})
		}
	case *event.InterviewHeld, *event.InterviewCancelled:
		if ofMeeting(env.Stream) {
			a.settles(env.Stream)
		}
	case *event.InviteAccepted, *event.InviteDeclined, *event.InviteReported, *event.InviteWithdrawn, *event.InviteExpired,
		*event.OfferAccepted, *event.OfferDeclined, *event.OfferWithdrawn, *event.OfferExpired,
		*event.ContractStarted, *event.ContractOfferClosed:
		a.settles(env.Stream)
	case *event.ProposalWithdrawn, *event.ProposalDeclined:
		delete(a.proposals, env.Stream)
	case *event.JobClosed:
		reason := event.WithdrawJobClosed
		if e.Reason == event.CloseSanctioned {
			reason = event.WithdrawSanctioned
		}
		a.jobEnds(env, reason, false)
	case *event.JobRemoved:
		a.jobEnds(env, event.WithdrawJobClosed, true)
	case *event.ClientBarred:
		for stream, b := range a.business[accountOf(env)] {
			a.putsAway(env, stream, b, string(event.WithdrawSanctioned)) // the same word for all of them
		}
	}
	if _, accepted := env.Event.(*event.OfferAccepted); accepted {
		delete(a.proposals, env.Stream)
	}
}

func (a *agenda) opens(env *event.Envelope, b business) {
	b.Opened = env.Position
	a.remember(env.Stream, b)
}

func (a *agenda) remember(stream string, b business) {
	of := a.business[b.Client]
	if of == nil {
		of = map[string]business{}
		a.business[b.Client] = of
	}
	of[stream] = b
	a.index(stream, b)
}

// index makes what is found by its stream and by its job.
func (a *agenda) index(stream string, b business) {
	a.openOf[stream] = b.Client
	if b.Job == uuid.Nil {
		return
	}
	if a.openFor[b.Job] == nil {
		a.openFor[b.Job] = map[string]bool{}
	}
	a.openFor[b.Job][stream] = true
}

// ofMeeting reports whether a stream is a meeting's. Those of the first edition are on the
// streams of proposals (fine print S2), and nobody can cancel them.
func ofMeeting(stream string) bool {
	category, _, _, _ := event.ParseStream(stream)
	return category == event.CategoryInterview
}

// settles forgets what is open no more, and what would put it away.
func (a *agenda) settles(stream string) {
	client, open := a.openOf[stream]
	if !open {
		return
	}
	delete(a.openOf, stream)
	job := a.business[client][stream].Job
	if delete(a.openFor[job], stream); len(a.openFor[job]) == 0 {
		delete(a.openFor, job)
	}
	if delete(a.business[client], stream); len(a.business[client]) == 0 {
		delete(a.business, client)
	}
	category, id, _, _ := event.ParseStream(stream)
	a.close(putAway[category], stream, id.String())
}

// jobEnds puts away what is open of a job of the client's.
func (a *agenda) jobEnds(env *event.Envelope, reason event.WithdrawReason, removed bool) {
	_, job, _, _ := event.ParseStream(env.Stream)
	j := a.jobs[job]
	if j == nil {
		return
	}
	a.settles(env.Stream)
	for stream := range a.openFor[job] {
		b, hers := a.business[j.Client][stream]
		if !hers {
			continue // another client's invite, from before the job had its id
		}
		switch category, _, _, _ := event.ParseStream(stream); {
		case category == event.CategoryInvite:
			a.putsAway(env, stream, b, string(reason))
		case category == event.CategoryProposal && removed:
			a.putsAway(env, stream, b, string(event.OfferJobRemoved))
		}
	}
}

// putsAway opens the task unless one is open: the first reason is the one.
func (a *agenda) putsAway(env *event.Envelope, stream string, b business, reason string) {
	category, id, _, _ := event.ParseStream(stream)
	if kind := putAway[category]; a.find(kind, stream, id.String()) == nil {
		a.add(task{
			Kind: kind, Stream: stream, Part: id.String(), Reason: reason, Due: env.OccurredAt, Order: b.Opened,
			Position: env.Position, Cause: env.ID, Correlation: env.CorrelationID,
		})
	}
}
