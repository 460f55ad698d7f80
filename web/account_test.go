package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/web"
)

// TestAccountForm: the form leads to whatever has the id as of the moment, and reads
// nothing of the accounts but that they are there.
func TestAccountForm(t *testing.T) {
	m := empty(t)
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: workFreelancer}, "2020-01-01T00:00:00Z"))
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterClient{Client: workFreelancer}, "2020-02-01T00:00:00Z"))
	model := &recorder{Model: projection.NewModel()}
	require.NoError(t, model.Load(t.Context(), m.Store(), 1))
	h, err := web.NewHandler(marketplace.QuestionsTo(model, nil), web.Options{})
	require.NoError(t, err)
	address := "/accounts?id=" + workFreelancer.String()
	require.Equal(t, http.StatusNotFound, get(h, address+"&as_of=2019-12-31").Code)
	require.Equal(t, "/freelancers/"+workFreelancer.String()+"?as_of=2020-01-31", get(h, address+"&as_of=2020-01-31").Header().Get("Location"))
	links := hrefs(document(t, h, address+"&as_of=2020-02-01"))
	for _, kind := range []string{"freelancers", "clients"} {
		require.Contains(t, links, "/"+kind+"/"+workFreelancer.String()+"?as_of=2020-02-01")
	}
	require.Zero(t, model.wanted)
}
