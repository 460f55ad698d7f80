package aggregate

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// situation is a command that succeeds, with its past, and what a fault makes
// of them.
type situation struct {
	past facts
	at   event.Time
	cmd  Command

	terms func(*Terms) // how they differ from the default ones, if they do

	first, last facts  // what faults add to the past: what comes before the rest, and the rest
	late        string // the stream whose last event is to be later than at
}

// fault makes one check of a command fail.
type fault struct {
	code Code
	make func(*situation)
}

// ordered is a command with its faults in the order of the checks.
type ordered struct {
	situation
	faults []fault
}

// TestOrderOfChecks is fine print A1: the command succeeds, each fault
// by itself gives its code, and of any two the one that is checked first.
func TestOrderOfChecks(t *testing.T) {
	for _, o := range everyCommand() {
		name := CommandName(o.cmd)
		t.Run(name, func(t *testing.T) {
			o.require(t, "")
			faults := append([]fault{{Invalid, at(event.Never)}}, o.faults...)
			for i, first := range faults {
				o.require(t, first.code, first)
				for _, second := range faults[i+1:] {
					if second.code != first.code {
						t.Run(fmt.Sprintf("A1 %s before %s", first.code, second.code), func(t *testing.T) {
							o.require(t, first.code, second, first)
						})
					}
				}
			}
		})
	}
}

// require checks what the command comes to with the faults made.
func (o ordered) require(t *testing.T, want Code, faults ...fault) {
	t.Helper()
	s := o.situation
	for _, f := range faults {
		f.make(&s)
	}
	past := s.past.and(s.first, s.last)
	if s.late != "" {
		i := len(past) - 1
		for past[i].stream != s.late || len(past[i].events) == 0 {
			i--
		}
		past[i].at = s.at.AddSeconds(1)
	}
	scenario := given(past).when(s.at, s.cmd)
	if s.terms != nil {
		scenario = scenario.under(s.terms)
	}
	if want != "" {
		scenario.rejected(want).check(t)
		return
	}
	_, _, err := scenario.decide(t)
	require.NoError(t, err)
}

// TestEveryCommandIsTested keeps the tables whole: each command, and each code
// of the vocabulary.
func TestEveryCommandIsTested(t *testing.T) {
	var commands, codes []string
	for _, o := range everyCommand() {
		commands = append(commands, CommandName(o.cmd))
		for _, f := range o.faults {
			codes = append(codes, string(f.code))
		}
	}
	for _, c := range Commands() {
		require.Contains(t, commands, CommandName(c))
	}
	for _, c := range []Code{
		Invalid, InvalidAmount, CoverLetterRequired, AlreadyExists, NotFound, OutOfOrder, ClientSuspended, FreelancerSuspended, OnHold, TermsNotAccepted, ProfilePrivate,
		WrongState, DisputeOpen, NotFunded, EscrowNotEmpty, ManualTimeForbidden, WeekLocked, DuplicateSegment, AlreadyGiven,
		Expired, TooEarly, FeedbackClosed, TooLate, ExceedsEscrow, ExceedsPaid, AnswersRequired, NotEnoughConnects, TooLarge,
	} {
		require.Contains(t, codes, string(c))
	}
}

func everyCommand() []ordered {
	return slices.Concat(clientOrders, freelancerOrders, connectsOrders, standingOrders, jobOrders, inviteOrders, proposalOrders, interviewOrders, offerOrders,
		contractOrders, milestoneOrders, diaryOrders, feedbackOrders, disputeOrders)
}

// first puts what happened before the rest of the faults' additions.
func first(past ...past) func(*situation) {
	return func(s *situation) { s.first = s.first.and(past...) }
}

func last(past ...past) func(*situation) {
	return func(s *situation) { s.last = s.last.and(past...) }
}

func at(moment event.Time) func(*situation) { return func(s *situation) { s.at = moment } }

func edit[C Command](change func(*C)) func(*situation) {
	return func(s *situation) {
		c := s.cmd.(C)
		change(&c)
		s.cmd = c
	}
}

// outOfOrder puts the last event of the stream that the command writes after
// the command.
func outOfOrder(s *situation) { s.late = s.cmd.stream() }

func with[C Command](field func(*C) *uuid.UUID, id uuid.UUID) func(*situation) {
	return edit(func(c *C) { *field(c) = id })
}

// requireTerms asks for a version of the terms of service that nobody has accepted.
func requireTerms(s *situation) { s.terms = func(t *Terms) { t.RequiredVersion = "2" } }

var (
	suspended           = last(clientDid(t0, &event.ClientSuspended{Reason: event.SanctionTOS}))
	suspendedFreelancer = last(freelancerDid(t0, &event.FreelancerSuspended{Reason: event.SanctionTOS}))
	// heldFrom is a hold that blocks one part of the marketplace.
	heldFrom = func(part event.HoldBlock) func(*situation) {
		return last(freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldCircumvention, Blocks: []event.HoldBlock{part}}))
	}
	private = last(freelancerDid(t0, &event.VisibilityChanged{Visibility: event.VisibilityPrivate}))
)
