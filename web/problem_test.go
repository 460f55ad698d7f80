package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

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

func failed(t *testing.T, err error) (status int, body string) {
	t.Helper()
	var log strings.Builder
	h, made := web.NewHandler(marketplace.QuestionsTo(failing{fmt.Errorf("asked: %w", err)}, nil), web.Options{Logger: logger(&log)})
	require.NoError(t, made)
	w := get(h, "/")
	require.Contains(t, log.String(), "a page failed")
	return w.Code, w.Body.String()
}

// A read model that is away is told as a log that is, and what is wrong with it
// stays in the program's log.
func TestAway(t *testing.T) {
	status, ofStore := failed(t, store.ErrUnavailable.With(nil, "a secret of the host's"))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.NotContains(t, ofStore, "secret")
	status, ofReadModel := failed(t, readmodel.ErrUnavailable.With(nil, "a secret of the host's"))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, ofStore, ofReadModel)
	require.Contains(t, ofStore, "The data cannot be reached. Try again in a moment.")
	status, late := failed(t, context.DeadlineExceeded)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, late, "not done in time")
}

// Every page that fails answers with the status of the list.
func TestStatusesAreTheList(t *testing.T) {
	for _, k := range fault.List() {
		status, body := failed(t, fault.New("", k.Code))
		require.Equal(t, k.HTTP, status, k.Code)
		require.Equal(t, !k.Again, strings.Contains(body, "could not be computed"), k.Code)
	}
}
