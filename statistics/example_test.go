package statistics_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

var (
	exampleFreelancer = uuid.MustParse("f0000000-0000-4000-8000-000000000001")
	exampleClients    = []uuid.UUID{
		uuid.MustParse("c0000000-0000-4000-8000-000000000001"),
		uuid.MustParse("c0000000-0000-4000-8000-000000000002"),
	}
)

// exampleLog is a log as the library's commands write it: a freelancer, two
// clients, three contracts and an invite.
func exampleLog(ctx context.Context) store.Store {
	s, registry := memory.New(), event.Marketplace()
	write := func(stream, when string, events ...event.Event) {
		w := store.Write{Stream: stream, Expected: store.Any}
		for _, e := range events {
			p, err := registry.Encode(uuid.New(), event.Meta{OccurredAt: event.MustParseTime(when), Actor: event.ActorPlatform}, e)
			if err != nil {
				log.Fatal(err)
			}
			w.Events = append(w.Events, p)
		}
		if _, err := s.Append(ctx, w); err != nil {
			log.Fatal(err)
		}
	}
	write(event.FreelancerStream(exampleFreelancer), "2016-01-04T09:00:00Z", &event.FreelancerRegistered{})
	for i, id := range exampleClients {
		write(event.ClientStream(id), "2016-01-04T09:00:00Z", &event.ClientRegistered{})
		contract := event.ContractStream(uuid.MustParse(fmt.Sprintf("a0000000-0000-4000-8000-00000000000%d", i+1)))
		write(contract, "2016-01-05T09:00:00Z", &event.ContractStarted{Client: id, Freelancer: exampleFreelancer, Kind: event.KindFixed, Via: event.ViaInvite})
		write(contract, "2016-02-01T09:00:00Z", &event.MilestoneReleased{Amount: 500_00, Cause: event.ReleasedByClient})
		write(contract, "2016-02-02T09:00:00Z", &event.ContractEnded{By: event.SideClient, Reason: "completed"})
		write(contract, "2016-02-03T09:00:00Z", &event.FeedbackSubmitted{By: event.SideClient, Overall: 480 - 100*i})
		write(contract, "2016-02-03T09:00:00Z", &event.FeedbackPublished{})
	}
	silent := event.ContractStream(uuid.MustParse("a0000000-0000-4000-8000-000000000003"))
	write(silent, "2016-01-05T09:00:00Z", &event.ContractStarted{Client: exampleClients[0], Freelancer: exampleFreelancer, Kind: event.KindFixed, Via: event.ViaDirect})
	write(silent, "2016-02-02T09:00:00Z", &event.BonusPaid{Amount: 20_00}, &event.ContractEnded{By: event.SideClient})
	write(silent, "2016-02-10T09:00:00Z", &event.DisputeOpened{Dispute: uuid.New(), By: event.SideClient, Amount: 20_00})
	invite := event.InviteStream(uuid.MustParse("b0000000-0000-4000-8000-000000000001"))
	write(invite, "2016-02-20T09:00:00Z", &event.InviteSent{Client: exampleClients[1], Freelancer: exampleFreelancer, FreelancerAvailable: true})
	write(invite, "2016-02-20T11:30:00Z", &event.InviteAccepted{CoverLetter: "Gladly."}, &event.ContactExchanged{})
	return s
}

func exampleModel(ctx context.Context) *projection.Model {
	m := projection.NewModel()
	if err := m.Load(ctx, exampleLog(ctx), 1); err != nil {
		log.Fatal(err)
	}
	return m
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// A model folds a log, then follows it, and answers as of any moment.
func ExampleModel() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := exampleLog(ctx)
	m := projection.NewModel()
	if err := m.Load(ctx, s, 2); err != nil {
		log.Fatal(err)
	}
	followed := make(chan error)
	go func() { followed <- m.Follow(ctx, s) }()

	policy := must(statistics.Preset(statistics.DefaultPolicy))
	for _, day := range []string{"2016-02-02T12:00:00Z", "2016-03-01T00:00:00Z"} {
		stats := must(statistics.Ask(ctx, m, statistics.FreelancerStatsOf(exampleFreelancer), event.MustParseTime(day), policy))
		text := must(json.Marshal(stats.JobSuccess))
		fmt.Println(day, "paid", stats.Paid, "score", string(text))
	}

	// Who appends an event can wait until the model has it.
	p := must(event.Marketplace().Encode(uuid.New(), event.Meta{OccurredAt: event.MustParseTime("2016-02-15T00:00:00Z"), Actor: event.ActorFreelancer},
		&event.RefundGiven{Amount: 100_00}))
	done := must(s.Append(ctx, store.Write{Stream: event.ContractStream(uuid.MustParse("a0000000-0000-4000-8000-000000000001")),
		Expected: store.Any, Events: []event.Proposed{p}}))
	if err := m.WaitFor(ctx, done.Position); err != nil {
		log.Fatal(err)
	}
	stats := must(statistics.Ask(ctx, m, statistics.FreelancerStatsOf(exampleFreelancer), event.MustParseTime("2016-03-01T00:00:00Z"), policy))
	fmt.Println("after the refund", stats.Paid)
	cancel()
	<-followed
	// Output:
	// 2016-02-02T12:00:00Z paid 102000 score null
	// 2016-03-01T00:00:00Z paid 102000 score {"score_bp":5000,"displayed":50,"window_months":6,"outcomes":2,"clients":2,"weight":10,"successful":1,"neutral":1,"negative":0}
	// after the refund 92000
}

// A rule is a value: take a preset and change what differs.
func ExamplePolicy() {
	m := exampleModel(context.Background())
	asOf := event.MustParseTime("2016-03-01T00:00:00Z")
	policy := must(statistics.Preset("2024-09"))
	policy.Name = "lenient"
	policy.JobSuccess.Feedback.SuccessfulOverall = 375 // hundredths of a star
	stats := must(statistics.Ask(context.Background(), m, statistics.FreelancerStatsOf(exampleFreelancer), asOf, policy))
	fmt.Println(stats.JobSuccess.Displayed, "%")
	// Output: 100 %
}

func ExampleExplainJobSuccess() {
	m := exampleModel(context.Background())
	policy := must(statistics.Preset("2024-09"))
	x := must(statistics.Ask(context.Background(), m, statistics.ExplainJobSuccess(exampleFreelancer), event.MustParseTime("2016-03-01T00:00:00Z"), policy))
	fmt.Println(x.Score.Displayed, "% in the window of", x.Score.WindowMonths, "months")
	for _, c := range x.Contracts {
		fmt.Println(c.Class, "weight", c.Weight, "windows", c.Windows)
		showFacts(c.Facts)
	}
	for _, c := range x.LeftOut {
		fmt.Println("left out:", c.Reason)
		showFacts(c.Facts)
	}
	// Output:
	// 50 % in the window of 6 months
	// successful weight 5 windows [6 12 24]
	//   2016-01-05T09:00:00Z ContractStarted at position 3
	//   2016-02-01T09:00:00Z MilestoneReleased at position 4
	//   2016-02-02T09:00:00Z ContractEnded at position 5
	//   2016-02-03T09:00:00Z FeedbackSubmitted at position 6
	//   2016-02-03T09:00:00Z FeedbackPublished at position 7
	// neutral weight 5 windows [6 12 24]
	//   2016-01-05T09:00:00Z ContractStarted at position 9
	//   2016-02-01T09:00:00Z MilestoneReleased at position 10
	//   2016-02-02T09:00:00Z ContractEnded at position 11
	//   2016-02-03T09:00:00Z FeedbackSubmitted at position 12
	//   2016-02-03T09:00:00Z FeedbackPublished at position 13
	// left out: no_feedback
	//   2016-01-05T09:00:00Z ContractStarted at position 14
	//   2016-02-02T09:00:00Z BonusPaid at position 15
	//   2016-02-02T09:00:00Z ContractEnded at position 16
}

func showFacts(facts []projection.Evidence) {
	for _, f := range facts {
		fmt.Println(" ", f.OccurredAt, f.Type, "at position", f.Position)
	}
}

func ExampleExplainResponsiveness() {
	m := exampleModel(context.Background())
	policy := must(statistics.Preset("2024-09"))
	x := must(statistics.Ask(context.Background(), m, statistics.ExplainResponsiveness(exampleFreelancer), event.MustParseTime("2016-03-01T00:00:00Z"), policy))
	for _, v := range x.Invites {
		fmt.Println("counted:", v.Counted, "response in seconds:", *v.ResponseS)
		showFacts(v.Facts)
	}
	// Output:
	// counted: true response in seconds: 9000
	//   2016-02-20T09:00:00Z InviteSent at position 18
	//   2016-02-20T11:30:00Z InviteAccepted at position 19
}

func ExampleExplainMarketplaceDisputeRate() {
	m := exampleModel(context.Background())
	policy := must(statistics.Preset("2024-09"))
	x := must(statistics.Ask(context.Background(), m, statistics.ExplainMarketplaceDisputeRate(), event.MustParseTime("2016-03-01T00:00:00Z"), policy))
	fmt.Println(x.DisputeRate.Disputed, "of", x.DisputeRate.Ended, "ended contracts")
	for _, c := range x.Contracts {
		if c.Disputed {
			showFacts(c.Facts)
		}
	}
	// Output:
	// 1 of 3 ended contracts
	//   2016-02-02T09:00:00Z ContractEnded at position 16
	//   2016-02-10T09:00:00Z DisputeOpened at position 17
}

// Each condition of a badge says whether it is met, and names what it has read.
func ExampleExplainBadges() {
	m := exampleModel(context.Background())
	policy := must(statistics.Preset("2024-09"))
	x := must(statistics.Ask(context.Background(), m, statistics.ExplainBadges(exampleFreelancer), event.MustParseTime("2016-03-01T00:00:00Z"), policy))
	fmt.Println("Top Rated:", x.Badges.TopRated.Met)
	for _, c := range x.Badges.TopRated.Conditions {
		fmt.Println(c.Name, c.Met, "have", *c.Have, "need", c.Need, c.Unit)
		if c.Name == statistics.ConditionPaid {
			showFacts(c.Facts)
		}
	}
	// Output:
	// Top Rated: false
	// displayed false have 50 need 90 percent
	// assessments false have 0 need 13 assessments
	// first_contract false have 4806000 need 7776001 seconds
	// paid true have 102000 need 100000 minor_units
	//   2016-02-01T09:00:00Z MilestoneReleased at position 4
	//   2016-02-01T09:00:00Z MilestoneReleased at position 10
	//   2016-02-02T09:00:00Z BonusPaid at position 15
	// profile false have 0 need 100 percent
	// no_hold true have 0 need 0 holds
	// active true have 4 need 1 activities
	// no_violation true have 0 need 0 violations
}
