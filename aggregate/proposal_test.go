package aggregate

import (
	"testing"

	"github.com/marketcore/marketplace/event"
)

// TestProposalStates is every command on a proposal in each of its states.
func TestProposalStates(t *testing.T) {
	type does struct {
		cmd   Command
		event []event.Event
		actor event.Actor
	}
	one := func(e event.Event) []event.Event { return []event.Event{e} }
	all := map[string]does{
		"withdraw": {WithdrawProposal{proposal, "busy"}, one(&event.ProposalWithdrawn{Reason: "busy"}), event.ActorFreelancer},
		"decline":  {DeclineProposal{proposal, ""}, one(&event.ProposalDeclined{}), event.ActorClient},
		"start":    {StartInterview{proposal}, []event.Event{&event.InterviewStarted{}, &event.ContactExchanged{}}, event.ActorClient},
		"meet":     {schedule, one(scheduled(after(2, 0))), event.ActorClient},
		"make":     {makeOffer, one(offer(after(7, 0))), event.ActorClient},
		"accept":   {AcceptOffer{Proposal: proposal}, one(&event.OfferAccepted{Contract: proposal}), event.ActorFreelancer},
		"refuse":   {DeclineOffer{proposal, "too little"}, one(&event.OfferDeclined{Reason: "too little"}), event.ActorFreelancer},
		"take":     {WithdrawOffer{proposal, ""}, one(&event.OfferWithdrawn{}), event.ActorClient},
	}
	saw := func(past facts, e ...event.Event) facts { return past.and(proposalSaw(t0, e...)) }
	takenUp := interviewing
	states := map[string]struct {
		past    facts
		allowed []string
	}{
		"submitted":          {proposed, []string{"withdraw", "decline", "start", "make"}},
		"taken up":           {takenUp, []string{"withdraw", "decline", "meet", "make"}},
		"offered":            {offerOpen, []string{"start", "accept", "refuse", "take"}},
		"both":               {saw(takenUp, offer(after(7, 0))), []string{"meet", "accept", "refuse", "take"}},
		"refused":            {saw(offerOpen, &event.OfferDeclined{}), []string{"withdraw", "decline", "start", "make"}},
		"taken back":         {saw(offerOpen, &event.OfferWithdrawn{}), []string{"withdraw", "decline", "start", "make"}},
		"with a late offer":  {saw(offerOpen, &event.OfferExpired{}), []string{"withdraw", "decline", "start", "make"}},
		"hired":              {saw(offerOpen, &event.OfferAccepted{Contract: proposal}), nil},
		"hired when met":     {saw(takenUp, offer(after(7, 0)), &event.OfferAccepted{Contract: proposal}), nil},
		"withdrawn":          {saw(proposed, &event.ProposalWithdrawn{}), nil},
		"declined":           {saw(proposed, &event.ProposalDeclined{}), nil},
		"declined, taken up": {saw(takenUp, &event.ProposalDeclined{}), nil},
		// Of the first edition, which has meetings here (fine print S2).
		"in its meeting":      {saw(proposed, &event.InterviewStarted{}, &event.InterviewScheduled{Participants: 2}), []string{"withdraw", "decline", "meet", "make"}},
		"after its meeting":   {saw(proposed, &event.InterviewStarted{}, &event.InterviewHeld{}), []string{"withdraw", "decline", "meet", "make"}},
		"taken up once again": {saw(proposed, &event.InterviewStarted{}, &event.InterviewCancelled{}, &event.InterviewStarted{}), []string{"withdraw", "decline", "meet", "make"}},
	}
	rows := table{}
	for state, s := range states {
		for name, do := range all {
			rows[state+": "+name] = given(s.past).when(t0, do.cmd).rejected(WrongState)
		}
		for _, name := range s.allowed {
			do := all[name]
			rows[state+": "+name] = given(s.past).when(t0, do.cmd).then(do.event...).by(do.actor)
		}
	}
	rows.run(t)
}
