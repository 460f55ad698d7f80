// Host is a small service on the library: it sends commands as a freelance
// marketplace would, handles a refusal, repeats a command safely and reads a
// number. Run it with
//
//	go run ./examples/host
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/statistics"
)

func main() {
	if err := run(context.Background(), "memory:", os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, url string, out io.Writer) error {
	now := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	m, err := open.Marketplace(ctx, url, marketplace.Options{
		Now: func() time.Time { return now }, // a real host leaves this out
	})
	if err != nil {
		return err
	}
	defer m.Close()

	client, freelancer, invite := uuid.New(), uuid.New(), uuid.New()
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.SendInvite{Invite: invite, Job: uuid.New(), Client: client, Freelancer: freelancer, Message: "Shall we talk?"},
	} {
		if _, err := m.Do(ctx, c); err != nil {
			return err
		}
	}

	// Two hours later the freelancer answers; first without a cover letter.
	now = now.Add(2 * time.Hour)
	_, err = m.Do(ctx, aggregate.AcceptInvite{Invite: invite})
	var rejected *aggregate.Rejection
	switch {
	case errors.Is(err, aggregate.CoverLetterRequired):
		fmt.Fprintln(out, "The form asks again for a cover letter.")
	case errors.As(err, &rejected):
		return fmt.Errorf("refused: %s", rejected.Code)
	case err != nil:
		return err
	}

	// The request's own id makes the command safe to repeat: the answer was
	// lost, the browser sends it again, and nothing happens twice.
	request := uuid.New()
	for range 2 {
		done, err := m.Do(ctx, aggregate.AcceptInvite{Invite: invite, CoverLetter: "With pleasure."}, marketplace.CommandID(request))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d events, repeated: %v\n", len(done.Events), done.Repeated)
	}

	stats, err := marketplace.Ask(ctx, m, statistics.FreelancerStatsOf(freelancer))
	if err != nil {
		return err
	}
	r := stats.Responsiveness
	fmt.Fprintf(out, "Answered %d of %d invites, median response %v.\n",
		r.Answered, r.Counted, time.Duration(*r.MedianResponseS)*time.Second)
	return nil
}
