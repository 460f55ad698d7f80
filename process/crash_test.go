package process_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// one draws one of a few names, so that commands meet.
func one(t *rapid.T, kind string, n int) uuid.UUID {
	return named(fmt.Sprint(kind, rapid.IntRange(0, n-1).Draw(t, kind)))
}

// drawCommand draws what a person could try.
func drawCommand(t *rapid.T, now event.Time) aggregate.Command {
	fixed, hourly, milestone := one(t, "fixed", 2), one(t, "hourly", 2), one(t, "milestone", 2)
	client, freelancer, invite, dispute := one(t, "client", 2), one(t, "freelancer", 4), one(t, "invite", 6), one(t, "dispute", 4)
	side := rapid.SampledFrom([]event.Side{event.SideClient, event.SideFreelancer}).Draw(t, "side")
	contract := rapid.SampledFrom([]uuid.UUID{fixed, hourly}).Draw(t, "contract")
	stars := rapid.IntRange(1, 5).Draw(t, "stars")
	leave := feedback(side, stars)
	leave.Contract = contract
	return rapid.SampledFrom([]aggregate.Command{
		aggregate.SendInvite{Invite: invite, Job: named("job"), Client: client, Freelancer: freelancer},
		aggregate.AcceptInvite{Invite: invite, CoverLetter: "Yes."},
		aggregate.DeclineInvite{Invite: invite},
		aggregate.StartContract{Contract: fixed, Job: named("job"), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal},
		aggregate.StartContract{Contract: hourly, Job: named("job"), Client: client, Freelancer: freelancer, Kind: event.KindHourly, Via: event.ViaProposal,
			HourlyRate: ptr(event.Money(60_00)), WeeklyLimitMinutes: ptr(int64(2400))},
		aggregate.AddMilestone{Contract: fixed, Milestone: milestone, Amount: 100_00},
		aggregate.FundMilestone{Contract: fixed, Milestone: milestone},
		aggregate.SubmitWork{Contract: fixed, Milestone: milestone},
		aggregate.RequestChanges{Contract: fixed, Milestone: milestone},
		aggregate.RequestEscrowRefund{Contract: fixed, Milestone: milestone},
		aggregate.RefuseEscrowRefund{Contract: fixed, Milestone: milestone},
		aggregate.LogSegment{Contract: hourly, Start: now - now%600, Kind: event.SegmentTracked, Activity: 5},
		aggregate.ResumeContract{Contract: contract},
		aggregate.EndContract{Contract: contract, By: event.SideFreelancer, Reason: "done"},
		leave,
		aggregate.OpenDispute{Contract: contract, Dispute: dispute, By: side, Amount: 1_00, Reason: "late"},
		aggregate.AnswerDispute{Contract: contract, Dispute: dispute, Answer: event.AnswerContest},
		aggregate.ResolveDispute{Contract: contract, Dispute: dispute, ToFreelancer: 1_00, DecidedBy: event.DecidedByMediation},
		aggregate.RecordComplaint{Client: client, Freelancer: freelancer, Reason: "rude"},
		aggregate.SuspendClient{Client: client, Reason: event.SanctionPayment},
		aggregate.ReinstateClient{Client: client},
		aggregate.GrantRisingTalent{Freelancer: freelancer},
		aggregate.SetProfileCompleteness{Freelancer: freelancer, Percent: 90 + 2*stars},
		aggregate.AwardBadge{Freelancer: freelancer, Badge: event.BadgeTopRated},
		aggregate.LoseBadge{Freelancer: freelancer, Badge: event.BadgeTopRated, Unmet: []string{"platform"}},
		aggregate.PostJob{Job: named("job"), Client: client, Kind: event.KindFixed, Connects: 1},
		aggregate.CloseJob{Job: named("job"), Reason: event.CloseCancelled},
		aggregate.GrantConnects{Freelancer: freelancer, N: 2},
		aggregate.SubmitProposal{Proposal: dispute, Job: named("job"), Freelancer: freelancer, CoverLetter: "Me!"},
		aggregate.MakeOffer{Proposal: dispute, Kind: event.KindFixed, Amount: ptr(event.Money(9_00))},
		aggregate.AcceptOffer{Proposal: dispute},
	}).Draw(t, "command")
}

func drawHistory(t *rapid.T) []step {
	now := at("2024-01-01T00:00:00Z")
	var all []step
	for i := range 2 {
		all = append(all, step{now.String(), aggregate.RegisterClient{Client: named(fmt.Sprint("client", i))}})
	}
	for i := range 4 {
		all = append(all, step{now.String(), aggregate.RegisterFreelancer{Freelancer: named(fmt.Sprint("freelancer", i))}})
	}
	for _, s := range success(named("freelancer0"), named("client0"), named("client1"), 500_00) {
		all = append(all, step{now.String(), s.command})
	}
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		now = now.AddSeconds(rapid.SampledFrom([]int64{0, 1, 3600, 86400, 5 * 86400, 30 * 86400}).Draw(t, "pause"))
		all = append(all, step{now.String(), drawCommand(t, now)})
	}
	return append(all, step{now.AddDays(60).String(), aggregate.RegisterClient{Client: named("the end")}})
}

// market is a host for laws: people's commands have ids of their own, so that
// two markets with one history have the same events.
type market struct {
	store *storetest.Faulty
	clock *process.ManualClock
	m     *marketplace.Marketplace
	steps int
}

func newMarket(t require.TestingT) *market {
	k := &market{clock: process.NewManualClock(at("2024-01-01T00:00:00Z").Std())}
	k.store = storetest.NewFaulty(storetest.Strict(memory.Options{Now: k.clock.Now}.New(), 7))
	var err error
	k.m, err = marketplace.New(k.store, marketplace.Options{Now: k.clock.Now, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return k
}

func (k *market) runner(t require.TestingT, c process.Checkpoint) *process.Runner {
	p, err := k.m.Processes(process.Options{Badges: k.m.BadgesUnder(eager()), Clock: k.clock, Checkpoint: c, SaveEvery: 3})
	require.NoError(t, err)
	return p
}

// try gives a person's command; a rejection is as good as any other answer.
func (k *market) try(t *rapid.T, s step) {
	k.steps++
	k.clock.Set(at(s.at).Std())
	_, err := k.m.Do(t.Context(), s.command, marketplace.CommandID(named(fmt.Sprint("step", k.steps))))
	var rejected *aggregate.Rejection
	if err != nil {
		require.ErrorAs(t, err, &rejected)
	}
}

// log is everything in the log but its bytes' homes.
func (k *market) log(t *rapid.T) (all []event.Record) {
	for rec, err := range k.store.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		all = append(all, rec.Clone())
	}
	return all
}

// Whatever breaks, and wherever a runner dies, the log is the one of a market
// in which nothing ever broke.
func TestCrashesChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calm, broken := newMarket(t), newMarket(t)
		undisturbed := calm.runner(t, nil)
		checkpoint := &process.MemoryCheckpoint{}
		p := broken.runner(t, checkpoint)
		for _, s := range drawHistory(t) {
			calm.try(t, s)
			require.NoError(t, undisturbed.Settle(t.Context()))

			broken.try(t, s)
			switch rapid.IntRange(0, 4).Draw(t, "fault") {
			case 0:
				broken.store.FailAppends(rapid.IntRange(1, 3).Draw(t, "n"))
			case 1:
				broken.store.LoseReplies(rapid.IntRange(1, 3).Draw(t, "n"))
			case 2:
				broken.store.CutReads(1, rapid.IntRange(0, 3).Draw(t, "after"))
			}
			for err := p.Settle(t.Context()); err != nil; err = p.Settle(t.Context()) {
				require.ErrorIs(t, err, store.ErrUnavailable)
				if rapid.Bool().Draw(t, "dies") {
					p = broken.runner(t, checkpoint)
				}
			}
			broken.store.FailAppends(0)
			broken.store.LoseReplies(0)
			broken.store.CutReads(0, 0)
			if rapid.IntRange(0, 9).Draw(t, "is killed") == 0 {
				p = broken.runner(t, checkpoint)
			}
		}
		require.Equal(t, calm.log(t), broken.log(t))
	})
}

// Two runners at once do each task once. Which of them does it is open, so the
// streams are compared and not their interleaving.
func TestTwoRunnersDoEachTaskOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calm, shared := newMarket(t), newMarket(t)
		alone := calm.runner(t, nil)
		both := []*process.Runner{shared.runner(t, &process.MemoryCheckpoint{}), shared.runner(t, nil)}
		for _, s := range drawHistory(t) {
			calm.try(t, s)
			require.NoError(t, alone.Settle(t.Context()))
			shared.try(t, s)
			var settling sync.WaitGroup
			errs := make([]error, len(both))
			for i, p := range both {
				settling.Go(func() { errs[i] = p.Settle(t.Context()) })
			}
			settling.Wait()
			require.NoError(t, errs[0])
			require.NoError(t, errs[1])
		}
		require.Equal(t, byStream(calm.log(t)), byStream(shared.log(t)))
	})
}

// ending is a log that ends early.
type ending struct {
	store.Store
	head event.Position
}

func (s ending) Head(context.Context) (event.Position, error) { return s.head, nil }

// What came of an assessment is what a model says that has never seen the log
// behind it.
func TestBadgesFollowFromThePast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := newMarket(t)
		p := k.runner(t, nil)
		for _, s := range drawHistory(t) {
			k.try(t, s)
			require.NoError(t, p.Settle(t.Context()))
		}
		came := map[uuid.UUID][]event.Event{}
		var assessments []event.Envelope
		for _, rec := range k.log(t) {
			env, err := k.m.Registry().Decode(&rec)
			require.NoError(t, err)
			switch env.Event.(type) {
			case *event.JobSuccessAssessed:
				assessments = append(assessments, env)
			case *event.BadgeAwarded, *event.BadgeLost:
				came[env.CausationID] = append(came[env.CausationID], env.Event)
			}
		}
		past := projection.NewModel()
		for _, env := range assessments {
			require.NoError(t, past.Load(t.Context(), ending{k.store, env.Position}, 1))
			_, freelancer, _, _ := event.ParseStream(env.Stream)
			b, err := statistics.Ask(t.Context(), past, statistics.BadgesOf(freelancer), env.OccurredAt, eager())
			require.NoError(t, err)
			var want []event.Event
			for _, s := range b.States() {
				switch {
				case s.Met && !s.Held:
					want = append(want, &event.BadgeAwarded{Badge: s.Badge})
				case s.Held && !s.Met:
					want = append(want, &event.BadgeLost{Badge: s.Badge, Unmet: s.Unmet()})
				}
			}
			require.Equal(t, want, came[env.ID], "%s, assessed at position %d", env.Stream, env.Position)
		}
	})
}

func byStream(all []event.Record) map[string][]event.Record {
	streams := map[string][]event.Record{}
	for _, rec := range all {
		rec.Position, rec.RecordedAt = 0, time.Time{}
		streams[rec.Stream] = append(streams[rec.Stream], rec)
	}
	return streams
}
