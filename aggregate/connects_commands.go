package aggregate

import (
	"cmp"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxConnects is the most that one grant or purchase gives (ours).
const MaxConnects event.Connects = 1_000_000

// GrantConnects gives a freelancer Connects, which expire after the terms'
// ConnectsMonths where no moment is given. A month's allowance is granted once.
type GrantConnects struct {
	Freelancer uuid.UUID         `json:"freelancer"`
	N          event.Connects    `json:"n" event:"amount"` // 1 to MaxConnects
	Reason     event.GrantReason `json:"reason,omitzero"`  // default other
	Month      event.Month       `json:"month,omitzero"`   // of an allowance, not later than that of its moment
	ExpiresAt  *event.Time       `json:"expires_at,omitzero"`
}

// PurchaseConnects is the freelancer's; what is bought expires too.
type PurchaseConnects struct {
	Freelancer uuid.UUID      `json:"freelancer"`
	N          event.Connects `json:"n" event:"amount"` // 1 to MaxConnects
}

// ReturnConnects gives back all that was spent on a proposal, as a new lot that
// expires as others do: where its job was cancelled, or its client barred, before a hire,
// or was removed for the terms of service, and the proposal was neither withdrawn nor
// declined by then; and where the proposal never came to be (whoever says so waits until
// none can be on its way). That the job hired nobody else stands in no stream that a
// decision could read: the sender looks it up in a read model.
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
func (c ReturnConnects) stream() string   { return event.FreelancerStream(c.Freelancer) }
func (c ExpireConnects) stream() string   { return event.FreelancerStream(c.Freelancer) }

func (c GrantConnects) validate() error {
	v := validateConnects(c, c.Freelancer, c.N).
		must((c.Month != "") == (c.Reason == event.GrantMonthly), "month goes with reason monthly, and only with it")
	if c.Month != "" {
		_, err := event.ParseMonth(string(c.Month))
		v.must(err == nil, "month is no month of the form YYYY-MM")
	}
	if c.ExpiresAt != nil {
		v.must(shown(*c.ExpiresAt), "expires_at is outside the years 0001 to 9999")
	}
	if c.Reason != "" {
		oneOf(v, "reason", c.Reason, event.GrantSignup, event.GrantMonthly, event.GrantBonus, event.GrantOther)
	}
	return v.err()
}

func (c GrantConnects) validateAt(at event.Time) error {
	return validate(c).must(c.Month <= at.Month(), "month is to come").
		must(c.ExpiresAt == nil || *c.ExpiresAt > at, "expires_at is not after at").err()
}

func (c PurchaseConnects) validate() error { return validateConnects(c, c.Freelancer, c.N).err() }

func validateConnects(c Command, freelancer uuid.UUID, n event.Connects) *validation {
	return validate(c).id("freelancer", freelancer).must(n >= 1 && n <= MaxConnects, "n must be 1 to %d", MaxConnects)
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
	if c.Month != "" && f.connects.months[c.Month] {
		return nil, d.reject(AlreadyGiven, "the allowance of %v was granted", c.Month)
	}
	granted := &event.ConnectsGranted{
		Lot: f.connects.made + 1, Amount: c.N, Reason: cmp.Or(c.Reason, event.GrantOther), Month: c.Month, ExpiresAt: d.connectsExpire(),
	}
	if c.ExpiresAt != nil {
		granted.ExpiresAt = *c.ExpiresAt
	}
	return []event.Event{granted}, nil
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

func (c ReturnConnects) decide(d *decision) ([]event.Event, error) {
	f, err := existing[*freelancerAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	a := f.connects.applications[c.Proposal]
	if a.spent == 0 {
		return nil, d.reject(NotFound, "the freelancer spent nothing on proposal %v", c.Proposal)
	}
	j, err := d.job(a.job)
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
	if a.returned {
		return nil, d.reject(WrongState, "the Connects came back before")
	}
	// A proposal that is another's took the id while this one was on its way.
	if p.exists && p.freelancer == c.Freelancer && !j.returns(p) {
		return nil, d.reject(WrongState, "the job did not end in a way that returns the proposal's Connects")
	}
	return []event.Event{&event.ConnectsReturned{
		Proposal: c.Proposal, Lot: f.connects.made + 1, Amount: a.spent, ExpiresAt: d.connectsExpire(),
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
