package acceptance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// TestEveryStoreAnswersAlike: the small history comes to the same answer to every
// question on every store, on any number of cores, to the events that it names.
func TestEveryStoreAnswersAlike(t *testing.T) {
	clean := markettest.NewLog()
	markettest.ImportFile(t, markettest.On(t, clean), smallHistory)
	moments := momentsOf(t, "../../examples/history/small")
	if testing.Short() {
		moments = moments[len(moments)-1:]
	}
	model := loaded(t, clean, 1)
	wantReports, want := reports(t, model, moments, long.Run()), answers(t, model, clean, moments)
	everyStore(t, func(t *testing.T, s store.Store) {
		markettest.ImportFile(t, markettest.On(t, s), smallHistory)
		for _, workers := range []int{1, 2, 8} {
			model := loaded(t, s, workers)
			require.Equal(t, wantReports, reports(t, model, moments, long.Run()), "%d workers", workers)
			require.Equal(t, want, answers(t, model, s, moments), "%d workers", workers)
		}
	})
}

// answers are the answers, as JSON, to every question that no report answers. Their
// positions are told as the numbers of the log's events, since each store names
// them otherwise.
func answers(t *testing.T, s statistics.Source, log store.Store, moments []event.Time) (all []string) {
	numbers := map[string]json.Number{}
	for rec, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		numbers[fmt.Sprint(uint64(rec.Position))] = json.Number(fmt.Sprint(len(numbers) + 1))
	}
	p, err := statistics.Preset(statistics.DefaultPolicy)
	require.NoError(t, err)
	for _, asOf := range moments {
		report, err := statistics.Ask(t.Context(), s, statistics.FullReport(), asOf, p)
		require.NoError(t, err)
		figures, err := statistics.Ask(t.Context(), s, statistics.MarketplaceFigures(), asOf, p)
		require.NoError(t, err)
		require.NotEmpty(t, figures.Weeks)
		a := asked{t.Context(), s, asOf, p, nil}
		a.ofMarket(figures.Weeks[len(figures.Weeks)/2].Week)
		for _, id := range some(report.Freelancers) {
			a.ofFreelancer(id)
		}
		for _, id := range some(report.Clients) {
			a.ofClient(id)
		}
		for i, x := range a.answers {
			text, err := json.Marshal(x)
			require.NoError(t, err, i)
			decoder := json.NewDecoder(bytes.NewReader(text))
			decoder.UseNumber()
			var told any
			require.NoError(t, decoder.Decode(&told))
			require.NoError(t, renumber(told, numbers))
			text, err = json.Marshal(told)
			require.NoError(t, err)
			all = append(all, string(text))
		}
	}
	return all
}

// renumber replaces positions by numbers. It fails at one that has none.
func renumber(told any, numbers map[string]json.Number) error {
	var errs []error
	switch x := told.(type) {
	case []any:
		for _, v := range x {
			errs = append(errs, renumber(v, numbers))
		}
	case map[string]any:
		for key, v := range x {
			at, isNumber := v.(json.Number)
			if key != "position" || !isNumber {
				errs = append(errs, renumber(v, numbers))
				continue
			}
			n, known := numbers[at.String()]
			if !known {
				return fmt.Errorf("no event is at position %v", at)
			}
			x[key] = n
		}
	}
	return errors.Join(errs...)
}

// some ids of accounts, the same ones each time.
func some[V any](accounts map[uuid.UUID]V) []uuid.UUID {
	var ids []uuid.UUID
	for id := range accounts {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return ids[:min(len(ids), 10)]
}

// asked is questions as of a moment, with their answers.
type asked struct {
	ctx     context.Context
	s       statistics.Source
	asOf    event.Time
	p       statistics.Policy
	answers []any
}

// told adds an answer, or why there is none.
func (a *asked) told(answer any, err error) {
	if err != nil {
		answer = err.Error()
	}
	a.answers = append(a.answers, answer)
}

func (a *asked) ofMarket(week event.Week) {
	a.told(statistics.Ask(a.ctx, a.s, statistics.MarketplaceFigures(), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainWeek(week), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainMarketplaceDisputeRate(), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainMarketplaceFunnel(), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.SearchFor(statistics.SearchQuery{}), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ListClients(statistics.ClientQuery{}), a.asOf, a.p))
}

func (a *asked) ofFreelancer(id uuid.UUID) {
	a.told(statistics.Ask(a.ctx, a.s, statistics.MyStatsOf(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainJobSuccess(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainResponsiveness(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainFreelancerDisputeRate(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainFunnel(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainWork(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainBadges(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ConnectsOf(id), a.asOf, a.p))
}

func (a *asked) ofClient(id uuid.UUID) {
	a.told(statistics.Ask(a.ctx, a.s, statistics.ClientProfileOf(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainClientProfile(id), a.asOf, a.p))
	a.told(statistics.Ask(a.ctx, a.s, statistics.ExplainClientDisputeRate(id), a.asOf, a.p))
}
