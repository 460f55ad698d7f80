package statistics_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// career is a freelancer's life that a test changes before it is lived.
type career struct {
	jobs []job
	life []happened // on the account, in any order
	also []happened // in other streams
}

// happened is an event in a stream; "" is the account's.
type happened struct {
	at     event.Time
	stream string
	e      event.Event
}

// topRated is a career that meets each condition of Top Rated only just, as of
// noon: a score of 90 %, 13 good ones of 16 assessments, a first contract 90 days
// and a second old, 1,000.00 paid, all of it 90 days less a second ago.
func topRated() *career {
	c := &career{}
	for i := range 10 {
		c.jobs = append(c.jobs, job{client: []string{"ann", "ben"}[i%2], start: projectiontest.Noon.AddDays(-90) - 1, end: projectiontest.Noon.AddDays(-90) + 1, overall: 500})
	}
	c.jobs[9].overall = 400 // neutral
	for week := range 16 {
		c.assess(week, []int{90, 89}[min(1, week/13)])
	}
	c.account(projectiontest.Noon, &event.ProfileCompletenessChanged{Percent: 100})
	return c
}

// topRatedPlus meets each condition of Top Rated Plus only just: 5,000.00 paid
// for one contract, and 10,000.00 in all.
func topRatedPlus() *career {
	c := topRated()
	c.jobs[0].paid, c.jobs[1].paid = c.paid(5_000_00), c.paid(4_200_00)
	return c
}

func (c *career) paid(amount event.Money) []pay {
	return []pay{{projectiontest.Noon.AddDays(-90) + 1, amount}}
}

func (c *career) account(when event.Time, events ...event.Event) {
	for _, e := range events {
		c.life = append(c.life, happened{at: when, e: e})
	}
}

// assessed is the moment of an assessment, so many weeks ago.
func assessed(weeks int) event.Time { return projectiontest.Noon.AddDays(-7 * weeks) }

// assess is an assessment so many weeks ago; below 0 percent there was no score.
func (c *career) assess(weeks, percent int) {
	e := &event.JobSuccessAssessed{Policy: statistics.DefaultPolicy}
	if percent >= 0 {
		e.ScoreBP, e.Displayed = projectiontest.Ptr(100*percent), &percent
	}
	c.account(assessed(weeks), e)
}

// forget takes back what happened on the account at a moment.
func (c *career) forget(when event.Time, eventType string) {
	c.life = slices.DeleteFunc(c.life, func(h happened) bool { return h.at == when && h.e.EventType() == eventType })
}

func (c *career) live(t testing.TB) projection.FreelancerHistory {
	w := projectiontest.NewWorld(t)
	for i, j := range c.jobs {
		addJob(w, fmt.Sprint("job", i), j)
	}
	all := append([]happened{{at: projectiontest.Noon.AddDays(-1000), e: &event.FreelancerRegistered{}}}, c.life...)
	slices.SortStableFunc(all, func(a, b happened) int { return int(a.at - b.at) })
	freelancer := projectiontest.Named("freelancer")
	for _, l := range append(all, c.also...) {
		w.On(cmp.Or(l.stream, event.FreelancerStream(freelancer)), l.at, l.e)
	}
	return projection.FreelancerHistory{
		Account: w.Records.Freelancers[freelancer], Invites: w.Invites, Contracts: w.Contracts, Clients: w.Lookup,
		Proposals: slices.Collect(maps.Values(w.Records.Proposals)),
	}
}

func proposal(when event.Time) happened {
	return happened{when, event.ProposalStream(projectiontest.Named("proposal")), &event.ProposalSubmitted{Freelancer: projectiontest.Named("freelancer"), Client: projectiontest.Named("ann"), Via: event.ViaProposal}}
}

func invited(when event.Time, reply event.Event) []happened {
	stream := event.InviteStream(projectiontest.Named("invite"))
	return []happened{{when.AddDays(-1), stream, &event.InviteSent{Freelancer: projectiontest.Named("freelancer"), Client: projectiontest.Named("ann")}}, {when, stream, reply}}
}
