package readmodel_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
)

// TestMissingAccounts: records whose accounts have no events, as in a log to which
// another program writes, count for the marketplace and for nobody.
func TestMissingAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		log, moment := strictLog(), projectiontest.June
		write := func(stream string, e event.Event) {
			projectiontest.Write(t, log, stream, projectiontest.Encoded(t, moment, e))
		}
		ann, bob := uuid.New(), uuid.New()
		write(event.FreelancerStream(ann), &event.FreelancerRegistered{})
		write(event.ClientStream(bob), &event.ClientRegistered{})
		for range 5 { // of them and of nobody, in every order of their ids
			for _, client := range []uuid.UUID{bob, uuid.New()} {
				for _, freelancer := range []uuid.UUID{ann, uuid.New()} {
					write(event.ContractStream(uuid.New()), &event.ContractStarted{Job: uuid.New(), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaDirect})
					write(event.InviteStream(uuid.New()), &event.InviteSent{Job: uuid.New(), Client: client, Freelancer: freelancer, ExpiresAt: moment.AddDays(30)})
				}
			}
		}
		memory := projection.NewModel()
		require.NoError(t, memory.Load(t.Context(), log, 1))
		m := model(t, empty(t)(), readmodel.Options{})
		_, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
		require.NoError(t, err)

		policy := projectiontest.Preset(t, "2024-09")
		want, err := statistics.Ask(t.Context(), memory, statistics.FullReport(), moment, policy)
		require.NoError(t, err)
		got, err := statistics.Ask(t.Context(), m, statistics.FullReport(), moment, policy)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Len(t, got.Freelancers, 1)
		require.Len(t, got.Clients, 1)
		require.EqualValues(t, 20, got.Marketplace.InvitesSent)
	})
}
