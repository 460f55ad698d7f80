package process_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
)

// kills is how often processes are killed; before a release, try 50.
var kills = flag.Int("kills", 4, "how often a process is killed that does what is due")

const (
	childStore      = "PROCESS_TEST_STORE"
	childCheckpoint = "PROCESS_TEST_CHECKPOINT"
)

// afterOutage is when everything of the history has become due.
var afterOutage = at("2024-06-05T08:00:00Z")

// TestMain lets the test binary be the process that another test kills.
func TestMain(m *testing.M) {
	if url := os.Getenv(childStore); url != "" {
		if err := settleAndTell(url, os.Getenv(childCheckpoint)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// settleAndTell does what is due and writes a line for each event that comes
// into the log meanwhile.
func settleAndTell(url, checkpoint string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	clock := process.NewManualClock(afterOutage.Std())
	m, err := open.Marketplace(ctx, url, marketplace.Options{Now: clock.Now})
	if err != nil {
		return err
	}
	p, err := m.Processes(process.Options{Badges: m.BadgesUnder(eager()), Clock: clock, Checkpoint: process.FileCheckpoint(checkpoint), SaveEvery: 5})
	if err != nil {
		return err
	}
	head, err := m.Store().Head(ctx)
	if err != nil {
		return err
	}
	go func() {
		for n, err := range m.Store().Subscribe(ctx, head) {
			if err == nil && !n.CaughtUp() {
				fmt.Println(n.Record.Type)
			}
		}
	}()
	if err := p.Settle(ctx); err != nil {
		return err
	}
	cancel()
	return m.Close()
}

// longHistory leaves about n tasks open: every timer and every process manager has
// something to do.
func longHistory(n int) []step {
	const begin = "2024-01-01T00:00:00Z"
	var all []step
	add := func(when string, c aggregate.Command) { all = append(all, step{when, c}) }
	for i := range 3 {
		add(begin, aggregate.RegisterClient{Client: named(fmt.Sprint("client", i))})
		add(begin, aggregate.RegisterFreelancer{Freelancer: named(fmt.Sprint("freelancer", i))})
	}
	for i := range n {
		client, freelancer := named(fmt.Sprint("client", i%3)), named(fmt.Sprint("freelancer", i%3))
		contract, now := named(fmt.Sprint("contract", i)), at("2024-01-10T10:00:00Z").AddSeconds(int64(i))
		all = append(all, openWork(i, contract, client, freelancer, now)...)
		if i%20 == 4 { // to be paid
			add("2024-01-15T12:00:00Z", aggregate.InvoiceWeek{Contract: contract, Week: event.WeekOf(at("2024-01-10T09:00:00Z"))})
		}
	}
	old, rude := named("old"), named("rude")
	add("2023-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: old})
	add("2023-01-01T00:00:00Z", aggregate.GrantConnects{Freelancer: old, N: 5})
	add(begin, aggregate.RegisterClient{Client: rude})
	add("2024-05-01T00:00:00Z", aggregate.ContactClient{Client: rude, Reason: event.Text(event.ContactConsistentlyNegative)})
	for i := range 2 {
		add("2024-06-01T00:00:00Z", aggregate.RecordComplaint{Client: rude, Freelancer: named(fmt.Sprint("freelancer", i)), Reason: "rude"})
	}
	for i := range n / 10 {
		star := named(fmt.Sprint("star", i))
		add(begin, aggregate.RegisterFreelancer{Freelancer: star})
		add(begin, aggregate.GrantRisingTalent{Freelancer: star})
		for _, s := range success(star, named("client0"), named("client1"), 500_00) {
			add(s.at, s.command)
		}
		if i%2 == 0 {
			add("2024-05-01T00:00:00Z", aggregate.AwardBadge{Freelancer: star, Badge: event.BadgeTopRated})
			add("2024-05-01T00:00:00Z", aggregate.PlaceHold{Freelancer: star, Kind: event.HoldPayment})
		}
	}
	for i := range 9 {
		add("2024-06-01T00:00:00Z", aggregate.RecordComplaint{Client: named(fmt.Sprint("client", i%3)), Freelancer: named(fmt.Sprint("freelancer", i/3)), Reason: "rude"})
	}
	return all
}

// live lets people live a history in a log, with command ids of their own, and
// the clock of the store at a stop.
func live(t *testing.T, s store.Store, history []step) *marketplace.Marketplace {
	clock := process.NewManualClock(afterOutage.Std())
	m, err := marketplace.New(s, marketplace.Options{Now: clock.Now})
	require.NoError(t, err)
	for i, step := range history {
		_, err := m.Do(t.Context(), step.command, marketplace.At(at(step.at).Std()), marketplace.CommandID(named(fmt.Sprint("step", i))))
		require.NoError(t, err)
	}
	return m
}

// TestKilled kills the processes that do what is due, alone or two at once, at
// random moments, again and again: at the end the log holds what one that was
// never killed would have written, each effect once.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("processes that are killed tell the race detector nothing")
	}
	history := longHistory(30 * *kills)
	for name, row := range map[string]struct {
		url       func(t *testing.T) string
		instances int
	}{
		"one, on SQLite":       {func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "log.db") }, 1},
		"two, on EventStoreDB": {func(t *testing.T) string { return esdbtest.Start(t).ConnectionString() }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			url := row.url(t)
			require.NoError(t, live(t, openStore(t, url), history).Close())
			checkpoints := t.TempDir()
			round := func(killed bool) {
				var running sync.WaitGroup
				for i := range row.instances {
					lines := rand.IntN(100) // about as many events follow for each kill
					running.Go(func() { settleInChild(t, url, filepath.Join(checkpoints, fmt.Sprint(i)), killed, lines) })
				}
				running.Wait()
			}
			for range *kills {
				round(true)
			}
			round(false)

			calm := live(t, newLog(), history)
			defer calm.Close()
			p, err := calm.Processes(process.Options{Badges: calm.BadgesUnder(eager())})
			require.NoError(t, err)
			require.NoError(t, p.Settle(t.Context()))
			want := byStream(recordsOf(t, calm.Store()))
			followed := map[string]int{}
			for _, env := range eventsOf(t, calm.Store(), 0) {
				if env.OccurredAt == afterOutage {
					followed[env.Event.EventType()]++
				}
			}
			for _, effect := range []string{
				"InviteExpired", "MilestoneReleased", "EscrowRefunded", "DisputeLapsed", "WeekInvoiced", "HoursPaid", "FeedbackPublished", "OfferExpired", "ConnectsExpired",
				"JobSuccessAssessed", "RisingTalentEnded", "BadgeAwarded", "BadgeLost",
				"ProposalSubmitted", "ContractStarted", "ConnectsReturned", "ClientContacted", "ClientSuspended",
			} {
				require.Positive(t, followed[effect], effect)
			}
			s := openStore(t, url)
			defer s.Close()
			got := byStream(recordsOf(t, s))
			require.Len(t, got, len(want))
			for stream := range want {
				require.Equal(t, want[stream], got[stream])
			}
		})
	}
}

// settleInChild starts a process and kills it after so many lines, or lets it
// end.
func settleInChild(t *testing.T, url, checkpoint string, killed bool, lines int) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childStore+"="+url, childCheckpoint+"="+checkpoint)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if !check(t, err) || !check(t, cmd.Start()) {
		return
	}
	told := bufio.NewScanner(out)
	for n := 0; (!killed || n < lines) && told.Scan(); n++ {
	}
	if killed {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		return
	}
	check(t, cmd.Wait())
}

// check reports an error from a goroutine of a test.
func check(t *testing.T, err error) bool {
	if err != nil {
		t.Error(err)
	}
	return err == nil
}

func recordsOf(t *testing.T, s store.Store) (all []event.Record) {
	for rec, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		all = append(all, rec.Clone())
	}
	return all
}
