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
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest"
	"github.com/marketcore/marketplace/store/memory"
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
	m, err := marketplace.Open(ctx, url, marketplace.Options{Clock: clock.Now})
	if err != nil {
		return err
	}
	p, err := m.Processes(process.Options{Clock: clock, Checkpoint: process.FileCheckpoint(checkpoint), SaveEvery: 5})
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

// longHistory leaves about n tasks open, of every kind of timer, and three
// clients who are to be contacted now.
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
		contract := named(fmt.Sprint("contract", i))
		fixed := aggregate.StartContract{Contract: contract, Job: named("job"), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaDirect}
		work := []aggregate.Command{fixed, aggregate.AddMilestone{Contract: contract, Milestone: named("one"), Amount: 9_00}, aggregate.FundMilestone{Contract: contract, Milestone: named("one")}}
		switch i % 6 {
		case 0:
			work = []aggregate.Command{aggregate.SendInvite{Invite: contract, Job: named("job"), Client: client, Freelancer: freelancer}}
		case 1:
			work = append(work, aggregate.SubmitWork{Contract: contract, Milestone: named("one")})
		case 2:
			work = append(work, aggregate.RequestEscrowRefund{Contract: contract, Milestone: named("one")})
		case 3: // the lapse of the dispute lets the submission go
			work = append(work, aggregate.SubmitWork{Contract: contract, Milestone: named("one")},
				aggregate.OpenDispute{Contract: contract, Dispute: named("dispute"), By: event.SideClient, Amount: 1_00, Reason: "late"})
		case 4:
			fixed.Kind, fixed.HourlyRate, fixed.WeeklyLimitMinutes = event.KindHourly, ptr(event.Money(60_00)), ptr(int64(600))
			work = []aggregate.Command{fixed, aggregate.LogSegment{Contract: contract, Start: at("2024-01-10T09:00:00Z"), Kind: event.SegmentTracked, Activity: 5}}
		case 5:
			leave := feedback(event.SideClient, 5)
			leave.Contract = contract
			work = []aggregate.Command{fixed, aggregate.EndContract{Contract: contract, By: event.SideFreelancer, Reason: "done"}, leave}
		}
		for _, c := range work {
			add(at("2024-01-10T10:00:00Z").AddSeconds(int64(i)).String(), c)
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
	m, err := marketplace.New(s, marketplace.Options{Clock: clock.Now})
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
					lines := rand.IntN(40)
					running.Go(func() { settleInChild(t, url, filepath.Join(checkpoints, fmt.Sprint(i)), killed, lines) })
				}
				running.Wait()
			}
			for range *kills {
				round(true)
			}
			round(false)

			calm := live(t, memory.New(), history)
			defer calm.Close()
			p, err := calm.Processes(process.Options{})
			require.NoError(t, err)
			require.NoError(t, p.Settle(t.Context()))
			want := byStream(recordsOf(t, calm.Store()))
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
