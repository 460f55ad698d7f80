package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/web"
)

// behind is a model that says that a part of it is.
type behind struct{ *projection.Model }

func (b behind) View(ctx context.Context, read func(projection.View) error) error {
	return b.Model.View(ctx, func(v projection.View) error { return read(behindView{v}) })
}

type behindView struct{ projection.View }

func (behindView) Status() (projection.Status, error) {
	return projection.Status{Position: 3, Head: 9, Partitions: 4, Behind: []int{1}}, nil
}

// Every page of a read model that is behind says so, also that of an account that is
// not there; of one that is complete none does.
func TestPagesOfPartialReadModel(t *testing.T) {
	m := projection.NewModel()
	require.NoError(t, m.Load(t.Context(), small(t).Store(), 1))
	for _, path := range []string{"/", "/search", "/jobs", "/clients", "/weeks", "/dispute-rate", "/freelancers/" + freelancer, "/clients/" + client + "/profile", "/freelancers/" + nobody} {
		page := func(asked *marketplace.Questions) string {
			h, err := web.NewHandler(asked, web.Options{})
			require.NoError(t, err)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path+"?as_of="+moment, nil))
			return w.Body.String()
		}
		const words = "Not every number is up to date: the read model is partial: of its 4 partitions 1 is behind (1)"
		require.Contains(t, page(marketplace.QuestionsTo(behind{m}, nil)), words, path)
		require.NotContains(t, page(marketplace.QuestionsTo(m, nil)), "up to date", path)
	}
}
