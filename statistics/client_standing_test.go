package statistics_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// conduct is what happened about a client: each a day of 2024 and what, such as
// "ann" for a signal of hers, or "contact", "suspend", "reinstate", "bar".
type happening struct {
	day  int
	what string
}

func onDay(day int) event.Time { return projectiontest.At("2024-01-01T00:00:00Z").AddDays(day) }

func conduct(all ...happening) *statistics.ClientConduct {
	c := &statistics.ClientConduct{}
	for i, h := range all {
		m := projection.Moment{At: onDay(h.day), Position: event.Position(i + 1)}
		switch h.what {
		case "contact":
			c.Contacts = append(c.Contacts, m)
		case "suspend":
			c.Marks = append(c.Marks, projection.ClientMark{Moment: m, Kind: projection.MarkSuspended, Reason: "conduct"})
		case "reinstate":
			c.Marks = append(c.Marks, projection.ClientMark{Moment: m, Kind: projection.MarkReinstated})
		case "bar":
			c.Marks = append(c.Marks, projection.ClientMark{Moment: m, Kind: projection.MarkBarred, Reason: "fraud"})
		default:
			c.Signals = append(c.Signals, statistics.NegativeSignal{Moment: m, Freelancer: projectiontest.Named(h.what)})
		}
	}
	return c
}

func TestClientStanding(t *testing.T) {
	contacted := []happening{{0, "ann"}, {1, "ben"}, {2, "cem"}, {3, "contact"}}
	with := func(more ...happening) []happening { return append(append([]happening{}, contacted...), more...) }
	for name, row := range map[string]struct {
		past  []happening
		asOf  event.Time
		state statistics.StandingState
		count int // of signals that count
		next  statistics.StandingStep
	}{
		"nothing":                               {nil, onDay(9), "good", 0, statistics.StepNone},
		"two freelancers":                       {[]happening{{0, "ann"}, {1, "ben"}}, onDay(9), "good", 2, statistics.StepNone},
		"three signals of two freelancers":      {[]happening{{0, "ann"}, {1, "ben"}, {2, "ann"}}, onDay(9), "good", 3, statistics.StepNone},
		"three freelancers":                     {[]happening{{0, "ann"}, {1, "ben"}, {2, "cem"}}, onDay(2), "good", 3, statistics.StepContact},
		"a second before the third":             {[]happening{{0, "ann"}, {1, "ben"}, {2, "cem"}}, onDay(2) - 1, "good", 2, statistics.StepNone},
		"the first just in the 180 days":        {[]happening{{0, "ann"}, {1, "ben"}, {2, "cem"}}, onDay(180) - 1, "good", 3, statistics.StepContact},
		"the first 180 days old":                {[]happening{{0, "ann"}, {1, "ben"}, {2, "cem"}}, onDay(180), "good", 2, statistics.StepNone},
		"contacted":                             {contacted, onDay(3), "contacted", 0, statistics.StepNone},
		"before the contact":                    {contacted, onDay(3) - 1, "good", 3, statistics.StepContact},
		"one more":                              {with(happening{4, "ann"}), onDay(5), "contacted", 1, statistics.StepNone},
		"two more of one freelancer":            {with(happening{4, "ann"}, happening{5, "ann"}), onDay(5), "contacted", 2, statistics.StepNone},
		"two more of two":                       {with(happening{4, "ann"}, happening{5, "dia"}), onDay(5), "contacted", 2, statistics.StepSuspend},
		"in the contact's second, but after it": {with(happening{3, "ann"}, happening{3, "dia"}), onDay(3), "contacted", 2, statistics.StepSuspend},
		"the second on the last second":         {with(happening{4, "ann"}, happening{5, "dia"}), onDay(93) - 1, "contacted", 2, statistics.StepSuspend},
		"clean after 90 days":                   {with(happening{4, "ann"}, happening{5, "dia"}), onDay(93), "good", 0, statistics.StepNone},
		"three after it is clean":               {with(happening{92, "ann"}, happening{93, "dia"}, happening{94, "ben"}, happening{95, "cem"}), onDay(95), "good", 3, statistics.StepContact},
		"suspended":                             {with(happening{4, "ann"}, happening{5, "dia"}, happening{5, "suspend"}, happening{6, "ben"}), onDay(6), "suspended", 3, statistics.StepNone},
		"reinstated is clean":                   {with(happening{4, "ann"}, happening{5, "dia"}, happening{5, "suspend"}, happening{6, "reinstate"}, happening{7, "ann"}), onDay(7), "good", 1, statistics.StepNone},
		"reinstated and negative again":         {with(happening{5, "suspend"}, happening{6, "reinstate"}, happening{7, "ann"}, happening{8, "ben"}, happening{9, "cem"}), onDay(9), "good", 3, statistics.StepContact},
		"barred":                                {[]happening{{0, "ann"}, {1, "ben"}, {2, "bar"}, {3, "cem"}}, onDay(3), "barred", 3, statistics.StepNone},
		"contacted twice":                       {with(happening{50, "contact"}, happening{95, "ann"}, happening{96, "ben"}), onDay(100), "contacted", 2, statistics.StepSuspend},
	} {
		t.Run(name, func(t *testing.T) {
			s := statistics.DefaultStanding().Standing(conduct(row.past...), row.asOf)
			require.Equal(t, row.state, s.State)
			require.Len(t, s.Signals, row.count)
			require.Equal(t, row.next, s.Next)
			require.Equal(t, s.State == statistics.StandingContacted, s.Until != event.Never)
		})
	}
}

func TestNegativeSignals(t *testing.T) {
	p := statistics.DefaultStanding()
	for name, row := range map[string]struct {
		e    event.Event
		want bool
	}{
		"a complaint":                  {&event.ClientComplaintRecorded{}, true},
		"2.99 stars by the freelancer": {&event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 299}, true},
		"3.00 stars":                   {&event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 300}, false},
		"by the client":                {&event.FeedbackSubmitted{By: event.SideClient, Overall: 100}, false},
		"a dispute for the freelancer": {&event.DisputeResolved{ToFreelancer: 51, ToClient: 49}, true},
		"half and half":                {&event.DisputeResolved{ToFreelancer: 50, ToClient: 50}, true},
		"for the client":               {&event.DisputeResolved{ToFreelancer: 49, ToClient: 51}, false},
		"a lapse":                      {&event.DisputeLapsed{}, false},
	} {
		require.Equal(t, row.want, p.IsNegative(row.e), name)
	}
}

func TestStandingPolicyIsChecked(t *testing.T) {
	require.NoError(t, statistics.DefaultStanding().Validate())
	for _, spoil := range []func(*statistics.StandingPolicy){
		func(p *statistics.StandingPolicy) { p.FeedbackBelow = -1 },
		func(p *statistics.StandingPolicy) { p.ContactFreelancers = 0 },
		func(p *statistics.StandingPolicy) { p.ContactDays = 1 << 40 },
		func(p *statistics.StandingPolicy) { p.SuspendFreelancers = -1 },
		func(p *statistics.StandingPolicy) { p.SuspendDays = 0 },
	} {
		p := statistics.DefaultStanding()
		spoil(&p)
		require.ErrorIs(t, p.Validate(), statistics.ErrInvalidPolicy)
	}
}

// Forgetting what is no longer recent changes no standing from then on.
func TestRecentSignalsAreEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whats := []string{"ann", "ben", "cem", "dia", "contact", "suspend", "reinstate"}
		past, day := []happening{}, 0
		for range rapid.IntRange(0, 30).Draw(t, "events") {
			day += rapid.IntRange(0, 60).Draw(t, "days")
			past = append(past, happening{day, rapid.SampledFrom(whats).Draw(t, "what")})
		}
		p := statistics.DefaultStanding()
		c := conduct(past...)
		now := onDay(day)
		short := *c
		short.Signals = p.Recent(append([]statistics.NegativeSignal{}, c.Signals...), now)
		later := now.AddDays(rapid.IntRange(0, 200).Draw(t, "later"))
		require.Equal(t, fmt.Sprint(p.Standing(c, later)), fmt.Sprint(p.Standing(&short, later)))
	})
}
