package statistics_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// happening is something about a client on a day of 2024: a signal of somebody's, such as
// "ann", or what was done, such as "contact" or "suspend fraud". Where one is "late" the
// log has it before all that went before it here.
type happening struct {
	day  int
	what string
}

func onDay(day int) event.Time { return projectiontest.At("2024-01-01T00:00:00Z").AddDays(day) }

func conduct(all ...happening) []statistics.ConductFact {
	var facts []statistics.ConductFact
	for i, h := range all {
		f := statistics.ConductFact{Moment: projection.Moment{At: onDay(h.day), Position: event.Position(i + 1)}}
		what, reason, _ := strings.Cut(h.what, " ")
		switch what {
		case "contact":
			f.Kind = statistics.ConductContacted
		case "suspend":
			f.Kind, f.Reason = statistics.ConductSuspended, event.SanctionReason(cmp.Or(reason, "conduct"))
		case "reinstate":
			f.Kind = statistics.ConductReinstated
		case "bar":
			f.Kind, f.Reason = statistics.ConductBarred, event.SanctionFraud
		case "back":
			f.Kind, f.Contract = statistics.ConductTakenBack, projectiontest.Named("contract of "+reason)
		case "platform":
			f.Signal = statistics.SignalJob
		default:
			f.Signal, f.Source, f.Contract = statistics.SignalFeedback, projectiontest.Named(what), projectiontest.Named("contract of "+what)
		}
		facts = append(facts, f)
	}
	return facts
}

func TestClientStanding(t *testing.T) {
	const none, contact, suspend, bar = statistics.StepNone, statistics.StepContact, statistics.StepSuspend, statistics.StepBar
	three := []happening{{0, "ann"}, {1, "ben"}, {2, "cem"}}
	contacted := append(slices.Clone(three), happening{3, "contact"})
	of := func(past []happening, more ...happening) []happening { return append(slices.Clone(past), more...) }
	sanctioned := of(contacted, happening{4, "ann"}, happening{5, "dia"}, happening{6, "suspend"}, happening{7, "reinstate"})
	again := func(first int) []happening {
		return of(sanctioned, happening{first, "ann"}, happening{first, "ben"}, happening{first, "cem"})
	}
	for name, row := range map[string]struct {
		past  []happening
		asOf  event.Time
		state statistics.StandingState
		count int // of signals that count
		next  statistics.StandingStep
		due   int // the day since when
	}{
		"nothing":                               {nil, onDay(9), "good", 0, none, 0},
		"two sources":                           {three[:2], onDay(9), "good", 2, none, 0},
		"three signals of two":                  {of(three[:2], happening{2, "ann"}), onDay(9), "good", 3, none, 0},
		"O6 the platform is one source":         {[]happening{{0, "platform"}, {1, "platform"}, {2, "platform"}, {3, "ann"}}, onDay(9), "good", 4, none, 0},
		"the platform is a source":              {of(three[:2], happening{2, "platform"}), onDay(9), "good", 3, contact, 2},
		"three sources":                         {three, onDay(2), "good", 3, contact, 2},
		"a second before the third":             {three, onDay(2) - 1, "good", 2, none, 0},
		"O1 the first a second inside 180 days": {[]happening{{0, "ann"}, {1, "ben"}, {179, "cem"}}, onDay(179), "good", 3, contact, 179},
		"O1 the first 180 days old":             {[]happening{{0, "ann"}, {1, "ben"}, {180, "cem"}}, onDay(180), "good", 2, none, 0},
		"what is due stays due":                 {three, onDay(400), "good", 0, contact, 2},
		"and is not due anew":                   {of(three, happening{9, "dia"}), onDay(9), "good", 4, contact, 2},
		"contacted":                             {contacted, onDay(3), "contacted", 0, none, 0},
		"before the contact":                    {contacted, onDay(3) - 1, "good", 3, contact, 2},
		"contacted by hand":                     {[]happening{{0, "contact"}}, onDay(3), "contacted", 0, none, 0},
		"one more":                              {of(contacted, happening{4, "ann"}), onDay(5), "contacted", 1, none, 0},
		"two more of one":                       {of(contacted, happening{4, "ann"}, happening{5, "ann"}), onDay(5), "contacted", 2, none, 0},
		"two more of two":                       {of(contacted, happening{4, "ann"}, happening{5, "dia"}), onDay(5), "contacted", 2, suspend, 5},
		"in the contact's second, but after it": {of(contacted, happening{3, "ann"}, happening{3, "dia"}), onDay(3), "contacted", 2, suspend, 3},
		"in its second, before it":              {[]happening{{0, "ann"}, {3, "ben"}, {3, "contact"}, {4, "dia"}}, onDay(4), "contacted", 1, none, 0},
		"O5 a contact goes on for what is due":  {of(contacted, happening{4, "ann"}, happening{5, "dia"}), onDay(400), "contacted", 2, suspend, 5},
		"O5 it runs out with one":               {of(contacted, happening{4, "ann"}), onDay(93), "good", 0, none, 0},
		"its last second":                       {of(contacted, happening{4, "ann"}), onDay(93) - 1, "contacted", 1, none, 0},
		"three after it ran out":                {of(contacted, happening{92, "ann"}, happening{93, "dia"}, happening{94, "ben"}, happening{95, "cem"}), onDay(95), "good", 3, contact, 95},
		"a second contact restarts nothing":     {of(contacted, happening{50, "contact"}, happening{60, "ann"}), onDay(93), "good", 0, none, 0},
		"suspended":                             {of(contacted, happening{4, "ann"}, happening{5, "suspend"}, happening{6, "ben"}), onDay(6), "suspended", 0, none, 0},
		"O3 another suspension hides it":        {of(three, happening{4, "suspend fraud"}), onDay(5), "suspended", 0, none, 0},
		"O3 until the reinstatement":            {of(three, happening{4, "suspend fraud"}, happening{8, "reinstate"}), onDay(9), "good", 3, contact, 2},
		"O2 asked at the reinstatement":         {of(three[:2], happening{4, "suspend fraud"}, happening{5, "cem"}, happening{8, "reinstate"}), onDay(9), "good", 3, contact, 8},
		"O3 conduct does what is due":           {of(contacted, happening{4, "ann"}, happening{5, "dia"}, happening{6, "suspend"}, happening{9, "reinstate"}), onDay(9), "contacted", 0, none, 0},
		"O3 a contact is not done by it":        {of(three, happening{6, "suspend"}), onDay(6), "suspended", 0, none, 0},
		"a bar instead of another contact":      {again(100), onDay(100), "good", 3, bar, 100},
		"O1 a second before it is forgotten":    {again(370), onDay(370), "good", 3, bar, 370},
		"O1 365 days later":                     {again(371), onDay(371), "good", 3, contact, 371},
		"barred":                                {of(three[:2], happening{2, "bar"}, happening{3, "cem"}), onDay(3), "barred", 0, none, 0},
		"O6 taken back":                         {of(three[:2], happening{2, "back ann"}, happening{3, "cem"}), onDay(3), "good", 2, none, 0},
		"O6 taken back when it is due":          {of(three, happening{3, "back ann"}), onDay(3), "good", 2, contact, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := statistics.DefaultStanding().Standing(conduct(row.past...), row.asOf)
			require.Equal(t, row.state, s.State)
			require.Len(t, s.Signals, row.count)
			require.Equal(t, row.next, s.Next)
			require.Equal(t, s.State == statistics.StandingContacted, s.Until != event.Never)
			require.Equal(t, s.Next != none, s.Due.Happened())
			if s.Next != none {
				require.Equal(t, onDay(row.due), s.Due.At)
			}
		})
	}
}

// Facts are folded one after the other as they would be all at once, whatever order they
// come in, and asking changes nothing.
func TestConductFolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whats := []string{"ann", "ben", "cem", "dia", "platform", "back ann", "contact", "suspend", "suspend fraud", "reinstate"}
		past, day := []happening{}, 0
		for range rapid.IntRange(0, 40).Draw(t, "facts") {
			day += rapid.IntRange(0, 40).Draw(t, "days")
			past = append(past, happening{day, rapid.SampledFrom(whats).Draw(t, "what")})
		}
		facts, p := conduct(past...), statistics.DefaultStanding()
		c := statistics.NewConduct(p)
		for i, f := range facts {
			require.True(t, c.Follows(f))
			c.Fold(f)
			now := f.At.AddDays(rapid.IntRange(0, 40).Draw(t, "later"))
			if i+1 < len(facts) {
				now = min(now, facts[i+1].At)
			}
			want := p.Standing(rapid.Permutation(facts[:i+1]).Draw(t, "order"), now)
			require.Equal(t, want, c.Standing(now))
			require.Equal(t, want, c.Standing(now))
		}
	})
}

func TestStandingPolicyIsChecked(t *testing.T) {
	require.NoError(t, statistics.DefaultStanding().Validate())
	for _, spoil := range []func(*statistics.StandingPolicy){
		func(p *statistics.StandingPolicy) { p.FeedbackBelow = -1 },
		func(p *statistics.StandingPolicy) { p.ContactSources = 0 },
		func(p *statistics.StandingPolicy) { p.ContactDays = 1 << 40 },
		func(p *statistics.StandingPolicy) { p.SuspendSources = -1 },
		func(p *statistics.StandingPolicy) { p.SuspendDays = 0 },
		func(p *statistics.StandingPolicy) { p.BarDays = 0 },
	} {
		p := statistics.DefaultStanding()
		spoil(&p)
		require.ErrorIs(t, p.Validate(), statistics.ErrInvalidPolicy)
	}
}
