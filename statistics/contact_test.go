package statistics_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

// The first disclosure between exactly these two, at or before the moment.
func TestContact(t *testing.T) {
	client, other, freelancer := uuid.UUID{1}, uuid.UUID{2}, uuid.UUID{3}
	one, two := uuid.UUID{0x11}, uuid.UUID{0x22}
	type happened struct {
		stream, at string
		event      event.Event
	}
	invited := func(id, by uuid.UUID, at string) happened {
		return happened{event.InviteStream(id), at, &event.InviteSent{Job: one, Client: by, Freelancer: freelancer, FreelancerAvailable: true}}
	}
	acceptedInvite := func(id uuid.UUID, at string) happened {
		return happened{event.InviteStream(id), at, &event.InviteAccepted{CoverLetter: "Dear Ms."}}
	}
	exchanged := func(stream, at string) happened { return happened{stream, at, &event.ContactExchanged{}} }
	proposed := happened{event.ProposalStream(two), "2024-01-02T00:00:00Z", &event.ProposalSubmitted{Job: one, Client: client, Freelancer: freelancer, Via: event.ViaProposal}}
	interviewed := happened{event.ProposalStream(two), "2024-01-03T00:00:00Z", &event.InterviewStarted{}}
	hired := func(by uuid.UUID, at string) happened {
		return happened{event.ContractStream(two), at, &event.ContractStarted{Job: one, Client: by, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaDirect}}
	}
	for _, c := range []struct {
		name, asOf string
		events     []happened
		at, stream string
	}{
		{"E9 nothing", "2024-02-01T00:00:00Z", nil, "", ""},
		{"E9 an invite, not accepted", "2024-02-01T00:00:00Z", []happened{invited(one, client, "2024-01-02T00:00:00Z")}, "", ""},
		{"E9 an invite accepted where the contract discloses", "2024-02-01T00:00:00Z",
			[]happened{invited(one, client, "2024-01-02T00:00:00Z"), acceptedInvite(one, "2024-01-03T00:00:00Z")}, "", ""},
		{"E9 an invite", "2024-01-03T00:00:00Z",
			[]happened{invited(one, client, "2024-01-02T00:00:00Z"), acceptedInvite(one, "2024-01-03T00:00:00Z"), exchanged(event.InviteStream(one), "2024-01-03T00:00:00Z")},
			"2024-01-03T00:00:00Z", event.InviteStream(one)},
		{"E9 a second before", "2024-01-02T23:59:59Z",
			[]happened{invited(one, client, "2024-01-02T00:00:00Z"), acceptedInvite(one, "2024-01-03T00:00:00Z"), exchanged(event.InviteStream(one), "2024-01-03T00:00:00Z")}, "", ""},
		{"E9 another client's", "2024-02-01T00:00:00Z",
			[]happened{invited(one, other, "2024-01-02T00:00:00Z"), acceptedInvite(one, "2024-01-03T00:00:00Z"), exchanged(event.InviteStream(one), "2024-01-03T00:00:00Z"), hired(other, "2024-01-04T00:00:00Z")}, "", ""},
		{"N11 a proposal taken up", "2024-02-01T00:00:00Z", []happened{proposed, interviewed, exchanged(event.ProposalStream(two), "2024-01-03T00:00:00Z")},
			"2024-01-03T00:00:00Z", event.ProposalStream(two)},
		{"E9 a log of the first edition has none on proposals", "2024-02-01T00:00:00Z", []happened{proposed, interviewed}, "", ""},
		{"E9 the start of a contract in any case", "2024-02-01T00:00:00Z", []happened{proposed, interviewed, hired(client, "2024-01-05T00:00:00Z")},
			"2024-01-05T00:00:00Z", event.ContractStream(two)},
		{"E9 at one moment the stream that comes first", "2024-02-01T00:00:00Z",
			[]happened{proposed, interviewed, exchanged(event.ProposalStream(two), "2024-01-03T00:00:00Z"), hired(client, "2024-01-03T00:00:00Z")},
			"2024-01-03T00:00:00Z", event.ContractStream(two)},
		{"E9 the earliest moment, not the first in the log", "2024-02-01T00:00:00Z",
			[]happened{hired(client, "2024-01-05T00:00:00Z"), proposed, interviewed, exchanged(event.ProposalStream(two), "2024-01-03T00:00:00Z")},
			"2024-01-03T00:00:00Z", event.ProposalStream(two)},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := projectiontest.NewLog()
			events := append([]happened{
				{event.ClientStream(client), "2024-01-01T00:00:00Z", &event.ClientRegistered{}},
				{event.ClientStream(other), "2024-01-01T00:00:00Z", &event.ClientRegistered{}},
				{event.FreelancerStream(freelancer), "2024-01-01T00:00:00Z", &event.FreelancerRegistered{}},
			}, c.events...)
			for _, h := range events {
				projectiontest.Write(t, log, h.stream, projectiontest.Encoded(t, event.MustParseTime(h.at), h.event))
			}
			m := projectiontest.Loaded(t, log)
			p, err := statistics.Preset(statistics.DefaultPolicy)
			require.NoError(t, err)
			asOf := event.MustParseTime(c.asOf)
			want := &statistics.Contact{Client: client, Freelancer: freelancer, AsOf: asOf}
			if c.at != "" {
				at := event.MustParseTime(c.at)
				want.At, want.Stream = &at, &c.stream
			}
			got, err := statistics.Ask(t.Context(), m, statistics.ContactOf(client, freelancer), asOf, p)
			require.NoError(t, err)
			require.Equal(t, want, got)
			for _, ids := range [][2]uuid.UUID{{client, one}, {one, freelancer}, {freelancer, client}} {
				_, err = statistics.Ask(t.Context(), m, statistics.ContactOf(ids[0], ids[1]), asOf, p)
				require.ErrorIs(t, err, statistics.ErrNotFound)
			}
		})
	}
}
