package web_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/web"
)

// TestFiguresPage: what became of proposals by the badge at the submission, in all and in the
// last year, with each proposal on its week's page, and whether it helped to contact a client.
func TestFiguresPage(t *testing.T) {
	m := empty(t)
	amount := event.Money(70000)
	risen, plain := uuid.UUID{1}, uuid.UUID{2}
	for _, step := range []struct {
		at string
		c  aggregate.Command
	}{
		{"2020-01-01T00:00:00Z", aggregate.RegisterClient{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.VerifyPaymentMethod{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: workFreelancer}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: otherFreelancer}},
		{"2020-01-01T00:00:00Z", aggregate.GrantRisingTalent{Freelancer: workFreelancer}},
		{"2020-01-02T00:00:00Z", aggregate.PostJob{Job: wantedJob, Client: workClient, Kind: event.KindFixed}},
		{"2020-01-03T00:00:00Z", aggregate.SubmitProposal{Proposal: risen, Job: wantedJob, Freelancer: workFreelancer, CoverLetter: "I."}},
		{"2020-01-03T01:00:00Z", aggregate.SubmitProposal{Proposal: plain, Job: wantedJob, Freelancer: otherFreelancer, CoverLetter: "I."}},
		{"2020-01-04T00:00:00Z", aggregate.EndRisingTalent{Freelancer: workFreelancer}},
		{"2020-01-07T00:00:00Z", aggregate.StartInterview{Proposal: risen}},
		{"2020-01-07T01:00:00Z", aggregate.MakeOffer{Proposal: risen, Kind: event.KindFixed, Amount: &amount}},
		{"2020-01-07T02:00:00Z", aggregate.AcceptOffer{Proposal: risen}},
		{"2020-02-01T00:00:00Z", aggregate.ContactClient{Client: workClient, Reason: "consistently_negative"}},
	} {
		require.NoError(t, markettest.Do(t, m, step.c, step.at), "%s at %s", aggregate.CommandName(step.c), step.at)
	}
	h := works(t, m, web.Options{})
	text := words(document(t, h, "/weeks?as_of=2021-01-05"))
	for _, part := range []string{
		"With Rising Talent at the submission: proposals, interviews, hires 1, 1, 1 0, 1, 1",
		"With no badge at the submission: proposals, interviews, hires 1, 0, 0 0, 0, 0",
		"With Top Rated at the submission: proposals, interviews, hires 0, 0, 0 0, 0, 0",
		"Clients contacted 1 for being consistently negative; got better in 90 days: 100.00 %",
	} {
		require.Contains(t, text, part)
	}
	require.Contains(t, words(document(t, h, "/weeks?as_of=2020-02-02")), "got better in 90 days: –")

	submitted := words(document(t, h, "/weeks/2020-W01?as_of=2021-01-05"))
	require.Contains(t, submitted, "proposal submitted with Rising Talent Proposal "+risen.String())
	require.Contains(t, submitted, "proposal submitted with no badge Proposal "+plain.String())
	hired := words(document(t, h, "/weeks/2020-W02?as_of=2021-01-05"))
	require.Contains(t, hired, "proposal submitted earlier with Rising Talent, interview started, hired Proposal "+risen.String())
	require.NotContains(t, hired, plain.String())
}
