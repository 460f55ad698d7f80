package marketplace_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// noon is what the clocks of these tests show, more or less.
var noon = event.MustParseTime("2020-06-01T12:00:00Z")

// everyLog runs a test on a log of each kind.
func everyLog(t *testing.T, test func(t *testing.T, log store.Store)) {
	for name, url := range map[string]func(t *testing.T) string{
		"memory":       func(*testing.T) string { return "memory:" },
		"sqlite":       func(t *testing.T) string { return "sqlite:" + t.TempDir() + "/market.db" },
		"EventStoreDB": func(t *testing.T) string { return esdbtest.Start(t).ConnectionString() },
	} {
		t.Run(name, func(t *testing.T) {
			log, err := open.Store(t.Context(), url(t), false)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, log.Close()) })
			test(t, log)
		})
	}
}

// shared is a log that several hosts have open.
type shared struct{ store.Store }

func (shared) Close() error { return nil }

// hostAt is a marketplace whose clock the test sets.
func hostAt(t *testing.T, log store.Store, clock *event.Time, o marketplace.Options) *marketplace.Marketplace {
	o.Now = func() time.Time { return clock.Std() }
	m, err := marketplace.New(shared{log}, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

// last is the moment of a stream's last event.
func last(t *testing.T, log store.Store, stream string) (at event.Time) {
	for rec, err := range log.ReadStream(t.Context(), stream, 0) {
		require.NoError(t, err)
		env, err := event.Marketplace().Decode(&rec)
		require.NoError(t, err)
		require.LessOrEqual(t, at, env.OccurredAt)
		at = env.OccurredAt
	}
	return at
}

// What a user does on one host and then on another, whose clock is behind, is done;
// likewise on one host whose clock is set back. Time goes back in no stream.
func TestClocksDiffer(t *testing.T) {
	everyLog(t, func(t *testing.T, log store.Store) {
		for _, c := range []struct {
			name      string
			behind    int64 // in seconds
			tolerance time.Duration
			want      event.Time // of what is done
			code      error      // of what is refused
		}{
			{"at one moment", 0, 0, noon, nil},
			{"ahead", -7, 0, noon + 7, nil},
			{"behind", 3, 0, noon, nil},
			{"behind by the tolerance", 300, 0, noon, nil},
			{"behind by more", 301, 0, 0, aggregate.OutOfOrder},
			{"behind by a tolerance of the host's", 3600, time.Hour, noon, nil},
			{"behind by more than the host's", 2, 1500 * time.Millisecond, 0, aggregate.OutOfOrder},
		} {
			t.Run(c.name, func(t *testing.T) {
				one, two := noon, noon.AddSeconds(-c.behind)
				a := hostAt(t, log, &one, marketplace.Options{ClockTolerance: c.tolerance})
				b := hostAt(t, log, &two, marketplace.Options{ClockTolerance: c.tolerance})
				client := uuid.New()
				_, err := a.Do(t.Context(), aggregate.RegisterClient{Client: client})
				require.NoError(t, err)
				_, err = b.Do(t.Context(), aggregate.VerifyPaymentMethod{Client: client})
				if c.code != nil {
					require.ErrorIs(t, err, c.code)
					return
				}
				require.NoError(t, err)
				require.Equal(t, c.want, last(t, log, event.ClientStream(client)))
				one = two // the first host's clock is set, too
				_, err = a.Do(t.Context(), aggregate.ContactClient{Client: client, Reason: "hello"})
				require.NoError(t, err)
				require.Equal(t, c.want, last(t, log, event.ClientStream(client)))
			})
		}
	})
}

// Who has done something on a host whose clock is behind reads it there.
func TestClocksDifferAndOwnWritesAreRead(t *testing.T) {
	everyLog(t, func(t *testing.T, log store.Store) {
		one, two := noon, noon-3
		a, b := hostAt(t, log, &one, marketplace.Options{}), hostAt(t, log, &two, marketplace.Options{})
		client, id := uuid.New(), uuid.New()
		status := func(m *marketplace.Marketplace) statistics.StandingState {
			stats, err := marketplace.Ask(t.Context(), m, statistics.ClientProfileOf(client))
			require.NoError(t, err)
			return stats.State
		}
		_, err := a.Do(t.Context(), aggregate.RegisterClient{Client: client})
		require.NoError(t, err)
		suspend := aggregate.SuspendClient{Client: client, Reason: event.SanctionFraud}
		_, err = b.Do(t.Context(), suspend, marketplace.CommandID(id))
		require.NoError(t, err)
		require.Equal(t, statistics.StandingSuspended, status(b))
		c := hostAt(t, log, &two, marketplace.Options{})
		_, err = c.Do(t.Context(), suspend, marketplace.CommandID(id))
		require.NoError(t, err)
		require.Equal(t, statistics.StandingSuspended, status(c), "what is repeated, too")
	})
}

// A proposal is written in two streams, and is not before the end of either.
func TestClocksDifferInTwoStreams(t *testing.T) {
	everyLog(t, func(t *testing.T, log store.Store) {
		clock := noon
		m := hostAt(t, log, &clock, marketplace.Options{})
		client, freelancer, job, proposal := uuid.New(), uuid.New(), uuid.New(), uuid.New()
		for _, c := range []aggregate.Command{
			aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
			aggregate.PostJob{Job: job, Client: client, Kind: event.KindFixed, Connects: 2},
			aggregate.GrantConnects{Freelancer: freelancer, N: 10},
		} {
			_, err := m.Do(t.Context(), c)
			require.NoError(t, err)
		}
		clock = noon - 3
		_, err := m.Do(t.Context(), aggregate.SubmitProposal{Proposal: proposal, Job: job, Freelancer: freelancer, CoverLetter: "Gladly."})
		require.NoError(t, err)
		require.Equal(t, noon, last(t, log, event.ProposalStream(proposal)))
		require.Equal(t, noon, last(t, log, event.FreelancerStream(freelancer)))
	})
}

// A moment that the host gives is taken as it is: it is refused before the end of
// its stream, and where the clock is not near it.
func TestMomentsGiven(t *testing.T) {
	for _, c := range []struct {
		name    string
		at      string
		options marketplace.Options
		code    error
	}{
		{"now", "2020-06-01T12:00:00Z", marketplace.Options{}, nil},
		{"before the last event", "2020-06-01T11:59:59Z", marketplace.Options{}, aggregate.OutOfOrder},
		{"as far ahead as clocks may differ", "2020-06-01T12:05:00Z", marketplace.Options{}, nil},
		{"further", "2020-06-01T12:05:01Z", marketplace.Options{}, aggregate.InFuture},
		{"as far ahead as the host says", "2020-06-01T13:00:00Z", marketplace.Options{ClockTolerance: time.Hour}, nil},
		{"by a slip of the pen", "2206-06-01T12:00:00Z", marketplace.Options{}, aggregate.InFuture},
		{"in test data", "2206-06-01T12:00:00Z", marketplace.Options{AllowFuture: true}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock, log := noon, markettest.NewLog()
			m := hostAt(t, log, &clock, c.options)
			client := uuid.New()
			_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: client})
			require.NoError(t, err)
			require.ErrorIs(t, markettest.Do(t, m, aggregate.VerifyPaymentMethod{Client: client}, c.at), c.code)
			if c.code == nil {
				require.Equal(t, event.MustParseTime(c.at), last(t, log, event.ClientStream(client)))
			} else {
				require.Equal(t, noon, last(t, log, event.ClientStream(client)), "nothing was written, and the stream is open")
			}
		})
	}
	t.Run("A1 what is invalid besides", func(t *testing.T) {
		clock := noon
		m := hostAt(t, markettest.NewLog(), &clock, marketplace.Options{})
		require.ErrorIs(t, markettest.Do(t, m, aggregate.RegisterClient{}, "2206-06-01T12:00:00Z"), aggregate.Invalid)
	})
	t.Run("of no year that there is", func(t *testing.T) {
		clock := noon
		m := hostAt(t, markettest.NewLog(), &clock, marketplace.Options{AllowFuture: true})
		for _, at := range []time.Time{time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC), time.Unix(1<<62, 0)} {
			_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()}, marketplace.At(at))
			require.ErrorIs(t, err, aggregate.Invalid, "%v", at)
		}
	})
}

// A script's line in the future is rejected, and stays so when its time has come: its
// outcome is remembered like any other.
func TestImportInFuture(t *testing.T) {
	everyLog(t, func(t *testing.T, log store.Store) {
		clock, client := noon, uuid.NewString()
		line := func(at, cmd string) string {
			return `{"id":"` + uuid.NewString() + `","at":"` + at + `","cmd":"` + cmd + `","client":"` + client + `"}` + "\n"
		}
		text := line("2020-06-01T12:05:00Z", "RegisterClient") + line("2020-06-01T12:05:01Z", "VerifyPaymentMethod") + line("2199-01-01T00:00:00Z", "LosePaymentMethod")
		report := markettest.ImportText(t, hostAt(t, log, &clock, marketplace.Options{}), text)
		require.EqualValues(t, 1, report.Applied)
		require.EqualValues(t, 2, report.Rejected)
		for _, r := range report.Rejections {
			require.Equal(t, aggregate.InFuture, r.Code)
		}
		clock += 3600
		for _, options := range []marketplace.Options{{}, {AllowFuture: true}} {
			report = markettest.ImportText(t, hostAt(t, log, &clock, options), text)
			require.EqualValues(t, 3, report.Repeated)
		}
		require.Equal(t, event.MustParseTime("2020-06-01T12:05:00Z"), last(t, log, event.ClientStream(uuid.MustParse(client))))
		for _, rec := range markettest.Records(t, log) {
			meta, _, ok := event.ParseMetadata(rec.Metadata)
			require.True(t, ok)
			require.LessOrEqual(t, meta.OccurredAt, noon+300, "what is remembered of the future is not of the future")
		}
	})
}

// What the line alone tells goes first (fine print A1), and an import that may take the
// future takes it.
func TestImportInFutureAmongOthers(t *testing.T) {
	line := func(cmd, fields string) string {
		return `{"id":"` + uuid.NewString() + `","at":"2199-01-01T00:00:00Z","cmd":"` + cmd + `",` + fields + "}\n"
	}
	clock, id := noon, uuid.NewString()
	text := line("RegisterClient", `"client":"`+id+`","colour":"blue"`) + line("PayBonus", `"contract":"`+id+`","amount":0`) +
		line("AcceptInvite", `"invite":"`+id+`"`) + line("PayBonus", `"contract":"`+id+`","amount":5`)
	codes := func(o marketplace.Options) (codes []aggregate.Code) {
		for _, r := range markettest.ImportText(t, hostAt(t, markettest.NewLog(), &clock, o), text).Rejections {
			codes = append(codes, r.Code)
		}
		return codes
	}
	require.Equal(t, []aggregate.Code{aggregate.Invalid, aggregate.InvalidAmount, aggregate.CoverLetterRequired, aggregate.InFuture}, codes(marketplace.Options{}))
	require.Equal(t, []aggregate.Code{aggregate.Invalid, aggregate.InvalidAmount, aggregate.CoverLetterRequired, aggregate.NotFound}, codes(marketplace.Options{AllowFuture: true}))
}

// registers is a line that registers a client.
func registers(at event.Time, client string) string {
	return `{"id":"` + uuid.NewString() + `","at":"` + at.String() + `","cmd":"RegisterClient","client":"` + client + `"}` + "\n"
}

// An import looks at the clock once for a group of lines, and again for a line that
// is ahead of what it saw.
func TestImportLooksAtTheClock(t *testing.T) {
	const group = 512
	for _, c := range []struct {
		name    string
		clock   []event.Time // at each look, from then on the last
		lines   int          // at noon, and then one
		at      event.Time   // at this moment
		options marketplace.Options
		looks   int
		refused int64
	}{
		{"lines of the past", []event.Time{noon}, group - 1, noon, marketplace.Options{}, 1, 0},
		{"in two groups", []event.Time{noon}, group, noon, marketplace.Options{}, 2, 0},
		{"as far ahead as clocks may differ", []event.Time{noon}, 9, noon + 300, marketplace.Options{}, 1, 0},
		{"further", []event.Time{noon}, 9, noon + 301, marketplace.Options{}, 2, 1},
		{"whose time comes", []event.Time{noon, noon + 1}, 9, noon + 301, marketplace.Options{}, 2, 0},
		{"test data", []event.Time{noon}, 9, noon + 301, marketplace.Options{AllowFuture: true}, 1, 0},
		{"set back within a group", []event.Time{noon, noon - 3600}, 9, noon + 300, marketplace.Options{}, 1, 0},
		{"set back before a group", []event.Time{noon, noon - 3600}, group, noon, marketplace.Options{}, 2, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			looks := 0
			c.options.Now = func() time.Time {
				looks++
				return c.clock[min(looks, len(c.clock))-1].Std()
			}
			m, err := marketplace.New(markettest.NewLog(), c.options)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, m.Close()) })
			text := ""
			for range c.lines {
				text += registers(noon, uuid.NewString())
			}
			report := markettest.ImportText(t, m, text+registers(c.at, uuid.NewString()))
			require.Equal(t, c.looks, looks)
			require.Equal(t, c.refused, report.Rejected)
			for _, r := range report.Rejections {
				require.Equal(t, aggregate.InFuture, r.Code)
			}
		})
	}
}

// A clock that shows what no event can writes nothing.
func TestBadClock(t *testing.T) {
	log := markettest.NewLog()
	m, err := marketplace.New(shared{log}, marketplace.Options{Now: func() time.Time { return time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	_, err = m.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()})
	require.ErrorIs(t, err, event.ErrClock)
	require.Equal(t, "bad_clock", marketplace.Code(err))
	_, err = m.Import(context.Background(), strings.NewReader(
		`{"id":"00000000-0000-4000-8000-000000000001","at":"2020-01-01T00:00:00Z","cmd":"RegisterClient","client":"00000000-0000-4000-8000-000000000002"}`),
		marketplace.ImportOptions{})
	require.ErrorIs(t, err, event.ErrClock)
	require.Empty(t, markettest.Records(t, log))
}
