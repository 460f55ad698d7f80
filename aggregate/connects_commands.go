package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxConnects is the most that one grant or purchase gives (ours).
const MaxConnects event.Connects = 1_000_000

// GrantConnects gives a freelancer Connects, which expire after the terms'
// ConnectsMonths.
type GrantConnects struct {
	Freelancer uuid.UUID      `json:"freelancer"`
	N          event.Connects `json:"n" event:"amount"` // 1 to MaxConnects
}

// PurchaseConnects is the freelancer's; what is bought expires too.
type PurchaseConnects struct {
	Freelancer uuid.UUID      `json:"freelancer"`
	N          event.Connects `json:"n" event:"amount"` // 1 to MaxConnects
}

// SpendConnects pays what a proposal to an open job costs, first-expiring lots
// first, once for each proposal. SubmitProposal brings it along.
type SpendConnects struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Proposal   uuid.UUID `json:"proposal"`
	Job        uuid.UUID `json:"job"`
}

// ReturnConnects gives back all that was spent on a proposal, as a new lot that
// expires as others do (ours): where its job was removed for the terms of
// service, or cancelled and the proposal led to no hire, and where the proposal
// never came to be (whoever says so waits until none can be on its way). That the
// job had no other contract either stands in no stream that a decision could
// read: the sender looks it up in a read model.
type ReturnConnects struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Proposal   uuid.UUID `json:"proposal"`
}

// ExpireConnects is the timer's, from the moment a lot expires.
type ExpireConnects struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Lot        int       `json:"lot"` // its number in the account, from 1
}

func (c GrantConnects) stream() string    { return event.FreelancerStream(c.Freelancer) }
func (c PurchaseConnects) stream() string { return event.FreelancerStream(c.Freelancer) }
func (c SpendConnects) stream() string    { return event.FreelancerStream(c.Freelancer) }
func (c ReturnConnects) stream() string   { return event.FreelancerStream(c.Freelancer) }
func (c ExpireConnects) stream() string   { return event.FreelancerStream(c.Freelancer) }

func (c GrantConnects) validate() error    { return validateConnects(c, c.Freelancer, c.N) }
func (c PurchaseConnects) validate() error { return validateConnects(c, c.Freelancer, c.N) }

func validateConnects(c Command, freelancer uuid.UUID, n event.Connects) error {
	return validate(c).id("freelancer", freelancer).must(n >= 1 && n <= MaxConnects, "n must be 1 to %d", MaxConnects).err()
}

func (c SpendConnects) validate() error {
	return validate(c).id("freelancer", c.Freelancer).id("proposal", c.Proposal).id("job", c.Job).err()
}

func (c ReturnConnects) validate() error {
	return validate(c).id("freelancer", c.Freelancer).id("proposal", c.Proposal).err()
}

func (c ExpireConnects) validate() error {
	return validate(c).id("freelancer", c.Freelancer).must(c.Lot >= 1, "lot must be 1 or more").err()
}

func (c GrantConnects) decide(d *decision) ([]event.Event, error) {
	f, err := loadTarget[*freelancerAggregate](d)
	if err != nil {
		return nil, err
	}
	return []event.Event{&event.ConnectsGranted{Lot: f.connects.made + 1, Amount: c.N, ExpiresAt: d.connectsExpire()}}, nil
}

func (c PurchaseConnects) decide(d *decision) ([]event.Event, error) {
	f, err := loadTarget[*freelancerAggregate](d)
	if err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.ConnectsPurchased{Lot: f.connects.made + 1, Amount: c.N, ExpiresAt: d.connectsExpire()}}, nil
}

func (d *decision) connectsExpire() event.Time { return d.at.AddMonths(d.terms.ConnectsMonths) }

func (c SpendConnects) decide(d *decision) ([]event.Event, error) {
	f, err := existing[*freelancerAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	j, err := d.job(c.Job)
	if err != nil {
		return nil, err
	}
	if err := d.inOrder(f); err != nil {
		return nil, err
	}
	if err := d.open(j); err != nil {
		return nil, err
	}
	if _, ok := f.connects.spentOn(c.Proposal); ok || j.connects == 0 {
		return nil, d.reject(WrongState, "the proposal is paid, or costs nothing")
	}
	d.actor = event.ActorFreelancer
	return d.pay(f, c.Proposal, c.Job, j.connects)
}

// pay fails with NotEnoughConnects and takes nothing, or takes all.
func (d *decision) pay(f *freelancerAggregate, proposal, job uuid.UUID, amount event.Connects) ([]event.Event, error) {
	spent, ok := f.connects.spend(d.at, proposal, job, amount)
	if !ok {
		return nil, d.reject(NotEnoughConnects, "a proposal to the job costs %d Connects", amount)
	}
	return spent, nil
}

func (c ReturnConnects) decide(d *decision) ([]event.Event, error) {
	f, err := existing[*freelancerAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	s, ok := f.connects.spent[c.Proposal]
	if !ok {
		return nil, d.reject(NotFound, "the freelancer spent nothing on proposal %v", c.Proposal)
	}
	j, err := d.job(s.job)
	if err != nil {
		return nil, err
	}
	p, err := read[*proposalAggregate](d, event.ProposalStream(c.Proposal))
	if err != nil {
		return nil, err
	}
	if err := d.inOrder(f); err != nil {
		return nil, err
	}
	if s.returned {
		return nil, d.reject(WrongState, "the Connects came back before")
	}
	// A proposal that is another's took the id while this one was on its way.
	if p.exists && p.freelancer == c.Freelancer && !j.returns(p) {
		return nil, d.reject(WrongState, "the job was not cancelled before a hire, nor removed for the terms of service")
	}
	return []event.Event{&event.ConnectsReturned{
		Proposal: c.Proposal, Lot: f.connects.made + 1, Amount: s.amount, ExpiresAt: d.connectsExpire(),
	}}, nil
}

func (c ExpireConnects) decide(d *decision) ([]event.Event, error) {
	f, err := existing[*freelancerAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	if c.Lot > f.connects.made {
		return nil, d.reject(NotFound, "the freelancer has no lot %d", c.Lot)
	}
	if err := d.inOrder(f); err != nil {
		return nil, err
	}
	i := f.connects.find(c.Lot)
	if i < 0 {
		return nil, d.reject(WrongState, "nothing is left in lot %d", c.Lot)
	}
	l := f.connects.lots[i]
	if d.at < l.expiresAt {
		return nil, d.reject(TooEarly, "the lot expires at %v", l.expiresAt)
	}
	d.actor = event.ActorTimer
	return []event.Event{&event.ConnectsExpired{Lot: c.Lot, Amount: l.left}}, nil
}
