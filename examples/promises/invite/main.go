// Invite is the first promise: a client invites a freelancer to an interview, the
// freelancer answers with a cover letter, and at that moment, not before, the two see
// each other's contact details (2007, seed 000; rules 2, Contact). How a freelancer answers invites
// is a number that everybody sees (rules 2, Responsiveness). Run it with
//
//	go run ./examples/promises/invite
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
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
	ann    = stage.ID("Ann, a freelancer")
	client = stage.ID("a client whom Ann will work for")
	other  = stage.ID("another client")
)

func run(ctx context.Context, out io.Writer) error {
	s, err := stage.Open("2024-03-01 09:00", out, process.Options{}, tell)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(out, "From invite to contact (rules 2; 2007)")
	return s.Play(ctx,
		// Two weeks in which Ann gets six invites and answers as people do.
		stage.At("2024-03-01 09:00",
			aggregate.RegisterClient{Client: client},
			aggregate.RegisterClient{Client: other},
			aggregate.RegisterFreelancer{Freelancer: ann}),
		stage.At("2024-03-04 09:00", invite("one", other)),
		stage.At("2024-03-04 11:00", aggregate.DeclineInvite{Invite: stage.ID("one")}),
		stage.At("2024-03-05 09:00", invite("two", other)),
		stage.At("2024-03-06 05:00", aggregate.ReportInvite{Invite: stage.ID("two")}),
		stage.At("2024-03-07 09:00", invite("three", other)),
		stage.At("2024-03-09 11:00", aggregate.DeclineInvite{Invite: stage.ID("three")}),
		stage.At("2024-03-10 09:00", invite("four", other)),
		stage.At("2024-03-10 10:00", aggregate.ArchiveInvite{Invite: stage.ID("four")}),
		stage.At("2024-03-11 09:00", invite("five", other)),
		stage.At("2024-03-11 12:00", aggregate.WithdrawInvite{Invite: stage.ID("five"), Reason: event.WithdrawChangedMind}),
		stage.At("2024-03-12 08:00", aggregate.SetAvailability{Freelancer: ann, Available: false}),
		stage.At("2024-03-12 09:00", invite("six", other)),
		stage.At("2024-03-16 08:00", aggregate.SetAvailability{Freelancer: ann, Available: true}),
		responsiveness,

		// The invite of this story. The client sees nothing of Ann yet that is not public.
		stage.At("2024-03-18 10:00", invite("seven", client)),
		contact(),

		// The form comes without a cover letter: refused, and a refusal leaves no trace.
		stage.Refused("2024-03-18 13:00", aggregate.AcceptInvite{Invite: stage.ID("seven")}),
		contact(),

		// With one the invite is accepted, and contact is exchanged in the same append.
		stage.At("2024-03-18 13:30", aggregate.AcceptInvite{Invite: stage.ID("seven"), CoverLetter: "I have built three shops."}),
		contact(),
		contact(marketplace.AsOf(time.Date(2024, 3, 18, 13, 29, 59, 0, time.UTC))),
		responsiveness,
		everyInvite,
	)
}

func invite(name string, from uuid.UUID) aggregate.Command {
	return aggregate.SendInvite{Invite: stage.ID(name), Job: stage.ID("the job of " + name), Client: from, Freelancer: ann, Message: "Shall we talk?"}
}

// contact says whether the two see each other's contact details, and since when.
func contact(asOf ...marketplace.QueryOption) stage.Step {
	return func(ctx context.Context, s *stage.Stage) error {
		c, err := marketplace.Ask(ctx, s.Market, statistics.ContactOf(client, ann), asOf...)
		if err != nil {
			return err
		}
		if c.At == nil {
			s.Say("contact as of %s: none", c.AsOf)
		} else {
			s.Say("contact as of %s: since %s", c.AsOf, *c.At)
		}
		return nil
	}
}

// responsiveness says how Ann answers invites, as everybody sees it.
func responsiveness(ctx context.Context, s *stage.Stage) error {
	stats, err := marketplace.Ask(ctx, s.Market, statistics.FreelancerStatsOf(ann))
	if err != nil {
		return err
	}
	r, level := stats.Responsiveness, "unknown, of so few"
	if r.Level != statistics.LevelUnknown {
		level = string(r.Level)
	}
	s.Say("responsiveness: level %s; answered %d of %d, %d within 24 h, %d within 72 h", level, r.Answered, r.Counted, r.Answered24h, r.Answered72h)
	return nil
}

// everyInvite says what became of each invite in that number, and why.
func everyInvite(ctx context.Context, s *stage.Stage) error {
	why, err := marketplace.Ask(ctx, s.Market, statistics.ExplainResponsiveness(ann))
	if err != nil {
		return err
	}
	for _, v := range why.Invites {
		verdict := "counts, not answered"
		switch {
		case !v.Counted:
			verdict = "does not count: " + string(v.Reason)
		case v.Answered:
			verdict = fmt.Sprintf("counts, answered after %v", time.Duration(*v.ResponseS)*time.Second)
		}
		s.Say("  the invite of %s %s", stage.Minute(v.Facts[0].OccurredAt), verdict)
	}
	return nil
}

// tell says what has happened, in the story's words.
func tell(happened event.Envelope) string {
	switch e := happened.Event.(type) {
	case *event.InviteSent:
		if !e.FreelancerAvailable {
			return "invites Ann, who is not available"
		}
		return fmt.Sprintf("invites Ann, open until %s", stage.Minute(e.ExpiresAt))
	case *event.InviteAccepted:
		return "accepts the invite with a cover letter"
	case *event.ContactExchanged:
		return "the two see each other's contact details"
	case *event.InviteDeclined:
		return "declines the invite, which has no downside"
	case *event.InviteReported:
		return "reports the invite as spam, which is a reply too"
	case *event.InviteArchived:
		return "puts the invite aside, which is no reply"
	case *event.InviteWithdrawn:
		return "withdraws the invite"
	}
	return ""
}
