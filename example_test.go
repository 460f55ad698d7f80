package marketplace_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

var (
	client     = uuid.MustParse("11111111-1111-4111-8111-111111111111")
	freelancer = uuid.MustParse("22222222-2222-4222-8222-222222222222")
	invite     = uuid.MustParse("33333333-3333-4333-8333-333333333333")
	job        = uuid.MustParse("44444444-4444-4444-8444-444444444444")
	nine       = time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
)

// A host opens a log, sends commands and asks for statistics.
func Example() {
	ctx := context.Background()
	m, err := marketplace.New(memory.New(), marketplace.Options{}) // or a log that sqlite.Open opens
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	for i, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.SendInvite{Invite: invite, Job: job, Client: client, Freelancer: freelancer},
		aggregate.AcceptInvite{Invite: invite, CoverLetter: "I have done this before."},
	} {
		if _, err := m.Do(ctx, c, marketplace.At(nine.Add(time.Duration(i)*time.Hour))); err != nil {
			fmt.Println(err)
			return
		}
	}
	stats, err := marketplace.Ask(ctx, m, statistics.FreelancerStatsOf(freelancer), marketplace.AsOf(nine.AddDate(0, 0, 7)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("answered", stats.Responsiveness.Answered, "in", *stats.Responsiveness.MedianResponseS, "seconds")
	// Output: answered 1 in 3600 seconds
}

// A refusal has a stable code, and nothing is written.
func ExampleMarketplace_Do_rejected() {
	ctx := context.Background()
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	_, err = m.Do(ctx, aggregate.AcceptInvite{Invite: invite, CoverLetter: "Hello"})
	var rejected *aggregate.Rejection
	if errors.As(err, &rejected) {
		fmt.Println(rejected.Code, "for", rejected.Command)
	}
	fmt.Println(errors.Is(err, aggregate.NotFound))
	// Output:
	// not_found for AcceptInvite
	// true
}

// Every error has a code, and the list of codes says what to make of it.
func ExampleCode() {
	err := readmodel.ErrUnavailable.With(io.ErrUnexpectedEOF, "the server went away")
	fmt.Println(marketplace.Code(err), errors.Is(err, store.ErrUnavailable))
	info := marketplace.ErrorInfoOf(fmt.Errorf("the overview: %w", err))
	fmt.Println(info.HTTP, info.Again, info.Meaning)
	fmt.Println(marketplace.Code(&aggregate.Rejection{Code: aggregate.Expired}))
	// Output:
	// unavailable true
	// 503 true the data cannot be reached
	// expired
}

// An HTTP service answers an error by what the list of codes says of it.
func ExampleErrorInfoOf() {
	answer := func(w http.ResponseWriter, err error) {
		info := marketplace.ErrorInfoOf(err)
		if info.Again {
			w.Header().Set("Retry-After", "2")
		}
		http.Error(w, info.Meaning, info.HTTP)
	}
	w := httptest.NewRecorder()
	answer(w, store.ErrUnavailable.With(io.ErrUnexpectedEOF, "the server went away"))
	fmt.Println(w.Code, w.Header().Get("Retry-After"), w.Body)
	// Output: 503 2 the data cannot be reached
}

// A command with an id of the host's can be sent again when its answer was
// lost: the first outcome comes back and nothing happens twice.
func ExampleCommandID() {
	ctx := context.Background()
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	request := uuid.MustParse("55555555-5555-4555-8555-555555555555")
	for range 2 {
		out, err := m.Do(ctx, aggregate.RegisterClient{Client: client}, marketplace.CommandID(request))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("revision", out.Revision, "repeated", out.Repeated)
	}
	// Output:
	// revision 0 repeated false
	// revision 0 repeated true
}

// A past enters as a script of commands, one JSON object a line.
func ExampleMarketplace_Import() {
	ctx := context.Background()
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	report, err := m.Import(ctx, strings.NewReader(`
{"id":"00000000-0000-4000-8000-000000000001","at":"2016-01-04T09:00:00Z","cmd":"RegisterClient","client":"11111111-1111-4111-8111-111111111111"}
{"id":"00000000-0000-4000-8000-000000000002","at":"2016-01-04T09:01:00Z","cmd":"LiftClientFlag","client":"11111111-1111-4111-8111-111111111111"}
{"id":"00000000-0000-4000-8000-000000000001","at":"2016-01-04T09:00:00Z","cmd":"RegisterClient","client":"11111111-1111-4111-8111-111111111111"}
`), marketplace.ImportOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Lines, "lines:", report.Applied, "applied,", report.Repeated, "repeated,", report.Rejected, "rejected")
	for _, r := range report.Rejections {
		fmt.Println("line", r.Line, *r.Cmd, r.Code)
	}
	// Output:
	// 3 lines: 1 applied, 1 repeated, 1 rejected
	// line 3 LiftClientFlag wrong_state
}

// Any question can be asked as of any day and under any published rule.
func ExampleAsOf() {
	ctx := context.Background()
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	if _, err := m.Do(ctx, aggregate.RegisterFreelancer{Freelancer: freelancer}, marketplace.At(nine)); err != nil {
		fmt.Println(err)
		return
	}
	_, err = marketplace.Ask(ctx, m, statistics.FreelancerStatsOf(freelancer), marketplace.AsOf(nine.Add(-time.Second)))
	fmt.Println("a second before:", err != nil)
	stats, err := marketplace.Ask(ctx, m, statistics.FreelancerStatsOf(freelancer), marketplace.AsOf(nine), marketplace.Preset("2015"))
	fmt.Println("at that moment:", err == nil, stats.JobSuccess == nil)
	// Output:
	// a second before: true
	// at that moment: true true
}

// What a freelancer sees of their own work: how far proposals got, and what is
// missing for a badge; and why.
func ExampleAsk() {
	ctx := context.Background()
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	proposal, price := uuid.MustParse("55555555-5555-4555-8555-555555555555"), event.Money(50_000)
	for i, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.GrantConnects{Freelancer: freelancer, N: 10},
		aggregate.PostJob{Job: job, Client: client, Kind: event.KindFixed, Connects: 2},
		aggregate.SubmitProposal{Proposal: proposal, Job: job, Freelancer: freelancer, CoverLetter: "I have done this before."},
		aggregate.StartInterview{Proposal: proposal},
		aggregate.MakeOffer{Proposal: proposal, Kind: event.KindFixed, Amount: &price},
		aggregate.AcceptOffer{Proposal: proposal},
	} {
		if _, err := m.Do(ctx, c, marketplace.At(nine.Add(time.Duration(i)*time.Hour))); err != nil {
			fmt.Println(err)
			return
		}
	}
	asOf := marketplace.AsOf(nine.AddDate(0, 0, 7))
	stats, err := marketplace.Ask(ctx, m, statistics.MyStatsOf(freelancer), asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stats.Funnel.Proposals, "proposal,", stats.Funnel.Interviews, "interview,", stats.Funnel.Hires, "hire")
	fmt.Println("missing for Top Rated:", strings.Join(stats.Badges.TopRated.Unmet(), ", "))
	why, err := marketplace.Ask(ctx, m, statistics.ExplainFunnel(freelancer), asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range why.Proposals[0].Facts {
		fmt.Println(f.OccurredAt, f.Type)
	}
	// Output:
	// 1 proposal, 1 interview, 1 hire
	// missing for Top Rated: displayed, assessments, first_contract, paid, profile
	// 2024-03-01T13:00:00Z ProposalSubmitted
	// 2024-03-01T14:00:00Z InterviewStarted
	// 2024-03-01T15:00:00Z OfferMade
	// 2024-03-01T16:00:00Z OfferAccepted
}
