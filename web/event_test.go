package web_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
	"github.com/marketcore/marketplace/web"
)

// TestNothingPersonal: no page of any event shows what somebody wrote, nor the
// private mark; each says that there is a text.
func TestNothingPersonal(t *testing.T) {
	const secret = "Zanzibar-4711"
	m := empty(t)
	client, freelancer, invite, contract, recommend := uuid.New(), uuid.New(), uuid.New(), uuid.New(), 3
	fives := event.Scores{Skills: 5, Quality: 5, Availability: 5, Deadlines: 5, Communication: 5, Cooperation: 5}
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.DescribeProfile{Freelancer: freelancer, Introduction: secret, Skills: []event.Text{secret}},
		aggregate.SendInvite{Invite: invite, Job: uuid.New(), Client: client, Freelancer: freelancer, Message: secret},
		aggregate.AcceptInvite{Invite: invite, CoverLetter: secret},
		aggregate.StartContract{Contract: contract, Job: uuid.New(), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaInvite, Invite: invite},
		aggregate.RecordComplaint{Client: client, Freelancer: freelancer, Contract: contract, Reason: secret},
		aggregate.EndContract{Contract: contract, By: event.SideClient, Reason: secret},
		aggregate.LeaveFeedback{Contract: contract, By: event.SideClient, Scores: fives, Recommend: &recommend, Comment: secret},
	} {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err, aggregate.CommandName(c))
	}
	h, err := web.NewHandler(m.Questions, web.Options{Log: m.Store()})
	require.NoError(t, err)
	head, err := m.Store().Head(t.Context())
	require.NoError(t, err)
	texts := 0
	for rec, err := range m.Store().ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		w := get(h, fmt.Sprintf("/events/%d", rec.Position))
		require.Equal(t, http.StatusOK, w.Code)
		require.NotContains(t, w.Body.String(), secret)
		require.NotContains(t, w.Body.String(), "recommend")
		texts += strings.Count(w.Body.String(), "[personal text]")
	}
	require.Equal(t, 7, texts)
	for _, page := range []string{"/", "/freelancers/" + freelancer.String() + "/job-success", "/clients/" + client.String()} {
		require.NotContains(t, get(h, page).Body.String(), secret)
	}

	page := words(document(t, h, fmt.Sprintf("/events/%d", head)))
	for _, part := range []string{"FeedbackSubmitted", "by the client", "overall 500", "scores.skills 5", "contract-" + contract.String(), "revision 2"} {
		require.Contains(t, page, part)
	}
}

// An address that is no name of the log's has no event: neither one that somebody
// computed, nor one behind the log's end, nor that of a moment without an event.
func TestNoSuchEvent(t *testing.T) {
	m := empty(t)
	h, err := web.NewHandler(m.Questions, web.Options{Log: m.Store()})
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, get(h, "/events/1").Code, "an empty log")
	_, err = m.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()})
	require.NoError(t, err)
	head, err := m.Store().Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, get(h, fmt.Sprintf("/events/%d", head)).Code)
	for _, position := range []event.Position{1, head - 1, head + 1, 2 * head} {
		w := get(h, fmt.Sprintf("/events/%d", position))
		require.Equal(t, http.StatusNotFound, w.Code, position)
		require.Contains(t, w.Body.String(), fmt.Sprintf("no event at position %d", position))
	}
}

func empty(t *testing.T) *marketplace.Marketplace {
	t.Helper()
	m, err := onNames()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

// A log that fails is a page that says so, and a line in the program's log.
func TestBrokenLog(t *testing.T) {
	m, err := open.Marketplace(t.Context(), "memory:", marketplace.Options{})
	require.NoError(t, err)
	var log strings.Builder
	h, err := web.NewHandler(m.Questions, web.Options{Log: m.Store(), Logger: logger(&log)})
	require.NoError(t, err)
	require.NoError(t, m.Close())
	for _, address := range []string{"/", "/events/1", "/freelancers/" + nobody} {
		w := get(h, address)
		require.Equal(t, http.StatusInternalServerError, w.Code, address)
		require.Contains(t, w.Body.String(), "could not be computed")
	}
	require.Contains(t, log.String(), "path=/events/1")
}

// Another log in the place of the one that was read is no matter of a moment: the
// page says what to do.
func TestAnotherLog(t *testing.T) {
	log := memory.New()
	_, err := log.Append(t.Context(), store.Write{Stream: "elsewhere-1", Expected: store.NoStream, Events: storetest.Events(1)})
	require.NoError(t, err)
	m, err := marketplace.New(anotherLog{log}, marketplace.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	h, err := web.NewHandler(m.Questions, web.Options{Log: m.Store()})
	require.NoError(t, err)
	w := get(h, "/")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, w.Body.String(), "Start the program again")
}

// anotherLog is a log that does not know where its readers are.
type anotherLog struct{ store.Store }

func (anotherLog) ReadAll(context.Context, store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) { yield(event.Record{}, store.ErrUnknownPosition) }
}
