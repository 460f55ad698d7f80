package projection_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// someHistory is a rough market of some hundred events.
func someHistory(t testing.TB) (projectiontest.StrictLog, []event.Time) {
	m := market.New(7)
	m.Rough = true
	m.RegisterClients(4)
	for range 5 {
		m.Freelancer(6, 4)
	}
	log := projectiontest.NewLog()
	m.WriteTo(t, log)
	return log, []event.Time{m.History[len(m.History)/2].At, market.Ends}
}

func unknown() event.Proposed {
	return event.Proposed{ID: uuid.New(), Type: "NeverHeardOf", Data: []byte(`{}`),
		Metadata: []byte(`{"occurredAt":"2016-01-01T00:00:00Z","schemaVersion":"1","actor":"timer","commandId":"` + uuid.NewString() +
			`","$correlationId":"` + uuid.NewString() + `","$causationId":"` + uuid.NewString() + `"}`)}
}

// TestReportFormat: fine print K2 and L4.
func TestReportFormat(t *testing.T) {
	log := projectiontest.NewLog()
	ann, bob := projectiontest.Named("ann"), projectiontest.Named("bob")
	projectiontest.Write(t, log, event.ClientStream(ann), projectiontest.Encoded(t, projectiontest.June, &event.ClientRegistered{}))
	projectiontest.Write(t, log, event.FreelancerStream(bob), projectiontest.Encoded(t, projectiontest.June, &event.FreelancerRegistered{}))
	m := projectiontest.Loaded(t, log)
	p := projectiontest.Preset(t, statistics.DefaultPolicy)

	empty, err := statistics.Ask(t.Context(), m, statistics.FullReport(), projectiontest.June-1, p)
	require.NoError(t, err)
	const none = `{"ended":0,"disputed":0,"ppm":null,"ended_12m":0,"disputed_12m":0,"ppm_12m":null}`
	projectiontest.RequireJSON(t, `{"as_of":"2017-06-01T08:59:59Z","policy":"2024-09","freelancers":{},"clients":{},
		"marketplace":{"dispute_rate":`+none+`,"invites_sent":0,"hires":{"invite":0,"proposal":0,"direct":0},"paid":0}}`, empty)

	full, err := statistics.Ask(t.Context(), m, statistics.FullReport(), projectiontest.June, p)
	require.NoError(t, err)
	projectiontest.RequireJSON(t, `{"as_of":"2017-06-01T09:00:00Z","policy":"2024-09",
		"freelancers":{"`+bob.String()+`":{"responsiveness":{"counted":0,"answered":0,"answered_24h":0,"answered_72h":0,
			"rate_bp":null,"median_response_s":null,"level":null},"job_success":null,"dispute_rate":`+none+`,"paid":0}},
		"clients":{"`+ann.String()+`":{"dispute_rate":`+none+`,"spent":0}},
		"marketplace":{"dispute_rate":`+none+`,"invites_sent":0,"hires":{"invite":0,"proposal":0,"direct":0},"paid":0}}`, full)
}

// TestMarketplaceCounts: invites sent and hires, fine print K3.
func TestMarketplaceCounts(t *testing.T) {
	log := projectiontest.NewLog()
	invite := func(name string, when event.Time, available bool) {
		projectiontest.Write(t, log, event.InviteStream(projectiontest.Named(name)), projectiontest.Encoded(t, when, projectiontest.Sent(available)))
	}
	start := func(name string, when event.Time, via event.Via) {
		projectiontest.Write(t, log, event.ContractStream(projectiontest.Named(name)), projectiontest.Encoded(t, when, &event.ContractStarted{Via: via}),
			projectiontest.Encoded(t, when, &event.BonusPaid{Amount: 5}))
	}
	invite("1", projectiontest.June, true)
	invite("to one who is not available", projectiontest.June, false)
	invite("at T", projectiontest.Noon, true)
	invite("after T", projectiontest.Noon+1, true)
	start("1", projectiontest.June, event.ViaInvite)
	start("2", projectiontest.June, event.ViaProposal)
	start("3", projectiontest.Noon, event.ViaProposal)
	start("4", projectiontest.Noon+1, event.ViaDirect)
	m := projectiontest.Loaded(t, log)
	got, err := statistics.Ask(t.Context(), m, statistics.MarketplaceTotals(), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	require.Equal(t, &statistics.MarketplaceStats{InvitesSent: 3, Hires: statistics.Hires{Invite: 1, Proposal: 2}, Paid: 15}, got)
}

func TestNotFound(t *testing.T) {
	log := projectiontest.NewLog()
	projectiontest.Write(t, log, event.FreelancerStream(projectiontest.Named("bob")), projectiontest.Encoded(t, projectiontest.June, &event.FreelancerRegistered{}))
	projectiontest.Write(t, log, event.InviteStream(projectiontest.Named("invite")), projectiontest.Encoded(t, projectiontest.June, projectiontest.Sent(true))) // of accounts without a stream
	m := projectiontest.Loaded(t, log)
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	_, err := statistics.Ask(t.Context(), m, statistics.FreelancerStatsOf(projectiontest.Named("bob")), projectiontest.June, p)
	require.NoError(t, err)
	for name, ask := range map[string]func() error{
		"unknown freelancer": func() error {
			_, err := statistics.Ask(t.Context(), m, statistics.FreelancerStatsOf(projectiontest.Named("eve")), projectiontest.June, p)
			return err
		},
		"not yet registered": func() error {
			_, err := statistics.Ask(t.Context(), m, statistics.FreelancerStatsOf(projectiontest.Named("bob")), projectiontest.June-1, p)
			return err
		},
		"invited only": func() error {
			_, err := statistics.Ask(t.Context(), m, statistics.FreelancerStatsOf(projectiontest.Named("freelancer")), projectiontest.June, p)
			return err
		},
		"unknown client": func() error {
			_, err := statistics.Ask(t.Context(), m, statistics.ClientStatsOf(projectiontest.Named("bob")), projectiontest.June, p)
			return err
		},
		"job success": func() error {
			_, err := statistics.Ask(t.Context(), m, statistics.ExplainJobSuccess(projectiontest.Named("eve")), projectiontest.June, p)
			return err
		},
		"responsiveness": func() error {
			_, err := statistics.Ask(t.Context(), m, statistics.ExplainResponsiveness(projectiontest.Named("eve")), projectiontest.June, p)
			return err
		},
		"dispute rate": func() error {
			_, err := statistics.Ask(t.Context(), m, statistics.ExplainFreelancerDisputeRate(projectiontest.Named("eve")), projectiontest.June, p)
			return err
		},
		"client dispute rate": func() error {
			_, err := statistics.Ask(t.Context(), m, statistics.ExplainClientDisputeRate(projectiontest.Named("eve")), projectiontest.June, p)
			return err
		},
	} {
		err := ask()
		require.ErrorIs(t, err, statistics.ErrNotFound, name)
		var nf *statistics.NotFoundError
		require.ErrorAs(t, err, &nf, name)
		require.Equal(t, "not_found", nf.Code())
		require.Contains(t, err.Error(), nf.ID.String()+" is registered as of 2017-06-01T", name)
	}
}

// TestForeignStreamsAreIgnored: whatever they hold.
func TestForeignStreamsAreIgnored(t *testing.T) {
	log := projectiontest.NewLog()
	var last event.Position
	for _, stream := range []string{"tickets-1", "nodash", "invites-" + uuid.NewString()} {
		last = projectiontest.Write(t, log, stream, unknown())
	}
	require.Equal(t, last, projectiontest.Loaded(t, log).Position())
}

// TestBadEventStops: an event that cannot be decoded or folded stops the model
// at its position, live and in bulk, on any number of cores; then nothing is
// answered.
func TestBadEventStops(t *testing.T) {
	anyContract := func(t testing.TB, s store.Store, revision uint64) event.Record {
		for r, err := range s.ReadAll(t.Context(), store.Span{}) {
			require.NoError(t, err)
			if r.Revision == revision && r.Stream[:9] == "contract-" {
				return r.Clone()
			}
		}
		t.Fatal("no such contract")
		return event.Record{}
	}
	for _, c := range []struct {
		name  string
		spoil func(testing.TB, store.Store) (store.Store, event.Position)
		want  error
	}{
		{"unknown type", func(t testing.TB, s store.Store) (store.Store, event.Position) {
			return s, projectiontest.Write(t, s, event.ContractStream(uuid.New()), unknown())
		}, event.ErrUnknownType},
		{"unknown type where no record is folded from", func(t testing.TB, s store.Store) (store.Store, event.Position) {
			return s, projectiontest.Write(t, s, event.ImportStream(uuid.New()), unknown())
		}, event.ErrUnknownType},
		{"a stream without an id", func(t testing.TB, s store.Store) (store.Store, event.Position) {
			return s, projectiontest.Write(t, s, "contract-7", projectiontest.Encoded(t, projectiontest.June, &event.ContractPaused{}))
		}, projection.ErrStreamName},
		{"an event of another family", func(t testing.TB, s store.Store) (store.Store, event.Position) {
			return s, projectiontest.Write(t, s, anyContract(t, s, 0).Stream, projectiontest.Encoded(t, market.Ends, &event.InviteExpired{}))
		}, projection.ErrForeignEvent},
		{"a hidden event", func(t testing.TB, s store.Store) (store.Store, event.Position) {
			hidden := anyContract(t, s, 1)
			bad := projectiontest.Write(t, s, hidden.Stream, projectiontest.Encoded(t, market.Ends, &event.ContractPaused{}))
			for r, err := range s.ReadStream(t.Context(), hidden.Stream, 2) {
				require.NoError(t, err)
				bad = min(bad, r.Position)
			}
			return skipping{s, hidden.Position}, bad
		}, projection.ErrGap},
	} {
		t.Run(c.name, func(t *testing.T) {
			log, moments := someHistory(t)
			s, bad := c.spoil(t, log)
			var last event.Position
			for range 20 { // more of them behind the first
				projectiontest.Write(t, log, event.InviteStream(uuid.New()), projectiontest.Encoded(t, projectiontest.June, projectiontest.Sent(true)))
				last = projectiontest.Write(t, log, "invite-x", unknown())
			}
			feeds := map[string]func(*projection.Model) error{
				"bulk": func(m *projection.Model) error { return m.Load(t.Context(), s, 1) },
				"live": func(m *projection.Model) error { return m.Follow(t.Context(), s) },
			}
			for _, workers := range []int{2, 3, 8} {
				feeds[fmt.Sprint(workers, " workers")] = func(m *projection.Model) error { return m.LoadSpans(t.Context(), s, workers, 10) }
				feeds[fmt.Sprint(workers, " workers, in order")] = func(m *projection.Model) error {
					return m.LoadSpans(t.Context(), struct{ store.Store }{s}, workers, 10)
				}
			}
			for name, feed := range feeds {
				m := projection.NewModel()
				err := feed(m)
				require.ErrorIs(t, err, c.want, name)
				require.ErrorIs(t, err, projection.ErrStopped, name)
				require.Contains(t, err.Error(), fmt.Sprintf("position %d", bad), name)
				require.Equal(t, projectiontest.Before(t, s, bad), m.Position(), name)

				require.Equal(t, err, m.Err())
				require.Equal(t, err, m.WaitFor(t.Context(), 1))
				require.Equal(t, err, m.WaitFor(t.Context(), last))
				require.Equal(t, err, m.Load(t.Context(), s, 1))
				require.Equal(t, err, m.Follow(t.Context(), s))
				p := projectiontest.Preset(t, statistics.DefaultPolicy)
				_, got := statistics.Ask(t.Context(), m, statistics.FullReport(), moments[0], p)
				require.Equal(t, err, got)
				_, got = statistics.Ask(t.Context(), m, statistics.MarketplaceTotals(), moments[0], p)
				require.Equal(t, err, got)
				_, got = statistics.Ask(t.Context(), m, statistics.FreelancerStatsOf(uuid.New()), moments[0], p)
				require.Equal(t, err, got)
			}
		})
	}
}

// TestLoadGoesOnAfterAFailedRead: what the store delivered before it failed is
// neither lost nor folded twice, however often and on however many cores.
func TestLoadGoesOnAfterAFailedRead(t *testing.T) {
	log, moments := someHistory(t)
	want := projectiontest.Loaded(t, log)
	gone := errors.New("the connection is gone")
	failing := broken{log, 7, gone}
	for name, s := range map[string]store.Store{"in order": failing, "cut": cuts{failing, log}} {
		for _, workers := range []int{1, 2, 8} {
			t.Run(fmt.Sprint(name, " ", workers), func(t *testing.T) {
				m := projection.NewModel()
				failures := 0
				for m.Position() < want.Position() {
					before := m.Position()
					err := m.LoadSpans(t.Context(), s, workers, 10)
					if m.Position() < want.Position() {
						require.ErrorIs(t, err, gone)
						failures++
					}
					require.Greater(t, m.Position(), before)
					require.NoError(t, m.Err())
				}
				require.Greater(t, failures, 10)
				require.NoError(t, m.Load(t.Context(), log, workers))
				require.Equal(t, projectiontest.Reports(t, want, moments), projectiontest.Reports(t, m, moments))
				require.Equal(t, projectiontest.Explanations(t, want, moments), projectiontest.Explanations(t, m, moments))
			})
		}
	}
}

// TestLoadGoesOnInsideARead: a read fails when many batches of it are folded
// already, and others are under way.
func TestLoadGoesOnInsideARead(t *testing.T) {
	log, moments := someHistory(t)
	want := projectiontest.Loaded(t, log)
	gone := errors.New("the connection is gone")
	m := projection.NewModel()
	for {
		at := projectiontest.Positions(t, log, m.Position())
		err := m.LoadSpans(t.Context(), broken{log, 100, gone}, 3, 7)
		if err == nil {
			break
		}
		require.Equal(t, gone, err)
		require.Equal(t, at[99], m.Position(), "all that was read is folded")
	}
	require.Equal(t, projectiontest.Reports(t, want, moments), projectiontest.Reports(t, m, moments))
}

// TestFirstFailureWins: of a cut that cannot be read and what comes after it in
// the log, only the first ends the load, whichever is met first, and a bad event
// behind it is not met at all.
func TestFirstFailureWins(t *testing.T) {
	gone, later := errors.New("the connection is gone"), errors.New("later")
	for name, third := range map[string]error{"unreadable": later, "bad event": nil} {
		t.Run(name, func(t *testing.T) {
			log := projectiontest.NewLog()
			for range 20 {
				projectiontest.Write(t, log, event.FreelancerStream(uuid.New()), projectiontest.Encoded(t, projectiontest.June, &event.FreelancerRegistered{}))
			}
			projectiontest.Write(t, log, event.FreelancerStream(uuid.New()), unknown())
			at := projectiontest.Positions(t, log, 0)
			s := lateFailure{Cutter: log, late: at[9], second: gone, early: at[19], third: third, passed: make(chan struct{})}
			m := projection.NewModel()
			require.Equal(t, gone, m.LoadSpans(t.Context(), s, 2, 10))
			require.NoError(t, m.Err())
			require.Equal(t, at[14], m.Position())
		})
	}
}

// TestBadEventBeforeAFailedRead: an event that cannot be taken stops the model
// though the read fails behind it, on any number of cores.
func TestBadEventBeforeAFailedRead(t *testing.T) {
	log, _ := someHistory(t)
	bad := projectiontest.Write(t, log, event.FreelancerStream(uuid.New()), unknown())
	for range 5 {
		projectiontest.Write(t, log, event.FreelancerStream(uuid.New()), projectiontest.Encoded(t, projectiontest.June, &event.FreelancerRegistered{}))
	}
	failing := broken{log, len(projectiontest.Positions(t, log, 0)) - 2, errors.New("the connection is gone")}
	for _, workers := range []int{1, 2, 8} {
		for _, size := range []int{2, 100, 10_000} {
			m := projection.NewModel()
			require.ErrorIs(t, m.LoadSpans(t.Context(), failing, workers, size), event.ErrUnknownType)
			require.Equal(t, projectiontest.Before(t, log, bad), m.Position())
		}
	}
}

// TestCutsThatLeaveOut: a store whose cuts are not the whole span is not believed.
func TestCutsThatLeaveOut(t *testing.T) {
	log, _ := someHistory(t)
	for i := range 4 {
		m := projection.NewModel()
		require.ErrorIs(t, m.LoadSpans(t.Context(), withoutCut{log, i}, 2, len(projectiontest.Positions(t, log, 0))/4+1), store.ErrCorrupt)
		require.NoError(t, m.Load(t.Context(), log, 2))
		require.Equal(t, recordsOf(t, projectiontest.Loaded(t, log)), recordsOf(t, m))
	}
}

// TestAnotherLogBehindAModel: a model that is further than a log has ever been
// says so, loading as following, and stays what it is.
func TestAnotherLogBehindAModel(t *testing.T) {
	log, moments := someHistory(t)
	m := projectiontest.Loaded(t, log)
	shorter := projectiontest.NewLog()
	projectiontest.Write(t, shorter, event.FreelancerStream(uuid.New()), projectiontest.Encoded(t, projectiontest.June, &event.FreelancerRegistered{}))
	for _, s := range []store.Store{shorter, memory.New(), projectiontest.NewLog()} {
		for _, workers := range []int{1, 2} {
			require.ErrorIs(t, m.Load(t.Context(), s, workers), store.ErrUnknownPosition)
		}
		require.ErrorIs(t, m.Follow(t.Context(), s), store.ErrUnknownPosition)
	}
	require.NoError(t, m.Err())
	require.Equal(t, projectiontest.Reports(t, projectiontest.Loaded(t, log), moments), projectiontest.Reports(t, m, moments))
}

// TestLoadFromACheckpoint: a model that has caught up may be at a name that is no
// event's, and loads what comes behind it.
func TestLoadFromACheckpoint(t *testing.T) {
	log, moments := someHistory(t)
	m := projection.NewModel()
	for workers := range 16 {
		head, err := log.Head(t.Context())
		require.NoError(t, err)
		follow(t, m, log, head)
		require.NoError(t, m.Load(t.Context(), log, workers), "nothing is new")
		for range 5 {
			projectiontest.Write(t, log, event.FreelancerStream(uuid.New()), projectiontest.Encoded(t, projectiontest.June, &event.FreelancerRegistered{}))
		}
		require.NoError(t, m.LoadSpans(t.Context(), log, workers, 2))
	}
	require.Equal(t, projectiontest.Reports(t, projectiontest.Loaded(t, log), moments), projectiontest.Reports(t, m, moments))
}

// TestFollowSkipsWhatItHas: a store that delivers again after a reconnection.
func TestFollowSkipsWhatItHas(t *testing.T) {
	log, moments := someHistory(t)
	want := projectiontest.Loaded(t, log)
	m := projection.NewModel()
	require.Error(t, m.Follow(t.Context(), broken{log, 50, errors.New("gone")}))
	follow(t, m, fromTheStart{log}, want.Position())
	require.Equal(t, projectiontest.Reports(t, want, moments), projectiontest.Reports(t, m, moments))
}

// TestFollowGoesOnAfterADrop: each event is folded once, however often the
// subscription drops.
func TestFollowGoesOnAfterADrop(t *testing.T) {
	log, moments := someHistory(t)
	want := projectiontest.Loaded(t, log)
	gone := errors.New("the connection is gone")
	m := projection.NewModel()
	drops := 0
	for ; len(projectiontest.Positions(t, log, m.Position())) > 13; drops++ {
		require.ErrorIs(t, m.Follow(t.Context(), broken{log, 13, gone}), gone)
	}
	require.Greater(t, drops, 10)
	follow(t, m, log, want.Position())
	require.Equal(t, projectiontest.Reports(t, want, moments), projectiontest.Reports(t, m, moments))
	require.Equal(t, projectiontest.Explanations(t, want, moments), projectiontest.Explanations(t, m, moments))
}

// TestFollowEndsWithItsContext: it returns nil, whatever the context's cause and
// however the subscription takes it.
func TestFollowEndsWithItsContext(t *testing.T) {
	log, _ := someHistory(t)
	for name, s := range map[string]store.Store{"told as an error": log, "told by its end": ending{log}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("the host goes home"))
		m := projection.NewModel()
		require.NoError(t, m.Follow(ctx, s), name)
		require.NoError(t, m.Err(), name)
	}
}

// TestEndedSubscription: the end of a subscription is never the end of the log.
func TestEndedSubscription(t *testing.T) {
	log, _ := someHistory(t)
	require.ErrorIs(t, projection.NewModel().Follow(t.Context(), ending{log}), projection.ErrSubscriptionEnded)
}

// TestOneFeedAtATime: a second Load or Follow is refused, not queued.
func TestOneFeedAtATime(t *testing.T) {
	log, _ := someHistory(t)
	m := projection.NewModel()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Follow(ctx, log) }()
	require.NoError(t, m.WaitFor(t.Context(), 1))
	require.ErrorIs(t, m.Load(t.Context(), log, 1), projection.ErrBusy)
	require.ErrorIs(t, m.Follow(t.Context(), log), projection.ErrBusy)
	cancel()
	require.NoError(t, <-done)
	require.NoError(t, m.Load(t.Context(), log, 1))
}

// TestCancelledLoad: the error wraps the context's, and nothing is lost.
func TestCancelledLoad(t *testing.T) {
	log, moments := someHistory(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := projection.NewModel()
	require.ErrorIs(t, m.Load(ctx, log, 2), context.Canceled)
	require.NoError(t, m.Follow(ctx, log))
	require.ErrorIs(t, m.WaitFor(ctx, 1), context.Canceled)
	require.NoError(t, m.Load(t.Context(), log, 2))
	require.Equal(t, projectiontest.Reports(t, projectiontest.Loaded(t, log), moments), projectiontest.Reports(t, m, moments))
}

// TestReadYourWrites: after WaitFor of what was appended, a query sees it, while
// other queries run.
func TestReadYourWrites(t *testing.T) {
	log, _ := someHistory(t)
	m := projection.NewModel()
	require.NoError(t, m.Load(t.Context(), log, 2))
	before, err := statistics.Ask(t.Context(), m, statistics.MarketplaceTotals(), event.Never, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	followed := make(chan error, 1)
	go func() { followed <- m.Follow(ctx, log) }()

	const writers, writes = 4, 25
	var all sync.WaitGroup
	errs := make(chan error, writers*writes)
	for range writers {
		all.Add(1)
		go func() {
			defer all.Done()
			for range writes {
				id, p := uuid.New(), projectiontest.Preset(t, statistics.DefaultPolicy)
				done, err := log.Append(ctx, store.Write{Stream: event.FreelancerStream(id), Expected: store.NoStream,
					Events: []event.Proposed{projectiontest.Encoded(t, projectiontest.June, &event.FreelancerRegistered{})}})
				if err == nil {
					err = m.WaitFor(ctx, done.Position)
				}
				if err == nil {
					_, err = statistics.Ask(t.Context(), m, statistics.FreelancerStatsOf(id), projectiontest.June, p)
				}
				if err == nil {
					_, err = statistics.Ask(t.Context(), m, statistics.FullReport(), projectiontest.June, p)
				}
				errs <- err
			}
		}()
	}
	all.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	cancel()
	require.NoError(t, <-followed)
	after, err := statistics.Ask(t.Context(), m, statistics.MarketplaceTotals(), event.Never, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// TestQueriesRefuseBadPolicies rather than divide by their zeros.
func TestQueriesRefuseBadPolicies(t *testing.T) {
	m := projection.NewModel()
	_, err := statistics.Ask(t.Context(), m, statistics.FullReport(), projectiontest.June, statistics.Policy{})
	require.ErrorIs(t, err, statistics.ErrInvalidPolicy)
}
