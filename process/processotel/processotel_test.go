package processotel_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/process/processotel"
	"github.com/marketcore/marketplace/store/memory"
)

// An invite that nobody answers expires seven seconds late, and the first weekly
// assessment finds no badge to award.
func TestFinished(t *testing.T) {
	reader := metric.NewManualReader()
	finished, err := processotel.Finished(metric.NewMeterProvider(metric.WithReader(reader)))
	require.NoError(t, err)
	clock := process.NewManualClock(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	m, err := marketplace.New(memory.Options{Now: clock.Now}.New(), marketplace.Options{Clock: clock.Now})
	require.NoError(t, err)
	defer m.Close()
	p, err := m.Processes(process.Options{Clock: clock, Finished: finished})
	require.NoError(t, err)
	client, freelancer := uuid.New(), uuid.New()
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.SendInvite{Invite: uuid.New(), Job: uuid.New(), Client: client, Freelancer: freelancer},
	} {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err)
	}
	clock.Set(clock.Now().AddDate(0, 0, aggregate.DefaultTerms().InviteDays).Add(7 * time.Second))
	require.NoError(t, p.Settle(t.Context()))

	var got metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &got))
	require.Len(t, got.ScopeMetrics, 1)
	for _, m := range got.ScopeMetrics[0].Metrics {
		switch m.Name {
		case "process.tasks":
			p := m.Data.(metricdata.Sum[int64]).DataPoints
			require.Len(t, p, 3)
			for _, point := range p {
				kind, _ := point.Attributes.Value("process.kind")
				outcome, _ := point.Attributes.Value("process.outcome")
				if kind.AsString() == "review_badge" {
					require.EqualValues(t, 2, point.Value) // there are two badges
					require.Equal(t, "moot", outcome.AsString())
					continue
				}
				require.EqualValues(t, 1, point.Value)
				require.Equal(t, "done", outcome.AsString())
			}
		case "process.task.delay":
			for _, point := range m.Data.(metricdata.Histogram[int64]).DataPoints {
				if kind, _ := point.Attributes.Value("process.kind"); kind.AsString() == "expire_invite" {
					require.EqualValues(t, 7, point.Sum)
				}
			}
		default:
			t.Fatal(m.Name)
		}
	}
}
