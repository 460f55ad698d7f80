package statistics

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Outreach says whether it helps to contact clients for being consistently negative
// (rules 10). A client's contact is the first one (ours).
type Outreach struct {
	ClientsContacted int64 `json:"clients_contacted"`
	// ImprovedBP is the share of those whose FiguresPolicy.OutreachDays after the contact
	// are over who were neither suspended nor barred since, for whatever reason, and about
	// whom no negative signal came in these days, but for feedback that was taken back; in
	// basis points half up, nil without a client.
	ImprovedBP *int64 `json:"improved_bp"`
}

// outreachCount follows the clients who were contacted as of the moment.
type outreachCount struct {
	asOf     event.Time
	days     int
	standing StandingPolicy
	sealed   bool // feedback is a signal from its submission on
	clients  map[uuid.UUID]*contactedClient
}

type contactedClient struct {
	contact projection.Moment
	until   event.Time // when the days are over
	over    bool       // as of the moment
	worse   bool       // a signal in the days, a suspension or a bar
}

func (p Policy) countOutreach(asOf event.Time) outreachCount {
	return outreachCount{asOf: asOf, days: p.Figures.OutreachDays, standing: p.Standing, sealed: p.sealedSignals(), clients: map[uuid.UUID]*contactedClient{}}
}

// client takes in an account, before what else there is of the client.
func (o *outreachCount) client(r *projection.ClientRecord) {
	var c *contactedClient
	ofAccount(r, func(f ConductFact, _ string) {
		switch {
		case !f.By(o.asOf):
		case c == nil:
			if f.Kind == ConductContacted {
				c = o.contacted(r.ID, f.Moment)
			}
		case f.Kind == ConductSuspended || f.Kind == ConductBarred:
			c.worse = true
		case f.Kind == ConductSignal:
			c.signal(f.Moment)
		}
	})
}

func (o *outreachCount) contacted(client uuid.UUID, m projection.Moment) *contactedClient {
	c := &contactedClient{contact: m, until: m.At.AddDays(o.days)}
	c.over = c.until <= o.asOf && c.until-m.At == event.Time(o.days)*day // the last moment of all is nobody's last day
	o.clients[client] = c
	return c
}

// signal takes in one that happened as of the moment.
func (c *contactedClient) signal(m projection.Moment) { c.worse = c.worse || c.within(m) }

func (c *contactedClient) within(m projection.Moment) bool {
	return m.After(c.contact) && m.At < c.until
}

// of takes in what may be a signal about a client.
func (o *outreachCount) of(client uuid.UUID, facts func(add func(ConductFact, string))) {
	c := o.clients[client]
	if c == nil {
		return
	}
	feedback := false
	facts(func(f ConductFact, _ string) {
		switch {
		case !f.By(o.asOf):
		case f.Kind == ConductTakenBack:
			feedback = false
		case f.Signal == SignalFeedback:
			feedback = c.within(f.Moment)
		default:
			c.signal(f.Moment)
		}
	})
	c.worse = c.worse || feedback
}

func (o *outreachCount) invite(r *projection.InviteRecord) {
	o.of(r.Client, func(add func(ConductFact, string)) { ofInvite(r, add) })
}

func (o *outreachCount) job(r *projection.JobRecord) {
	o.of(r.Client, func(add func(ConductFact, string)) { ofJob(r, add) })
}

func (o *outreachCount) contract(r *projection.ContractRecord) {
	o.of(r.Client, func(add func(ConductFact, string)) { o.standing.ofContract(r, o.sealed, add) })
}

func (o *outreachCount) outreach() Outreach {
	over, improved := int64(0), int64(0)
	for _, c := range o.clients {
		if c.over {
			over++
			if !c.worse {
				improved++
			}
		}
	}
	return Outreach{int64(len(o.clients)), shareOrNil(improved, over, 10_000)}
}
