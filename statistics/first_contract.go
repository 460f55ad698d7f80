package statistics

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FirstContracts says whether Rising Talent helps to win a first contract, in the
// days of FiguresPolicy.FirstContractDays from a freelancer's day 0 on (fine print
// Q9). That is the first grant of Rising Talent, and of those who never had one as of
// the moment the registration. Who had started a contract before the grant is in
// neither group.
type FirstContracts struct {
	RisingTalent FirstContract `json:"rising_talent"`
	Others       FirstContract `json:"others"`
}

// FirstContract is how those of a group fared whose days are over.
type FirstContract struct {
	Counted int64       `json:"counted"`
	Won     int64       `json:"won"`    // whose first contract started in these days
	WonBP   *int64      `json:"won_bp"` // of those counted, basis points half up; nil without
	Paid    event.Money `json:"paid"`   // in these days to all who are counted, less refunds, minor units
}

// newcomers are all freelancers who were registered as of the moment.
type newcomers struct {
	asOf event.Time
	days int
	all  map[uuid.UUID]*newcomer
	sums *sums
}

// newcomer is a freelancer's first days.
type newcomer struct {
	from, until event.Time // day 0, and when the days are over
	rising      bool       // day 0 is the grant of Rising Talent
	over        bool       // the days are, as of the moment
	first       event.Time // the start of the first contract; event.Never
	paid        event.Money
}

// freelancer takes in an account, before its contracts.
func (n *newcomers) freelancer(r *projection.FreelancerRecord) {
	if !r.RegisteredBy(n.asOf) {
		return
	}
	c := &newcomer{from: r.Registered.At, first: event.Never}
	if grant := firstGrant(r); grant.By(n.asOf) {
		c.from, c.rising = grant.At, true
	}
	c.until = c.from.AddDays(n.days)
	c.over = c.until <= n.asOf && c.until-c.from == event.Time(n.days)*86_400 // the last moment of all is nobody's day 90
	n.all[r.ID] = c
}

// firstGrant is that of Rising Talent.
func firstGrant(r *projection.FreelancerRecord) projection.Moment {
	for i := range r.Marks {
		if r.Marks[i].Kind == projection.MarkRisingTalent {
			return r.Marks[i].Moment
		}
	}
	return projection.Moment{At: event.Never}
}

func (n *newcomers) contract(r *projection.ContractRecord) {
	c := n.all[r.Freelancer]
	if c == nil || !r.Started.By(n.asOf) {
		return
	}
	c.first = min(c.first, r.Started.At)
	if c.over {
		add(n.sums, "first_contracts.paid", &c.paid, r.PaidSince(c.from, c.until-1))
	}
}

func (n *newcomers) firstContracts(s *sums) (f FirstContracts) {
	for _, c := range n.all {
		if !c.over || c.rising && c.first < c.from {
			continue
		}
		g := &f.Others
		if c.rising {
			g = &f.RisingTalent
		}
		g.Counted++
		if c.from <= c.first && c.first < c.until {
			g.Won++
		}
		add(s, "first_contracts.paid", &g.Paid, c.paid)
	}
	for _, g := range []*FirstContract{&f.RisingTalent, &f.Others} {
		g.WonBP = shareOrNil(g.Won, g.Counted, 10_000)
	}
	return f
}
