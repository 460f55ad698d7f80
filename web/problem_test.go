package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/web"
)

// failing answers every question with an error.
type failing struct{ err error }

func (f failing) View(context.Context, func(projection.View) error) error { return f.err }

func failed(t *testing.T, err error) (status int, body, again string) {
	t.Helper()
	var log strings.Builder
	h, made := web.NewHandler(marketplace.QuestionsTo(failing{fmt.Errorf("asked: %w", err)}, nil), web.Options{Logger: logger(&log), Now: func() time.Time { return time.Unix(1e9, 0) }})
	require.NoError(t, made)
	w := get(h, "/")
	require.Contains(t, log.String(), "a page failed")
	return w.Code, w.Body.String(), w.Header().Get("Retry-After")
}

// A read model that is away is told as a log that is, and what is wrong with it
// stays in the program's log.
func TestAway(t *testing.T) {
	status, ofStore, _ := failed(t, store.ErrUnavailable.With(nil, "a secret of the host's"))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.NotContains(t, ofStore, "secret")
	status, ofReadModel, _ := failed(t, readmodel.ErrUnavailable.With(nil, "a secret of the host's"))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, ofStore, ofReadModel)
	require.Contains(t, ofStore, "The data cannot be reached. Try again in a moment.")
	status, late, _ := failed(t, context.DeadlineExceeded)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, late, "not done in time")
}

// waiting is a read model that does not answer while it is asked.
type waiting struct{ asked chan struct{} }

func (w waiting) View(ctx context.Context, _ func(projection.View) error) error {
	w.asked <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

// What is known to be away is not waited for: not by a page that is asked for then, nor
// by one that is being computed when it comes to be known. A page that none knows better
// about fails as before.
func TestKnownToBeAway(t *testing.T) {
	up, fall := context.WithCancelCause(t.Context())
	model := waiting{make(chan struct{}, 1)}
	var log strings.Builder
	h, err := web.NewHandler(marketplace.QuestionsTo(model, nil), web.Options{Logger: logger(&log), Concurrency: 1,
		While: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			if up.Err() != nil {
				cancel(context.Cause(up))
			}
			stop := context.AfterFunc(up, func() { cancel(context.Cause(up)) })
			return ctx, func() { stop(); cancel(nil) }
		}})
	require.NoError(t, err)
	away := func(w *httptest.ResponseRecorder) {
		require.Equal(t, http.StatusServiceUnavailable, w.Code)
		require.Equal(t, "2", w.Header().Get("Retry-After"))
		require.Contains(t, w.Body.String(), "The data cannot be reached. Try again in a moment.")
		require.NotContains(t, w.Body.String(), "secret")
	}
	answers := make(chan *httptest.ResponseRecorder, 2)
	for range 2 { // one is computed, one waits for its turn
		go func() { answers <- get(h, "/") }()
	}
	<-model.asked
	fall(store.ErrUnavailable.With(nil, "a secret of the host's"))
	away(<-answers)
	away(<-answers)
	for _, path := range []string{"/", "/weeks", "/freelancers/" + freelancer} {
		away(get(h, path))
	}
	require.Empty(t, model.asked)
	require.Empty(t, log.String())
	require.Equal(t, http.StatusOK, get(h, "/static/style.css").Code)
}

// Every page that fails answers with the status of the list.
func TestStatusesAreTheList(t *testing.T) {
	for _, k := range fault.List() {
		status, body, again := failed(t, fault.New("", k.Code))
		require.Equal(t, k.HTTP, status, k.Code)
		require.Equal(t, !k.Again, strings.Contains(body, "could not be computed"), k.Code)
		require.Equal(t, k.Again, again != "", k.Code)
	}
}
