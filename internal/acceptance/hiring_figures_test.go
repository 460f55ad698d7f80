package acceptance_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/statistics"
)

// TestHiringFigures: the marketplace's figures and My Stats of the hiring history are
// those of another implementation, in memory and from a database.
func TestHiringFigures(t *testing.T) {
	m, model := hired(t)
	for name, source := range map[string]statistics.Source{
		"in memory":       loaded(t, m.Store(), 1),
		"from a database": model,
	} {
		t.Run(name, func(t *testing.T) {
			for _, file := range []string{"figures.2024-09-03", "figures.2025-02-28"} {
				asOf, policy, want := hiringAnswers(t, file)
				p, err := statistics.Preset(policy)
				require.NoError(t, err)
				got, err := statistics.Ask(t.Context(), source, statistics.MarketplaceFigures(), asOf, p)
				require.NoError(t, err)
				requireSays(t, want, got, file)
			}
			for _, file := range []string{"my-stats.2024-02-29", "my-stats.2024-09-03", "my-stats.2024-09-03.2015", "my-stats.2025-02-28"} {
				asOf, policy, all := hiringAnswers(t, file)
				p, err := statistics.Preset(policy)
				require.NoError(t, err)
				byID := all["my-stats"].(map[string]any)
				require.NotEmpty(t, byID)
				for id, want := range byID {
					got, err := statistics.Ask(t.Context(), source, statistics.MyStatsOf(uuid.MustParse(id)), asOf, p)
					require.NoError(t, err, id)
					requireSays(t, want, got, file+" "+id)
				}
			}
		})
	}
}
