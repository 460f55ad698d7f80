// Escrow is the third promise: the money of fixed-price work is there before the work
// begins, and no silence keeps it there (rules 3, Fixed price and Dispute). What a silence
// comes to is said when its deadline opens (law 2): work that nobody answers is released
// after 14 days, a refund that nobody answers is given after 7, and a dispute that nobody
// answers after 5 (2023) goes as it was frozen in on_lapse. Run it with
//
//	go run ./examples/promises/escrow
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/google/uuid"

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

	design, shop, texts, launch = stage.ID("the design"), stage.ID("the shop"), stage.ID("the texts"), stage.ID("the launch")

	part = event.Money(600_00)

	names = map[uuid.UUID]string{design: "design", shop: "shop", texts: "texts", launch: "launch"}
)

func run(ctx context.Context, out io.Writer) error {
	s, err := stage.Open("2024-03-01 09:00", out, process.Options{}, tell)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(out, "Fixed price, and what silences come to (rules 3; 2023)")
	return s.Play(ctx,
		// Four parts are agreed. Work can be handed in once its money is in escrow.
		stage.At("2024-03-01 09:00",
			aggregate.RegisterClient{Client: client},
			aggregate.RegisterFreelancer{Freelancer: freelancer},
			aggregate.OfferContract{Contract: contract, Job: stage.ID("a job"), Client: client, Freelancer: freelancer, Kind: event.KindFixed},
			aggregate.AcceptContract{Contract: contract},
			aggregate.AddMilestone{Contract: contract, Milestone: design, Amount: 300_00, Description: "Three drafts, one of them finished.", Due: "2024-03-08"},
			aggregate.AddMilestone{Contract: contract, Milestone: shop, Amount: 800_00},
			aggregate.AddMilestone{Contract: contract, Milestone: texts, Amount: 150_00},
			aggregate.AddMilestone{Contract: contract, Milestone: launch, Amount: 400_00}),
		stage.Refused("2024-03-01 10:00", aggregate.SubmitWork{Contract: contract, Milestone: design}),
		stage.At("2024-03-01 10:00",
			aggregate.FundMilestone{Contract: contract, Milestone: design},
			aggregate.FundMilestone{Contract: contract, Milestone: shop},
			aggregate.FundMilestone{Contract: contract, Milestone: texts},
			aggregate.FundMilestone{Contract: contract, Milestone: launch}),
		escrow,

		// The design is handed in, and the client says nothing. The shop is handed in, and the
		// client wants changes: that stops its clock, and the next attempt starts a new one.
		stage.At("2024-03-08 17:00", aggregate.SubmitWork{Contract: contract, Milestone: design}),
		stage.At("2024-03-12 17:00", aggregate.SubmitWork{Contract: contract, Milestone: shop}),
		stage.At("2024-03-14 09:00", aggregate.RequestChanges{Contract: contract, Milestone: shop}),
		stage.At("2024-03-20 12:00", aggregate.SubmitWork{Contract: contract, Milestone: shop}),
		milestones,
		stage.At("2024-03-25 09:00", aggregate.ReleaseMilestone{Contract: contract, Milestone: shop, Amount: &part}),
		stage.At("2024-03-25 09:10", aggregate.ReleaseMilestone{Contract: contract, Milestone: shop}),
		escrow,

		// The client wants the money for the texts back, and the freelancer says nothing.
		stage.At("2024-03-25 10:00", aggregate.RequestEscrowRefund{Contract: contract, Milestone: texts}),
		stage.At("2024-04-02 09:00"),
		escrow,

		// The launch is done, and the client does not release it: the freelancer disputes 250.00
		// of it. That pauses the contract and holds escrow still, and nobody answers.
		stage.Refused("2024-04-02 09:00", disputed(400_01)),
		stage.At("2024-04-02 09:00", disputed(250_00)),
		stage.Refused("2024-04-03 09:00", aggregate.ReleaseMilestone{Contract: contract, Milestone: launch}),
		stage.At("2024-04-08 09:00"),
		milestones,

		// A client does not end a contract with money in escrow; a freelancer who ends it gives
		// back what is left.
		stage.Refused("2024-04-08 10:00", aggregate.EndContract{Contract: contract, By: event.SideClient, Reason: "It is done."}),
		stage.At("2024-04-08 11:00", aggregate.EndContract{Contract: contract, By: event.SideFreelancer, Reason: "It is done."}),
		escrow,
		disputes,
	)
}

func disputed(amount event.Money) aggregate.Command {
	return aggregate.OpenDispute{Contract: contract, Dispute: stage.ID("the dispute"), By: event.SideFreelancer, Amount: amount, Reason: "The launch was my work."}
}

// escrow says where the money is: funded = released + refunded + held, at every event.
func escrow(ctx context.Context, s *stage.Stage) error {
	k, err := s.Market.Contract(ctx, contract)
	if err != nil {
		return err
	}
	x := k.Escrow
	s.Say("contract %s; escrow: funded %s = released %s + refunded %s + held %s",
		k.State, stage.Money(x.Funded), stage.Money(x.Released), stage.Money(x.Refunded), stage.Money(x.Held))
	return nil
}

// milestones says how each part stands, and what will happen to it by itself.
func milestones(ctx context.Context, s *stage.Stage) error {
	k, err := s.Market.Contract(ctx, contract)
	if err != nil {
		return err
	}
	for _, m := range k.Milestones {
		s.Say("  %-6s %-9s of %s: released %s, held %s", names[m.Milestone], m.State, stage.Money(m.Amount), stage.Money(m.Released), stage.Money(m.Held))
		if m.AutoReleaseAt != nil {
			s.Say("         attempt %d is released by itself on %s", m.Attempts, *m.AutoReleaseAt)
		}
	}
	return nil
}

// disputes says what the dispute makes of the freelancer's dispute rate, and by which
// events.
func disputes(ctx context.Context, s *stage.Stage) error {
	why, err := marketplace.Ask(ctx, s.Market, statistics.ExplainFreelancerDisputeRate(freelancer))
	if err != nil {
		return err
	}
	rate := why.DisputeRate
	s.Say("the freelancer's dispute rate: %d of %d ended contracts, %d ppm", rate.Disputed, rate.Ended, *rate.PPM)
	for _, fact := range why.Contracts[0].Facts {
		s.Say("  by %s of %s", fact.Type, fact.OccurredAt)
	}
	return nil
}

// tell says what has happened, in the story's words.
func tell(happened event.Envelope) string {
	switch e := happened.Event.(type) {
	case *event.MilestoneAdded:
		return fmt.Sprintf("agrees a milestone, %s: %s", names[e.Milestone], stage.Money(e.Amount))
	case *event.MilestoneFunded:
		return fmt.Sprintf("funds the %s: %s in escrow", names[e.Milestone], stage.Money(e.Amount))
	case *event.WorkSubmitted:
		return fmt.Sprintf("hands the %s in (attempt %d), released by itself on %s", names[e.Milestone], e.Attempt, stage.Minute(e.AutoReleaseAt))
	case *event.ChangesRequested:
		return fmt.Sprintf("wants the %s changed", names[e.Milestone])
	case *event.MilestoneReleased:
		return fmt.Sprintf("releases %s of the %s (cause: %s)", stage.Money(e.Amount), names[e.Milestone], e.Cause)
	case *event.EscrowRefundRequested:
		return fmt.Sprintf("wants %s of the %s back, to be answered until %s", stage.Money(e.Amount), names[e.Milestone], stage.Minute(e.RespondBy))
	case *event.EscrowRefunded:
		return fmt.Sprintf("gives back %s of the %s (cause: %s)", stage.Money(e.Amount), names[e.Milestone], e.Cause)
	case *event.DisputeOpened:
		return fmt.Sprintf("disputes %s, to be answered until %s; on_lapse: %s", stage.Money(e.Amount), stage.Minute(e.RespondBy), e.OnLapse)
	case *event.DisputeLapsed:
		return "nobody has answered, the dispute lapses"
	case *event.ContractEnded:
		return fmt.Sprintf("ends the contract; feedback is open until %s", stage.Minute(e.FeedbackClosesAt))
	}
	return ""
}
