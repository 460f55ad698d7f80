package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/health"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

var (
	client     = uuid.MustParse("11111111-0000-4000-8000-000000000001")
	other      = uuid.MustParse("11111111-0000-4000-8000-000000000002")
	freelancer = uuid.MustParse("22222222-0000-4000-8000-000000000001")
	invite     = uuid.MustParse("33333333-0000-4000-8000-000000000001")

	otherFreelancer = uuid.MustParse("22222222-0000-4000-8000-000000000002")
)

// newLog is an empty log on which nobody can count: its positions are names.
func newLog() store.Store { return storetest.Strict(memory.New(), 7) }

type server struct {
	testing.TB
	http.Handler
}

func newServer(t testing.TB, log store.Store) server {
	m, err := marketplace.New(log, marketplace.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	known := demoTokens()
	known.add("client", principal{side: event.SideClient, id: client})
	known.add("other client", principal{side: event.SideClient, id: other})
	known.add("freelancer", principal{side: event.SideFreelancer, id: freelancer})
	known.add("other freelancer", principal{side: event.SideFreelancer, id: otherFreelancer})
	watched := health.Watch(t.Context(), ofLog(log))
	t.Cleanup(watched.Close)
	return server{t, newService(m, known, slog.New(slog.DiscardHandler), watched)}
}

// ask sends a request; token and key may be empty.
func (s server) ask(method, path, token, key, body string) (int, map[string]any) {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var answer map[string]any
	require.NoError(s, json.Unmarshal(w.Body.Bytes(), &answer))
	if w.Code != http.StatusOK {
		require.Equal(s, problemType, w.Header().Get("Content-Type"))
		require.EqualValues(s, w.Code, answer["status"])
	}
	return w.Code, answer
}

func (s server) command(token, name, body string) (int, map[string]any) {
	s.Helper()
	return s.ask("POST", "/commands/"+name, token, uuid.NewString(), body)
}

// furnished is a market with two clients, a freelancer and an open invite.
func furnished(t testing.TB) server {
	s := newServer(t, newLog())
	job := uuid.New()
	for _, c := range []struct{ token, name, body string }{
		{"platform", "RegisterClient", fmt.Sprintf(`{"client":%q}`, client)},
		{"platform", "RegisterClient", fmt.Sprintf(`{"client":%q}`, other)},
		{"platform", "RegisterFreelancer", fmt.Sprintf(`{"freelancer":%q}`, freelancer)},
		{"client", "PostJob", fmt.Sprintf(`{"job":%q,"client":%q,"kind":"fixed","connects":0}`, job, client)},
		{"client", "SendInvite", fmt.Sprintf(`{"invite":%q,"job":%q,"client":%q,"freelancer":%q}`, invite, job, client, freelancer)},
	} {
		status, answer := s.command(c.token, c.name, c.body)
		require.Equal(t, http.StatusOK, status, answer)
	}
	return s
}

func TestCommands(t *testing.T) {
	accept := fmt.Sprintf(`{"invite":%q,"cover_letter":"Gladly."}`, invite)
	for _, c := range []struct {
		name, token, command, body string
		status                     int
		code                       string
	}{
		{"by the one who may", "freelancer", "AcceptInvite", accept, 200, ""},
		{"by nobody known", "", "AcceptInvite", accept, 401, "unauthenticated"},
		{"with a token that is unknown", "guess", "AcceptInvite", accept, 401, "unauthenticated"},
		{"of the other side", "client", "AcceptInvite", accept, 403, "forbidden"},
		{"of another account", "other client", "WithdrawInvite", fmt.Sprintf(`{"invite":%q,"reason":"changed_mind"}`, invite), 403, "forbidden"},
		{"to post a job of another's", "other client", "PostJob", fmt.Sprintf(`{"job":%q,"client":%q,"kind":"fixed","connects":0}`, uuid.New(), client), 403, "forbidden"},
		{"to post a job", "client", "PostJob", fmt.Sprintf(`{"job":%q,"client":%q,"kind":"fixed","connects":0}`, uuid.New(), client), 200, ""},
		{"on a proposal that nobody has", "client", "MakeOffer", fmt.Sprintf(`{"proposal":%q,"kind":"fixed","amount":1}`, uuid.New()), 403, "forbidden"},
		{"of the platform alone", "client", "SuspendClient", fmt.Sprintf(`{"client":%q,"reason":"fraud"}`, other), 403, "forbidden"},
		{"about what nobody has", "freelancer", "AcceptInvite", fmt.Sprintf(`{"invite":%q,"cover_letter":"Hm."}`, uuid.New()), 403, "forbidden"},
		{"about what is not there", "platform", "ExpireInvite", fmt.Sprintf(`{"invite":%q}`, uuid.New()), 404, "not_found"},
		{"without a cover letter", "freelancer", "AcceptInvite", fmt.Sprintf(`{"invite":%q}`, invite), 422, "cover_letter_required"},
		{"with a field it has not", "freelancer", "AcceptInvite", fmt.Sprintf(`{"invite":%q,"id":"x"}`, invite), 422, "invalid"},
		{"with no JSON", "freelancer", "AcceptInvite", `{`, 422, "invalid"},
		{"that is unknown", "platform", "Anything", `{}`, 422, "invalid"},
		{"too early", "platform", "ExpireInvite", fmt.Sprintf(`{"invite":%q}`, invite), 409, "too_early"},
		{"that is too long", "platform", "ExpireInvite", strings.Repeat(" ", 1<<20+1), 413, "too_large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer := furnished(t).command(c.token, c.command, c.body)
			require.Equal(t, c.status, status, answer)
			if c.code != "" {
				require.Equal(t, c.code, answer["code"])
			}
		})
	}
}

// TestSentAgain: a request whose answer was lost is done once.
func TestSentAgain(t *testing.T) {
	s := furnished(t)
	key := uuid.NewString()
	body := fmt.Sprintf(`{"invite":%q,"cover_letter":"Gladly."}`, invite)
	status, first := s.ask("POST", "/commands/AcceptInvite", "freelancer", key, body)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, []any{"InviteAccepted", "ContactExchanged"}, first["events"])
	status, again := s.ask("POST", "/commands/AcceptInvite", "freelancer", key, body)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, true, again["repeated"])
	require.Equal(t, first["position"], again["position"])

	status, answer := s.ask("POST", "/commands/AcceptInvite", "freelancer", "no uuid", body)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "idempotency_key", answer["code"])
}

// TestKeyReused: a key stands for one request. Another one on the same thing, also of
// another user, neither gets the answer of the first nor is done.
func TestKeyReused(t *testing.T) {
	s := furnished(t)
	contract := uuid.New()
	status, answer := s.command("platform", "StartContract", fmt.Sprintf(`{"contract":%q,"job":%q,"client":%q,"freelancer":%q,"kind":"fixed","via":"invite"}`,
		contract, uuid.New(), client, freelancer))
	require.Equal(t, http.StatusOK, status, answer)
	key := uuid.NewString()
	bonus := fmt.Sprintf(`{"contract":%q,"amount":500}`, contract)
	status, first := s.ask("POST", "/commands/PayBonus", "client", key, bonus)
	require.Equal(t, http.StatusOK, status, first)
	for _, c := range []struct{ name, token, command, body string }{
		{"another amount", "client", "PayBonus", fmt.Sprintf(`{"contract":%q,"amount":50000}`, contract)},
		{"another command", "client", "EndContract", fmt.Sprintf(`{"contract":%q,"by":"client","reason":"done"}`, contract)},
		{"another user", "freelancer", "GiveRefund", fmt.Sprintf(`{"contract":%q,"amount":500}`, contract)},
		{"the platform", "platform", "PauseContract", fmt.Sprintf(`{"contract":%q}`, contract)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := server{t, s.Handler}
			status, answer := s.ask("POST", "/commands/"+c.command, c.token, key, c.body)
			require.Equal(t, http.StatusUnprocessableEntity, status, answer)
			require.Equal(t, "id_reused", answer["code"])
			require.NotContains(t, answer, "events")
		})
	}
	status, again := s.ask("POST", "/commands/PayBonus", "client", key, bonus)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, true, again["repeated"])
	_, stats := s.ask("GET", "/clients/"+client.String(), "", "", "")
	require.EqualValues(t, 500, stats["spent"])
}

// TestReadYourWrites: who has sent a command reads what it did.
func TestReadYourWrites(t *testing.T) {
	s := furnished(t)
	job := uuid.New()
	status, answer := s.command("client", "PostJob", fmt.Sprintf(`{"job":%q,"client":%q,"kind":"fixed","connects":0}`, job, client))
	require.Equal(t, http.StatusOK, status, answer)
	for i := range 20 {
		body := fmt.Sprintf(`{"invite":%q,"job":%q,"client":%q,"freelancer":%q}`, uuid.New(), job, client, freelancer)
		status, answer := s.command("client", "SendInvite", body)
		require.Equal(t, http.StatusOK, status, answer)
		_, stats := s.ask("GET", "/marketplace", "", "", "")
		require.EqualValues(t, i+2, stats["invites_sent"])
	}
}

func TestQuestions(t *testing.T) {
	s := furnished(t)
	for path, want := range map[string]int{
		"/freelancers/" + freelancer.String():                                 200,
		"/freelancers/" + freelancer.String() + "/job-success?policy=2015":    200,
		"/clients/" + client.String():                                         200,
		"/marketplace?as_of=2020-01-01T00:00:00Z":                             200,
		"/marketplace?as_of=yesterday":                                        400,
		"/marketplace?policy=none":                                            400,
		"/freelancers/" + freelancer.String() + "?as_of=2020-01-01T00:00:00Z": 404,
		"/freelancers/x":                                                      404,
		"/clients/" + freelancer.String():                                     404,
	} {
		status, answer := s.ask("GET", path, "", "", "")
		require.Equal(t, want, status, "%s: %v", path, answer)
	}
}

// TestLogAway: when the log cannot be reached the answer says to come again, and
// nothing of why.
func TestLogAway(t *testing.T) {
	s := newServer(t, away{newLog()})
	status, answer := s.command("platform", "RegisterClient", fmt.Sprintf(`{"client":%q}`, client))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "unavailable", answer["code"])
	require.NotContains(t, fmt.Sprint(answer), "secret")
}

// away is a log that cannot be written to.
type away struct{ store.Store }

func (away) Append(context.Context, store.Write) (store.Appended, error) {
	return store.Appended{}, store.ErrUnavailable.With(nil, "a secret of the host's")
}

// TestStatusesAreTheList: what fails is answered as the library's list of codes
// says, and told to come again only if that may help.
func TestStatusesAreTheList(t *testing.T) {
	for _, err := range []error{
		store.ErrConflict, store.ErrUnavailable, store.ErrFull, store.ErrCorrupt, store.ErrTooLarge, store.ErrUnavailable.With(store.ErrRefused, ""),
		readmodel.ErrUnavailable, statistics.ErrUnknownPolicy, statistics.ErrInvalidQuery, &aggregate.Rejection{Code: aggregate.Expired},
		errors.New("a host's"),
	} {
		w := httptest.NewRecorder()
		s := &service{logger: slog.New(slog.DiscardHandler)}
		s.fail(w, httptest.NewRequest("GET", "/", nil), err)
		info := marketplace.ErrorInfoOf(err)
		require.Equal(t, info.HTTP, w.Code, "%v", err)
		require.Equal(t, info.Again, w.Header().Get("Retry-After") != "", "%v", err)
		var answer problem
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
		require.Equal(t, marketplace.Code(err), answer.Code)
	}
}

// TestRun: the service ends when it is told to, with requests in flight
// answered and the log closed.
func TestRun(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, "sqlite:"+t.TempDir()+"/market.db", l, slog.New(slog.DiscardHandler)) }()

	ask := func(token, method, path, body string) map[string]any {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+l.Addr().String()+path, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Idempotency-Key", uuid.NewString())
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode, string(text))
		var told map[string]any
		require.NoError(t, json.Unmarshal(text, &told))
		return told
	}
	job, proposal := uuid.New(), uuid.New()
	for _, c := range [][3]string{
		{"client", "RegisterClient", fmt.Sprintf(`{"client":%q}`, demoClient)},
		{"freelancer", "RegisterFreelancer", fmt.Sprintf(`{"freelancer":%q}`, demoFreelancer)},
		{"client", "PostJob", fmt.Sprintf(`{"job":%q,"client":%q,"kind":"fixed","connects":0}`, job, demoClient)},
		{"freelancer", "SubmitProposal", fmt.Sprintf(`{"proposal":%q,"job":%q,"freelancer":%q,"cover_letter":"Gladly."}`, proposal, job, demoFreelancer)},
		{"client", "MakeOffer", fmt.Sprintf(`{"proposal":%q,"kind":"fixed","amount":50000}`, proposal)},
		{"freelancer", "AcceptOffer", fmt.Sprintf(`{"proposal":%q}`, proposal)},
	} {
		ask(c[0], "POST", "/commands/"+c[1], c[2])
	}
	require.Eventually(t, func() bool {
		return ask("", "GET", "/freelancers/"+demoFreelancer.String()+"/my-stats", "")["clients"] == 1.0
	}, time.Minute, 10*time.Millisecond, "the accepted offer's contract starts by itself")
	for path, shows := range map[string]string{
		"/healthz": "ok", "/readyz": `"deadlines":"ok","deadlines_behind_s":0,"log":"ok"`, "/metrics": "store_operation_duration_seconds_count", "/metrics?": "process_position",
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+l.Addr().String()+path, nil)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode)
		require.Contains(t, string(text), shows, path)
	}
	require.Equal(t, "good", ask("", "GET", "/clients/"+demoClient.String()+"/profile", "")["state"])
	stop()
	require.NoError(t, <-ended)
}

func Example() {
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	watched := health.Watch(context.Background(), ofLog(m.Store()))
	defer watched.Close()
	s := newService(m, demoTokens(), slog.New(slog.DiscardHandler), watched)
	key := "0f8d4c1e-6f0e-4f0a-9a53-0d6e0f2f5a01"
	for range 2 {
		r := httptest.NewRequest("POST", "/commands/RegisterClient", strings.NewReader(`{"client":"9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10"}`))
		r.Header.Set("Authorization", "Bearer platform")
		r.Header.Set("Idempotency-Key", key)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		fmt.Print(w.Code, " ", w.Body.String())
	}
	// Output:
	// 200 {"command":"0f8d4c1e-6f0e-4f0a-9a53-0d6e0f2f5a01","stream":"clientAccount-9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10","revision":0,"position":1,"events":["ClientRegistered"],"repeated":false}
	// 200 {"command":"0f8d4c1e-6f0e-4f0a-9a53-0d6e0f2f5a01","stream":"clientAccount-9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10","revision":0,"position":1,"events":["ClientRegistered"],"repeated":true}
}
