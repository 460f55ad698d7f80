package process_test

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store/memory"
)

// Badges are awarded and lost with the weekly assessments, here under a rule of
// the host's own that asks for fewer good weeks.
func Example_badges() {
	ctx := context.Background()
	clock := process.NewManualClock(time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC))
	m, err := marketplace.New(memory.Options{Now: clock.Now}.New(), marketplace.Options{Now: clock.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	rule, err := statistics.Preset(statistics.DefaultPolicy)
	if err != nil {
		fmt.Println(err)
		return
	}
	rule.Badge.Assessments, rule.Badge.GoodAssessments, rule.Badge.FirstContractDays = 4, 4, 21
	p, err := m.Processes(process.Options{Badges: m.BadgesUnder(rule), Clock: clock})
	if err != nil {
		fmt.Println(err)
		return
	}
	freelancer := uuid.New()
	commands := []aggregate.Command{
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.SetProfileCompleteness{Freelancer: freelancer, Percent: 100},
	}
	praise := event.Scores{Skills: 5, Quality: 5, Availability: 5, Deadlines: 5, Communication: 5, Cooperation: 5}
	for range 2 {
		client, contract := uuid.New(), uuid.New()
		commands = append(commands,
			aggregate.RegisterClient{Client: client},
			aggregate.StartContract{Contract: contract, Job: uuid.New(), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal},
			aggregate.PayBonus{Contract: contract, Amount: 600_00},
			aggregate.EndContract{Contract: contract, By: event.SideClient, Reason: "completed"},
			aggregate.LeaveFeedback{Contract: contract, By: event.SideClient, Scores: praise},
			aggregate.LeaveFeedback{Contract: contract, By: event.SideFreelancer, Scores: praise})
	}
	for _, c := range commands {
		if _, err := m.Do(ctx, c); err != nil {
			fmt.Println(err)
			return
		}
	}
	for range 120 {
		clock.Advance(24 * time.Hour)
		if err := p.Settle(ctx); err != nil {
			fmt.Println(err)
			return
		}
	}
	for rec, err := range m.Store().ReadStream(ctx, event.FreelancerStream(freelancer), 0) {
		if err != nil {
			fmt.Println(err)
			return
		}
		env, err := m.Registry().Decode(&rec)
		if err != nil {
			fmt.Println(err)
			return
		}
		switch e := env.Event.(type) {
		case *event.BadgeAwarded:
			fmt.Println(env.OccurredAt, "awarded", e.Badge)
		case *event.BadgeLost:
			fmt.Println(env.OccurredAt, "lost", e.Badge, "for", e.Unmet)
		}
	}
	// Output:
	// 2024-03-25T09:00:00Z awarded top_rated
	// 2024-06-03T09:00:00Z lost top_rated for [active]
}
