package aggregate

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

// history is a marketplace that lives through random commands, with a twin
// that is folded from what a store would give back.
type history struct {
	t           *rapid.T
	now         event.Time
	world, twin world
	terms       Terms
	ledgers     map[string]*ledger
	wallets     map[string]*wallet
	decoder     *event.Decoder
	seen        map[string]int // event types and codes
}

func newHistory(t *rapid.T, seen map[string]int) *history {
	h := &history{t: t, now: t0, world: world{}, twin: world{}, terms: DefaultTerms(), ledgers: map[string]*ledger{}, wallets: map[string]*wallet{}, decoder: registry.NewDecoder(), seen: seen}
	h.terms.ConnectsMonths = 1 // so that some expire
	for _, c := range []Command{
		RegisterClient{client}, RegisterFreelancer{freelancer}, startFixed, edited(startHourly, func(c *StartContract) { c.Contract = hourlyContract }),
		AddMilestone{Contract: contract, Milestone: unfunded, Amount: 10000}, AddMilestone{Contract: contract, Milestone: funded, Amount: 10000}, FundMilestone{contract, funded},
		GrantConnects{Freelancer: freelancer, N: 5}, edited(postJob, func(c *PostJob) { c.Connects = 3 }),
	} {
		require.NoError(t, h.do(c))
	}
	return h
}

// do decides a command and writes what it comes to, event by event.
func (h *history) do(c Command) error {
	d, err := Decide(h.world.read, h.terms, h.now, c)
	again, errAgain := Decide(h.world.read, h.terms, h.now, c)
	require.Equal(h.t, d, again, "decisions are deterministic")
	require.Equal(h.t, err, errAgain, "rejections are deterministic")
	within(h.t, c, d, err)
	require.Equal(h.t, h.twin[c.stream()], h.world[c.stream()], "deciding %s changed a state", CommandName(c))
	if err != nil {
		var r *Rejection
		require.True(h.t, errors.As(err, &r), "%v", err)
		require.NotContains(h.t, strings.ToValidUTF8(err.Error(), ""), marker, "no personal text in an error")
		h.seen[string(r.Code)]++
		return err
	}
	require.NotEmpty(h.t, d.Events)
	if d.Before != nil {
		require.NoError(h.t, h.do(d.Before), "what comes before is not rejected")
		if pick(h.t, 8) == 0 {
			return nil // a crash came between, and nobody sends the command again, or later
		}
	}
	requireReplayed(h.t, h.twin, h.terms, Written{c.stream(), h.now, d.Actor, stored(h.t, c.stream(), h.now, d)})
	for i, e := range d.Events {
		h.seen[e.EventType()]++
		h.evolve(c.stream(), e)
		if k, ok := h.world[c.stream()].(*contractAggregate); ok {
			h.book(c.stream(), k, e)
		}
		if invoice, ok := e.(*event.WeekInvoiced); ok {
			_, id, week, _ := event.ParseStream(c.stream())
			h.ledger(event.ContractStream(id)).invoiced[week] = invoice.Amount
		}
		if f, ok := h.world[c.stream()].(*freelancerAggregate); ok {
			w := h.wallet(c.stream())
			w.book(h.t, h.now, e)
			w.agree(h.t, f)
		}
		if p, ok := e.(*event.ProposalSubmitted); ok {
			on := h.wallet(event.FreelancerStream(p.Freelancer)).on
			require.Equal(h.t, p.Connects, on[c.(SubmitProposal).Proposal], "a proposal was paid or answers an invite")
		}
		proposed, err := registry.Encode(event.ID(command, i), event.Meta{OccurredAt: h.now, Actor: d.Actor, CommandID: command}, e)
		require.NoError(h.t, err)
		stored, err := h.decoder.Decode(&event.Record{Proposed: proposed, Stream: c.stream()})
		require.NoError(h.t, err)
		require.NoError(h.t, h.twin.evolve(stored.Stream, stored.OccurredAt, stored.Event))
	}
	if apply, ok := c.(jobApplication); ok {
		applied := d.Events[0].(*event.JobApplied)
		require.Equal(h.t, applied.Connects, h.wallet(c.stream()).on[apply.Proposal], "an application takes what it costs, no more and no less")
	}
	require.Equal(h.t, h.world[c.stream()], h.twin[c.stream()], "replaying %s gives the same state", CommandName(c))
	return nil
}

// evolve folds an event into a clone first, which the original must not feel.
func (h *history) evolve(stream string, e event.Event) {
	state, err := h.world.read(stream)
	require.NoError(h.t, err)
	clone := state.Clone()
	require.NoError(h.t, clone.Evolve(h.now, e))
	if before := h.twin[stream]; before != nil {
		require.Equal(h.t, before, state, "%s on a clone changed the original", e.EventType())
	}
	require.NoError(h.t, h.world.evolve(stream, h.now, e))
	require.Equal(h.t, h.world[stream].Clone(), clone.Clone(), "%s on a clone does the same", e.EventType())
}

func (h *history) book(stream string, k *contractAggregate, e event.Event) {
	l := h.ledger(stream)
	l.book(h.t, e)
	l.agree(h.t, k)
}

func (h *history) ledger(stream string) *ledger {
	l := h.ledgers[stream]
	if l == nil {
		l = newLedger()
		h.ledgers[stream] = l
	}
	return l
}

func (h *history) wallet(stream string) *wallet {
	w := h.wallets[stream]
	if w == nil {
		w = newWallet()
		h.wallets[stream] = w
	}
	return w
}

// live sends random commands at random moments.
func (h *history) live(g generator, commands []Command, steps int) {
	for range steps {
		c := h.aim(g.command(h.t, commands))
		switch c.(type) {
		case EndContract, CloseJob, RemoveJob, WithdrawProposal, DeclineProposal:
			if pick(h.t, 4) > 0 {
				continue // so that things live on for a while
			}
		}
		h.now = h.now.AddSeconds(oneOfThese(h.t, []int64{0, 0, 0, 60, 3600, 86400, 7 * 86400, -1}))
		_ = h.do(c) // a rejection is as good
	}
	require.Equal(h.t, h.twin, h.world, "decisions change no state, also of other streams")
}

// aim makes most decisions of disputes ones that add up and most offers ones
// with terms, and points most commands on a proposal at one that is there.
func (h *history) aim(c Command) Command {
	v := reflect.New(reflect.TypeOf(c)).Elem()
	v.Set(reflect.ValueOf(c))
	if p := v.FieldByName("Proposal"); p.IsValid() && !h.exists(c.stream()) && pick(h.t, 4) > 0 {
		for _, id := range ids["Proposal"] {
			if h.exists(event.ProposalStream(id)) {
				p.Set(reflect.ValueOf(id))
			}
		}
		c = v.Interface().(Command)
	}
	if o, ok := c.(MakeOffer); ok && pick(h.t, 4) > 0 {
		return edited(makeOffer, func(c *MakeOffer) { c.Proposal = o.Proposal })
	}
	if s, ok := c.(SubmitProposal); ok && pick(h.t, 8) > 0 {
		return h.propose(s)
	}
	if s, ok := c.(ScheduleInterview); ok && pick(h.t, 8) > 0 {
		return h.meet(s)
	}
	if r, ok := c.(RescheduleInterview); ok && pick(h.t, 8) > 0 {
		r.ScheduledAt = h.now.AddSeconds(3600)
		return r
	}
	if s, ok := c.(LogSegment); ok && pick(h.t, 8) > 0 {
		s.Start = h.now - h.now%600 - 600*event.Time(1+pick(h.t, 6)) // ten minutes that are over
		return s
	}
	if w := v.FieldByName("Week"); w.IsValid() && pick(h.t, 8) > 0 {
		if week, ok := h.worked(v.FieldByName("Contract").Interface().(uuid.UUID)); ok {
			w.Set(reflect.ValueOf(week))
			c = v.Interface().(Command)
		}
	}
	s, _ := h.world.read(c.stream())
	k, ok := s.(*contractAggregate)
	if !ok || pick(h.t, 4) == 0 {
		return c
	}
	p := k.disputes.open()
	switch c := c.(type) {
	case OpenDispute:
		if k.kind == event.KindHourly {
			c.By, c.Amount = event.SideClient, 1+c.Amount%500
		} else {
			c.Week = event.Week{}
		}
		return c
	case ProposeSettlement:
		if p != nil {
			c.Dispute, c.ToFreelancer, c.ToClient = p.id, p.amount-min(p.amount, c.ToClient), min(p.amount, c.ToClient)
		}
		return c
	case ResolveDispute:
		if p != nil {
			c.Dispute, c.ToFreelancer, c.ToClient = p.id, p.amount-min(p.amount, c.ToClient), min(p.amount, c.ToClient)
		}
		return c
	}
	return c
}

// propose answers an open job's questions, if there is one without a proposal.
func (h *history) propose(c SubmitProposal) Command {
	f := h.world[event.FreelancerStream(freelancer)].(*freelancerAggregate)
	for _, id := range ids["Job"] {
		if j, ok := h.world[event.JobStream(id)].(*jobAggregate); ok && j.state == jobOpen && len(f.connects.byJob[id]) == 0 {
			c.Job, c.Answers, c.Invite = id, make([]event.Text, j.questions), uuid.Nil
		}
	}
	for _, id := range ids["Proposal"] {
		if _, used := f.connects.applications[id]; !used {
			c.Proposal = id
		}
	}
	return c
}

// meet schedules a talk on one of the proposals that are there, to its job.
func (h *history) meet(c ScheduleInterview) Command {
	c.Format, c.Channel, c.ScheduledAt = event.FormatOneOnOne, event.ChannelChat, h.now.AddSeconds(60)
	for _, id := range ids["Proposal"] {
		if p, ok := h.world[event.ProposalStream(id)].(*proposalAggregate); ok && (!h.exists(event.JobStream(c.Job)) || p.takenUp) {
			c.Job, c.Proposals = p.job, []uuid.UUID{id}
		}
	}
	return c
}

// worked is one of the weeks of a contract that were worked in, mostly the last.
func (h *history) worked(contract uuid.UUID) (event.Week, bool) {
	var weeks []event.Week
	for stream := range h.world {
		if category, id, week, _ := event.ParseStream(stream); category == event.CategoryWorkWeek && id == contract {
			weeks = append(weeks, week)
		}
	}
	if len(weeks) == 0 {
		return event.Week{}, false
	}
	slices.SortFunc(weeks, func(a, b event.Week) int { return int(b.Start() - a.Start()) })
	return weeks[pick(h.t, 2)%len(weeks)], true
}

func (h *history) exists(stream string) bool { return h.world[stream] != nil }

var (
	mostlyFixed  = []uuid.UUID{contract, contract, contract, hourlyContract}
	mostlyHourly = []uuid.UUID{hourlyContract, hourlyContract, hourlyContract, contract}
)

// The commands of a theme; those that lead on stand in it more than once.
var themes = map[string][]Command{
	"escrow": {
		SubmitWork{}, SubmitWork{}, FundMilestone{}, FundMilestone{}, AddMilestone{}, ReleaseMilestone{}, RequestEscrowRefund{}, RequestEscrowRefund{},
		OpenDispute{}, ResolveDispute{}, ResolveDispute{}, ResumeContract{}, ResumeContract{},
		AcceptEscrowRefund{}, LapseEscrowRefund{}, AutoReleaseMilestone{}, RequestChanges{}, RefuseEscrowRefund{}, PayBonus{}, GiveRefund{},
		ProposeSettlement{}, AnswerDispute{}, LapseDispute{}, CancelDispute{}, PauseContract{}, EndContract{},
	},
	"diary": {
		LogSegment{}, LogSegment{}, LogSegment{}, LogSegment{}, InvoiceWeek{}, InvoiceWeek{}, InvoiceWeek{}, PayWeek{}, PayWeek{}, DeleteSegment{}, ChangeWeeklyLimit{},
		ResumeContract{}, ResumeContract{}, OpenDispute{}, OpenDispute{}, OpenDispute{}, CancelDispute{}, AnswerDispute{}, LapseDispute{}, ResolveDispute{},
		GiveRefund{}, VerifyPaymentMethod{}, VerifyIdentity{}, PlaceHold{}, LiftHold{}, PauseContract{}, EndContract{},
	},
	"invites": {
		SendInvite{}, ArchiveInvite{}, AcceptInvite{}, DeclineInvite{}, ReportInvite{}, WithdrawInvite{}, ExpireInvite{},
		SetVisibility{}, SuspendClient{}, ReinstateClient{}, SuspendFreelancer{}, ReinstateFreelancer{}, ReinstateFreelancer{}, PlaceHold{}, LiftHold{}, AcceptTerms{},
	},
	"hiring": {
		SubmitProposal{}, SubmitProposal{}, SubmitProposal{}, GrantConnects{}, PurchaseConnects{}, PostJob{}, PostJob{}, SendInvite{}, AcceptInvite{},
		StartInterview{}, StartInterview{}, ScheduleInterview{}, ScheduleInterview{}, RescheduleInterview{}, HoldInterview{}, HoldInterview{}, CancelInterview{}, MakeOffer{}, MakeOffer{}, AcceptOffer{}, AcceptOffer{}, AcceptOffer{}, DeclineOffer{}, WithdrawOffer{},
		ExpireOffer{}, ExpireOffer{}, WithdrawProposal{}, DeclineProposal{}, ReturnConnects{}, ReturnConnects{}, ExpireConnects{}, ExpireConnects{},
		EditJob{}, ReportJob{}, AskQuestion{}, AnswerQuestion{}, CloseJob{}, RemoveJob{},
	},
	"direct": {
		OfferContract{}, OfferContract{}, AcceptContract{}, AcceptContract{}, CloseContractOffer{}, StartContract{}, AddMilestone{}, SuspendClient{}, ReinstateClient{}, PlaceHold{}, LiftHold{}, EndContract{},
	},
	"feedback": {
		EndContract{}, LeaveFeedback{}, LeaveFeedback{}, PublishFeedback{}, RespondToFeedback{}, EnableFeedbackChange{}, ReviseFeedback{}, ReviseFeedback{},
		ExcludeFeedback{}, OpenDispute{},
	},
	"all": Commands(),
}

// TestEscrowConservation is the conservation law over random histories of a
// fixed-price contract: at every event, funded = released + refunded + held.
func TestEscrowConservation(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		newHistory(t, seen).live(generator{40, mostlyFixed}, themes["escrow"], 150)
	})
	reached(t, seen, "MilestoneReleased", "EscrowRefunded", "DisputeResolved", "RefundGiven", "ContractEnded")
}

// TestHoursAccountedFor: of every week that was invoiced, what was paid, what was refused
// and what is open make up the invoice, at every event.
func TestHoursAccountedFor(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		newHistory(t, seen).live(generator{40, mostlyHourly}, themes["diary"], 150)
	})
	reached(t, seen, "WeekInvoiced", "DisputeOpened", "HoursRefused", "HoursPaid", "DisputeLapsed")
}

// reached checks that a law was tried on what it is about. The few histories of
// a short run need not come to all of it.
func reached(t *testing.T, seen map[string]int, names ...string) {
	if testing.Short() {
		return
	}
	for _, name := range names {
		require.Positive(t, seen[name], "the histories never came to %s: %v", name, seen)
	}
}

// TestAnyCommandInAnyState sends every command with fields right and wrong: no
// decision panics, changes a state or errs but by a rejection.
func TestAnyCommandInAnyState(t *testing.T) {
	for name, commands := range themes {
		t.Run(name, func(t *testing.T) {
			seen := map[string]int{}
			rapid.Check(t, func(t *rapid.T) {
				contracts := mostlyFixed
				if name == "diary" {
					contracts = mostlyHourly
				}
				newHistory(t, seen).live(generator{25, contracts}, commands, 40)
			})
			require.Greater(t, len(seen), len(commands)/2, "the histories came to little: %v", seen)
		})
	}
}
