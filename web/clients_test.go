package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/web"
)

// TestClients: every client stands on the list, with state, signals, what is due and
// running contracts, as the statistics say.
func TestClients(t *testing.T) {
	h := site(t)
	m, p := model(t)
	all, err := statistics.Ask(t.Context(), m, statistics.ListClients(statistics.ClientQuery{Limit: statistics.MaxSearchLimit}), at(moment), p)
	require.NoError(t, err)
	require.Len(t, all.Clients, int(all.Total))
	listed := ""
	for n := 1; n <= (len(all.Clients)+19)/20; n++ {
		doc := document(t, h, fmt.Sprintf("/clients?as_of=%s&page=%d", moment, n))
		listed += words(doc)
		require.Contains(t, words(doc), fmt.Sprintf("%d clients.", all.Total))
		for _, c := range all.Clients[(n-1)*20 : min(n*20, len(all.Clients))] {
			require.Contains(t, hrefs(doc), "/clients/"+c.Client.String()+"?as_of="+strings.ReplaceAll(moment, ":", "%3A"))
		}
	}
	due := 0
	for _, c := range all.Clients {
		row := c.Client.String()[:8] + " " + show.Standing(c.State)
		require.Contains(t, listed, row)
		if c.DueSince != nil {
			due++
			require.Contains(t, listed, show.Step(c.Next)+" "+c.DueSince.Std().Format("2006-01-02 15:04:05")+" "+show.Count(c.RunningContracts))
		}
	}
	require.Positive(t, due)
	require.Equal(t, http.StatusNotFound, get(h, "/clients?page=2000").Code)
}

// TestClientsFiltered: by state and by what is to be done, in the order that is asked for.
func TestClientsFiltered(t *testing.T) {
	m := empty(t)
	good, flagged, barred := uuid.UUID{1}, uuid.UUID{2}, uuid.UUID{3}
	for i, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: good}, aggregate.RegisterClient{Client: flagged}, aggregate.RegisterClient{Client: barred},
		aggregate.BarClient{Client: barred, Reason: event.SanctionFraud},
		aggregate.RegisterFreelancer{Freelancer: uuid.UUID{11}}, aggregate.RegisterFreelancer{Freelancer: uuid.UUID{12}}, aggregate.RegisterFreelancer{Freelancer: uuid.UUID{13}},
		aggregate.RecordComplaint{Client: flagged, Freelancer: uuid.UUID{11}, Reason: "rude " + attack},
		aggregate.RecordComplaint{Client: flagged, Freelancer: uuid.UUID{12}, Reason: "rude " + attack},
		aggregate.RecordComplaint{Client: flagged, Freelancer: uuid.UUID{13}, Reason: "rude " + attack},
	} {
		require.NoError(t, markettest.Do(t, m, c, at("2020-01-01T00:00:00Z").AddSeconds(int64(i)).String()), aggregate.CommandName(c))
	}
	h, err := web.NewHandler(m.Questions, web.Options{ShowText: true, Name: func(_ context.Context, kind string, _ uuid.UUID) string { return kind + attack }})
	require.NoError(t, err)
	found := func(query string) (ids []string) {
		w := get(h, "/clients?as_of=2020-02-01"+query)
		require.Equal(t, http.StatusOK, w.Code)
		doc := parsed(t, w.Body.String())
		sound(t, query, w.Body.String(), doc)
		require.NotContains(t, words(doc), "rude", "a complaint's reason is not for everybody, and on no list")
		for _, row := range elements(doc, "tr") {
			if code := elements(row, "code"); len(code) > 0 {
				ids = append(ids, words(code[0]))
				require.Contains(t, words(row), "client"+attack)
			}
		}
		return ids
	}
	short := func(ids ...uuid.UUID) (texts []string) {
		for _, id := range ids {
			texts = append(texts, id.String()[:8])
		}
		return texts
	}
	require.Equal(t, short(flagged, good, barred), found(""))
	require.Equal(t, short(barred, flagged, good), found("&order=registered"))
	require.Equal(t, short(barred), found("&state=barred"))
	require.Equal(t, short(flagged), found("&due=1"))
	require.Empty(t, found("&state=suspended"))
	doc := document(t, h, "/clients?as_of=2020-02-01&due=1")
	require.Contains(t, words(doc), "in good standing 3 negative signals: which due to be contacted 2020-01-01 00:00:09 0 – 0.00")
	for query, says := range map[string]string{"state=angry": "state is", "order=name": "sort is", "as_of=soon": "as_of must be a date", "page=0": "no page of that number"} {
		w := get(h, "/clients?"+query)
		require.GreaterOrEqual(t, w.Code, 400)
		require.Less(t, w.Code, 500)
		require.Contains(t, w.Body.String(), says)
	}
}
