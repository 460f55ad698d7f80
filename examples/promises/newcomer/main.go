// Newcomer is the fifth promise: who does good work is seen, from the first Connects to
// Top Rated (rules 6 and 8). A month's allowance of Connects (2015, seed 001; of 10
// since 2020, CM-898368), proposals that cost some of them, an interview (formats of 2023,
// seed 002), an offer and its contract, feedback that counts when it is published, Rising
// Talent for a skilled newcomer until there is a score, and a badge that the week's
// assessment awards once every condition is met (CM-1016842, H-211068468). Run it with
//
//	go run ./examples/promises/newcomer
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

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
	ann         = stage.ID("Ann, a newcomer")
	carl, diana = stage.ID("Carl, a client"), stage.ID("Diana, a client")

	shop, shopWork       = stage.ID("Carl's shop"), stage.ID("Ann's proposal for the shop, and its contract")
	draft, build         = stage.ID("the draft"), stage.ID("the build")
	gallery, galleryWork = stage.ID("Diana's gallery"), stage.ID("Ann's proposal for the gallery, and its contract")
	price                = event.Money(700_00)
	rate                 = event.Money(45_00)
	quiz                 = stage.ID("Carl's quiz")
)

func run(ctx context.Context, out io.Writer) error {
	options := process.Options{Connects: process.ModelAllowances()} // 10 a month, in 2024
	s, err := stage.Open("2024-01-08 09:00", out, options, tell)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(out, "A newcomer, from Connects to Top Rated (rules 6 and 8; 2015)")
	return s.Play(ctx,
		// Ann describes herself, is seen to be skilled and gets the pilot's badge. The Connects
		// of the signup are the host's gift.
		stage.At("2024-01-08 09:00",
			aggregate.RegisterClient{Client: carl}, aggregate.RegisterClient{Client: diana},
			aggregate.RegisterFreelancer{Freelancer: ann},
			aggregate.GrantConnects{Freelancer: ann, N: 10, Reason: event.GrantSignup},
			aggregate.DescribeProfile{Freelancer: ann, Title: "Web shops", Introduction: "I build shops that load at once.", Skills: []event.Text{"go", "css"}, Category: "web", HourlyRate: &rate},
			aggregate.RecordSkillTest{Freelancer: ann, Test: "go", Score: 94},
			aggregate.SetProfileCompleteness{Freelancer: ann, Percent: 100}),
		stage.At("2024-01-10 09:00", aggregate.GrantRisingTalent{Freelancer: ann}),

		// Proposals cost what the job says. Carl takes Ann's up, they meet, he makes an offer,
		// and the contract starts when she accepts, on its terms and under the proposal's id.
		stage.At("2024-01-15 09:00",
			aggregate.PostJob{Job: shop, Client: carl, Kind: event.KindFixed, Connects: 6},
			aggregate.PostJob{Job: gallery, Client: diana, Kind: event.KindFixed, Connects: 8}),
		stage.At("2024-01-15 10:00", propose(shopWork, shop)),
		stage.Refused("2024-01-15 11:00", propose(galleryWork, gallery)),
		connects,
		stage.At("2024-01-16 09:00",
			aggregate.StartInterview{Proposal: shopWork},
			aggregate.ScheduleInterview{Interview: stage.ID("a call"), Job: shop, Proposals: []uuid.UUID{shopWork}, Interviewers: []event.Text{"Carl"},
				Format: event.FormatOneOnOne, Channel: event.ChannelVideo, ScheduledAt: event.MustParseTime("2024-01-18T15:00:00Z")}),
		stage.At("2024-01-18 15:30", aggregate.HoldInterview{Interview: stage.ID("a call")}),
		stage.At("2024-01-19 09:00", aggregate.MakeOffer{Proposal: shopWork, Kind: event.KindFixed, Milestones: []event.OfferMilestone{
			{Milestone: draft, Amount: 200_00, Description: "A draft of every page.", Due: "2024-01-29"},
			{Milestone: build, Amount: 450_00, Description: "The shop, running.", Due: "2024-02-12"},
		}}),
		stage.At("2024-01-22 10:00", aggregate.AcceptOffer{Proposal: shopWork}),
		myStats,

		// The work is paid. Both say what they think of it, and the second word publishes both:
		// double blind. In February there are new Connects, and a quiz that Carl cancels gives
		// back what its proposal cost.
		stage.At("2024-01-23 09:00",
			aggregate.FundMilestone{Contract: shopWork, Milestone: draft}, aggregate.FundMilestone{Contract: shopWork, Milestone: build}),
		stage.At("2024-01-29 09:00",
			aggregate.SubmitWork{Contract: shopWork, Milestone: draft}, aggregate.ReleaseMilestone{Contract: shopWork, Milestone: draft}),
		stage.At("2024-02-05 09:00", aggregate.PostJob{Job: quiz, Client: carl, Kind: event.KindFixed, Connects: 4}),
		stage.At("2024-02-05 10:00", propose(stage.ID("Ann's proposal for the quiz"), quiz)),
		stage.At("2024-02-06 10:00", propose(galleryWork, gallery)),
		stage.At("2024-02-07 10:00", aggregate.CloseJob{Job: quiz, Reason: event.CloseCancelled}),
		connects,
		stage.At("2024-02-12 09:00",
			aggregate.SubmitWork{Contract: shopWork, Milestone: build}, aggregate.ReleaseMilestone{Contract: shopWork, Milestone: build}),
		stage.At("2024-02-16 09:00",
			aggregate.EndContract{Contract: shopWork, By: event.SideClient, Reason: "It is done."},
			praise(shopWork, event.SideClient), praise(shopWork, event.SideFreelancer)),
		progress,

		// Diana hires Ann too. Her feedback is the second client's, with which there is a score;
		// Ann gives none, so it stays sealed until the time for feedback is over. An offer of one
		// amount has one milestone, under the proposal's id.
		stage.At("2024-02-19 09:00",
			aggregate.StartInterview{Proposal: galleryWork},
			aggregate.MakeOffer{Proposal: galleryWork, Kind: event.KindFixed, Amount: &price}),
		stage.At("2024-02-20 09:00",
			aggregate.AcceptOffer{Proposal: galleryWork},
			aggregate.FundMilestone{Contract: galleryWork, Milestone: galleryWork}),
		stage.At("2024-03-20 09:00",
			aggregate.SubmitWork{Contract: galleryWork, Milestone: galleryWork}, aggregate.ReleaseMilestone{Contract: galleryWork, Milestone: galleryWork}),
		stage.At("2024-03-22 09:00",
			aggregate.EndContract{Contract: galleryWork, By: event.SideClient, Reason: "It is done."},
			praise(galleryWork, event.SideClient)),
		stage.At("2024-04-08 09:00"),
		score,
		progress,

		// All that is missing is time. The assessment after the 90th day brings the badge.
		stage.At("2024-04-29 09:00"),
		myStats,
		progress,
	)
}

func propose(proposal, job uuid.UUID) aggregate.Command {
	return aggregate.SubmitProposal{Proposal: proposal, Job: job, Freelancer: ann, CoverLetter: "I have built such pages, here they are."}
}

func praise(contract uuid.UUID, by event.Side) aggregate.Command {
	return aggregate.LeaveFeedback{Contract: contract, By: by,
		Scores: event.Scores{Skills: 5, Quality: 5, Availability: 4, Deadlines: 5, Communication: 5, Cooperation: 5}}
}

// connects says what Ann can spend on proposals, lot by lot.
func connects(ctx context.Context, s *stage.Stage) error {
	c, err := marketplace.Ask(ctx, s.Market, statistics.ConnectsOf(ann))
	if err != nil {
		return err
	}
	s.Say("%d Connects", c.Balance)
	for _, lot := range c.Lots {
		s.Say("  lot %d, %s: %d left of %d, until %s", lot.Lot, lot.Kind, lot.Left, lot.Amount, lot.ExpiresAt)
	}
	return nil
}

// myStats says what Ann sees of her own work.
func myStats(ctx context.Context, s *stage.Stage) error {
	m, err := marketplace.Ask(ctx, s.Market, statistics.MyStatsOf(ann))
	if err != nil {
		return err
	}
	s.Say("proposals %d, interviews %d, hires %d in 90 days; paid %s; %d Connects",
		m.Funnel.Proposals, m.Funnel.Interviews, m.Funnel.Hires, stage.Money(m.Paid), m.ConnectsBalance)
	shown := make([]string, len(m.Assessments))
	for i, a := range m.Assessments {
		shown[i] = "-"
		if a.Displayed != nil {
			shown[i] = fmt.Sprint(*a.Displayed)
		}
	}
	s.Say("Job Success as shown week by week: %s", strings.Join(shown, " "))
	return nil
}

// score says why Ann's Job Success is what it is.
func score(ctx context.Context, s *stage.Stage) error {
	why, err := marketplace.Ask(ctx, s.Market, statistics.ExplainJobSuccess(ann))
	if err != nil {
		return err
	}
	s.Say("Job Success %d %% of %d outcomes in %d months", why.Score.Displayed, why.Score.Outcomes, why.Score.WindowMonths)
	for _, c := range why.Contracts {
		last := c.Facts[len(c.Facts)-1]
		s.Say("  a contract is %s, weight %d quarter-jobs, by %s of %s", c.Class, c.Weight, last.Type, last.OccurredAt)
	}
	return nil
}

// progress says how far Ann has come to Top Rated, condition by condition.
func progress(ctx context.Context, s *stage.Stage) error {
	why, err := marketplace.Ask(ctx, s.Market, statistics.ExplainBadges(ann))
	if err != nil {
		return err
	}
	top := why.Badges.TopRated
	s.Say("Rising Talent %t; Top Rated %t, missing %q; entitled to %v", why.Badges.RisingTalent, top.Held, top.Unmet(), why.Badges.Entitlements)
	for _, c := range top.Conditions {
		if c.Met && !top.Held {
			continue // only what is missing, until nothing is
		}
		have, bound := "unknown", "at least"
		if c.Have != nil {
			have = amount(*c.Have, c.Unit)
		}
		if c.AtMost {
			bound = "at most"
		}
		if c.Within != "" {
			have += " in the last " + c.Within
		}
		s.Say("  %s: %s, needs %s %s; by %d events", c.Name, have, bound, amount(c.Need, c.Unit), len(c.Facts))
	}
	return nil
}

// amount is a number of a unit, for people.
func amount(n int64, unit string) string {
	switch unit {
	case statistics.UnitMoney:
		return stage.Money(event.Money(n))
	case statistics.UnitSeconds:
		return (time.Duration(n) * time.Second).String()
	}
	return fmt.Sprint(n, " ", unit)
}

// tell says what has happened, in the story's words.
func tell(happened event.Envelope) string {
	switch e := happened.Event.(type) {
	case *event.ConnectsGranted:
		return fmt.Sprintf("%d Connects (%s), until %s", e.Amount, e.Reason, stage.Minute(e.ExpiresAt))
	case *event.RisingTalentGranted:
		return "Ann is a Rising Talent"
	case *event.ConnectsSpent:
		return fmt.Sprintf("spends %d Connects of lot %d on a proposal", e.Amount, e.Lot)
	case *event.ConnectsReturned:
		return fmt.Sprintf("%d Connects come back, the job is cancelled", e.Amount)
	case *event.InterviewStarted:
		return "takes Ann's proposal up"
	case *event.ContactExchanged:
		return "the two see each other's contact details"
	case *event.InterviewHeld:
		return "they have met"
	case *event.OfferMade:
		return fmt.Sprintf("makes Ann an offer, open until %s", stage.Minute(e.ExpiresAt))
	case *event.OfferAccepted:
		return "Ann accepts the offer"
	case *event.ContractStarted:
		return "the contract starts"
	case *event.MilestoneReleased:
		return fmt.Sprintf("pays %s", stage.Money(e.Amount))
	case *event.FeedbackSubmitted:
		return fmt.Sprintf("gives feedback, sealed for now: %d.%02d stars", e.Overall/100, e.Overall%100)
	case *event.FeedbackPublished:
		return "the feedback is published"
	case *event.RisingTalentEnded:
		return "Rising Talent ends, there is a score"
	case *event.BadgeAwarded:
		return fmt.Sprintf("Ann is awarded %s", e.Badge)
	}
	return ""
}
