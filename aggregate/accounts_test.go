package aggregate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// TestSwitches is fine print D1: on when on or off when off is wrong_state, and what is
// merely set is written every time.
func TestSwitches(t *testing.T) {
	switches := []struct {
		name    string
		past    facts
		on, off Command
	}{
		{"payment method", accounts, VerifyPaymentMethod{client}, LosePaymentMethod{client}},
		{"client flag", accounts, FlagClient{client, "slow"}, LiftClientFlag{client}},
		{"suspension", accounts, SuspendClient{client, event.SanctionConduct}, ReinstateClient{client}},
		{"freelancer's suspension", accounts, SuspendFreelancer{freelancer, event.SanctionConduct}, ReinstateFreelancer{freelancer}},
		{"identity", accounts, VerifyIdentity{Freelancer: freelancer}, RevokeIdentity{Freelancer: freelancer}},
		{"client's identity", accounts, VerifyIdentity{Client: client}, RevokeIdentity{Client: client}},
		{"phone", accounts, VerifyPhone{Freelancer: freelancer}, RevokePhone{Freelancer: freelancer}},
		{"client's phone", accounts, VerifyPhone{Client: client}, RevokePhone{Client: client}},
		{"identity hold", accounts, PlaceHold{freelancer, event.HoldIdentity, nil}, LiftHold{freelancer, event.HoldIdentity}},
		{"quality hold", accounts, PlaceHold{freelancer, event.HoldQuality, nil}, LiftHold{freelancer, event.HoldQuality}},
		{"payment hold", accounts, PlaceHold{freelancer, event.HoldPayment, nil}, LiftHold{freelancer, event.HoldPayment}},
		{"circumvention hold", accounts, PlaceHold{freelancer, event.HoldCircumvention, nil}, LiftHold{freelancer, event.HoldCircumvention}},
		{"rising talent", accounts, GrantRisingTalent{freelancer}, EndRisingTalent{freelancer}},
	}
	for _, s := range switches {
		t.Run("D1 "+s.name, func(t *testing.T) {
			w := fold(t, s.past)
			do := func(c Command) error {
				d, err := Decide(w.read, DefaultTerms(), t0, c)
				within(t, c, d, err)
				if err == nil {
					err = w.evolve(c.stream(), t0, d.Events...)
				}
				return err
			}
			for range 2 {
				require.ErrorIs(t, do(s.off), WrongState)
				require.NoError(t, do(s.on))
				require.ErrorIs(t, do(s.on), WrongState)
				require.NoError(t, do(s.off))
			}
		})
	}

	held := freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldPayment})
	complete := freelancerDid(t0, &event.ProfileCompletenessChanged{Percent: 100})
	table{
		"D1 each kind of hold stands by itself": given(accounts, held).
			when(t0, PlaceHold{freelancer, event.HoldIdentity, nil}).
			then(&event.HoldPlaced{Kind: event.HoldIdentity, Blocks: []event.HoldBlock{}}).by(event.ActorPlatform),
		"D1 a hold of another kind cannot be lifted": given(accounts, held).
			when(t0, LiftHold{freelancer, event.HoldQuality}).rejected(WrongState),
		"D1 visibility is written without a change": given(accounts).
			when(t0, SetVisibility{freelancer, event.VisibilityPublic}).
			then(&event.VisibilityChanged{Visibility: event.VisibilityPublic}).by(event.ActorFreelancer),
		"D1 availability is written without a change": given(accounts).
			when(t0, SetAvailability{freelancer, true}).then(&event.AvailabilityChanged{Available: true}).by(event.ActorFreelancer),
		"D1 completeness is written without a change": given(accounts, complete).
			when(t0, SetProfileCompleteness{freelancer, 100}).then(&event.ProfileCompletenessChanged{Percent: 100}).by(event.ActorFreelancer),
		"D1 a profile without skills has an empty list": given(accounts).
			when(t0, DescribeProfile{Freelancer: freelancer}).then(&event.ProfileDescribed{Skills: []event.Text{}}).by(event.ActorFreelancer),
		"D1 a skill test is recorded again": given(accounts, freelancerDid(t0, &event.SkillTestRecorded{Test: "Go", Score: 0})).
			when(t0, RecordSkillTest{freelancer, "Go", 100}).then(&event.SkillTestRecorded{Test: "Go", Score: 100}).by(event.ActorPlatform),
		"D1 terms are accepted again by a client": given(accounts, clientDid(t0, &event.TermsAccepted{Version: "2016"})).
			when(t0, AcceptTerms{Client: client, Version: "2016"}).then(&event.TermsAccepted{Version: "2016"}).by(event.ActorClient),
		"D1 terms are accepted by a freelancer": given(accounts).
			when(t0, AcceptTerms{Freelancer: freelancer, Version: "2016"}).then(&event.TermsAccepted{Version: "2016"}).by(event.ActorFreelancer),
		"D1 a violation is recorded again": given(accounts, clientDid(t0, &event.TermsViolationRecorded{Rule: "off-platform"})).
			when(t0, RecordViolation{Client: client, Rule: "off-platform"}).then(&event.TermsViolationRecorded{Rule: "off-platform"}).by(event.ActorPlatform),
		"D1 a client is contacted again": given(accounts, clientDid(t0, &event.ClientContacted{Basis: event.ContactConsistentlyNegative})).
			when(t0, ContactClient{client, "consistently_negative"}).
			then(&event.ClientContacted{Basis: event.ContactConsistentlyNegative, Reason: "consistently_negative"}).by(event.ActorPlatform),
		"a registration opens a client's account": given().when(t0, RegisterClient{client}).then(&event.ClientRegistered{}).by(event.ActorClient),
		"a registration opens a freelancer's account": given().
			when(t0, RegisterFreelancer{freelancer}).then(&event.FreelancerRegistered{}).by(event.ActorFreelancer),
	}.run(t)
}

// TestClientStates is fine print D2: every command on every state of a client.
func TestClientStates(t *testing.T) {
	suspended := clientDid(t0, &event.ClientSuspended{Reason: event.SanctionTOS})
	barred := clientDid(t0, &event.ClientBarred{Reason: event.SanctionTOS})
	suspend, reinstate, bar := SuspendClient{client, event.SanctionTOS}, ReinstateClient{client}, BarClient{client, event.SanctionTOS}
	isSuspended, isBarred := &event.ClientSuspended{Reason: event.SanctionTOS}, &event.ClientBarred{Reason: event.SanctionTOS}
	flagged := clientDid(t0, &event.ClientFlagged{Basis: event.FlagOther, Reason: "slow"})

	table{
		"D2 an active client is suspended":             given(accounts).when(t0, suspend).then(isSuspended).by(event.ActorPlatform),
		"D2 an active client is not reinstated":        given(accounts).when(t0, reinstate).rejected(WrongState),
		"D2 an active client is barred":                given(accounts).when(t0, bar).then(isBarred).by(event.ActorPlatform),
		"D2 a suspended client is not suspended again": given(accounts, suspended).when(t0, suspend).rejected(WrongState),
		"D2 a suspended client is reinstated":          given(accounts, suspended).when(t0, reinstate).then(&event.ClientReinstated{}),
		"D2 a suspended client is barred":              given(accounts, suspended).when(t0, bar).then(isBarred),
		"D2 a barred client is not suspended":          given(accounts, barred).when(t0, suspend).rejected(WrongState),
		"D2 a barred client is not reinstated":         given(accounts, barred).when(t0, reinstate).rejected(WrongState),
		"D2 a barred client is not barred again":       given(accounts, barred).when(t0, bar).rejected(WrongState),
		"D2 the payment method of a barred client": given(accounts, barred).
			when(t0, VerifyPaymentMethod{client}).then(&event.PaymentMethodVerified{}),
		"D2 a barred client is flagged": given(accounts, barred).
			when(t0, FlagClient{client, "slow"}).then(&event.ClientFlagged{Basis: event.FlagOther, Reason: "slow"}),
		"D2 a suspended client is contacted": given(accounts, suspended).
			when(t0, ContactClient{client, "a word"}).then(&event.ClientContacted{Basis: event.ContactOther, Reason: "a word"}),
		"D2 one flag at a time, with another reason too": given(accounts, flagged).
			when(t0, FlagClient{client, "poor_collaboration"}).rejected(WrongState),
		"D2 a lifted flag makes room for another": given(accounts, flagged, clientDid(t0, &event.ClientFlagLifted{})).
			when(t0, FlagClient{client, "poor_collaboration"}).
			then(&event.ClientFlagged{Basis: event.FlagPoorCollaboration, Reason: "poor_collaboration"}),

		"D3 a bar takes a reason of the suspensions' list": given(accounts).
			when(t0, BarClient{client, "poor_collaboration"}).rejected(Invalid),
		"D3 a bar for fraud": given(accounts).when(t0, BarClient{client, event.SanctionFraud}).then(&event.ClientBarred{Reason: event.SanctionFraud}),
		"D3 a flag takes any text": given(accounts).
			when(t0, FlagClient{client, "Poor_collaboration"}).then(&event.ClientFlagged{Basis: event.FlagOther, Reason: "Poor_collaboration"}),
		"D3 poor_collaboration has a meaning": given(accounts).
			when(t0, FlagClient{client, "poor_collaboration"}).
			then(&event.ClientFlagged{Basis: event.FlagPoorCollaboration, Reason: "poor_collaboration"}),
	}.run(t)
}

// TestFreelancerStates is fine print D2: every command on every state of a freelancer.
func TestFreelancerStates(t *testing.T) {
	suspended := freelancerDid(t0, &event.FreelancerSuspended{Reason: event.SanctionTOS})
	closed := freelancerDid(t0, &event.FreelancerClosed{Reason: event.CloseAccountTOS})
	reinstated := freelancerDid(t0, &event.FreelancerReinstated{})
	suspend, reinstate := SuspendFreelancer{freelancer, event.SanctionTOS}, ReinstateFreelancer{freelancer}
	shut, leave := CloseFreelancer{freelancer, event.CloseAccountTOS}, CloseFreelancer{freelancer, event.CloseAccountLeft}
	isSuspended, isClosed := &event.FreelancerSuspended{Reason: event.SanctionTOS}, &event.FreelancerClosed{Reason: event.CloseAccountTOS}
	const platform = event.ActorPlatform

	table{
		"D2 an active freelancer is suspended":             given(accounts).when(t0, suspend).then(isSuspended).by(platform),
		"D2 an active freelancer is not reinstated":        given(accounts).when(t0, reinstate).rejected(WrongState),
		"D2 an active account is closed":                   given(accounts).when(t0, shut).then(isClosed).by(platform),
		"D2 an active freelancer leaves":                   given(accounts).when(t0, leave).then(&event.FreelancerClosed{Reason: event.CloseAccountLeft}).by(event.ActorFreelancer),
		"D2 a suspended freelancer is not suspended again": given(accounts, suspended).when(t0, suspend).rejected(WrongState),
		"D2 a suspended freelancer is reinstated":          given(accounts, suspended).when(t0, reinstate).then(&event.FreelancerReinstated{}).by(platform),
		"D2 a suspended freelancer's account is closed":    given(accounts, suspended).when(t0, shut).then(isClosed).by(platform),
		"D2 a suspended freelancer leaves":                 given(accounts, suspended).when(t0, leave).then(&event.FreelancerClosed{Reason: event.CloseAccountLeft}),
		"D2 a reinstated freelancer is suspended":          given(accounts, suspended, reinstated).when(t0, suspend).then(isSuspended),
		"D2 a closed account is not suspended":             given(accounts, closed).when(t0, suspend).rejected(WrongState),
		"D2 a closed account is not reinstated":            given(accounts, closed).when(t0, reinstate).rejected(WrongState),
		"D2 an account suspended and closed neither":       given(accounts, suspended, closed).when(t0, reinstate).rejected(WrongState),
		"D2 a closed account is not closed again":          given(accounts, closed).when(t0, leave).rejected(WrongState),
		"D2 a closed account's identity": given(accounts, closed).
			when(t0, VerifyIdentity{Freelancer: freelancer}).then(&event.IdentityVerified{}),
		"D2 a closed account's hold": given(accounts, closed).
			when(t0, PlaceHold{freelancer, event.HoldPayment, nil}).then(&event.HoldPlaced{Kind: event.HoldPayment, Blocks: []event.HoldBlock{}}),
		"D2 a suspended freelancer's profile": given(accounts, suspended).
			when(t0, SetVisibility{freelancer, event.VisibilityPrivate}).then(&event.VisibilityChanged{Visibility: event.VisibilityPrivate}),
	}.run(t)
}

// TestHolds is fine print D6: what a hold blocks is frozen when it is placed.
func TestHolds(t *testing.T) {
	place := func(kind event.HoldKind, blocks ...event.HoldBlock) PlaceHold {
		return PlaceHold{freelancer, kind, blocks}
	}
	placed := func(kind event.HoldKind, blocks ...event.HoldBlock) *event.HoldPlaced {
		return &event.HoldPlaced{Kind: kind, Blocks: append([]event.HoldBlock{}, blocks...)}
	}
	did := func(events ...event.Event) fact { return freelancerDid(t0, events...) }
	const proposals, contracts, search = event.BlockProposals, event.BlockContracts, event.BlockSearch
	all := []event.HoldBlock{proposals, contracts, search}
	accept := AcceptInvite{invite, "Dear Ms."}
	isAccepted := accepted[3].events

	rows := table{
		"D6 quality blocks all by default": given(accounts).when(t0, place(event.HoldQuality)).then(placed(event.HoldQuality, all...)).by(event.ActorPlatform),
		"D6 a list replaces the default":   given(accounts).when(t0, place(event.HoldQuality, search)).then(placed(event.HoldQuality, search)),
		"D6 an empty list, too":            given(accounts).when(t0, PlaceHold{freelancer, event.HoldQuality, []event.HoldBlock{}}).then(placed(event.HoldQuality)),
		"D6 in the order in which it is given": given(accounts).
			when(t0, place(event.HoldPayment, search, proposals)).then(placed(event.HoldPayment, search, proposals)),
		"D6 proposals: no invite is accepted":     given(sent, did(placed(event.HoldIdentity, proposals))).when(t0, accept).rejected(OnHold),
		"D6 all: no invite is accepted":           given(sent, did(placed(event.HoldQuality, all...))).when(t0, accept).rejected(OnHold),
		"D6 others: an invite is accepted":        given(sent, did(placed(event.HoldQuality, contracts, search))).when(t0, accept).then(isAccepted...),
		"D6 nothing: an invite is accepted":       given(sent, did(placed(event.HoldQuality))).when(t0, accept).then(isAccepted...),
		"C6 a hold without blocks blocks nothing": given(sent, did(&event.HoldPlaced{Kind: event.HoldQuality})).when(t0, accept).then(isAccepted...),
		"D6 of several holds each blocks": given(sent, did(placed(event.HoldIdentity), placed(event.HoldPayment, proposals))).
			when(t0, accept).rejected(OnHold),
		"D6 a lifted one blocks nothing": given(sent, did(placed(event.HoldQuality, all...), placed(event.HoldPayment, contracts), &event.HoldLifted{Kind: event.HoldQuality})).
			when(t0, accept).then(isAccepted...),
		"D6 placed anew it blocks what it says then": given(sent, did(placed(event.HoldQuality, all...), &event.HoldLifted{Kind: event.HoldQuality}, placed(event.HoldQuality, search))).
			when(t0, accept).then(isAccepted...),
		"D6 a freelancer whom all is blocked is invited": given(accounts, did(placed(event.HoldQuality, all...))).when(t0, sendInvite).then(invited(after(30, 0))),
		"D6 and declines":     given(sent, did(placed(event.HoldQuality, all...))).when(t0, DeclineInvite{invite, ""}).then(&event.InviteDeclined{}),
		"D1 one of its kind":  given(accounts, did(placed(event.HoldQuality))).when(t0, place(event.HoldQuality, search)).rejected(WrongState),
		"D1 lifted and again": given(accounts, did(placed(event.HoldQuality), &event.HoldLifted{Kind: event.HoldQuality})).when(t0, place(event.HoldQuality)).then(placed(event.HoldQuality, all...)),
	}
	for _, kind := range []event.HoldKind{event.HoldIdentity, event.HoldPayment, event.HoldCircumvention} {
		rows["D6 by default nothing: "+string(kind)] = given(accounts).when(t0, place(kind)).then(placed(kind))
	}
	rows.run(t)
}

// A list that is empty is one where it comes back from a store: replayed, the hold
// blocks nothing again.
func TestHoldOfNothingIsReplayed(t *testing.T) {
	w := fold(t, accounts)
	c := PlaceHold{freelancer, event.HoldQuality, []event.HoldBlock{}}
	d, err := Decide(w.read, DefaultTerms(), t0, c)
	require.NoError(t, err)
	requireReplayed(t, w, DefaultTerms(), Written{c.stream(), t0, d.Actor, stored(t, c.stream(), t0, d)})
}

// TestMarksOfBothKinds is what is verified of clients and freelancers, and how.
func TestMarksOfBothKinds(t *testing.T) {
	const platform = event.ActorPlatform
	table{
		"D7 how an identity was verified": given(accounts).
			when(t0, VerifyIdentity{Client: client, Method: "passport"}).then(&event.IdentityVerified{Method: "passport"}).by(platform),
		"D7 how a phone was verified": given(accounts).
			when(t0, VerifyPhone{Freelancer: freelancer, Method: "call"}).then(&event.PhoneVerified{Method: "call"}).by(platform),
		"D1 a client's identity is not the freelancer's": given(accounts, freelancerDid(t0, &event.IdentityVerified{})).
			when(t0, RevokeIdentity{Client: client}).rejected(WrongState),
		"D1 nor is a phone": given(accounts, clientDid(t0, &event.PhoneVerified{})).
			when(t0, VerifyPhone{Freelancer: freelancer}).then(&event.PhoneVerified{}),
		"D1 a phone is not an identity": given(accounts, clientDid(t0, &event.PhoneVerified{})).
			when(t0, RevokeIdentity{Client: client}).rejected(WrongState),
		"D2 a barred client's identity": given(accounts, clientDid(t0, &event.ClientBarred{})).
			when(t0, VerifyIdentity{Client: client}).then(&event.IdentityVerified{}),
	}.run(t)
}

// TestDescribeProfile is fine print Q1: each replaces all that one before said.
func TestDescribeProfile(t *testing.T) {
	capitals := edited(describeProfile, func(c *DescribeProfile) {
		c.Portfolio = []event.PortfolioItem{{Title: "A book", SHA256: strings.Repeat("0F", 32)}, {Title: "Another"}}
	})
	digest := strings.Repeat("0f", 32)
	described := &event.ProfileDescribed{
		Introduction: "I write", Skills: []event.Text{"Go"}, Title: "Writer", Category: "web", HourlyRate: 5000,
		Portfolio: []event.PortfolioItem{{Title: "A book", Ref: "shelf 3", SHA256: digest}},
	}
	table{
		"Q1 all of it": given(accounts).when(t0, describeProfile).then(described).by(event.ActorFreelancer),
		"Q1 what is left out is gone": given(accounts, freelancerDid(t0, described)).
			when(t0, DescribeProfile{Freelancer: freelancer}).then(&event.ProfileDescribed{Skills: []event.Text{}}),
		"B15 capitals of a digest are read as small letters": given(accounts).when(t0, capitals).
			then(editedEvent(described, func(e *event.ProfileDescribed) {
				e.Portfolio = []event.PortfolioItem{{Title: "A book", SHA256: digest}, {Title: "Another"}}
			})),
		"B2 an empty list is not an absent one": given(accounts).
			when(t0, DescribeProfile{Freelancer: freelancer, Portfolio: []event.PortfolioItem{}}).
			then(&event.ProfileDescribed{Skills: []event.Text{}, Portfolio: []event.PortfolioItem{}}),
	}.run(t)
	require.Equal(t, strings.Repeat("0F", 32), capitals.Portfolio[0].SHA256, "the command keeps its spelling")
}

// TestWhoLooksAtAccounts is fine print D4 to D6: which commands another account stops.
func TestWhoLooksAtAccounts(t *testing.T) {
	barred := clientDid(t0, &event.ClientBarred{Reason: event.SanctionTOS})
	suspended := clientDid(t0, &event.ClientSuspended{Reason: event.SanctionConduct})
	private := freelancerDid(t0, &event.VisibilityChanged{Visibility: event.VisibilityPrivate})
	public := freelancerDid(t0, &event.VisibilityChanged{Visibility: event.VisibilityPublic})
	away := freelancerDid(t0, &event.AvailabilityChanged{Available: false})
	held := freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldIdentity}, &event.HoldPlaced{Kind: event.HoldQuality},
		&event.HoldPlaced{Kind: event.HoldPayment}, &event.HoldPlaced{Kind: event.HoldCircumvention})
	unavailable := invited(after(30, 0))
	unavailable.FreelancerAvailable = false

	table{
		"D4 a suspended client sends no invite":    given(accounts, suspended).when(t0, sendInvite).rejected(ClientSuspended),
		"D4 a barred client sends no invite":       given(accounts, barred).when(t0, sendInvite).rejected(ClientSuspended),
		"D4 a suspended client starts no contract": given(accounts, suspended).when(t0, startFixed).rejected(ClientSuspended),
		"D4 a barred client starts no contract":    given(accounts, barred).when(t0, startFixed).rejected(ClientSuspended),
		"D4 a reinstated client may": given(accounts, suspended, clientDid(t0, &event.ClientReinstated{})).
			when(t0, startFixed).then(startedFixed),
		"D4 a suspended client adds a milestone": given(fixed, suspended).when(t0, AddMilestone{Contract: contract, Milestone: funded, Amount: 10000}).then(add(funded)),
		"D4 a suspended client funds it":         given(milestones, suspended).when(t0, FundMilestone{contract, unfunded}).then(fund(unfunded)),
		"D4 a barred client releases": given(milestones, barred).
			when(t0, ReleaseMilestone{contract, funded, nil}).then(release(funded, 10000, event.ReleasedByClient)),
		"D4 a barred client pays a bonus": given(fixed, barred).when(t0, PayBonus{contract, 1}).then(&event.BonusPaid{Amount: 1}),
		"D4 a suspended client resumes": given(fixed, paused, suspended).
			when(t0, ResumeContract{contract, event.ActorClient}).then(&event.ContractResumed{}),
		"D4 a suspended client's week": given(billed, suspended).
			when(reviewed, PayWeek{contract, week1, ""}).then(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 500}),
		"D4 a barred client ends": given(fixed, barred).
			when(t0, EndContract{contract, event.SideClient, "done"}).then(endedBy(event.SideClient)),
		"D4 a suspended client's invite is not accepted": given(sent, suspended).
			when(t0, AcceptInvite{invite, "Dear Ms."}).rejected(ClientSuspended),
		"D4 but declined": given(sent, suspended).when(t0, DeclineInvite{invite, ""}).then(&event.InviteDeclined{}),
		"D4 and reported": given(sent, barred).when(t0, ReportInvite{invite, ""}).then(&event.InviteReported{}),
		"D4 a barred client withdraws": given(sent, barred).
			when(t0, WithdrawInvite{invite, event.WithdrawChangedMind}).
			then(&event.InviteWithdrawn{Reason: event.WithdrawChangedMind}),
		"D5 a complaint without a contract": given(accounts).
			when(t0, RecordComplaint{Client: client, Freelancer: freelancer, Reason: "rude"}).
			then(&event.ClientComplaintRecorded{Freelancer: freelancer, Reason: "rude"}).by(event.ActorFreelancer),
		"D5 its freelancer must exist": given(accounts).
			when(t0, RecordComplaint{Client: client, Freelancer: nobody, Reason: "rude"}).rejected(NotFound),
		"D5 its contract must exist": given(accounts).when(t0, RecordComplaint{client, freelancer, contract, "rude"}).rejected(NotFound),
		"D5 its contract may be another's": given(fixed, fact{event.FreelancerStream(nobody), t0, []event.Event{&event.FreelancerRegistered{}}}).
			when(t0, RecordComplaint{client, nobody, contract, "rude"}).
			then(&event.ClientComplaintRecorded{Freelancer: nobody, Contract: contract, Reason: "rude"}),
		"D6 a freelancer on hold is invited": given(accounts, held).when(t0, sendInvite).then(invited(after(30, 0))).by(event.ActorClient),
		"D6 an unavailable freelancer is invited, which the event says": given(accounts, away).
			when(t0, sendInvite).then(unavailable),
		"D6 a freelancer under holds that block nothing accepts": given(sent, held).
			when(t0, AcceptInvite{invite, "Dear Ms."}).
			then(&event.InviteAccepted{CoverLetter: "Dear Ms."}, &event.ContactExchanged{}),
		"D6 a freelancer on hold is hired": given(accounts, held, away).when(t0, startFixed).then(startedFixed),
		"D6 a freelancer on hold submits": given(milestones, held).
			when(t0, SubmitWork{contract, funded}).
			then(&event.WorkSubmitted{Milestone: funded, Attempt: 1, AutoReleaseAt: after(14, 0)}),
		"D6 a private freelancer is not invited":    given(accounts, private).when(t0, sendInvite).rejected(ProfilePrivate),
		"D6 a freelancer public again is":           given(accounts, private, public).when(t0, sendInvite).then(invited(after(30, 0))),
		"D6 a private freelancer is hired":          given(accounts, private).when(t0, startFixed).then(startedFixed).by(event.ActorClient),
		"D6 a private freelancer answers an invite": given(sent, private).when(t0, DeclineInvite{invite, ""}).then(&event.InviteDeclined{}),
		"D6 an unverified client invites and hires": given(accounts, clientDid(t0, &event.PaymentMethodVerified{}, &event.PaymentMethodLost{})).
			when(t0, sendInvite).then(invited(after(30, 0))),
		"D6 a flagged client, too": given(accounts, clientDid(t0, &event.ClientFlagged{Basis: event.FlagPoorCollaboration})).
			when(t0, startFixed).then(startedFixed),
	}.run(t)
}
