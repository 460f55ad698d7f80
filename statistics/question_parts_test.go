package statistics_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// asking is a view that notes which parts of a freelancer's history are wanted.
type asking struct {
	projection.View
	wanted projection.Parts
}

func (a *asking) Freelancer(id uuid.UUID, wanted projection.Parts) (*projection.FreelancerHistory, error) {
	a.wanted |= wanted
	return a.View.Freelancer(id, wanted)
}

// TestWordsAreNotLoaded: what freelancers and jobs say decides nothing of standing and
// badges, so their questions leave it where it is.
func TestWordsAreNotLoaded(t *testing.T) {
	const moment = "2024-01-01T10:00:00Z"
	w := projectiontest.NewWorld(t)
	ann := projectiontest.Named("ann")
	w.On(event.FreelancerStream(ann), projectiontest.At(moment), &event.FreelancerRegistered{})
	m, err := w.Records.Model()
	require.NoError(t, err)
	policy := projectiontest.Preset(t, statistics.DefaultPolicy)
	for name, ask := range map[string]func(projection.View) error{
		"my stats": func(v projection.View) error {
			_, err := statistics.MyStatsOf(ann)(v, projectiontest.At(moment), policy)
			return err
		},
		"badges": func(v projection.View) error {
			_, err := statistics.BadgesOf(ann)(v, projectiontest.At(moment), policy)
			return err
		},
		"why the badges": func(v projection.View) error {
			_, err := statistics.ExplainBadges(ann)(v, projectiontest.At(moment), policy)
			return err
		},
	} {
		require.NoError(t, m.View(t.Context(), func(v projection.View) error {
			a := &asking{View: v}
			err := ask(a)
			require.NotZero(t, a.wanted, name)
			require.Zero(t, a.wanted&(projection.PartJobs|projection.PartProfile), name)
			return err
		}))
	}
}
