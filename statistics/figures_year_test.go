package statistics_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// The first date of the twelve months before noon, and a second before it.
var (
	yearBegins = projectiontest.At("2016-07-15T00:00:00Z")
	yearBefore = yearBegins - 1
)

func (p *past) interview(name string, when event.Time, events ...event.Event) {
	p.write(event.InterviewStream(projectiontest.Named(name)), when, events...)
}

func (p *past) week(contract string, week event.Week, when event.Time, minutes, over int64) {
	p.write(event.WorkWeekStream(projectiontest.Named(contract), week), when, &event.WeekInvoiced{Minutes: minutes, OverLimitMinutes: over})
}

func scheduled(format event.InterviewFormat, channel event.InterviewChannel) *event.InterviewScheduled {
	return &event.InterviewScheduled{Job: projectiontest.Named("job"), Client: projectiontest.Named("carl"), Kind: format, Channel: channel}
}

// TestYearOfFigures: fine print Q8, each fact is in the year by its own date.
func TestYearOfFigures(t *testing.T) {
	before := projectiontest.At("2016-01-05T00:00:00Z")
	proposal := uuid.Max
	for _, c := range []struct {
		name string
		fact func(p *past, when event.Time)
		of   func(*statistics.PeriodFigures) int64
	}{
		{"Q8 contracts started", func(p *past, when event.Time) { p.contract("1", when, started("carl", "ann")) },
			func(f *statistics.PeriodFigures) int64 { return f.ContractsStarted }},
		{"Q8 contracts ended and disputed", func(p *past, when event.Time) {
			p.contract("1", before, started("carl", "ann"), &event.DisputeOpened{By: event.SideClient, Dispute: proposal})
			p.contract("1", when, &event.ContractEnded{})
		}, func(f *statistics.PeriodFigures) int64 {
			require.Equal(t, f.ContractsEnded > 0, f.DisputePPM != nil)
			return f.Disputed * f.ContractsEnded
		}},
		{"Q8 paid", func(p *past, when event.Time) {
			p.contract("1", before, started("carl", "ann"))
			p.contract("1", when, &event.BonusPaid{Amount: 1})
		}, func(f *statistics.PeriodFigures) int64 { return int64(f.GrossVolume) }},
		{"Q8 invites", func(p *past, when event.Time) {
			p.invite("1", when, &event.InviteSent{Client: projectiontest.Named("carl"), Freelancer: projectiontest.Named("ann")})
		}, func(f *statistics.PeriodFigures) int64 { return f.InvitesSent }},
		{"Q8 jobs, with all who proposed", func(p *past, when event.Time) {
			p.job("job", when, &event.JobPosted{Client: projectiontest.Named("carl")})
			p.proposal("1", projectiontest.Noon, proposed("carl", "ann", event.ViaProposal))
		}, func(f *statistics.PeriodFigures) int64 { return f.JobsPosted * f.Candidates }},
		{"Q8 proposals", func(p *past, when event.Time) { p.proposal("1", when, proposed("carl", "ann", event.ViaProposal)) },
			func(f *statistics.PeriodFigures) int64 { return f.Proposals }},
		{"Q8 interviews started", func(p *past, when event.Time) {
			p.proposal("1", before, proposed("carl", "ann", event.ViaProposal))
			p.proposal("1", when, &event.InterviewStarted{})
		}, func(f *statistics.PeriodFigures) int64 { return f.Interviews }},
		{"Q8 meetings scheduled", func(p *past, when event.Time) {
			p.interview("1", when, scheduled(event.FormatPanel, event.ChannelVideo))
		},
			func(f *statistics.PeriodFigures) int64 { return f.Meetings.Panel.Scheduled * f.Channels.Video }},
		{"Q8 meetings held", func(p *past, when event.Time) {
			p.interview("1", before, scheduled(event.FormatGroup, event.ChannelChat))
			p.interview("1", when, &event.InterviewHeld{})
		}, func(f *statistics.PeriodFigures) int64 { return f.Meetings.Group.Held }},
		{"Q8 meetings cancelled", func(p *past, when event.Time) {
			p.interview("1", before, scheduled(event.FormatTelephone, event.ChannelAudio))
			p.interview("1", when, &event.InterviewCancelled{})
		}, func(f *statistics.PeriodFigures) int64 { return f.Meetings.Telephone.Cancelled }},
		{"Q8 Connects spent", func(p *past, when event.Time) {
			p.freelancer("ann", before, &event.FreelancerRegistered{})
			p.freelancer("ann", when, &event.ConnectsSpent{Proposal: proposal, Amount: 1})
		}, func(f *statistics.PeriodFigures) int64 { return int64(f.ConnectsSpent) }},
		{"Q8 Connects returned", func(p *past, when event.Time) {
			p.freelancer("ann", before, &event.FreelancerRegistered{})
			p.freelancer("ann", when, &event.ConnectsReturned{Proposal: proposal, Amount: 1})
		}, func(f *statistics.PeriodFigures) int64 { return int64(f.ConnectsReturned) }},
	} {
		for when, want := range map[event.Time]int64{yearBefore: 0, yearBegins: 1, projectiontest.Noon: 1, projectiontest.Noon + 1: 0} {
			t.Run(fmt.Sprint(c.name, " ", when), func(t *testing.T) {
				p := newPast(t)
				c.fact(p, when)
				f := figuresAt(t, p.model(), projectiontest.Noon)
				require.Equal(t, want, c.of(&f.Year))
			})
		}
	}
}

// TestBilledByTheWeekWorked: fine print Q8 and fine print Q4, a week counts with its Monday, whenever it was
// invoiced, once that is done; what is over the limit is not billed.
func TestBilledByTheWeekWorked(t *testing.T) {
	worked := func(s string) event.Week {
		w, err := event.ParseWeek(s)
		require.NoError(t, err)
		return w
	}
	p := newPast(t)
	p.freelancer("ann", projectiontest.At("2016-01-05T00:00:00Z"), &event.FreelancerRegistered{})
	p.contract("1", projectiontest.At("2016-06-01T00:00:00Z"), started("carl", "ann"))
	p.week("1", worked("2016-W28"), projectiontest.At("2016-07-18T12:00:00Z"), 100, 40) // its Monday is 11 July
	p.week("1", worked("2016-W29"), projectiontest.At("2016-07-25T12:00:00Z"), 7, 0)
	p.week("1", worked("2017-W27"), projectiontest.Noon, 500, 0)
	p.week("1", worked("2017-W26"), projectiontest.Noon+1, 1000, 0)
	m := p.model()
	for asOf, want := range map[string][]int64{
		"2016-07-18T11:59:59Z": {0, 0},
		"2016-07-18T12:00:00Z": {60, 60},
		"2017-07-11T23:59:59Z": {67, 67}, // 11 July is in the year yet
		"2017-07-12T00:00:00Z": {67, 7},
		"2017-07-15T12:00:00Z": {567, 507},
		"2017-07-15T12:00:01Z": {1567, 1507},
	} {
		f := figuresAt(t, m, projectiontest.At(asOf))
		require.Equal(t, want, []int64{f.MinutesBilled, f.Year.MinutesBilled}, asOf)
		s, err := statistics.Ask(t.Context(), m, statistics.MyStatsOf(projectiontest.Named("ann")), projectiontest.At(asOf), projectiontest.Preset(t, statistics.DefaultPolicy))
		require.NoError(t, err)
		require.Equal(t, want, []int64{s.MinutesBilled, s.MinutesBilled12m}, asOf)
	}
	for week, want := range map[string]int64{"2016-W28": 60, "2016-W29": 7, "2016-W30": 0, "2017-W27": 500, "2017-W28": 0} {
		x := explainedWeek(t, m, worked(week), projectiontest.Noon)
		require.Equal(t, want, x.Figures.MinutesBilled, week)
	}
}

// TestHiresByStanding: fine print Q8, the highest badge held at the start, with what happened in
// that very second, and the score that was shown last.
func TestHiresByStanding(t *testing.T) {
	shown := func(displayed int) *event.JobSuccessAssessed {
		return &event.JobSuccessAssessed{Displayed: &displayed, Policy: statistics.DefaultPolicy}
	}
	rising, ended := &event.RisingTalentGranted{}, &event.RisingTalentEnded{}
	top, lost := &event.BadgeAwarded{Badge: event.BadgeTopRated}, &event.BadgeLost{Badge: event.BadgeTopRated, Unmet: []string{"profile"}}
	plus := &event.BadgeAwarded{Badge: event.BadgeTopRatedPlus}
	for _, c := range []struct {
		name  string
		marks map[event.Time][]event.Event
		want  statistics.BadgeStanding
		top   int64 // with a top score
	}{
		{"Q8 nothing", nil, statistics.BadgeStandingNone, 0},
		{"Q8 an award in the second of the hire", map[event.Time][]event.Event{monday: {top}}, statistics.BadgeStandingTopRated, 0},
		{"Q8 an award a second later", map[event.Time][]event.Event{monday + 1: {top}}, statistics.BadgeStandingNone, 0},
		{"Q8 a loss in the second of the hire", map[event.Time][]event.Event{monday - 1: {top}, monday: {lost}}, statistics.BadgeStandingNone, 0},
		{"Q8 a loss a second later", map[event.Time][]event.Event{monday - 1: {top}, monday + 1: {lost}}, statistics.BadgeStandingTopRated, 0},
		{"Q8 awarded and lost in that second", map[event.Time][]event.Event{monday: {top, lost}}, statistics.BadgeStandingNone, 0},
		{"Q8 the highest of several", map[event.Time][]event.Event{monday - 1: {rising, top, plus}}, statistics.BadgeStandingTopRatedPlus, 0},
		{"Q8 the next highest when that is lost", map[event.Time][]event.Event{monday - 1: {rising, top}, monday: {lost}}, statistics.BadgeStandingRisingTalent, 0},
		{"Q8 Rising Talent ended in that second", map[event.Time][]event.Event{monday - 1: {rising}, monday: {ended}}, statistics.BadgeStandingNone, 0},
		{"Q8 a score of 90 in the second of the hire", map[event.Time][]event.Event{monday: {shown(90)}}, statistics.BadgeStandingNone, 1},
		{"Q8 a score of 89", map[event.Time][]event.Event{monday: {shown(89)}}, statistics.BadgeStandingNone, 0},
		{"Q8 a score of 90 a second later", map[event.Time][]event.Event{monday + 1: {shown(90)}}, statistics.BadgeStandingNone, 0},
		{"Q8 the last score counts", map[event.Time][]event.Event{monday - 1: {shown(100)}, monday: {shown(50)}}, statistics.BadgeStandingNone, 0},
		{"Q8 no score any more", map[event.Time][]event.Event{monday - 1: {shown(100)}, monday: {&event.JobSuccessAssessed{Policy: "2024-09"}}}, statistics.BadgeStandingNone, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.freelancer("ann", projectiontest.June, &event.FreelancerRegistered{})
			for _, when := range []event.Time{monday - 1, monday, monday + 1} {
				p.freelancer("ann", when, c.marks[when]...)
			}
			p.contract("1", monday, started("carl", "ann"))
			f := figuresAt(t, p.model(), projectiontest.Noon)
			var want statistics.BadgeStandings
			*want.Of(c.want) = 1
			require.Equal(t, want, f.HiresByStanding)
			require.Equal(t, want, f.Year.HiresByStanding)
			require.Equal(t, []int64{c.top, c.top * 10_000}, []int64{f.HiresTopScore, *f.HiresTopScoreBP})
			x := explainedWeek(t, p.model(), event.WeekOf(monday), projectiontest.Noon)
			require.Equal(t, c.want, x.Contracts[0].Standing)
			require.Equal(t, c.top == 1, x.Contracts[0].TopScore)
		})
	}
}

// TestFirstContracts: fine print Q9, day 0 and the 90 days after it.
func TestFirstContracts(t *testing.T) {
	day0 := projectiontest.At("2017-01-10T10:00:00Z")
	over := day0.AddDays(90)
	granted := &event.RisingTalentGranted{}
	for _, c := range []struct {
		name string
		past func(*past)
		asOf event.Time
		want string // rising talents counted, won, paid; others the same
	}{
		{"Q9 day 90 counts", func(*past) {}, over, "0 0 0; 1 0 0"},
		{"Q9 a second before it", func(*past) {}, over - 1, "0 0 0; 0 0 0"},
		{"Q9 won on day 0", func(p *past) { p.contract("1", day0, started("carl", "ann")) }, over, "0 0 0; 1 1 0"},
		{"Q9 won in the last second", func(p *past) { p.contract("1", over-1, started("carl", "ann")) }, over, "0 0 0; 1 1 0"},
		{"Q9 a second too late", func(p *past) { p.contract("1", over, started("carl", "ann")) }, over, "0 0 0; 1 0 0"},
		{"Q9 before the registration, out of order", func(p *past) {
			p.contract("1", day0-1, started("carl", "ann"))
			p.contract("2", day0+1, started("carl", "ann"))
		}, over, "0 0 0; 1 0 0"},
		{"Q9 what was paid in these days, less refunds", func(p *past) {
			p.contract("1", day0, started("carl", "ann"), &event.BonusPaid{Amount: 100})
			p.contract("1", over-1, &event.BonusPaid{Amount: 20}, &event.RefundGiven{Amount: 3})
			p.contract("1", over, &event.BonusPaid{Amount: 5000})
		}, over, "0 0 0; 1 1 117"},
		{"Q9 granted on registration", func(p *past) { p.freelancer("ann", day0, granted) }, over, "1 0 0; 0 0 0"},
		{"Q9 day 0 is the grant", func(p *past) { p.freelancer("ann", day0.AddDays(10), granted) }, over, "0 0 0; 0 0 0"},
		{"Q9 its 90 days", func(p *past) { p.freelancer("ann", day0.AddDays(10), granted) }, over.AddDays(10), "1 0 0; 0 0 0"},
		{"Q9 the first grant", func(p *past) {
			p.freelancer("ann", day0, granted, &event.RisingTalentEnded{})
			p.freelancer("ann", day0.AddDays(10), granted)
		}, over, "1 0 0; 0 0 0"},
		{"Q9 granted after a contract", func(p *past) {
			p.contract("1", day0, started("carl", "ann"), &event.BonusPaid{Amount: 100})
			p.freelancer("ann", day0+1, granted)
		}, over.AddDays(90), "0 0 0; 0 0 0"},
		{"Q9 granted in the second of the contract", func(p *past) {
			p.contract("1", day0+1, started("carl", "ann"), &event.BonusPaid{Amount: 100})
			p.freelancer("ann", day0+1, granted)
		}, over + 1, "1 1 100; 0 0 0"},
		{"Q9 granted after T", func(p *past) {
			p.contract("1", day0, started("carl", "ann"), &event.BonusPaid{Amount: 100})
			p.freelancer("ann", over+1, granted)
		}, over, "0 0 0; 1 1 100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.freelancer("ann", day0, &event.FreelancerRegistered{})
			c.past(p)
			f := figuresAt(t, p.model(), c.asOf).FirstContracts
			group := func(g statistics.FirstContract) string {
				require.Equal(t, g.Counted > 0, g.WonBP != nil)
				return fmt.Sprint(g.Counted, " ", g.Won, " ", int64(g.Paid))
			}
			require.Equal(t, c.want, group(f.RisingTalent)+"; "+group(f.Others))
		})
	}
}

// TestCandidates: fine print Q8, hundredths half up, of the jobs posted inside alone.
func TestCandidates(t *testing.T) {
	p := newPast(t)
	for i := range 8 {
		p.job(fmt.Sprint("job", i), monday, &event.JobPosted{Client: projectiontest.Named("carl")})
	}
	propose := func(name string, when event.Time, job string) {
		e := proposed("carl", "ann", event.ViaProposal)
		e.Job = projectiontest.Named(job)
		p.proposal(name, when, e)
	}
	propose("1", monday-1, "job0") // submitted in the week before
	propose("2", monday, "a job that nobody knows")
	propose("3", projectiontest.Noon+1, "job1")
	f := figuresAt(t, p.model(), projectiontest.Noon)
	require.Equal(t, []int64{8, 1, 13, 2}, []int64{f.JobsPosted, f.Candidates, *f.CandidatesPerJob, f.Proposals})
	require.Len(t, f.Weeks, 2)
	require.Equal(t, []int64{0, 1}, []int64{f.Weeks[0].Candidates, f.Weeks[0].Proposals})
	require.Nil(t, f.Weeks[0].CandidatesPerJob)
	require.EqualValues(t, 13, *f.Weeks[1].CandidatesPerJob)
}

// TestMeetingsOfTheFirstEdition: fine print S2, each time in its format, held and cancelled in the
// last one, and without one in none.
func TestMeetingsOfTheFirstEdition(t *testing.T) {
	meets := func(events ...event.Event) statistics.Meetings {
		p := newPast(t)
		p.proposal("1", projectiontest.June, proposed("carl", "ann", event.ViaProposal))
		p.proposal("1", projectiontest.June+1, events...)
		f := figuresAt(t, p.model(), projectiontest.Noon)
		x := explainedWeek(t, p.model(), event.WeekOf(projectiontest.June), projectiontest.Noon)
		require.Equal(t, f.Meetings, x.Figures.Meetings)
		return f.Meetings
	}
	panel, phone := scheduled(event.FormatPanel, event.ChannelChat), scheduled(event.FormatTelephone, event.ChannelAudio)
	held, cancelled := &event.InterviewHeld{}, &event.InterviewCancelled{}
	require.Equal(t, statistics.Meetings{}, meets(held, cancelled), "S2 without one")
	require.Equal(t, statistics.Meetings{Panel: statistics.MeetingCounts{Scheduled: 2, Held: 1, Cancelled: 1}}, meets(panel, cancelled, panel, held))
	require.Equal(t, statistics.Meetings{
		Panel: statistics.MeetingCounts{Scheduled: 1}, Telephone: statistics.MeetingCounts{Scheduled: 1, Held: 2},
	}, meets(panel, phone, held, held), "S2 in the last one")
}

// TestFirstWeek: fine print Q8, weeks go from that of the first invite, job, proposal or contract;
// what is before them is in the totals.
func TestFirstWeek(t *testing.T) {
	p := newPast(t)
	p.freelancer("ann", projectiontest.June, &event.FreelancerRegistered{}, &event.ConnectsSpent{Proposal: uuid.Max, Amount: 3})
	p.job("job", monday, &event.JobPosted{Client: projectiontest.Named("carl")})
	f := figuresAt(t, p.model(), projectiontest.Noon)
	require.Len(t, f.Weeks, 1)
	require.Zero(t, f.EarlierWeeks)
	require.EqualValues(t, 3, f.ConnectsSpent)
	require.EqualValues(t, 3, f.Year.ConnectsSpent)
	require.Zero(t, f.Weeks[0].ConnectsSpent)
	require.Empty(t, figuresAt(t, p.model(), monday-1).Weeks)
}

// TestNewSumsAreBounded: fine print L3, minutes billed and Connects beyond 64 bits are an error
// that names them.
func TestNewSumsAreBounded(t *testing.T) {
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	for want, give := range map[string]func(*statistics.FiguresCount){
		"minutes_billed": func(c *statistics.FiguresCount) {
			for number := range 2 {
				c.Week(&projection.WeekRecord{Week: event.Week{Year: 2017, Number: 1 + number}, Invoiced: projection.Moment{At: projectiontest.June}, Minutes: math.MaxInt64})
			}
		},
		"connects_spent": func(c *statistics.FiguresCount) {
			for i := range 2 {
				c.Freelancer(&projection.FreelancerRecord{ID: projectiontest.Named(fmt.Sprint(i)), Connects: []projection.ConnectsMove{
					{Moment: projection.Moment{At: projectiontest.June}, Kind: projection.ConnectsSpent, Amount: math.MaxInt64},
				}})
			}
		},
	} {
		c := p.CountFigures(projectiontest.Noon)
		give(c)
		_, err := c.Figures()
		var sum *statistics.SumError
		require.ErrorAs(t, err, &sum)
		require.Equal(t, want, sum.Statistic)
	}
}
