package process_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// eager is a rule by which a good week is enough for a badge: what else is asked
// for is little.
func eager() statistics.Policy {
	p, _ := statistics.Preset(statistics.DefaultPolicy) // which there is
	p.Badge.Assessments, p.Badge.GoodAssessments = 1, 1
	p.Badge.FirstContractDays, p.Badge.ActiveDays = 0, 366
	p.Badge.Paid, p.Badge.PlusPaid, p.Badge.PlusContract = 100_00, 1_000_00, 500_00
	return p
}

// success is what gives a freelancer a score of 100 %: a contract with each of
// two clients, done and praised by both sides on 2 January, and so much paid for each.
func success(freelancer, carl, cora uuid.UUID, paid event.Money) []step {
	const day = "2024-01-02T00:00:00Z"
	all := []step{on(day, aggregate.SetProfileCompleteness{Freelancer: freelancer, Percent: 100})}
	for i, client := range []uuid.UUID{carl, cora} {
		c := successful(freelancer, i)
		leave, answer := feedback(event.SideClient, 5), feedback(event.SideFreelancer, 5)
		leave.Contract, answer.Contract = c, c
		all = append(all,
			on(day, aggregate.StartContract{Contract: c, Job: named("job"), Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal}),
			on(day, aggregate.PayBonus{Contract: c, Amount: paid}),
			on(day, aggregate.EndContract{Contract: c, By: event.SideClient, Reason: "done"}), on(day, leave), on(day, answer))
	}
	return all
}

// successful is the contract with the first or second client.
func successful(freelancer uuid.UUID, i int) uuid.UUID {
	return uuid.NewSHA1(freelancer, []byte{byte(i)})
}

// annsSuccess is Ann's with Carl and Cora.
func annsSuccess(paid event.Money) []step {
	return success(named("ann"), named("carl"), named("cora"), paid)
}

var (
	awarded  = aggregate.AwardBadge{Freelancer: named("ann"), Badge: event.BadgeTopRated}
	lost     = aggregate.LoseBadge{Freelancer: named("ann"), Badge: event.BadgeTopRated, Unmet: []string{"platform"}}
	held     = aggregate.PlaceHold{Freelancer: named("ann"), Kind: event.HoldQuality}
	lessened = aggregate.SetProfileCompleteness{Freelancer: named("ann"), Percent: 99}
)

// stage is a host under the eager rule whose reviews a test can keep from being
// made, as a crash does: after its assessment, before its decision.
type stage struct {
	*host
	down  bool
	asked atomic.Int64 // how often, while it was not down
}

func newStage(t *testing.T, s store.Store, checkpoint process.Checkpoint) *stage {
	g := &stage{host: newHostOn(t, s, process.Options{})}
	g.crash(checkpoint)
	g.do("2024-01-01T00:00:00Z", people...)
	g.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("cora")})
	return g
}

// crash forgets the runner and makes another.
func (g *stage) crash(checkpoint process.Checkpoint) {
	standing := g.m.BadgesUnder(eager())
	g.restart(process.Options{Checkpoint: checkpoint, Badges: func(ctx context.Context, id uuid.UUID, asOf event.Time, until event.Position) (*statistics.BadgeProgress, error) {
		if g.down {
			return nil, store.ErrUnavailable
		}
		g.asked.Add(1)
		return standing(ctx, id, asOf, until)
	}})
}

// badges is settle, telling of badges and what has to do with them only.
func (h *host) badges(when string) (told []string) {
	h.t.Helper()
	h.settle(when)
	for _, env := range h.events(h.seen) {
		switch e := env.Event.(type) {
		case *event.BadgeAwarded:
			told = append(told, fmt.Sprint(env.OccurredAt, " awarded ", e.Badge))
		case *event.BadgeLost:
			told = append(told, fmt.Sprint(env.OccurredAt, " lost ", e.Badge, " ", e.Unmet))
		case *event.RisingTalentEnded:
			told = append(told, fmt.Sprint(env.OccurredAt, " a rising talent no more"))
		}
	}
	return told
}

// assessedOnly lets a week be assessed and nothing be reviewed.
func (g *stage) assessedOnly(when string) {
	g.down = true
	g.clock.Set(at(when).Std())
	require.ErrorIs(g.t, g.p.Settle(g.t.Context()), store.ErrUnavailable)
	g.down = false
}

// TestBadgesAreReviewed: with each assessment, what is met and not held is
// awarded, what is held and not met is lost.
func TestBadgesAreReviewed(t *testing.T) {
	rich, poor := annsSuccess(500_00), annsSuccess(50_00)
	for name, row := range map[string]scenario{
		"awarded, once": {poor, []moment{
			{"2024-01-07T23:59:59Z", nil},
			{"2024-01-08T00:00:00Z", []string{"2024-01-08T00:00:00Z awarded top_rated"}},
			{"2024-01-15T00:00:00Z", nil},
		}},
		"both at once, the lesser first": {rich, []moment{
			{"2024-01-08T00:00:00Z", []string{"2024-01-08T00:00:00Z awarded top_rated", "2024-01-08T00:00:00Z awarded top_rated_plus"}},
		}},
		"lost with what is not met": {append(poor, on("2024-01-03T00:00:00Z", awarded), on("2024-01-04T00:00:00Z", held), on("2024-01-04T00:00:00Z", lessened)), []moment{
			{"2024-01-07T23:59:59Z", nil},
			{"2024-01-08T00:00:00Z", []string{"2024-01-08T00:00:00Z lost top_rated [profile no_hold]"}},
			{"2024-01-15T00:00:00Z", nil},
		}},
		"the greater one with the lesser": {append(rich, on("2024-01-03T00:00:00Z", awarded),
			on("2024-01-03T00:00:00Z", aggregate.AwardBadge{Freelancer: named("ann"), Badge: event.BadgeTopRatedPlus}), on("2024-01-04T00:00:00Z", held)), []moment{
			{"2024-01-08T00:00:00Z", []string{"2024-01-08T00:00:00Z lost top_rated [no_hold]", "2024-01-08T00:00:00Z lost top_rated_plus [top_rated]"}},
		}},
		"held and met":         {append(poor, on("2024-01-03T00:00:00Z", awarded)), []moment{{"2024-01-08T00:00:00Z", nil}, {"2024-01-15T00:00:00Z", nil}}},
		"neither held nor met": {append(poor, on("2024-01-04T00:00:00Z", held)), []moment{{"2024-01-08T00:00:00Z", nil}, {"2024-03-18T00:00:00Z", nil}}},
		"no score, no badge":   {[]step{on("2024-01-03T00:00:00Z", awarded)}, []moment{{"2024-01-08T00:00:00Z", []string{"2024-01-08T00:00:00Z lost top_rated [displayed assessments first_contract paid profile active]"}}}},
		"after weeks of outage, with the one assessment that is made": {poor, []moment{
			{"2024-02-20T08:00:00Z", []string{"2024-02-20T08:00:00Z awarded top_rated"}}, {"2024-02-26T00:00:00Z", nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t, newLog(), nil)
			g.steps(row.given...)
			weeks := 0
			for _, m := range row.moments {
				require.Equal(t, m.then, g.badges(m.at), "at %s", m.at)
				weeks += len(assessments(g.host))
			}
			require.EqualValues(t, weeks, g.asked.Load(), "once for both badges")
		})
	}
}

// TestRisingTalentsWeekIsGood: a score ends Rising Talent with the assessment
// that shows it first; the review goes by what the log held up to there.
func TestRisingTalentsWeekIsGood(t *testing.T) {
	for name, row := range map[string]struct {
		rising bool
		then   []string
	}{
		"the week without a score was good": {true, []string{"2024-01-15T00:00:00Z a rising talent no more", "2024-01-15T00:00:00Z awarded top_rated"}},
		"it was not":                        {false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.do("2024-01-01T00:00:00Z", people...)
			h.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("cora")})
			two := eager()
			two.Badge.Assessments, two.Badge.GoodAssessments = 2, 2
			h.restart(process.Options{Badges: h.m.BadgesUnder(two)})
			if row.rising {
				h.do("2024-01-01T00:00:00Z", aggregate.GrantRisingTalent{Freelancer: named("ann")})
			}
			require.Empty(t, h.badges("2024-01-08T00:00:00Z"))
			for _, s := range annsSuccess(50_00) {
				h.do("2024-01-09T00:00:00Z", s.command)
			}
			require.Equal(t, row.then, h.badges("2024-01-15T00:00:00Z"))
		})
	}
}

// TestReviewIsMadeAnew: whatever happens between an assessment and its review
// has no part in it, also what is said to have happened before.
func TestReviewIsMadeAnew(t *testing.T) {
	for name, checkpoint := range map[string]process.Checkpoint{"from a checkpoint": &process.MemoryCheckpoint{}, "from the log": nil} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t, newLog(), checkpoint)
			g.steps(annsSuccess(50_00)...)
			g.assessedOnly("2024-01-08T00:00:00Z")
			require.NoError(t, g.p.Save(t.Context()))
			g.steps(on("2024-01-07T00:00:00Z", aggregate.PayBonus{Contract: successful(named("ann"), 0), Amount: 5_000_00}),
				on("2024-01-08T00:00:00Z", held), on("2024-01-09T00:00:00Z", lessened),
				on("2024-01-09T00:00:00Z", aggregate.FlagClient{Client: named("carl"), Reason: event.Text(event.FlagPoorCollaboration)}))
			g.crash(checkpoint)
			require.Equal(t, []string{"2024-01-10T00:00:00Z awarded top_rated"}, g.badges("2024-01-10T00:00:00Z"))
			require.Equal(t, []string{"2024-01-15T00:00:00Z lost top_rated [displayed assessments profile no_hold]"}, g.badges("2024-01-15T00:00:00Z"))
		})
	}
}

// TestPersonDecidesMeanwhile: what a person has said of a badge since the
// assessment stands until the next.
func TestPersonDecidesMeanwhile(t *testing.T) {
	g := newStage(t, newLog(), nil)
	g.steps(annsSuccess(50_00)...)
	g.assessedOnly("2024-01-08T00:00:00Z")
	g.do("2024-01-08T01:00:00Z", awarded)
	g.do("2024-01-08T02:00:00Z", lost)
	require.Empty(t, g.badges("2024-01-09T00:00:00Z"))
	require.Equal(t, []string{"2024-01-15T00:00:00Z awarded top_rated"}, g.badges("2024-01-15T00:00:00Z"))
	g.assessedOnly("2024-01-22T00:00:00Z")
	g.do("2024-01-22T01:00:00Z", held, lost)
	require.Empty(t, g.badges("2024-01-23T00:00:00Z"))
}

// TestReviewedOnce: a lost answer, a crash right after it and instances that work
// at once leave one event of each badge.
func TestReviewedOnce(t *testing.T) {
	once := func(g *stage) {
		var all []event.Badge
		for _, env := range g.events(0) {
			if e, ok := env.Event.(*event.BadgeAwarded); ok {
				all = append(all, e.Badge)
			}
		}
		require.Equal(t, []event.Badge{event.BadgeTopRated, event.BadgeTopRatedPlus}, all)
	}
	t.Run("the answer was lost", func(t *testing.T) {
		faulty := storetest.NewFaulty(newLog())
		g := newStage(t, faulty, nil)
		g.steps(annsSuccess(500_00)...)
		g.assessedOnly("2024-01-08T00:00:00Z")
		for range 2 { // one badge after the other
			faulty.LoseReplies(1)
			require.ErrorIs(t, g.p.Settle(t.Context()), store.ErrUnavailable)
			g.crash(nil)
		}
		require.Empty(t, g.badges("2024-01-08T00:00:01Z"))
		once(g)
	})
	t.Run("two instances", func(t *testing.T) {
		g := newStage(t, newLog(), nil)
		g.steps(annsSuccess(500_00)...)
		g.clock.Set(at("2024-01-08T00:00:00Z").Std())
		one := g.p
		g.crash(nil)
		var both sync.WaitGroup
		for _, p := range []*process.Runner{one, g.p} {
			both.Go(func() { check(t, p.Settle(t.Context())) })
		}
		both.Wait()
		once(g)
	})
	t.Run("two rules", func(t *testing.T) { // the first to decide has decided
		g := newStage(t, newLog(), nil)
		g.steps(annsSuccess(500_00)...)
		g.assessedOnly("2024-01-08T00:00:00Z")
		other, err := g.m.Processes(process.Options{Clock: g.clock})
		require.NoError(t, err)
		require.NoError(t, g.p.Settle(t.Context()))
		require.NoError(t, other.Settle(t.Context()))
		once(g)
	})
}

// TestWithoutBadges: a Runner that nobody tells how freelancers stand reviews
// nothing; one that hears nonsense stops.
func TestWithoutBadges(t *testing.T) {
	g := newStage(t, newLog(), nil)
	g.steps(annsSuccess(50_00)...)
	g.assessedOnly("2024-01-08T00:00:00Z")
	p, err := process.New(g.store, nil, process.Options{Clock: g.clock})
	require.NoError(t, err)
	require.NoError(t, p.Settle(t.Context()))
	require.Equal(t, map[process.Outcome]uint64{{Kind: process.ReviewBadge, What: process.OutcomeMoot}: 2}, p.Status().Outcomes)

	wrong := eager()
	wrong.Badge.Assessments = 0
	g.restart(process.Options{Badges: g.m.BadgesUnder(wrong)})
	require.ErrorIs(t, g.p.Run(t.Context()), statistics.ErrInvalidPolicy)
	require.Equal(t, 3, g.p.Status().Open, "two reviews and the next assessment")
}

// TestCareerUnderThePublishedRule lets a year go by: 13 good weeks and 90 days
// make a Top Rated, 90 days without work end it, and work brings it back.
func TestCareerUnderThePublishedRule(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", people...)
	h.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("cora")})
	h.steps(annsSuccess(5_000_00)...)
	bonus := func(when string) {
		h.do(when, aggregate.PayBonus{Contract: successful(named("ann"), 0), Amount: 1})
	}
	bonus("2024-02-20T00:00:00Z")
	var told []string
	for week := range 52 {
		monday := event.WeekOf(at("2024-01-01T00:00:00Z").AddDays(7 * week)).End()
		if week == 30 {
			bonus("2024-08-01T00:00:00Z")
		}
		told = append(told, h.badges(monday.String())...)
	}
	require.Equal(t, []string{
		"2024-04-08T00:00:00Z awarded top_rated", "2024-04-08T00:00:00Z awarded top_rated_plus",
		"2024-05-20T00:00:00Z lost top_rated [active]", "2024-05-20T00:00:00Z lost top_rated_plus [top_rated]",
		"2024-08-05T00:00:00Z awarded top_rated", "2024-08-05T00:00:00Z awarded top_rated_plus",
		"2024-11-04T00:00:00Z lost top_rated [active]", "2024-11-04T00:00:00Z lost top_rated_plus [top_rated]",
	}, told)
}
