package marketplace_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
	"github.com/marketcore/marketplace/store/memory"
)

// deal is a contract under way, and the parties to it.
type deal struct{ client, freelancer, contract uuid.UUID }

// hired is a marketplace with a new deal.
func hired(t *testing.T, log store.Store, o marketplace.Options) (*marketplace.Marketplace, deal) {
	clock, d := noon, deal{uuid.New(), uuid.New(), uuid.New()}
	m := hostAt(t, log, &clock, o)
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: d.client}, aggregate.RegisterFreelancer{Freelancer: d.freelancer},
		aggregate.StartContract{Contract: d.contract, Job: uuid.New(), Client: d.client, Freelancer: d.freelancer, Kind: event.KindFixed, Via: event.ViaProposal},
	} {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err)
	}
	return m, d
}

func (d deal) bonus(amount event.Money) aggregate.PayBonus {
	return aggregate.PayBonus{Contract: d.contract, Amount: amount}
}

// twice is a command and another one under its id.
type twice struct {
	name        string
	first, then aggregate.Command
	reused      bool
}

func (d deal) twice() []twice {
	end := func(by event.Side, reason event.Text) aggregate.Command {
		return aggregate.EndContract{Contract: d.contract, By: by, Reason: reason}
	}
	describe := func(introduction event.Text, skills ...event.Text) aggregate.Command {
		return aggregate.DescribeProfile{Freelancer: d.freelancer, Introduction: introduction, Skills: skills}
	}
	assess := aggregate.AssessJobSuccess{Freelancer: d.freelancer}
	scored := func(displayed int) aggregate.Command {
		bp := 100 * displayed
		return assess.With(event.JobSuccessAssessed{ScoreBP: &bp, Displayed: &displayed, Policy: "2015"})
	}
	bonus, client := d.bonus(700), event.SideClient
	return []twice{
		{"the same", bonus, bonus, false},
		{"the same by a pointer", bonus, &bonus, false},
		{"another amount", bonus, d.bonus(70_000), true},
		{"another command", bonus, aggregate.GiveRefund{Contract: d.contract, Amount: 700}, true},
		{"the other side's", end(client, "done"), end(event.SideFreelancer, "done"), true},
		{"the other side's, another command", bonus, aggregate.LeaveFeedback{Contract: d.contract, By: event.SideFreelancer}, true},
		{"what would be invalid", bonus, d.bonus(0), true},
		{"the same text", end(client, "done"), end(client, "done"), false},
		{"another text", end(client, "done"), end(client, "not done"), true},
		{"no text", end(client, "done"), end(client, ""), true},
		{"the same texts", describe("I mend things.", "pumps", "go"), describe("I mend things.", "pumps", "go"), false},
		{"a list in another order", describe("I mend things.", "pumps", "go"), describe("I mend things.", "go", "pumps"), true},
		{"a shorter list", describe("I mend things.", "pumps", "go"), describe("I mend things.", "pumps"), true},
		{"text that cannot be stored", describe("I mend things."), describe("\xff"), true},
		{"an assessment", assess, assess, false},
		{"the same score", scored(90), scored(90), false},
		{"another score", scored(90), scored(80), true},
	}
}

// A command id stands for one command: the same is answered with its outcome, any
// other on the stream is refused, whoever sends it, and nothing is written.
func TestCommandIDReused(t *testing.T) {
	everyLog(t, func(t *testing.T, log store.Store) {
		for i, named := range (deal{}).twice() {
			t.Run(named.name, func(t *testing.T) {
				m, d := hired(t, log, marketplace.Options{})
				c, id, clock := d.twice()[i], uuid.New(), noon
				first, err := m.Do(t.Context(), c.first, marketplace.CommandID(id))
				require.NoError(t, err)
				written := markettest.Records(t, log)
				for _, host := range []*marketplace.Marketplace{m, hostAt(t, log, &clock, marketplace.Options{})} { // the other knows the log alone
					again, err := host.Do(t.Context(), c.then, marketplace.CommandID(id))
					if c.reused {
						var r *aggregate.Rejection
						require.ErrorAs(t, err, &r)
						require.Equal(t, aggregate.IDReused, r.Code)
						require.Equal(t, aggregate.CommandName(c.then), r.Command)
						require.Equal(t, 422, marketplace.ErrorInfoOf(err).HTTP)
					} else {
						require.NoError(t, err)
						require.True(t, again.Repeated)
						again.Repeated = false
						require.Equal(t, first, again)
					}
					clock += 60
				}
				markettest.RequireSameLog(t, written, markettest.Records(t, log))
			})
		}
	})
}

// Of commands that come at once under one id one is done, and only who sent that is
// told so: the store takes the events of all for the same.
func TestCommandIDReusedAtOnce(t *testing.T) {
	for range 20 {
		testReusedAtOnce(t)
	}
}

func testReusedAtOnce(t *testing.T) {
	m, d := hired(t, markettest.NewLog(), marketplace.Options{})
	id := uuid.New()
	var done, repeated, reused atomic.Int64
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			out, err := m.Do(t.Context(), d.bonus(event.Money(1+i%2)), marketplace.CommandID(id))
			switch {
			case errors.Is(err, aggregate.IDReused):
				reused.Add(1)
			case err != nil:
				t.Error(err)
			case out.Repeated:
				repeated.Add(1)
			default:
				done.Add(1)
			}
		})
	}
	wg.Wait()
	require.Len(t, markettest.Records(t, m.Store()), 4)
	require.Equal(t, []int64{1, 15, 16}, []int64{done.Load(), repeated.Load(), reused.Load()})
}

// Only streams know ids: a command on another stream is another's id.
func TestCommandIDOfAnotherStream(t *testing.T) {
	m, d := hired(t, markettest.NewLog(), marketplace.Options{})
	id := uuid.New()
	for _, c := range []aggregate.Command{d.bonus(1), aggregate.VerifyPaymentMethod{Client: d.client}} {
		out, err := m.Do(t.Context(), c, marketplace.CommandID(id))
		require.NoError(t, err)
		require.False(t, out.Repeated)
	}
}

// An import keeps the digests of its lines, and what it did is known by them.
func TestCommandIDReusedAfterImport(t *testing.T) {
	everyLog(t, func(t *testing.T, log store.Store) {
		clock, id, client := noon, uuid.New(), uuid.New()
		m := hostAt(t, log, &clock, marketplace.Options{})
		var text []byte
		for _, c := range []aggregate.Command{aggregate.RegisterClient{Client: client}, aggregate.ContactClient{Client: client, Reason: "hello"}} {
			var err error
			text, err = script.AppendActed(text, id, noon, "user-7", c)
			require.NoError(t, err)
		}
		report := markettest.ImportText(t, m, string(text))
		require.EqualValues(t, 1, report.Applied)
		require.Equal(t, aggregate.IDReused, report.Rejections[0].Code)
		clock += 60
		by := marketplace.ActedBy("user-7")
		for _, c := range []struct {
			command aggregate.Command
			options []marketplace.DoOption
			reused  bool
		}{
			{aggregate.RegisterClient{Client: client}, []marketplace.DoOption{by}, false},
			{aggregate.RegisterClient{Client: client}, []marketplace.DoOption{by, marketplace.At(noon.Std())}, false},
			{aggregate.RegisterClient{Client: client}, []marketplace.DoOption{by, marketplace.At(clock.Std())}, true},
			{aggregate.RegisterClient{Client: client}, []marketplace.DoOption{marketplace.ActedBy("user-8")}, true},
			{aggregate.RegisterClient{Client: client}, []marketplace.DoOption{marketplace.ActedBy("no one")}, true},
			{aggregate.RegisterClient{Client: client}, nil, true},
			{aggregate.ContactClient{Client: client, Reason: "hello"}, []marketplace.DoOption{by}, true},
		} {
			out, err := m.Do(t.Context(), c.command, append(c.options, marketplace.CommandID(id))...)
			if c.reused {
				require.ErrorIs(t, err, aggregate.IDReused)
			} else {
				require.NoError(t, err)
				require.True(t, out.Repeated)
			}
		}
	})
}

// Who acted stands in the metadata of all that a command came to, and nowhere else.
func TestActedBy(t *testing.T) {
	everyLog(t, func(t *testing.T, log store.Store) {
		clock := noon
		m := hostAt(t, log, &clock, marketplace.Options{})
		client, freelancer, job := uuid.New(), uuid.New(), uuid.New()
		for i, c := range []aggregate.Command{
			aggregate.RegisterClient{Client: client}, aggregate.RegisterFreelancer{Freelancer: freelancer},
			aggregate.PostJob{Job: job, Client: client, Kind: event.KindFixed, Connects: 2}, aggregate.GrantConnects{Freelancer: freelancer, N: 10},
			aggregate.SubmitProposal{Proposal: uuid.New(), Job: job, Freelancer: freelancer, CoverLetter: "Gladly."},
		} {
			_, err := m.Do(t.Context(), c, marketplace.ActedBy(fmt.Sprint("user-", i)))
			require.NoError(t, err)
		}
		by := map[string]string{}
		for _, rec := range markettest.Records(t, log) {
			meta, _, ok := event.ParseMetadata(rec.Metadata)
			require.True(t, ok)
			by[rec.Type] = meta.ActedBy
		}
		require.Equal(t, "user-0", by["ClientRegistered"])
		require.Equal(t, "user-4", by["ProposalSubmitted"])
		require.Equal(t, "user-4", by["ConnectsSpent"], "in the other stream, too")
		_, err := m.Do(t.Context(), aggregate.VerifyPaymentMethod{Client: client}, marketplace.ActedBy("no one"))
		require.ErrorIs(t, err, aggregate.Invalid)
	})
}

// A key of the host's can be replaced. What was done under another key, or under none
// as in logs of old, is known by its id alone; what the command line did under the
// public key is told apart by a host with a key, too.
func TestDigestKeys(t *testing.T) {
	none, one, two := marketplace.Options{}, marketplace.Options{DigestKey: bytes.Repeat([]byte{1}, 16)}, marketplace.Options{DigestKey: bytes.Repeat([]byte{2}, 32)}
	for _, c := range []struct {
		name        string
		first, then marketplace.Options
		told        bool
	}{
		{"the same", one, one, true},
		{"none, and none", none, none, true},
		{"one after none", none, one, true},
		{"another", one, two, false},
		{"none after one", one, none, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			log, id, clock := markettest.NewLog(), uuid.New(), noon
			m, d := hired(t, log, c.first)
			_, err := m.Do(t.Context(), d.bonus(700), marketplace.CommandID(id))
			require.NoError(t, err)
			m = hostAt(t, log, &clock, c.then)
			out, err := m.Do(t.Context(), d.bonus(700), marketplace.CommandID(id))
			require.NoError(t, err)
			require.True(t, out.Repeated)
			out, err = m.Do(t.Context(), d.bonus(701), marketplace.CommandID(id))
			if c.told {
				require.ErrorIs(t, err, aggregate.IDReused)
			} else {
				require.NoError(t, err)
				require.True(t, out.Repeated)
			}
		})
	}
}

// withoutDigests is a log as it was written before there were digests.
func withoutDigests(t *testing.T, all []event.Record) store.Store {
	log := memory.New()
	for _, rec := range all {
		m, version, ok := event.ParseMetadata(rec.Metadata)
		require.True(t, ok)
		require.NotZero(t, m.CommandDigest)
		m.CommandDigest = [16]byte{}
		var err error
		rec.Metadata, err = event.AppendMetadata(nil, version, m)
		require.NoError(t, err)
		_, err = log.Append(t.Context(), store.Write{Stream: rec.Stream, Expected: store.Any, Events: []event.Proposed{rec.Proposed}})
		require.NoError(t, err)
	}
	return log
}

// A log of old goes on as before: its commands are known by their ids alone, those
// that are done now by what they were.
func TestLogsWithoutDigests(t *testing.T) {
	log, before, now, clock := markettest.NewLog(), uuid.New(), uuid.New(), noon
	m, d := hired(t, log, marketplace.Options{})
	_, err := m.Do(t.Context(), d.bonus(700), marketplace.CommandID(before))
	require.NoError(t, err)
	m = hostAt(t, withoutDigests(t, markettest.Records(t, log)), &clock, marketplace.Options{})
	for _, amount := range []event.Money{700, 70_000} {
		out, err := m.Do(t.Context(), d.bonus(amount), marketplace.CommandID(before))
		require.NoError(t, err)
		require.True(t, out.Repeated)
		require.Equal(t, []event.Event{&event.BonusPaid{Amount: 700}}, out.Events)
	}
	_, err = m.Do(t.Context(), d.bonus(700), marketplace.CommandID(now))
	require.NoError(t, err)
	_, err = m.Do(t.Context(), d.bonus(1), marketplace.CommandID(now))
	require.ErrorIs(t, err, aggregate.IDReused)
}

// An archive keeps the digests, and so does what is restored from it.
func TestArchivesKeepDigests(t *testing.T) {
	log, id, clock, dir := markettest.NewLog(), uuid.New(), noon, t.TempDir()
	m, d := hired(t, log, marketplace.Options{})
	_, err := m.Do(t.Context(), d.bonus(700), marketplace.CommandID(id))
	require.NoError(t, err)
	_, err = archive.Export(t.Context(), log, dir, archive.ExportOptions{})
	require.NoError(t, err)
	kept, err := archive.Open(t.Context(), dir, archive.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, kept.Close()) })
	restored := memory.New()
	_, err = archive.Restore(context.Background(), kept, restored, nil)
	require.NoError(t, err)
	markettest.RequireSameLog(t, markettest.WithoutPositions(markettest.Records(t, log)), markettest.WithoutPositions(markettest.Records(t, restored)))
	m = hostAt(t, restored, &clock, marketplace.Options{})
	_, err = m.Do(t.Context(), d.bonus(701), marketplace.CommandID(id))
	require.ErrorIs(t, err, aggregate.IDReused)
}
