package open_test

import (
	"context"
	"fmt"
	"os"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/statistics"
)

// A host opens a log by its URL, sends commands and asks for statistics.
func Example() {
	folder, err := os.MkdirTemp("", "host")
	if err == nil {
		defer os.RemoveAll(folder)
		err = os.Chdir(folder)
	}
	if err == nil {
		err = host(context.Background(), uuid.New(), uuid.New(), uuid.New(), uuid.New())
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output: 1 answered
}

func host(ctx context.Context, client, freelancer, invite, job uuid.UUID) error {
	m, err := open.Marketplace(ctx, "sqlite:market.db", marketplace.Options{})
	if err != nil {
		return err
	}
	defer m.Close()
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.SendInvite{Invite: invite, Job: job, Client: client, Freelancer: freelancer},
		aggregate.AcceptInvite{Invite: invite, CoverLetter: "I have done this before."},
	} {
		if _, err := m.Do(ctx, c); err != nil {
			return err // *aggregate.Rejection with a stable code, or a failure of the store
		}
	}
	stats, err := marketplace.Ask(ctx, m, statistics.FreelancerStatsOf(freelancer))
	if err != nil {
		return err
	}
	fmt.Println(stats.Responsiveness.Answered, "answered")
	return nil
}
