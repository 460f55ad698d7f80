package aggregate

import (
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

type contractState uint8

const (
	contractOffered     contractState = iota // there is no contract yet
	contractOfferClosed                      // nor will there be
	contractActive
	contractPaused
	contractEnded
)

// contractAggregate is a fixed-price or hourly contract as decisions see one: active,
// paused or ended, with its escrow, its disputes, its feedback and what was paid.
// The Work Diary of an hourly one lives in its WorkWeeks. All money is in minor
// units, a rate per hour, a weekly limit in minutes.
//
// StartContract opens it, or OfferContract, whose terms AcceptContract starts and
// CloseContractOffer ends for good; until it has started there is no contract for any
// other command (fine print F15). PauseContract, ResumeContract and EndContract move it.
// On a fixed-price one AddMilestone, FundMilestone, SubmitWork, RequestChanges,
// ReleaseMilestone, RequestEscrowRefund and its answers move escrow, and at every
// event funded = released + refunded + held. On an hourly one ChangeWeeklyLimit
// sets what is billed, and PayWeek pays a week once. PayBonus and GiveRefund are
// possible at any time, a refund up to what was paid net. After the end each side
// has LeaveFeedback once, until Terms.FeedbackDays are over, RespondToFeedback until
// Terms.ResponseDays are, and ReviseFeedback after EnableFeedbackChange. OpenDispute
// pauses it, and while a dispute is open no escrow moves and the disputed week is not
// paid (fine print I1); its end moves escrow, or refuses hours. What is due without an
// answer is the timer's: AutoReleaseMilestone, LapseEscrowRefund, LapseDispute,
// PublishFeedback.
//
// Other decisions ask it whether it is active and since when (LogSegment), and for its
// rate and the limit in force when a week ended (InvoiceWeek). What it comes to for
// people, such as its outcome, is a statistic and not known here.
type contractAggregate struct {
	base
	offer      event.ContractOffered // none if it began with its start
	client     uuid.UUID
	freelancer uuid.UUID
	kind       event.ContractKind
	state      contractState
	startedAt  event.Time
	endedAt    event.Time

	escrow   escrow
	disputes disputes
	feedback feedback

	rate          event.Money // per hour
	manualAllowed bool
	limits        []weeklyLimit
	weeks         map[event.Week]settled

	hours, bonuses, refunds event.Money
}

// settled is what has become of an invoiced week's amount.
type settled struct {
	paid    bool
	refused event.Money // will not be paid
}

// weeklyLimit is in force from a moment on.
type weeklyLimit struct {
	from    event.Time
	minutes int64
}

// limitBefore is the weekly limit in force just before a moment.
func (c *contractAggregate) limitBefore(t event.Time) int64 {
	minutes := c.limits[0].minutes
	for _, l := range c.limits[1:] {
		if l.from < t {
			minutes = l.minutes
		}
	}
	return minutes
}

// paid is what the freelancer has got, net of refunds.
func (c *contractAggregate) paid() event.Money {
	return c.escrow.released + c.hours + c.bonuses - c.refunds
}

// fits reports whether the contract can take in one more amount without its
// sums leaving 64 bits: everything paid, funded and agreed, gross.
func (c *contractAggregate) fits(amount event.Money) bool {
	_, ok := sum(amount, c.hours, c.bonuses, c.escrow.agreed)
	return ok
}

// Clone implements State.
func (c *contractAggregate) Clone() State {
	copied := *c
	copied.escrow = c.escrow.clone()
	copied.disputes = c.disputes.clone()
	copied.limits = slices.Clone(c.limits)
	copied.weeks = maps.Clone(c.weeks)
	return &copied
}

// Evolve implements State. What is asserted of the contract's own state is here;
// escrow, disputes and feedback assert theirs.
func (c *contractAggregate) Evolve(at event.Time, e event.Event) error {
	if begun, err := c.beginning(at, e); begun || err != nil {
		return err
	}
	switch e := e.(type) {
	case *event.ContractPaused:
		return c.become(contractPaused, c.state == contractActive, e)
	case *event.ContractResumed:
		return c.become(contractActive, c.state == contractPaused && c.disputes.open() == nil, e)
	case *event.ContractEnded:
		c.endedAt, c.feedback.closesAt, c.feedback.responsesCloseAt = at, e.FeedbackClosesAt, e.ResponsesCloseAt
		return c.become(contractEnded, c.running() && c.disputes.open() == nil && c.escrow.held == 0, e)
	case *event.WeeklyLimitChanged:
		c.limits = append(c.limits, weeklyLimit{at, e.WeeklyLimitMinutes})
		return ensure(c.running() && c.kind == event.KindHourly && e.WeeklyLimitMinutes > 0, e, "the contract has no such limit")
	case *event.HoursPaid, *event.BonusPaid, *event.RefundGiven:
		return c.pay(e)
	case *event.HoursRefused:
		return c.refuse(e)
	case *event.MilestoneAdded:
		if !c.fits(e.Amount) {
			return invariantError(e, "the contract's sums leave 64 bits")
		}
		return c.milestone(e, false)
	case *event.WorkSubmitted:
		if c.state == contractPaused {
			return invariantError(e, "the contract is paused")
		}
		return c.milestone(e, false)
	case *event.ChangesRequested, *event.EscrowRefundRequested, *event.EscrowRefundRefused:
		return c.milestone(e, false)
	case *event.MilestoneFunded, *event.MilestoneReleased, *event.EscrowRefunded:
		return c.milestone(e, true)
	case *event.DisputeOpened:
		return c.dispute(e)
	case *event.DisputeAnswered, *event.DisputeLapsed, *event.SettlementProposed, *event.DisputeResolved, *event.DisputeCancelled:
		return c.disputes.evolve(e)
	case *event.FeedbackSubmitted, *event.FeedbackPublished, *event.FeedbackExcluded,
		*event.FeedbackResponded, *event.FeedbackChangeEnabled, *event.FeedbackRevised:
		if c.running() {
			return invariantError(e, "the contract has not ended")
		}
		return c.feedback.evolve(e)
	}
	return errUnexpectedEvent(e)
}

// beginning folds what leads to a contract: an offer and its end, and the start, which
// may come without one. It reports whether the event was one of them.
func (c *contractAggregate) beginning(at event.Time, e event.Event) (bool, error) {
	offered := c.exists && c.state == contractOffered
	opens := false
	switch e.(type) {
	case *event.ContractOffered:
		opens = true
	case *event.ContractStarted:
		opens = !offered
	}
	if err := c.begin(at, e, opens); err != nil {
		return true, err
	}
	switch e := e.(type) {
	case *event.ContractOffered:
		c.offer = *e
		c.client, c.freelancer = e.Client, e.Freelancer
		return true, properTerms(e, e.Kind, e.HourlyRate, e.WeeklyLimitMinutes)
	case *event.ContractOfferClosed:
		return true, c.become(contractOfferClosed, offered, e)
	case *event.ContractStarted:
		if offered && *e != *startOf(&c.offer) {
			return true, invariantError(e, "it is not on the terms that were offered")
		}
		return true, c.start(at, e)
	}
	return false, ensure(c.started(), e, "the contract has not started")
}

// started reports whether there is a contract, ended or not, and not just an offer.
func (c *contractAggregate) started() bool { return c.state >= contractActive }

func (c *contractAggregate) running() bool { return c.started() && c.state != contractEnded }

func (c *contractAggregate) become(state contractState, allowed bool, e event.Event) error {
	c.state = state
	return ensure(allowed, e, "the contract's state does not lead there")
}

func (c *contractAggregate) start(at event.Time, e *event.ContractStarted) error {
	c.state, c.startedAt = contractActive, at
	c.client, c.freelancer, c.kind = e.Client, e.Freelancer, e.Kind
	c.rate, c.manualAllowed = e.HourlyRate, e.ManualTimeAllowed
	c.limits = []weeklyLimit{{at, e.WeeklyLimitMinutes}}
	c.weeks = map[event.Week]settled{}
	return properTerms(e, e.Kind, e.HourlyRate, e.WeeklyLimitMinutes)
}

func properTerms(e event.Event, kind event.ContractKind, rate event.Money, limit int64) error {
	if kind == event.KindHourly {
		return ensure(rate > 0 && limit > 0, e, "hourly work has a rate and a limit")
	}
	return ensure(kind == event.KindFixed, e, "its kind is unknown")
}

// pay folds money that moves past escrow.
func (c *contractAggregate) pay(e event.Event) error {
	var amount event.Money
	switch e := e.(type) {
	case *event.HoursPaid:
		week := c.weeks[e.Week]
		if c.kind != event.KindHourly || week.paid || c.disputes.blocking(e.Week) != nil {
			return invariantError(e, "week %v cannot be paid now", e.Week)
		}
		week.paid = true
		c.weeks[e.Week] = week
		amount = e.Amount
	case *event.BonusPaid:
		amount = e.Amount
	case *event.RefundGiven:
		if e.Amount <= 0 || e.Amount > c.paid() {
			return invariantError(e, "%d is not above 0 or more than the %d paid", e.Amount, c.paid())
		}
		c.refunds += e.Amount
		return nil
	}
	if amount <= 0 || !c.fits(amount) {
		return invariantError(e, "%d is not above 0 or takes the contract's sums out of 64 bits", amount)
	}
	if _, hours := e.(*event.HoursPaid); hours {
		c.hours += amount
	} else {
		c.bonuses += amount
	}
	return nil
}

// refuse folds hours that will not be paid: once a week, by the dispute over it, which
// its end comes before.
func (c *contractAggregate) refuse(e *event.HoursRefused) error {
	week, p := c.weeks[e.Week], c.disputes.over(e.Week)
	switch {
	case p == nil || !p.refuses(e.Cause) || e.Amount <= 0 || e.Amount > p.amount:
		return invariantError(e, "no dispute over week %v came to it", e.Week)
	case week.paid || week.refused > 0:
		return invariantError(e, "week %v is settled", e.Week)
	}
	week.refused = e.Amount
	c.weeks[e.Week] = week
	return nil
}

// milestone folds an event about a milestone. An open dispute lets no escrow
// move; its end comes before what it moves.
func (c *contractAggregate) milestone(e event.Event, movesEscrow bool) error {
	if c.kind != event.KindFixed || !c.running() || (movesEscrow && c.disputes.open() != nil) {
		return invariantError(e, "the contract's state does not allow it")
	}
	return c.escrow.evolve(e)
}

// dispute folds the opening of a dispute: on fixed price one at a time, on hourly one
// over each week. One of the first edition is over no week (fine print C6).
func (c *contractAggregate) dispute(e *event.DisputeOpened) error {
	weekly := e.Week != event.Week{}
	switch held := c.escrow.held; {
	case held > 0 && e.Amount > held:
		return invariantError(e, "it disputes more than the %d in escrow", held)
	case weekly != (c.kind == event.KindHourly && e.OnLapse != "") || weekly != (e.OnLapse == event.LapseProtects):
		return invariantError(e, "it is not about what such a contract is disputed over")
	case weekly && (c.weeks[e.Week].paid || c.disputes.over(e.Week) != nil):
		return invariantError(e, "week %v is paid, or was disputed", e.Week)
	case !weekly && c.disputes.open() != nil:
		return invariantError(e, "a dispute is open")
	}
	return c.disputes.evolve(e)
}
