package process_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

func complaint(when, freelancer string) step {
	return on(when, aggregate.RecordComplaint{Client: named("carl"), Freelancer: named(freelancer), Reason: "rude"})
}

// negative is a host with three freelancers.
func negative(t *testing.T) *host {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("carl")})
	for _, f := range []string{"ann", "ben", "cem"} {
		h.do("2024-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: named(f)})
	}
	return h
}

func (h *host) steps(steps ...step) {
	h.t.Helper()
	for _, s := range steps {
		h.do(s.at, s.command)
	}
}

// The three kinds of signals, each of another freelancer, lead to a contact;
// two more lead to a suspension. The cause of each is the last signal.
func TestNegativeClientIsContactedThenSuspended(t *testing.T) {
	h := negative(t)
	signals := []uuid.UUID{}
	signal := func(s step) {
		before := h.head()
		h.steps(s)
		signals = append(signals, h.events(before)[0].ID)
	}
	signal(complaint("2024-02-01T10:00:00Z", "ann"))
	require.Empty(t, h.settle("2024-02-01T10:00:00Z"))

	ben := hourly.command.(aggregate.StartContract)
	ben.Freelancer = named("ben")
	h.steps(on("2024-02-02T10:00:00Z", ben), on("2024-02-03T10:00:00Z", ended.command))
	h.steps(on("2024-02-04T10:00:00Z", feedback(event.SideFreelancer, 2))) // and not yet published
	require.Empty(t, h.settle("2024-02-04T10:00:00Z"))

	cem := fixed.command.(aggregate.StartContract)
	cem.Freelancer = named("cem")
	h.steps(on("2024-02-05T10:00:00Z", cem), on("2024-02-05T10:00:00Z", added.command), on("2024-02-05T10:00:00Z", funded.command),
		on("2024-02-06T10:00:00Z", disputed.command))
	signal(on("2024-02-07T10:00:00Z", aggregate.ResolveDispute{
		Contract: named("fixed"), Dispute: named("dispute"), ToFreelancer: 50_00, ToClient: 50_00, DecidedBy: event.DecidedByMediation}))
	require.Empty(t, h.settle("2024-02-07T10:00:05Z"))
	require.Equal(t, []string{"2024-02-18T00:00:00Z FeedbackPublished", "2024-02-18T00:00:00Z ClientContacted"}, h.settle("2024-02-18T00:00:00Z"))
	for _, env := range h.events(h.seen) {
		if _, published := env.Event.(*event.FeedbackPublished); published {
			signals = append(signals, env.ID)
		}
	}

	signal(complaint("2024-03-01T10:00:00Z", "ann"))
	require.Empty(t, h.settle("2024-03-01T10:00:00Z"))
	signal(complaint("2024-03-02T10:00:00Z", "ben"))
	require.Equal(t, []string{"2024-03-02T10:00:00Z ClientFlagged", "2024-03-02T10:00:00Z ClientSuspended"}, h.settle("2024-03-02T10:00:00Z"))
	signal(complaint("2024-03-03T10:00:00Z", "cem"))
	require.Empty(t, h.settle("2026-03-03T10:00:00Z"))

	causes := map[string]uuid.UUID{}
	for _, env := range h.events(0) {
		switch e := env.Event.(type) {
		case *event.ClientContacted:
			require.Equal(t, event.ContactConsistentlyNegative, e.Basis)
			causes["contacted"] = env.CausationID
		case *event.ClientFlagged:
			require.Equal(t, event.FlagPoorCollaboration, e.Basis)
			causes["flagged"] = env.CausationID
		case *event.ClientSuspended:
			require.Equal(t, event.SanctionConduct, e.Reason)
			causes["suspended"] = env.CausationID
		}
	}
	require.Equal(t, map[string]uuid.UUID{"contacted": signals[2], "flagged": signals[4], "suspended": signals[4]}, causes)
}

func TestNegativeClientSlateIsCleanAfterwards(t *testing.T) {
	h := negative(t)
	h.steps(complaint("2024-02-01T10:00:00Z", "ann"), complaint("2024-02-02T10:00:00Z", "ben"), complaint("2024-02-03T10:00:00Z", "cem"))
	require.Equal(t, []string{"2024-02-03T10:00:00Z ClientContacted"}, h.settle("2024-02-03T10:00:00Z"))
	h.steps(complaint("2024-02-04T10:00:00Z", "ann"), complaint("2024-05-03T10:00:00Z", "ben")) // 90 days after the contact
	require.Empty(t, h.settle("2024-05-03T10:00:00Z"))
	h.steps(complaint("2024-05-04T10:00:00Z", "ann"))
	require.Empty(t, h.settle("2024-05-04T10:00:00Z"))
	h.steps(complaint("2024-05-05T10:00:00Z", "cem"))
	require.Equal(t, []string{"2024-05-05T10:00:00Z ClientContacted"}, h.settle("2024-05-05T10:00:00Z"))
}

// What is due stays due, however late it is done (rules 7).
func TestDueContactIsGivenLate(t *testing.T) {
	h := negative(t)
	h.steps(complaint("2024-02-01T10:00:00Z", "ann"), complaint("2024-02-02T10:00:00Z", "ben"), complaint("2024-02-03T10:00:00Z", "cem"))
	require.Equal(t, []string{"2025-02-03T10:00:00Z ClientContacted"}, h.settle("2025-02-03T10:00:00Z"))
	require.Empty(t, h.settle("2025-02-03T10:00:01Z"))
}

// What a person has done is not done again.
func TestPersonWasFaster(t *testing.T) {
	h := negative(t)
	h.steps(complaint("2024-02-01T10:00:00Z", "ann"), complaint("2024-02-02T10:00:00Z", "ben"), complaint("2024-02-03T10:00:00Z", "cem"),
		on("2024-02-03T10:00:01Z", aggregate.ContactClient{Client: named("carl"), Reason: "consistently_negative"}))
	require.Empty(t, h.settle("2024-02-03T10:00:02Z"))
	h.steps(complaint("2024-02-04T10:00:00Z", "ann"), complaint("2024-02-05T10:00:00Z", "ben"),
		on("2024-02-05T10:00:01Z", aggregate.BarClient{Client: named("carl"), Reason: event.SanctionFraud}))
	require.Empty(t, h.settle("2024-02-05T10:00:02Z"))
}
