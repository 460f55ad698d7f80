package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// replies are the commands that an open or archived invite takes until it
// expires, with what they write and who does it.
var replies = []struct {
	cmd    Command
	events []event.Event
	actor  event.Actor
}{
	{AcceptInvite{invite, "Dear Ms."}, events{&event.InviteAccepted{CoverLetter: "Dear Ms."}, &event.ContactExchanged{}}, event.ActorFreelancer},
	{DeclineInvite{invite, "no time"}, events{&event.InviteDeclined{Reason: "no time"}}, event.ActorFreelancer},
	{ReportInvite{invite, ""}, events{&event.InviteReported{}}, event.ActorFreelancer},
	{WithdrawInvite{invite, event.WithdrawJobClosed}, events{&event.InviteWithdrawn{Reason: event.WithdrawJobClosed}}, event.ActorClient},
	{WithdrawInvite{invite, event.WithdrawSanctioned}, events{&event.InviteWithdrawn{Reason: event.WithdrawSanctioned}}, event.ActorPlatform},
}

// TestReplies is every reply in every state and at every border of an invite.
func TestReplies(t *testing.T) {
	archived := inviteSaw(t0, &event.InviteArchived{})
	expire := ExpireInvite{invite}
	archive := ArchiveInvite{invite}
	rows := table{
		"E2 an archived invite expires":         given(sent, archived).when(expires, expire).then(&event.InviteExpired{}).by(event.ActorTimer),
		"E2 an open invite expires":             given(sent).when(after(99, 0), expire).then(&event.InviteExpired{}).by(event.ActorTimer),
		"E2 an open invite is archived":         given(sent).when(lastSecond, archive).then(&event.InviteArchived{}).by(event.ActorFreelancer),
		"E2 an archived invite is not archived": given(sent, archived).when(t0, archive).rejected(WrongState),
		"E2 nor after its time":                 given(sent, archived).when(expires, archive).rejected(WrongState),
		"E2 archiving changes no deadline": given(sent, inviteSaw(after(20, 0), &event.InviteArchived{})).
			when(expires, expire).then(&event.InviteExpired{}),
		"C3 archiving at expires_at":              given(sent).when(expires, archive).rejected(Expired),
		"C3 expiring a second before expires_at":  given(sent).when(lastSecond, expire).rejected(TooEarly),
		"C3 expiring exactly at expires_at":       given(sent).when(expires, expire).then(&event.InviteExpired{}),
		"C3 expiring an archived one too early":   given(sent, archived).when(lastSecond, expire).rejected(TooEarly),
		"E3 an expired invite does not expire":    given(sent, inviteSaw(expires, &event.InviteExpired{})).when(expires, expire).rejected(WrongState),
		"E3 an expired invite is not archived":    given(sent, inviteSaw(expires, &event.InviteExpired{})).when(expires, archive).rejected(WrongState),
		"E3 a final invite does not expire early": given(sent, inviteSaw(t0, &event.InviteWithdrawn{})).when(t0, expire).rejected(WrongState),
	}
	for _, r := range replies {
		name := CommandName(r.cmd)
		rows["E2 an open invite takes "+name] = given(sent).when(t0, r.cmd).then(r.events...).by(r.actor)
		rows["E2 an archived invite takes "+name] = given(sent, archived).when(lastSecond, r.cmd).then(r.events...).by(r.actor)
		rows["C3 the last second for "+name] = given(sent).when(lastSecond, r.cmd).then(r.events...)
		rows["C3 "+name+" exactly at expires_at"] = given(sent).when(expires, r.cmd).rejected(Expired)
		rows["C3 "+name+" of an archived one at expires_at"] = given(sent, archived).when(expires, r.cmd).rejected(Expired)
		rows["E3 "+name+" on an invite in state expired"] = given(sent, inviteSaw(expires, &event.InviteExpired{})).
			when(expires, r.cmd).rejected(WrongState)
		for _, before := range replies {
			final := inviteSaw(t0, before.events...)
			rows["E3 "+name+" after "+CommandName(before.cmd)] = given(sent, final).when(t0, r.cmd).rejected(WrongState)
			rows["E3 "+name+" after "+CommandName(before.cmd)+" and expires_at"] = given(sent, final).when(expires, r.cmd).rejected(WrongState)
		}
	}
	rows.run(t)
}

func TestSendInvite(t *testing.T) {
	second := uuid.MustParse("20000000-0000-4000-8000-000000000002")
	again := sendInvite
	again.Invite = second
	withMessage := sendInvite
	withMessage.Message = "Hello"
	withText := invited(after(30, 0))
	withText.Message = "Hello"

	table{
		"E1 a job that nobody knows":        given(accounts).when(t0, sendInvite).then(invited(after(30, 0))).by(event.ActorClient),
		"E1 again for the same job":         given(sent).when(t0, again).then(invited(after(30, 0))),
		"E1 again for a declined one":       given(sent, inviteSaw(t0, &event.InviteDeclined{})).when(t0, again).then(invited(after(30, 0))),
		"a message is kept":                 given(accounts).when(t0, withMessage).then(withText),
		"an id is used once, even if final": given(sent, inviteSaw(t0, &event.InviteDeclined{})).when(t0, sendInvite).rejected(AlreadyExists),
		"E4 no cover letter":                given(sent).when(t0, AcceptInvite{Invite: invite}).rejected(CoverLetterRequired),
		"E4 a cover letter of white space":  given(sent).when(t0, AcceptInvite{invite, " \t\r\n\u00a0\u2003"}).rejected(CoverLetterRequired),
		"E4 bytes that are no text":         given(sent).when(t0, AcceptInvite{invite, "\xff"}).rejected(Invalid),
		"E4 one letter is enough": given(sent).
			when(t0, AcceptInvite{invite, " x "}).then(&event.InviteAccepted{CoverLetter: " x "}, &event.ContactExchanged{}),
		"E5 an accepted invite stays so": given(sent, inviteSaw(t0, replies[0].events...)).
			when(after(0, 60), WithdrawInvite{invite, event.WithdrawChangedMind}).rejected(WrongState),
		"E5 a declined invite stays so": given(sent, inviteSaw(t0, &event.InviteDeclined{})).
			when(after(0, 60), WithdrawInvite{invite, event.WithdrawChangedMind}).rejected(WrongState),
		"E5 withdrawing is possible all day": given(sent).
			when(after(29, 0), WithdrawInvite{invite, event.WithdrawHiredOther}).
			then(&event.InviteWithdrawn{Reason: event.WithdrawHiredOther}),
	}.run(t)
}

// TestInviteToJob is fine print E1: only the id of a posted job is looked at.
func TestInviteToJob(t *testing.T) {
	anothers := fact{event.JobStream(job), t0, events{&event.JobPosted{Client: nobody, Kind: event.KindFixed}}}
	shut := jobSaw(t0, &event.JobClosed{Reason: event.CloseFilled})
	removed := jobSaw(t0, &event.JobRemoved{Reason: event.RemoveOther})
	suspended := clientDid(t0, &event.ClientSuspended{})
	table{
		"E1 to an open job of the client":       given(posted).when(t0, sendInvite).then(invited(after(30, 0))).by(event.ActorClient),
		"E1 to another client's job":            given(accounts, anothers).when(t0, sendInvite).rejected(NotFound),
		"E1 to another's that is closed":        given(accounts, anothers, shut).when(t0, sendInvite).rejected(NotFound),
		"E1 to a closed job":                    given(posted, shut).when(t0, sendInvite).rejected(WrongState),
		"E1 to a removed job":                   given(posted, removed).when(t0, sendInvite).rejected(WrongState),
		"A1 another's job and a suspension":     given(accounts, anothers, suspended).when(t0, sendInvite).rejected(NotFound),
		"A1 a closed job and a suspension":      given(posted, shut, suspended).when(t0, sendInvite).rejected(ClientSuspended),
		"C2 a job posted later is looked at":    given(accounts, jobSaw(after(9, 0), &event.JobPosted{Client: nobody, Kind: event.KindFixed})).when(t0, sendInvite).rejected(NotFound),
		"E1 accepting looks at no job":          given(sent, anothers, shut).when(t0, AcceptInvite{invite, "Dear Ms."}).then(accepted[3].events...),
		"E1 nor does declining":                 given(sent, anothers, removed).when(t0, DeclineInvite{invite, ""}).then(&event.InviteDeclined{}),
		"a suspended freelancer is not invited": given(accounts, freelancerDid(t0, &event.FreelancerSuspended{})).when(t0, sendInvite).rejected(FreelancerSuspended),
		"nor is one who left":                   given(accounts, freelancerDid(t0, &event.FreelancerClosed{})).when(t0, sendInvite).rejected(FreelancerSuspended),
		"a suspended freelancer accepts none":   given(sent, freelancerDid(t0, &event.FreelancerSuspended{})).when(t0, AcceptInvite{invite, "Dear Ms."}).rejected(FreelancerSuspended),
		"but declines":                          given(sent, freelancerDid(t0, &event.FreelancerSuspended{})).when(t0, DeclineInvite{invite, ""}).then(&event.InviteDeclined{}),
		"D7 the client who invites is asked": given(accounts, freelancerDid(t0, &event.TermsAccepted{Version: "2"})).
			when(t0, sendInvite).under(version2).rejected(TermsNotAccepted),
		"D7 and alone": given(accounts, clientDid(t0, &event.TermsAccepted{Version: "2"})).
			when(t0, sendInvite).under(version2).then(invited(after(30, 0))),
		"D7 the freelancer who accepts is asked": given(sent, clientDid(t0, &event.TermsAccepted{Version: "2"})).
			when(t0, AcceptInvite{invite, "Dear Ms."}).under(version2).rejected(TermsNotAccepted),
		"D7 and alone, too": given(sent, freelancerDid(t0, &event.TermsAccepted{Version: "2"})).
			when(t0, AcceptInvite{invite, "Dear Ms."}).under(version2).then(accepted[3].events...),
		"D7 declining asks nobody": given(sent).when(t0, DeclineInvite{invite, ""}).under(version2).then(&event.InviteDeclined{}),
	}.run(t)
}

func version2(t *Terms) { t.RequiredVersion = "2" }

// TestContact is rules 2, Contact: an acceptance exchanges it where the terms say so.
func TestContact(t *testing.T) {
	accept := AcceptInvite{invite, "Dear Ms."}
	table{
		"with the interview": given(sent).when(t0, accept).then(&event.InviteAccepted{CoverLetter: "Dear Ms."}, &event.ContactExchanged{}),
		"with the contract": given(sent).when(t0, accept).under(func(t *Terms) { t.ContactAt = ContactAtContract }).
			then(&event.InviteAccepted{CoverLetter: "Dear Ms."}),
		"an acceptance without it is final": given(sent, inviteSaw(t0, &event.InviteAccepted{CoverLetter: "Dear Ms."})).
			when(t0, WithdrawInvite{invite, event.WithdrawChangedMind}).rejected(WrongState),
	}.run(t)
}

// TestTerms is law 2 of the rules: a deadline is frozen when it opens.
func TestTerms(t *testing.T) {
	w := fold(t, accounts)
	short := DefaultTerms()
	short.InviteDays = 1
	d, err := Decide(w.read, short, t0, sendInvite)
	if err != nil || d.Events[0].(*event.InviteSent).ExpiresAt != after(1, 0) {
		t.Fatalf("an invite under terms of one day: %v, %v", d.Events, err)
	}
	// Under the default terms now, it expires after the day that its event says.
	past := accounts.and(inviteSaw(t0, d.Events...))
	given(past).when(after(1, 0), DeclineInvite{invite, ""}).rejected(Expired).check(t)
	given(past).when(after(1, 0), ExpireInvite{invite}).then(&event.InviteExpired{}).check(t)
}
