// Conduct is the fourth promise: a consistently negative client is contacted and, if
// unable to improve, no longer permitted (2015; rules 7, whose numbers are ours). Three
// freelancers complain and the platform writes to the client; two more signals suspend the
// client and void the feedback that the client gave (2015, CM-736122); and after the
// reinstatement the same again is a bar, which puts away what is still open (docs/processes.md).
// Nobody sends a command for any of it. Run it with
//
//	go run ./examples/promises/conduct
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
	client        = stage.ID("the client")
	ann, ben, cyn = stage.ID("Ann"), stage.ID("Ben"), stage.ID("Cyn")
	past, running = stage.ID("Cyn's first contract"), stage.ID("Cyn's second contract")
	job, proposal = stage.ID("a job"), stage.ID("Ben's proposal")
	price         = event.Money(500_00)

	names = map[uuid.UUID]string{ann: "Ann", ben: "Ben", cyn: "Cyn"}
)

func run(ctx context.Context, out io.Writer) error {
	s, err := stage.Open("2024-01-08 09:00", out, process.Options{}, tell)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(out, "A client from the first complaint to the bar (rules 7; 2015)")
	return s.Play(ctx,
		// Cyn has worked for the client, who rates her badly; she works on, on another contract.
		stage.At("2024-01-08 09:00",
			aggregate.RegisterClient{Client: client},
			aggregate.RegisterFreelancer{Freelancer: ann}, aggregate.RegisterFreelancer{Freelancer: ben}, aggregate.RegisterFreelancer{Freelancer: cyn},
			offer(past, cyn), aggregate.AcceptContract{Contract: past}, aggregate.PayBonus{Contract: past, Amount: 100_00},
			offer(running, cyn), aggregate.AcceptContract{Contract: running}),
		stage.At("2024-02-05 09:00", aggregate.EndContract{Contract: past, By: event.SideClient, Reason: "It is done."}),

		// A complaint, an invite that is reported, and feedback of few stars, once both sides'
		// is published: three sources in 180 days. The platform writes to the client.
		stage.At("2024-02-05 10:00", aggregate.RecordComplaint{Client: client, Freelancer: ann, Reason: "insults in the chat"}),
		stage.At("2024-02-06 10:00", invite("spam", ben), aggregate.ReportInvite{Invite: stage.ID("spam")}),
		profile,
		stage.At("2024-02-07 10:00", aggregate.LeaveFeedback{Contract: past, By: event.SideFreelancer, Scores: stars(2)}),
		stage.At("2024-02-08 10:00", aggregate.LeaveFeedback{Contract: past, By: event.SideClient, Scores: stars(1)}),
		profile,
		score,

		// Within 90 days of that two more complain: the client is flagged and suspended. Nothing
		// new begins, and what the client said of Cyn no longer counts against her.
		stage.At("2024-03-04 09:00", aggregate.RecordComplaint{Client: client, Freelancer: ann, Reason: "and again"}),
		stage.At("2024-03-11 09:00", aggregate.RecordComplaint{Client: client, Freelancer: ben, Reason: "threats"}),
		stage.Refused("2024-03-11 10:00", invite("no more", ann)),
		profile,
		score,

		// A person reinstates the client, who may begin anew: the slate is clean, but the
		// suspension is remembered for a year.
		stage.At("2024-05-13 09:00", aggregate.ReinstateClient{Client: client}),
		stage.At("2024-05-14 09:00",
			aggregate.PostJob{Job: job, Client: client, Kind: event.KindFixed, Connects: 4},
			aggregate.GrantConnects{Freelancer: ben, N: 10, Reason: event.GrantSignup},
			aggregate.SubmitProposal{Proposal: proposal, Job: job, Freelancer: ben, CoverLetter: "I give it another try."},
			aggregate.StartInterview{Proposal: proposal}),
		profile,

		// Three sources again. When the third comes there are an open job with a proposal, a
		// meeting and an offer on it, an invite, and a contract that is offered directly.
		stage.At("2024-06-03 09:00",
			aggregate.RecordComplaint{Client: client, Freelancer: ann, Reason: "no manners"},
			aggregate.RecordComplaint{Client: client, Freelancer: ben, Reason: "no manners"}),
		stage.At("2024-06-04 09:00",
			aggregate.ScheduleInterview{Interview: stage.ID("a meeting"), Job: job, Proposals: []uuid.UUID{proposal}, Interviewers: []event.Text{"the client"},
				Format: event.FormatOneOnOne, Channel: event.ChannelVideo, ScheduledAt: event.MustParseTime("2024-06-10T09:00:00Z")},
			aggregate.MakeOffer{Proposal: proposal, Kind: event.KindFixed, Amount: &price},
			invite("still open", ann),
			offer(stage.ID("a direct offer"), ann)),
		stage.At("2024-06-05 09:00", aggregate.RecordComplaint{Client: client, Freelancer: cyn, Contract: running, Reason: "threats"}),
		profile,

		// It is final. The contract that runs goes on, and is paid.
		stage.Refused("2024-06-06 09:00", aggregate.ReinstateClient{Client: client}),
		stage.At("2024-06-06 09:00", aggregate.PayBonus{Contract: running, Amount: 50_00}),
		secondContract,
	)
}

func invite(name string, to uuid.UUID) aggregate.Command {
	return aggregate.SendInvite{Invite: stage.ID(name), Job: stage.ID("nothing in particular"), Client: client, Freelancer: to}
}

func offer(contract, to uuid.UUID) aggregate.Command {
	return aggregate.OfferContract{Contract: contract, Job: stage.ID("nothing in particular"), Client: client, Freelancer: to, Kind: event.KindFixed}
}

func stars(n int) event.Scores {
	return event.Scores{Skills: n, Quality: n, Availability: n, Deadlines: n, Communication: n, Cooperation: n}
}

// profile says how the client stands and why: the signals that count now.
func profile(ctx context.Context, s *stage.Stage) error {
	why, err := marketplace.Ask(ctx, s.Market, statistics.ExplainClientProfile(client))
	if err != nil {
		return err
	}
	p := why.Profile
	line := fmt.Sprintf("the client is %s; signals that count now: %d, that do not: %d", p.State, p.Signals, len(why.PastSignals))
	if p.Until != nil {
		line += fmt.Sprintf("; watched until %s", *p.Until)
	}
	s.Say("%s", line)
	for _, signal := range why.Signals {
		source := signal.Source.String()
		if id := signal.Source.Freelancer(); id != nil {
			source = names[*id]
		}
		s.Say("  %s of %s, by %s at %s", signal.Kind, source, signal.Fact.Type, signal.Fact.OccurredAt)
	}
	return nil
}

// score says what the client's feedback does to Cyn's Job Success.
func score(ctx context.Context, s *stage.Stage) error {
	why, err := marketplace.Ask(ctx, s.Market, statistics.ExplainJobSuccess(cyn))
	if err != nil {
		return err
	}
	for _, c := range why.Contracts {
		s.Say("for Cyn's Job Success the client's feedback counts: %s, of %d.%02d stars", c.Class, *c.Stars/100, *c.Stars%100)
	}
	for _, c := range why.LeftOut {
		s.Say("for Cyn's Job Success a contract is left out: %s", c.Reason)
	}
	return nil
}

// secondContract says how the contract stands that ran when the client was barred.
func secondContract(ctx context.Context, s *stage.Stage) error {
	k, err := s.Market.Contract(ctx, running)
	if err != nil {
		return err
	}
	s.Say("Cyn's second contract: %s, paid %s", k.State, stage.Money(k.Paid))
	return nil
}

// tell says what has happened, in the story's words.
func tell(happened event.Envelope) string {
	switch e := happened.Event.(type) {
	case *event.ClientComplaintRecorded:
		return names[e.Freelancer] + " complains about the client"
	case *event.InviteReported:
		return "Ben reports an invite of the client as spam"
	case *event.FeedbackSubmitted:
		return fmt.Sprintf("gives feedback, sealed for now: %d.%02d stars", e.Overall/100, e.Overall%100)
	case *event.FeedbackPublished:
		return "both sides' feedback is published"
	case *event.ClientContacted:
		return fmt.Sprintf("the client is contacted: %s", e.Basis)
	case *event.ClientFlagged:
		return fmt.Sprintf("the client is flagged: %s", e.Basis)
	case *event.ClientSuspended:
		return fmt.Sprintf("the client is suspended: %s", e.Reason)
	case *event.ClientReinstated:
		return "the client is reinstated"
	case *event.ClientBarred:
		return fmt.Sprintf("the client is barred: %s", e.Reason)
	case *event.JobPosted:
		return "posts a job"
	case *event.JobClosed:
		return fmt.Sprintf("the job is closed: %s", e.Reason)
	case *event.ConnectsSpent:
		return fmt.Sprintf("Ben pays %d Connects for a proposal", e.Amount)
	case *event.ConnectsReturned:
		return fmt.Sprintf("%d Connects come back to Ben", e.Amount)
	case *event.OfferMade:
		return "offers Ben a contract"
	case *event.OfferWithdrawn:
		return fmt.Sprintf("the offer to Ben is withdrawn: %s", e.Reason)
	case *event.ContractOfferClosed:
		return fmt.Sprintf("the contract offered to Ann directly is closed: %s", e.Cause)
	case *event.InterviewCancelled:
		return "the meeting is cancelled"
	case *event.InviteWithdrawn:
		return fmt.Sprintf("the invite to Ann is withdrawn: %s", e.Reason)
	}
	return ""
}
