package aggregate

import (
	"errors"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

var actors = []event.Actor{event.ActorClient, event.ActorFreelancer, event.ActorPlatform, event.ActorTimer}

// requireReplayed: what was decided is found to be, whether the terms are known or not.
func requireReplayed(t require.TestingT, w world, terms Terms, written Written) {
	for _, terms := range []Terms{terms, {}} {
		b, err := Replay(w.read, terms, written)
		require.NoError(t, err)
		require.Nil(t, b, "%+v", b)
	}
}

// requireFound: an event that cannot stand where it is could not be decided there,
// whoever it names.
func requireFound(t require.TestingT, w world, stream string, at event.Time, e event.Event) {
	for _, actor := range actors {
		b, err := Replay(w.read, Terms{}, Written{stream, at, actor, []event.Event{e}})
		require.NoError(t, err)
		require.NotNil(t, b, "%s by the %s", e.EventType(), actor)
		require.NotEmpty(t, b.What)
		require.NotEmpty(t, b.Rule)
		require.NotContains(t, b.What, marker, "no personal text in a breach")
	}
}

// stored are the events of a decision as a store gives them back.
func stored(t require.TestingT, stream string, at event.Time, d Decision) (events []event.Event) {
	for i, e := range d.Events {
		p, err := registry.Encode(event.ID(command, i), event.Meta{OccurredAt: at, Actor: d.Actor, CommandID: command}, e)
		require.NoError(t, err)
		env, err := registry.Decode(&event.Record{Proposed: p, Stream: stream})
		require.NoError(t, err)
		events = append(events, env.Event)
	}
	return events
}

// checkForged writes what a rejected command asked for as if it had been accepted:
// replaying it comes to the same rejection.
func (r rejected) checkForged(t require.TestingT) {
	if _, _, _, ours := event.ParseStream(r.cmd.stream()); !ours {
		return
	}
	name, actor := CommandName(r.cmd), event.ActorPlatform
	for _, all := range recoverable {
		for _, c := range all {
			if aggregateName(c) != name || c.shape != reflect.TypeOf(r.cmd) {
				continue
			}
			if !c.sentBy(actor) {
				actor = c.outline.Senders[0].Actor
			}
			said := r.cmd
			switch c := r.cmd.(type) { // who is not named is somebody
			case PauseContract:
				actor, said = party(c.Actor), PauseContract{c.Contract, party(c.Actor)}
			case ResumeContract:
				actor, said = party(c.Actor), ResumeContract{c.Contract, party(c.Actor)}
			case CancelDispute:
				actor, said = party(c.Actor), CancelDispute{c.Contract, c.Dispute, party(c.Actor)}
			case PayWeek:
				actor, said = payer(c.Actor), PayWeek{c.Contract, c.Week, payer(c.Actor)}
			}
			w := Written{r.cmd.stream(), r.at, actor, []event.Event{forged(c, said)}}
			if !sayable(c, said, w) {
				return // the command says what no event does
			}
			b, err := Replay(fold(t, r.past).read, r.terms, w)
			require.NoError(t, err)
			require.NotNil(t, b)
			require.Equal(t, Breach{string(r.code), b.Rule, name, 0, b.What}, *b)
		}
	}
}

func aggregateName(c *recovery) string { return CommandName(c.outline.Command) }

// forged is the first event of a command, as far as it repeats what that says.
func forged(r *recovery, c Command) event.Event {
	e := reflect.New(reflect.TypeOf(r.outline.Events[0]).Elem())
	for _, f := range r.fields {
		if f.from < 0 {
			continue
		}
		from, to := reflect.ValueOf(c).FieldByIndex(f.index), e.Elem().Field(f.from)
		if from.Kind() == reflect.Pointer && to.Kind() != reflect.Pointer {
			if from.IsNil() {
				continue
			}
			from = from.Elem()
		}
		to.Set(from)
	}
	return e.Interface().(event.Event)
}

// sayable reports whether the events say of the command all that it said.
func sayable(r *recovery, c Command, w Written) bool {
	return reflect.DeepEqual(r.command(w), c)
}

// Every field of a command stands somewhere in what it comes to.
func TestRecoverable(t *testing.T) {
	found := 0
	for _, all := range recoverable {
		for _, r := range all {
			for _, f := range r.fields {
				found++
				require.NotEqual(t, fromNowhere, f.from, "%s: no event says %s", aggregateName(r), f.name)
			}
		}
	}
	require.Greater(t, found, 150)
	require.Len(t, sections, len(idOf))
}

// Every rule that a breach may cite has its heading.
func TestCited(t *testing.T) {
	rules, err := os.ReadFile("../docs/rules.md")
	require.NoError(t, err)
	print, err := os.ReadFile("../docs/fine-print.md")
	require.NoError(t, err)
	cites := slices.Concat(slices.Collect(maps.Values(cited)), slices.Collect(maps.Values(sections)), []string{
		ruleOf(OtherOutcome, Written{Events: []event.Event{&event.ConnectsGranted{}}}), ruleOf(OtherOutcome, Written{Events: []event.Event{&event.BadgeLost{}}}), ruleOf(NoCommand, Written{})})
	for _, rule := range cites {
		if label, ok := strings.CutPrefix(rule, "fine print "); ok {
			require.Contains(t, string(print), "\n### "+label+"\n")
			continue
		}
		require.Contains(t, string(rules), "\n## R"+rule[1:]+"\n")
	}
}

// A forged log: what it holds, and how it is found out. Every rejection of the other
// tables is tried too (checkForged), and every event that a fold refuses.
func TestReplayFinds(t *testing.T) {
	by := func(actor event.Actor, f fact) Written { return Written{f.stream, f.at, actor, f.events} }
	const C, F, P, T = event.ActorClient, event.ActorFreelancer, event.ActorPlatform, event.ActorTimer
	deadline := after(14, 0)
	for name, r := range map[string]struct {
		past       past
		is         Written
		code, rule string
		what       string
	}{
		"money released that was never funded": {milestones, by(C, contractSaw(t0, release(unfunded, 10000, event.ReleasedByClient))),
			"not_funded", "fine print F7", "is not funded"},
		"a contract of no client": {accounts[1:], by(C, contractSaw(t0, startedFixed)), "not_found", "rules 3", "there is no clientAccount-"},
		"an offer on no proposal": {posted, by(C, proposalSaw(t0, offer(after(7, 0)))), "not_found", "rules 6", "there is no proposal-"},
		"hours of a week that was never invoiced": {worked, by(T, contractSaw(reviewed, &event.HoursPaid{Week: week1, Minutes: 10, Amount: 500})),
			"wrong_state", "rules 3", "is not invoiced"},

		"another actor":            {accounts, by(F, clientDid(t0, &event.ClientBarred{Reason: event.SanctionTOS})), NotEntitled, "rules 0", "by the freelancer"},
		"a release by the timer":   {milestones, by(T, contractSaw(t0, release(funded, 1, event.ReleasedByClient))), "wrong_state", "rules 3", ""},
		"a client's own release":   {milestones, by(F, contractSaw(t0, release(funded, 1, event.ReleasedByClient))), NotEntitled, "rules 0", ""},
		"an end by the other side": {fixed, by(F, contractSaw(t0, endedBy(event.SideClient))), NotEntitled, "rules 0", ""},
		"a pause by the timer":     {fixed, by(T, contractSaw(t0, &event.ContractPaused{})), NotEntitled, "rules 0", ""},

		"contacts without an acceptance": {sent, by(F, inviteSaw(t0, &event.ContactExchanged{})), NoCommand, "rules 2", "ContactExchanged here"},
		"contacts twice": {sent, by(F, inviteSaw(t0, &event.InviteAccepted{CoverLetter: "a"}, &event.ContactExchanged{}, &event.ContactExchanged{})),
			OtherOutcome, "rules 2", "nothing after the 2 events"},
		"contacts first": {sent, by(F, inviteSaw(t0, &event.ContactExchanged{}, &event.InviteAccepted{CoverLetter: "a"})),
			OtherOutcome, "rules 2", "InviteAccepted instead"},
		"two commands' events":          {fixed, by(C, contractSaw(t0, &event.BonusPaid{Amount: 1}, &event.ContractPaused{})), NoCommand, "rules 3", "BonusPaid and ContractPaused"},
		"a dispute that pauses nothing": {fixed, by(C, contractSaw(t0, openedOver(dispute1, 5000, event.SideClient, event.LapseNothing))), OtherOutcome, "rules 3", "ContractPaused after it"},
		"an end that keeps escrow":      {milestones, by(F, contractSaw(t0, endedBy(event.SideFreelancer))), OtherOutcome, "rules 3", "EscrowRefunded instead"},
		"an event of another stream":    {accounts, by(C, clientDid(t0, &event.BonusPaid{Amount: 1})), NoCommand, "rules 1", "contract-"},
		"an import's event":             {accounts, by(P, clientDid(t0, &event.ImportLineRejected{Line: 1})), NoCommand, "rules 1", "ImportLineRejected here"},
		"a segment of another week":     {hourly, by(F, weekSaw(week1, after(7, 600), logged(t0.AddDays(7)))), NoCommand, "rules 3", "2016-W02"},

		"a deadline in the past":         {accounts, by(C, fact{sent[2].stream, after(31, 0), sent[2].events}), OtherOutcome, "rules 2", "expires_at is 2016-02-03"},
		"a deadline of no period":        {milestones, by(F, contractSaw(t0, &event.WorkSubmitted{Milestone: funded, Attempt: 1, AutoReleaseAt: after(14, 1)})), OtherOutcome, "rules 3", "auto_release_at"},
		"an end of the day, not":         {fixed, by(C, contractSaw(t0, ended(event.SideClient, after(14, 0)))), OtherOutcome, "rules 3", "feedback_closes_at"},
		"Connects of no month":           {posted, by(F, freelancerDid(t0, &event.ConnectsPurchased{Lot: 1, Amount: 1, ExpiresAt: aYearOn.AddSeconds(1)})), OtherOutcome, "rules 6", "expires_at"},
		"an attempt left out":            {milestones, by(F, contractSaw(t0, &event.WorkSubmitted{Milestone: submitted, Attempt: 3, AutoReleaseAt: deadline})), OtherOutcome, "rules 3", "attempt is 3, and would be 2"},
		"less released than is held":     {milestones, by(T, contractSaw(deadline, release(submitted, 9999, event.ReleasedAuto))), OtherOutcome, "rules 3", "amount is 9999, and would be 10000"},
		"funds in part":                  {milestones, by(C, contractSaw(t0, &event.MilestoneFunded{Milestone: unfunded, Amount: 1})), OtherOutcome, "rules 3", "amount is 1"},
		"a refund request over too much": {milestones, by(C, contractSaw(t0, &event.EscrowRefundRequested{Milestone: funded, Amount: 1, RespondBy: after(7, 0)})), OtherOutcome, "rules 3", "amount is 1"},
		"another release's cause":        {milestones, by(C, contractSaw(t0, release(funded, 1, event.ReleasedByDispute))), OtherOutcome, "rules 3", "cause is dispute"},
		"a release's cause that is none": {milestones, by(C, contractSaw(t0, release(funded, 1, "Dear "+marker))), OtherOutcome, "rules 3", "cause is another word, and would be client"},
		"a week billed too high":         {worked, by(T, weekSaw(week1, on("2016-01-11T12:00:00Z"), &event.WeekInvoiced{Minutes: 10, Amount: 501, ReviewEndsAt: reviewed})), OtherOutcome, "rules 3", "amount is 501, and would be 500"},
		"a review cut short":             {worked, by(T, weekSaw(week1, on("2016-01-11T12:00:00Z"), &event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed - 1})), OtherOutcome, "rules 3", "review_ends_at"},
		"other hours than billed":        {billed, by(T, contractSaw(reviewed, &event.HoursPaid{Week: week1, Minutes: 10, Amount: 50000})), OtherOutcome, "rules 3", "amount is 50000"},
		"a protection that is none":      {hourly, by(F, weekSaw(week1, later, segment(t0, true))), OtherOutcome, "rules 3", "unprotected is , and would be payment_method"},
		"another contract than offered":  {contractOffer, by(F, contractSaw(t0, hourly[2].events...)), OtherOutcome, "rules 3", "kind is hourly"},
		"a hire without its milestones":  {hired(5, 7), by(C, fact{startHire.stream(), t0, []event.Event{&event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal, Proposal: proposal}}}), OtherOutcome, "rules 3", "MilestoneAdded after it"},
		"a lapse that moves nothing":     {milestones.and(disputed), by(T, contractSaw(after(5, 0), &event.DisputeLapsed{Dispute: dispute1})), OtherOutcome, "rules 3", "EscrowRefunded after it"},
		"hours refused, all of them":     {billed.and(overWeek), by(F, contractSaw(t0, &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerContest}, &event.HoursRefused{Week: week1, Amount: 500, Cause: event.RefusedAccepted})), OtherOutcome, "rules 3", "nothing after the 1 events"},
		"a busy freelancer":              {accounts.and(freelancerDid(t0, &event.AvailabilityChanged{})), by(C, sent[2]), OtherOutcome, "rules 2", "freelancer_available"},
		"a mark too many":                {endFixed, by(C, contractSaw(t0, &event.FeedbackSubmitted{By: event.SideClient, Scores: fives(), Overall: 600})), OtherOutcome, "rules 3", "overall is 600"},
		"a flag of another basis":        {accounts, by(P, clientDid(t0, &event.ClientFlagged{Basis: event.FlagPoorCollaboration, Reason: marker})), OtherOutcome, "rules 1", "basis is poor_collaboration"},
		"a proposal that nobody paid":    {able, by(F, proposalSaw(t0, proposing(event.ViaProposal, 6))), OtherOutcome, "rules 6", "the application on the account must come before it"},
		"a proposal at another price":    {paid, by(F, proposalSaw(t0, proposing(event.ViaProposal, 5))), OtherOutcome, "rules 6", "connects is 5"},
		"a proposal to another client":   {paid, by(F, proposalSaw(t0, editedEvent(proposing(event.ViaProposal, 6), func(e *event.ProposalSubmitted) { e.Client = nobody }))), OtherOutcome, "rules 6", "client is"},
		"less spent than it costs":       {able, by(F, freelancerDid(t0, applying(6), spent(1, 5))), OtherOutcome, "rules 6", "amount is 5"},
		"a lot's number left out":        {able, by(P, freelancerDid(t0, granted(3, 1, aYearOn))), OtherOutcome, "rules 6", "lot is 3"},
		"a contract that is no one's":    {offerOpen, by(F, proposalSaw(t0, &event.OfferAccepted{})), OtherOutcome, "rules 6", "contract is 00000000"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := Replay(fold(t, r.past.all()).read, Terms{}, r.is)
			require.NoError(t, err)
			require.NotNil(t, b)
			require.Equal(t, r.code, b.Code, b.What)
			require.Equal(t, r.rule, b.Rule)
			require.Contains(t, b.What, r.what)
			require.NotContains(t, b.What, marker)
		})
	}
}

// A period that is known holds deadlines to it.
func TestReplayUnderTerms(t *testing.T) {
	week := editedEvent(sent[2].events[0].(*event.InviteSent), func(e *event.InviteSent) { e.ExpiresAt = after(7, 0) })
	w := Written{sent[2].stream, t0, event.ActorClient, []event.Event{week}}
	b, err := Replay(fold(t, accounts).read, Terms{OfferDays: 1}, w)
	require.NoError(t, err)
	require.Nil(t, b)
	b, err = Replay(fold(t, accounts).read, DefaultTerms(), w)
	require.NoError(t, err)
	require.Equal(t, "expires_at is 2016-01-11T09:00:00Z, and would be 2016-02-03T09:00:00Z", b.What)

	silent := Written{sent[2].stream, t0, event.ActorFreelancer, []event.Event{&event.InviteAccepted{CoverLetter: "a"}}}
	b, err = Replay(fold(t, sent).read, Terms{}, silent)
	require.NoError(t, err)
	require.Nil(t, b, "contact details may be exchanged with the contract")
	b, err = Replay(fold(t, sent).read, DefaultTerms(), silent)
	require.NoError(t, err)
	require.Equal(t, "the decision comes to ContactExchanged after it", b.What)

	late := Written{fixed[2].stream, after(31, 0), event.ActorClient, []event.Event{
		&event.DisputeOpened{Dispute: dispute1, By: event.SideClient, Amount: 1, RespondBy: after(36, 0), OnLapse: event.LapseNothing, Reason: "late"}}}
	b, err = Replay(fold(t, endFixed).read, Terms{}, late)
	require.NoError(t, err)
	require.Nil(t, b, "nobody knows for how long it could be disputed")
	b, err = Replay(fold(t, endFixed).read, DefaultTerms(), late)
	require.NoError(t, err)
	require.Equal(t, string(TooLate), b.Code)
}

// A deadline that would lie behind the year 9999 is its last second.
func TestReplayAtTheEndOfTime(t *testing.T) {
	at := event.Latest - 100
	for _, e := range []struct {
		past  facts
		c     Command
		actor event.Actor
	}{
		{accounts, sendInvite, event.ActorClient},
		{accounts, GrantConnects{Freelancer: freelancer, N: 1}, event.ActorPlatform},
		{fixed, EndContract{contract, event.SideClient, "done"}, event.ActorClient},
	} {
		w := fold(t, e.past)
		d, err := Decide(w.read, DefaultTerms(), at, e.c)
		require.NoError(t, err)
		requireReplayed(t, w, DefaultTerms(), Written{e.c.stream(), at, e.actor, d.Events})
	}
}

// What read fails with is no breach.
func TestReplayFails(t *testing.T) {
	failed := errors.New("the disk")
	_, err := Replay(func(string) (State, error) { return nil, failed }, Terms{}, Written{sent[2].stream, t0, event.ActorClient, sent[2].events})
	require.ErrorIs(t, err, failed)
	b, err := Replay(world{}.read, Terms{}, Written{Stream: sent[2].stream, At: t0, Actor: event.ActorClient})
	require.NoError(t, err)
	require.Equal(t, NoCommand, b.Code)
}

// listing is an event with lists.
type listing struct {
	Words    []event.HoldKind `json:"words"`
	Steps    []listedStep     `json:"steps,omitzero"`
	Connects *event.Connects  `json:"connects,omitzero"`
}

type listedStep struct {
	Milestone   uuid.UUID  `json:"milestone"`
	Description event.Text `json:"description,omitzero"`
}

func (*listing) EventType() string { return "Listing" }

// A list that differs is found and told by its length: its words may be anything.
func TestDifferenceInLists(t *testing.T) {
	one, same, two := event.Connects(1), event.Connects(1), event.Connects(2)
	for _, c := range []struct {
		want        string
		is, decided listing
	}{
		{"", listing{Words: []event.HoldKind{}, Steps: []listedStep{{contract, marker}}, Connects: &one},
			listing{Steps: []listedStep{{contract, marker}}, Connects: &same}},
		{"words is a list of 1, and would be a list of 1", listing{Words: []event.HoldKind{marker}}, listing{Words: []event.HoldKind{event.HoldQuality}}},
		{"words is a list of 1, and would be no list", listing{Words: []event.HoldKind{marker}}, listing{}},
		{"steps is a list of 2, and would be a list of 1", listing{Steps: []listedStep{{contract, marker}, {}}}, listing{Steps: []listedStep{{contract, marker}}}},
		{"steps is a list of 1, and would be a list of 1", listing{Steps: []listedStep{{contract, marker}}}, listing{Steps: []listedStep{{nobody, marker}}}},
		{"steps is a list of 0, and would be no list", listing{Steps: []listedStep{}}, listing{}},
		{"connects is 1, and would be 2", listing{Connects: &one}, listing{Connects: &two}},
	} {
		require.Equal(t, c.want, difference(&c.is, &c.decided))
	}
}

func editedEvent[E any](e *E, change func(*E)) *E {
	copied := *e
	change(&copied)
	return &copied
}
