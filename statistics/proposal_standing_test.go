package statistics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// TestProposalsByStanding: rules 10, what became of ann's proposals by what she was when each
// was submitted, whatever she was later.
func TestProposalsByStanding(t *testing.T) {
	lastYear, week := yearBefore, event.Time(7*projectiontest.Day)
	marked := func(when event.Time, events ...event.Event) func(*past) {
		return func(p *past) { p.freelancer("ann", when, events...) }
	}
	submits := func(when event.Time) func(*past) {
		return func(p *past) { p.proposal("1", when, proposed("carl", "ann", event.ViaProposal)) }
	}
	moves := func(when event.Time, events ...event.Event) func(*past) {
		return func(p *past) { p.proposal("1", when, events...) }
	}
	top, lost := &event.BadgeAwarded{Badge: event.BadgeTopRated}, &event.BadgeLost{Badge: event.BadgeTopRated, Unmet: []string{"profile"}}
	plus, rising := &event.BadgeAwarded{Badge: event.BadgeTopRatedPlus}, &event.RisingTalentGranted{}
	interview, hire := &event.InterviewStarted{}, &event.OfferAccepted{Contract: projectiontest.Named("1")}
	for _, c := range []struct {
		name             string
		facts            []func(*past)
		asOf             event.Time // default: noon
		ever, year, last string     // proposals, interviews and hires of standings; last is the week of T
	}{
		{name: "no proposal", facts: []func(*past){marked(monday, top)}},
		{name: "no badge", facts: []func(*past){submits(monday), moves(monday+1, interview, hire)},
			ever: "none 1 1 1", year: "none 1 1 1", last: "none 1 1 1"},
		{name: "a badge awarded in the second of the submission", facts: []func(*past){marked(monday, top), submits(monday)},
			ever: "top_rated 1 0 0", year: "top_rated 1 0 0", last: "top_rated 1 0 0"},
		{name: "in that second, but after it in the log", facts: []func(*past){submits(monday), marked(monday, top)},
			ever: "top_rated 1 0 0", year: "top_rated 1 0 0", last: "top_rated 1 0 0"},
		{name: "awarded a second later", facts: []func(*past){submits(monday), marked(monday+1, top), moves(monday+2, interview, hire)},
			ever: "none 1 1 1", year: "none 1 1 1", last: "none 1 1 1"},
		{name: "lost in the second of the submission", facts: []func(*past){marked(monday-1, top), marked(monday, lost), submits(monday)},
			ever: "none 1 0 0", year: "none 1 0 0", last: "none 1 0 0"},
		{name: "lost between submission and hire", facts: []func(*past){marked(monday-1, top), submits(monday), moves(monday+1, interview),
			marked(monday+2, lost), moves(monday+3, hire)},
			ever: "top_rated 1 1 1", year: "top_rated 1 1 1", last: "top_rated 1 1 1"},
		{name: "the highest of several", facts: []func(*past){marked(monday-1, rising, top, plus), submits(monday), moves(monday+1, interview, hire)},
			ever: "top_rated_plus 1 1 1", year: "top_rated_plus 1 1 1", last: "top_rated_plus 1 1 1"},
		{name: "each at its own moment", facts: []func(*past){marked(lastYear, rising), submits(lastYear), moves(monday-week, interview), moves(monday, hire)},
			ever: "rising_talent 1 1 1", year: "rising_talent 0 1 1", last: "rising_talent 0 0 1"},
		{name: "as of a moment before the hire", facts: []func(*past){marked(lastYear, rising), submits(monday - week), moves(monday, interview), moves(monday+1, hire)},
			asOf: monday, ever: "rising_talent 1 1 0", year: "rising_talent 1 1 0", last: "rising_talent 0 1 0"},
		{name: "as of a moment before the submission", facts: []func(*past){marked(lastYear, rising), submits(monday)}, asOf: monday - 1},
		{name: "withdrawn", facts: []func(*past){submits(monday), moves(monday+1, &event.ProposalWithdrawn{})},
			ever: "none 1 0 0", year: "none 1 0 0", last: "none 1 0 0"},
		{name: "declined after the interview", facts: []func(*past){submits(monday), moves(monday+1, interview, &event.ProposalDeclined{})},
			ever: "none 1 1 0", year: "none 1 1 0", last: "none 1 1 0"},
		{name: "an offer that was not accepted", facts: []func(*past){submits(monday),
			moves(monday+1, &event.OfferMade{Kind: event.KindFixed, Amount: 1}, &event.OfferDeclined{})},
			ever: "none 1 0 0", year: "none 1 0 0", last: "none 1 0 0"},
		{name: "an invite accepted is a proposal", facts: []func(*past){marked(monday, top), func(p *past) {
			p.proposal("1", monday, proposed("carl", "ann", event.ViaInvite))
		}, moves(monday+1, hire)},
			ever: "top_rated 1 0 1", year: "top_rated 1 0 1", last: "top_rated 1 0 1"},
		{name: "a hire by invite without a proposal", facts: []func(*past){marked(monday, top), func(p *past) {
			p.invite("2", monday, &event.InviteSent{Client: projectiontest.Named("carl"), Freelancer: projectiontest.Named("ann")})
			hired := started("carl", "ann")
			hired.Via = event.ViaInvite
			p.contract("3", monday+1, hired)
		}}},
		{name: "a badge of somebody else", facts: []func(*past){func(p *past) { p.freelancer("bob", monday, &event.FreelancerRegistered{}, top) }, submits(monday)},
			ever: "none 1 0 0", year: "none 1 0 0", last: "none 1 0 0"},
		{name: "several, each by its own submission", facts: []func(*past){submits(monday), marked(monday+1, top), func(p *past) {
			p.proposal("2", monday+2, proposed("carl", "ann", event.ViaProposal), interview)
		}, moves(monday+3, interview, hire)},
			ever: "top_rated 1 1 0, none 1 1 1", year: "top_rated 1 1 0, none 1 1 1", last: "top_rated 1 1 0, none 1 1 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.freelancer("ann", lastYear, &event.FreelancerRegistered{})
			for _, happens := range c.facts {
				happens(p)
			}
			if c.asOf == 0 {
				c.asOf = projectiontest.Noon
			}
			m := p.model()
			f := figuresAt(t, m, c.asOf)
			require.Equal(t, c.ever, standingsText(&f.MarketTotals))
			require.Equal(t, c.year, standingsText(&f.Year.MarketTotals))
			x := explainedWeek(t, m, event.WeekOf(c.asOf), c.asOf)
			require.Equal(t, c.last, standingsText(&x.Figures.MarketTotals))
			var facts []projection.Evidence
			for _, explained := range x.Proposals {
				facts = append(facts, explained.Facts...)
			}
			counted := x.Figures.Proposals + x.Figures.Interviews + x.Figures.ProposalHiresByStanding.Total()
			require.Len(t, facts, int(counted))
		})
	}
}

// standingsText says what became of proposals: of each standing that counts one the
// submitted, those taken up and those hired.
func standingsText(t *statistics.MarketTotals) string {
	var all []string
	for _, s := range statistics.AllBadgeStandings() {
		n := []int64{*t.ProposalsByStanding.Of(s), *t.InterviewsByStanding.Of(s), *t.ProposalHiresByStanding.Of(s)}
		if n[0]+n[1]+n[2] > 0 {
			all = append(all, fmt.Sprint(s, " ", n[0], " ", n[1], " ", n[2]))
		}
	}
	return strings.Join(all, ", ")
}
