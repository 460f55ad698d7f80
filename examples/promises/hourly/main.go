// Hourly is the second promise: time that a Work Diary shows is paid, and the client can
// question what it does not show (rules 3, Hourly and Dispute; the public help pages
// H-211068288, H-211068518, H-211062158 and H-211068588, which have no year). A week of
// ten-minute segments, of which some are protected and others not, is invoiced on Monday
// at 12:00 UTC, disputed in the review, refused in part, and paid for the rest. Run it
// with
//
//	go run ./examples/promises/hourly
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/examples/promises/stage"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/statistics"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

var (
	client     = stage.ID("the client")
	freelancer = stage.ID("the freelancer")
	contract   = stage.ID("the contract")
	week       = event.WeekOf(event.MustParseTime("2024-03-04T09:00:00Z"))

	rate   = event.Money(60_00) // for an hour
	limit  = int64(120)         // minutes in a week
	manual = true               // time that is entered by hand is allowed
)

func run(ctx context.Context, out io.Writer) error {
	s, err := stage.Open("2024-03-01 09:00", out, process.Options{}, tell)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(out, "A week of hourly work with a dispute (rules 3)")
	return s.Play(ctx,
		// An offer without a proposal, which the freelancer accepts.
		stage.At("2024-03-01 09:00",
			aggregate.RegisterClient{Client: client},
			aggregate.RegisterFreelancer{Freelancer: freelancer},
			aggregate.OfferContract{Contract: contract, Job: stage.ID("a job"), Client: client, Freelancer: freelancer,
				Kind: event.KindHourly, HourlyRate: &rate, WeeklyLimitMinutes: &limit, ManualTimeAllowed: &manual},
			aggregate.AcceptContract{Contract: contract}),

		// Monday. Each ten minutes are logged when they are over, and whether they are protected
		// is decided then: by what they show, and by how the two accounts stand.
		stage.At("2024-03-04 09:10", tracked("09:00"), aggregate.VerifyPaymentMethod{Client: client}),
		stage.At("2024-03-04 09:20", tracked("09:10"), aggregate.VerifyIdentity{Freelancer: freelancer}),
		stage.At("2024-03-04 09:30", tracked("09:20")),
		stage.At("2024-03-04 10:10",
			lacking("09:30", func(c *aggregate.LogSegment) { c.Kind = event.SegmentManual }),
			lacking("09:40", func(c *aggregate.LogSegment) { c.Memo = "" }),
			lacking("09:50", func(c *aggregate.LogSegment) { c.Activity = 0 }),
			lacking("10:00", func(c *aggregate.LogSegment) { c.Screenshot = false })),
		stage.At("2024-03-04 10:20",
			aggregate.PlaceHold{Freelancer: freelancer, Kind: event.HoldPayment}, tracked("10:10"),
			aggregate.LiftHold{Freelancer: freelancer, Kind: event.HoldPayment}),
		stage.At("2024-03-04 11:10", tracked("10:20"), tracked("10:30"), tracked("10:40"), tracked("10:50"), tracked("11:00")),
		stage.Refused("2024-03-04 11:10", tracked("11:00")),
		stage.Refused("2024-03-04 11:10", tracked("11:10")),
		segments,

		// Monday after the week the timer invoices it and locks the diary. On Wednesday the
		// client disputes more than half of it, and the freelancer says nothing to that in three
		// days: what protected time covers is paid all the same (on_lapse: protect).
		stage.Refused("2024-03-11 11:59", dispute(90_00)), // there is no invoice yet
		stage.Refused("2024-03-11 12:00", tracked("12:00")),
		stage.Refused("2024-03-13 15:00", dispute(120_01)),
		stage.At("2024-03-13 15:00", dispute(90_00)),
		bill,
		stage.At("2024-03-18 00:00"),
		bill,

		// The dispute paused the contract; the sides go on when they have spoken.
		stage.At("2024-03-18 09:00", aggregate.ResumeContract{Contract: contract, Actor: event.ActorClient}),
		standing,
	)
}

// tracked is ten minutes of work as a time tracker sends them, with all that protection asks.
func tracked(start string) aggregate.LogSegment {
	return aggregate.LogSegment{Contract: contract, Start: event.MustParseTime("2024-03-04T" + start + ":00Z"),
		Kind: event.SegmentTracked, Memo: "the checkout page", Activity: 7, Screenshot: true}
}

func lacking(start string, lack func(*aggregate.LogSegment)) aggregate.Command {
	c := tracked(start)
	lack(&c)
	return c
}

func dispute(amount event.Money) aggregate.Command {
	return aggregate.OpenDispute{Contract: contract, Dispute: stage.ID("the dispute"), By: event.SideClient,
		Week: week, Amount: amount, Reason: "I do not see what was done."}
}

// segments shows the diary: what of each ten minutes is billed, and why it is protected
// or not.
func segments(ctx context.Context, s *stage.Stage) error {
	diary, err := s.Market.WorkDiary(ctx, contract, week)
	if err != nil {
		return err
	}
	for _, segment := range diary.Segments {
		protection := "protected"
		if !segment.Protected {
			protection = "not protected: " + string(*segment.WhyNot)
		}
		s.Say("  %s %-7s billed %2d min, %s", segment.Start, segment.Kind, segment.BilledMinutes, protection)
	}
	s.Say("week %s: %d min logged, %d billed, %d over the limit, %d protected",
		diary.Week, diary.Minutes, diary.BillableMinutes, diary.OverLimitMinutes, diary.ProtectedMinutes)
	return nil
}

// bill shows the contract, the bill of its week and the dispute over it.
func bill(ctx context.Context, s *stage.Stage) error {
	k, err := s.Market.Contract(ctx, contract)
	if err != nil {
		return err
	}
	w, d := k.Weeks[0], k.Disputes[0]
	s.Say("week %s: invoice %s, refused %s, paid %s; dispute %s; contract %s",
		w.Week, stage.Money(*w.Amount), stage.Money(w.Refused), stage.Money(w.Paid), d.State, k.State)
	if d.ToFreelancer != nil && d.ToClient != nil {
		s.Say("  of the %s in dispute %s goes to the freelancer and %s to the client", stage.Money(d.Amount), stage.Money(*d.ToFreelancer), stage.Money(*d.ToClient))
	}
	return nil
}

// standing shows what has become of it in the freelancer's numbers.
func standing(ctx context.Context, s *stage.Stage) error {
	stats, err := marketplace.Ask(ctx, s.Market, statistics.MyStatsOf(freelancer))
	if err != nil {
		return err
	}
	s.Say("the freelancer: paid %s, for %d min; hours refused are no paid time", stage.Money(stats.Paid), stats.Minutes)
	return nil
}

// tell says what has happened, in the story's words.
func tell(happened event.Envelope) string {
	switch e := happened.Event.(type) {
	case *event.ContractOffered:
		return fmt.Sprintf("offers hourly work at %s, up to %d min a week", stage.Money(e.HourlyRate), e.WeeklyLimitMinutes)
	case *event.ContractStarted:
		return "accepts, and the contract starts"
	case *event.PaymentMethodVerified:
		return "the client's payment method is verified"
	case *event.IdentityVerified:
		return "the freelancer's identity is verified"
	case *event.HoldPlaced:
		return fmt.Sprintf("a hold on the freelancer: %s", e.Kind)
	case *event.HoldLifted:
		return "the hold is lifted"
	case *event.WeekInvoiced:
		return fmt.Sprintf("invoices the week: %d min, %d of them over the limit, %d protected: %s, to review until %s",
			e.Minutes, e.OverLimitMinutes, e.ProtectedMinutes, stage.Money(e.Amount), stage.Minute(e.ReviewEndsAt))
	case *event.DisputeOpened:
		return fmt.Sprintf("disputes %s of week %s, to be answered until %s; on lapse: %s", stage.Money(e.Amount), e.Week, stage.Minute(e.RespondBy), e.OnLapse)
	case *event.ContractPaused:
		return "the contract is paused"
	case *event.DisputeLapsed:
		return "nobody has answered, the dispute lapses"
	case *event.HoursRefused:
		return fmt.Sprintf("refuses %s, what no protected time covers (%s)", stage.Money(e.Amount), e.Cause)
	case *event.HoursPaid:
		return fmt.Sprintf("pays the rest of week %s: %s", e.Week, stage.Money(e.Amount))
	case *event.ContractResumed:
		return "the contract goes on"
	}
	return ""
}
