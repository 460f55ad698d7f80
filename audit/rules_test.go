package audit_test

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/audit"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
	"github.com/marketcore/marketplace/store/memory"
)

func TestMain(m *testing.M) {
	long.Checks(30, 30, 100) // some hosts each
	os.Exit(m.Run())
}

// log is a log that a test writes by hand: it holds what it is given.
type log struct {
	store.Store
	records []event.Record
	read    int // streams
}

// ReadAll implements store.Store.
func (l *log) ReadAll(context.Context, store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for _, r := range l.records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// ReadStream implements store.Store.
func (l *log) ReadStream(_ context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	l.read++
	return func(yield func(event.Record, error) bool) {
		found := false
		for _, r := range l.records {
			if r.Stream == stream && r.Revision >= from {
				if found = true; !yield(r, nil) {
					return
				}
			}
		}
		if !found {
			yield(event.Record{}, store.ErrStreamNotFound)
		}
	}
}

// copyOf is what a store holds.
func copyOf(t testing.TB, s store.Store) *log {
	l := &log{}
	for r, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		l.records = append(l.records, r.Clone())
	}
	return l
}

// without is the log without some of its records, which leave no gap.
func (l *log) without(drop func(*event.Record) bool) *log {
	left := &log{}
	dropped := map[string]uint64{}
	for _, r := range l.records {
		if drop(&r) {
			dropped[r.Stream]++
			continue
		}
		r.Revision -= dropped[r.Stream]
		left.records = append(left.records, r)
	}
	return left
}

// add writes events behind the log, as of a command of their own.
func (l *log) add(t require.TestingT, stream string, actor event.Actor, at event.Time, recorded time.Time, events ...event.Event) *log {
	next := uint64(0)
	for _, r := range l.records {
		if r.Stream == stream {
			next = r.Revision + 1
		}
	}
	command := uuid.New()
	for i, e := range events {
		p, err := event.Marketplace().Encode(event.ID(command, i), event.Meta{OccurredAt: at, Actor: actor, CommandID: command}, e)
		require.NoError(t, err)
		l.records = append(l.records, event.Record{Proposed: p, Stream: stream, Revision: next, Position: l.end() + 1, RecordedAt: recorded})
		next++
	}
	return l
}

func (l *log) end() event.Position {
	if len(l.records) == 0 {
		return 0
	}
	return l.records[len(l.records)-1].Position
}

func audited(t require.TestingT, s store.Store, o audit.Options) audit.Report {
	r, err := audit.Rules(context.Background(), s, o)
	require.NoError(t, err)
	return r
}

const history = "../examples/history/small.ndjson"

var imported struct {
	sync.Once
	log *log
}

// lived is the log of the small history.
func lived(t testing.TB) *log {
	imported.Do(func() {
		s := markettest.NewLog()
		markettest.ImportFile(t, markettest.On(t, s), history)
		imported.log = copyOf(t, s)
	})
	return &log{records: slices.Clone(imported.log.records)}
}

func requireClean(t require.TestingT, s store.Store) audit.Report {
	r := audited(t, s, audit.Options{Terms: aggregate.DefaultTerms()})
	require.Empty(t, r.Findings)
	require.Zero(t, r.Unjudged)
	require.True(t, r.Complete)
	require.NotZero(t, r.Events)
	return r
}

// A history that was imported obeys the rules, on every kind of store.
func TestHistoryIsClean(t *testing.T) {
	l := lived(t)
	want := requireClean(t, l)
	require.Equal(t, audit.Report{Events: 4787, Streams: 989, Complete: true, Findings: []audit.Finding{}}, want)
	require.Zero(t, l.read, "the log is read once")
	dir := filepath.Join(t.TempDir(), "archive")
	t.Run("SQLite and archive", func(t *testing.T) {
		m := markettest.At(t, "sqlite:"+filepath.Join(t.TempDir(), "market.db"))
		markettest.ImportFile(t, m, history)
		require.Equal(t, want, requireClean(t, m.Store()))
		_, err := archive.Export(t.Context(), m.Store(), dir, archive.ExportOptions{})
		require.NoError(t, err)
		require.Equal(t, want, requireClean(t, markettest.At(t, "archive:"+dir).Store()))
	})
	t.Run("EventStoreDB", func(t *testing.T) {
		m := markettest.At(t, esdbtest.Start(t).ConnectionString())
		markettest.ImportFile(t, m, history)
		require.Equal(t, want, requireClean(t, m.Store()))
	})
	t.Run("one by one", func(t *testing.T) {
		s := markettest.OneByOne()
		markettest.ImportFile(t, markettest.On(t, s), history)
		require.Equal(t, want, requireClean(t, s))
	})
	t.Run("an archive that was written by hand", func(t *testing.T) {
		r := audited(t, markettest.At(t, "archive:../store/archive/testdata/first").Store(), audit.Options{})
		require.NotEmpty(t, r.Findings, "it is of the first edition, and cannot be folded either")
		require.Equal(t, "invariant_broken", r.Findings[0].Code)
	})
}

// With memory for a few aggregates only, their streams are read again, and all is the same.
func TestFewAggregates(t *testing.T) {
	forged := lived(t)
	for i, stream := range []string{forged.records[0].Stream, forged.records[1].Stream} {
		forged.add(t, stream, event.ActorClient, event.Latest, time.Now(), &event.BonusPaid{Amount: event.Money(i)})
	}
	want := audited(t, forged, audit.Options{})
	require.Len(t, want.Findings, 2)
	for _, n := range []int{1, 2, 50} {
		require.Equal(t, want, audited(t, forged, audit.Options{Aggregates: n}), "%d", n)
	}
	require.NotZero(t, forged.read)
	_, err := audit.Rules(t.Context(), forged, audit.Options{Aggregates: -1})
	require.Error(t, err)
}

// Money that is released and was never funded is found, wherever that is.
func TestNeverFunded(t *testing.T) {
	funded, released := map[uuid.UUID]uuid.UUID{}, map[uuid.UUID]string{}
	for _, r := range lived(t).records {
		env, err := event.Marketplace().Decode(&r)
		require.NoError(t, err)
		switch e := env.Event.(type) {
		case *event.MilestoneFunded:
			funded[e.Milestone] = r.ID
		case *event.MilestoneReleased:
			released[e.Milestone] = r.Stream
		}
	}
	tried, named := 0, 0
	for milestone, stream := range released {
		if tried++; tried > long.Among(20, 20, 100) {
			break
		}
		forged := lived(t).without(func(r *event.Record) bool { return r.ID == funded[milestone] })
		r := audited(t, forged, audit.Options{})
		require.NotEmpty(t, r.Findings)
		first := r.Findings[0]
		require.Equal(t, stream, first.Stream)
		i := slices.IndexFunc(forged.records, func(r event.Record) bool { return r.ID == first.EventID })
		require.Equal(t, forged.records[i].Position, first.Position)
		require.Equal(t, forged.records[i].Revision, first.Revision)
		require.Equal(t, forged.records[i].Type, first.Type)
		if first.Code == "not_funded" { // else a dispute gave the money to the next milestone
			named++
			require.Equal(t, "fine print F7", first.Rule)
			require.Contains(t, first.What, "milestone "+milestone.String()+" is not funded")
		}
	}
	require.Greater(t, named, 10)
}

var (
	client     = uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	freelancer = uuid.MustParse("f0000000-0000-4000-8000-000000000001")
	invite     = uuid.MustParse("20000000-0000-4000-8000-000000000001")
	contract   = uuid.MustParse("30000000-0000-4000-8000-000000000001")
	job        = uuid.MustParse("10000000-0000-4000-8000-000000000001")

	t0  = event.MustParseTime("2016-01-04T09:00:00Z")
	day = func(n int) event.Time { return t0.AddDays(n) }
)

// accounts is a log with a client and a freelancer, and fixed one with a contract too.
func accounts(t require.TestingT) *log {
	l := &log{}
	l.add(t, event.ClientStream(client), event.ActorClient, t0, t0.Std(), &event.ClientRegistered{})
	return l.add(t, event.FreelancerStream(freelancer), event.ActorFreelancer, t0, t0.Std(), &event.FreelancerRegistered{})
}

func fixed(t require.TestingT) *log {
	return accounts(t).add(t, event.ContractStream(contract), event.ActorClient, t0, t0.Std(),
		&event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal})
}

func bonus(t require.TestingT, l *log, n int, amount event.Money) *log {
	return l.add(t, event.ContractStream(contract), event.ActorClient, day(n), day(n).Std(), &event.BonusPaid{Amount: amount})
}

func sent(expires event.Time) *event.InviteSent {
	return &event.InviteSent{Job: job, Client: client, Freelancer: freelancer, FreelancerAvailable: true, ExpiresAt: expires}
}

// What only the whole of a log shows.
func TestFindings(t *testing.T) {
	t.Run("an event is missing", func(t *testing.T) {
		l := bonus(t, bonus(t, bonus(t, fixed(t), 1, 1), 2, 2), 3, 3)
		l.records = slices.Delete(l.records, 3, 4)
		r := audited(t, l, audit.Options{})
		require.Len(t, r.Findings, 1)
		require.Equal(t, audit.Gap, r.Findings[0].Code)
		require.Equal(t, "revision 2 comes where 1 is due", r.Findings[0].What)
		require.Equal(t, int64(1), r.Unjudged, "what is behind it")
	})
	t.Run("a stream without its beginning", func(t *testing.T) {
		l := bonus(t, bonus(t, fixed(t), 1, 1), 2, 2)
		l.records = slices.Delete(l.records, 2, 3)
		r := audited(t, l, audit.Options{})
		require.Equal(t, audit.Gap, r.Findings[0].Code)
		require.Len(t, r.Findings, 1)
	})
	t.Run("a stream that no command writes to", func(t *testing.T) {
		l := bonus(t, bonus(t, fixed(t), 1, 1), 2, 2)
		l.records[3].Stream = "contract-7"
		r := audited(t, l, audit.Options{})
		require.Len(t, r.Findings, 2, "and the one behind it in its own")
		require.Equal(t, audit.StreamName, r.Findings[0].Code)
		require.Equal(t, "contract-7", r.Findings[0].Stream)
		require.Zero(t, r.PassedOver)
	})
	t.Run("a command is done again", func(t *testing.T) {
		l := bonus(t, bonus(t, fixed(t), 1, 1), 2, 2)
		again := l.records[3]
		again.Revision, again.Position = 3, 6
		l.records = append(l.records, again)
		r := audited(t, l, audit.Options{})
		require.Equal(t, audit.Repeated, r.Findings[0].Code)
		require.Contains(t, r.Findings[0].What, "was done before, at revision 1")
	})
	t.Run("what reads a stream that cannot be folded", func(t *testing.T) {
		l := accounts(t).add(t, event.ClientStream(client), event.ActorPlatform, day(1), day(1).Std(), &event.HoldLifted{Kind: event.HoldPayment})
		l.add(t, event.InviteStream(invite), event.ActorClient, day(1), day(1).Std(), sent(day(31)))
		l.add(t, event.InviteStream(invite), event.ActorFreelancer, day(2), day(2).Std(), &event.InviteArchived{})
		r := audited(t, l, audit.Options{})
		require.Len(t, r.Findings, 1)
		require.Equal(t, "HoldLifted", r.Findings[0].Type)
		require.Equal(t, int64(1), r.Unjudged)
		require.Equal(t, int64(3), r.Streams)
	})
	t.Run("streams that are not the marketplace's", func(t *testing.T) {
		l := fixed(t)
		l.records = append(l.records, event.Record{Stream: "orders-1", Position: 9, Proposed: event.Proposed{Type: "Ordered"}})
		r := audited(t, l, audit.Options{})
		require.Equal(t, audit.Report{Events: 3, Streams: 3, PassedOver: 1, Complete: true, Findings: []audit.Finding{}}, r)
	})
	t.Run("what no import keeps", func(t *testing.T) {
		l := fixed(t).add(t, event.ImportStream(invite), event.ActorPlatform, t0, t0.Std(), &event.ImportLineRejected{Line: 1, Code: "invalid"}, &event.BonusPaid{Amount: 1})
		r := audited(t, l, audit.Options{})
		require.Len(t, r.Findings, 1)
		require.Equal(t, uint64(1), r.Findings[0].Revision)
		require.Equal(t, aggregate.NoCommand, r.Findings[0].Code)
	})
	t.Run("as of a day", func(t *testing.T) {
		l := bonus(t, bonus(t, fixed(t), 1, 1), 3, 0)
		r := audited(t, l, audit.Options{AsOf: day(2).Std()})
		require.Empty(t, r.Findings)
		require.Equal(t, int64(4), r.Events)
		require.Len(t, audited(t, l, audit.Options{AsOf: day(3).Std()}).Findings, 1)
	})
	t.Run("as many as are asked for", func(t *testing.T) {
		l := fixed(t)
		for n := range 5 {
			l.add(t, event.ClientStream(uuid.New()), event.ActorFreelancer, day(n), day(n).Std(), &event.ClientRegistered{})
		}
		r := audited(t, l, audit.Options{Findings: 3})
		require.Len(t, r.Findings, 3)
		require.False(t, r.Complete)
		require.Len(t, audited(t, l, audit.Options{Findings: 6}).Findings, 5)
	})
	t.Run("an event that nobody can decode", func(t *testing.T) {
		l := fixed(t)
		l.records[2].Type = "ContractTeleported"
		_, err := audit.Rules(t.Context(), l, audit.Options{})
		var undecoded *event.DecodeError
		require.ErrorAs(t, err, &undecoded)
	})
	t.Run("a log that cannot be read", func(t *testing.T) {
		s := memory.New()
		require.NoError(t, s.Close())
		_, err := audit.Rules(t.Context(), s, audit.Options{})
		require.ErrorIs(t, err, store.ErrClosed)
	})
	t.Run("an empty log", func(t *testing.T) {
		require.Equal(t, audit.Report{Complete: true, Findings: []audit.Finding{}}, audited(t, memory.New(), audit.Options{}))
	})
}

// A decision need not have seen what other streams took just before it.
func TestJustBefore(t *testing.T) {
	suspended := func(t require.TestingT, recorded time.Time) *log {
		return accounts(t).add(t, event.ClientStream(client), event.ActorPlatform, day(1), recorded, &event.ClientSuspended{Reason: event.SanctionTOS})
	}
	at := day(1).AddSeconds(60)
	for name, c := range map[string]struct {
		log      *log
		happened event.Time
		recorded time.Time
		code     string
	}{
		"a minute later":                   {suspended(t, day(1).Std()), at, at.Std(), ""},
		"a minute earlier, by its clock":   {suspended(t, day(1).Std()), day(1).AddSeconds(-60), at.Std(), ""},
		"an hour later":                    {suspended(t, day(1).Std()), at, at.Std().Add(time.Hour), "client_suspended"},
		"a day later, imported":            {suspended(t, day(9).Std()), day(2), day(9).Std(), "client_suspended"},
		"of a client who is not there yet": {&log{}, at, at.Std(), "not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			l := c.log.add(t, event.InviteStream(invite), event.ActorClient, c.happened, c.recorded, sent(c.happened.AddDays(30)))
			r := audited(t, l, audit.Options{})
			if c.code == "" {
				require.Empty(t, r.Findings)
				return
			}
			require.Len(t, r.Findings, 1)
			require.Equal(t, c.code, r.Findings[0].Code)
		})
	}
	t.Run("of two streams, each as it was", func(t *testing.T) {
		l := suspended(t, day(1).Std()).add(t, event.FreelancerStream(freelancer), event.ActorFreelancer, day(1), day(1).Std(), &event.VisibilityChanged{Visibility: event.VisibilityPrivate})
		l.add(t, event.ClientStream(client), event.ActorPlatform, day(1), day(1).Std(), &event.ClientReinstated{})
		l.add(t, event.FreelancerStream(freelancer), event.ActorFreelancer, day(1), day(1).Std(), &event.AvailabilityChanged{Available: false})
		requireNone(t, (&log{records: slices.Clone(l.records)}).add(t, event.InviteStream(invite), event.ActorClient, at, at.Std(), sent(at.AddDays(30))))
		busy := sent(at.AddDays(30))
		busy.FreelancerAvailable = false
		r := audited(t, l.add(t, event.InviteStream(invite), event.ActorClient, at, at.Std(), busy), audit.Options{})
		require.Len(t, r.Findings, 1, "private and available, or public and available, but never public and busy")
	})
}

func requireNone(t require.TestingT, s store.Store) {
	require.Empty(t, audited(t, s, audit.Options{}).Findings)
}

// Whatever hosts that work beside each other do, the log obeys the rules.
func TestHostsAreClean(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := slow{memory.New()}
		const hosts = 3
		var turns [hosts][]aggregate.Command
		for i := range turns {
			turns[i] = rapid.SliceOfN(commands(), 1, 40).Draw(rt, "commands")
		}
		first, err := marketplace.New(s, marketplace.Options{})
		require.NoError(rt, err)
		for _, c := range []aggregate.Command{aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
			aggregate.PostJob{Job: job, Client: client, Kind: event.KindFixed, Connects: 2}, aggregate.GrantConnects{Freelancer: freelancer, N: 20},
			aggregate.StartContract{Contract: contract, Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal}} {
			_, err := first.Do(t.Context(), c)
			require.NoError(rt, err)
		}
		var all sync.WaitGroup
		for i := range turns {
			m, err := marketplace.New(s, marketplace.Options{})
			require.NoError(rt, err)
			all.Go(func() {
				for _, c := range turns[i] {
					_, _ = m.Do(t.Context(), c) // a rejection is as good
				}
			})
		}
		all.Wait()
		r := audited(rt, s, audit.Options{Terms: aggregate.DefaultTerms()})
		require.Empty(rt, r.Findings)
		require.Zero(rt, r.Unjudged)
	})
}

// slow is a log that lets others go first.
type slow struct{ store.Store }

// Append implements store.Store.
func (s slow) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	for range 20 {
		runtime.Gosched()
	}
	return s.Store.Append(ctx, w)
}

// commands are about few things, and in each other's way.
func commands() *rapid.Generator[aggregate.Command] {
	pick := func(kind byte) *rapid.Generator[uuid.UUID] {
		return rapid.Map(rapid.IntRange(1, 3), func(n int) uuid.UUID { return uuid.UUID{kind, 15: byte(n)} })
	}
	return rapid.Custom(func(t *rapid.T) aggregate.Command {
		price := event.Connects(rapid.IntRange(0, 3).Draw(t, "price"))
		id, milestone := pick(2).Draw(t, "id"), pick(4).Draw(t, "milestone")
		return rapid.SampledFrom([]aggregate.Command{
			aggregate.SuspendClient{Client: client, Reason: event.SanctionTOS}, aggregate.ReinstateClient{Client: client},
			aggregate.SetVisibility{Freelancer: freelancer, Visibility: event.VisibilityPrivate}, aggregate.SetVisibility{Freelancer: freelancer, Visibility: event.VisibilityPublic},
			aggregate.SetAvailability{Freelancer: freelancer}, aggregate.SetAvailability{Freelancer: freelancer, Available: true},
			aggregate.SendInvite{Invite: id, Job: job, Client: client, Freelancer: freelancer}, aggregate.AcceptInvite{Invite: id, CoverLetter: "a"},
			aggregate.SubmitProposal{Proposal: id, Job: job, Freelancer: freelancer, CoverLetter: "a"}, aggregate.SubmitProposal{Proposal: id, Job: job, Freelancer: freelancer, CoverLetter: "a", Invite: id},
			aggregate.EditJob{Job: job, Connects: &price}, aggregate.StartInterview{Proposal: id}, aggregate.DeclineProposal{Proposal: id},
			aggregate.MakeOffer{Proposal: id, Kind: event.KindFixed, Amount: amount(5)}, aggregate.AcceptOffer{Proposal: id},
			aggregate.OfferContract{Contract: id, Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed}, aggregate.AcceptContract{Contract: id},
			aggregate.StartContract{Contract: id, Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal},
			aggregate.AddMilestone{Contract: contract, Milestone: milestone, Amount: 100}, aggregate.FundMilestone{Contract: contract, Milestone: milestone},
			aggregate.SubmitWork{Contract: contract, Milestone: milestone}, aggregate.ReleaseMilestone{Contract: contract, Milestone: milestone},
			aggregate.OpenDispute{Contract: contract, Dispute: id, By: event.SideClient, Amount: 1, Reason: "a"}, aggregate.CancelDispute{Contract: contract, Dispute: id},
			aggregate.ResumeContract{Contract: contract}, aggregate.EndContract{Contract: id, By: event.SideFreelancer, Reason: "a"},
			aggregate.CloseJob{Job: job, Reason: event.CloseCancelled}, aggregate.ReturnConnects{Freelancer: freelancer, Proposal: id},
		}).Draw(t, "command")
	})
}

func amount(m event.Money) *event.Money { return &m }
