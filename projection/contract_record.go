package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// ContractRecord is the fold of one contract's stream.
type ContractRecord struct {
	ID         uuid.UUID
	Client     uuid.UUID
	Freelancer uuid.UUID
	Next       uint64 // the revision that the stream's next event has
	Via        event.Via
	Started    Moment
	Ended      Moment
	Payments   []Payment // what moved between the two sides, in the stream's order
	Feedback   Feedback  // the client's, published or not
	Excluded   Moment    // when that feedback was taken out of the count
	Disputes   []Dispute // in the stream's order
}

// Payment is money that moved: to the freelancer, or back as a refund.
type Payment struct {
	Moment
	Amount event.Money
	Kind   PaymentKind
}

// PaymentKind is why money moved.
type PaymentKind uint8

// The kinds of payments. A refund goes back to the client and is no payment in
// the sense of the rules.
const (
	PaymentRelease PaymentKind = iota // escrow went to the freelancer, by whatever cause
	PaymentHours
	PaymentBonus
	PaymentRefund
)

var paymentEvents = [...]string{
	PaymentRelease: "MilestoneReleased", PaymentHours: "HoursPaid", PaymentBonus: "BonusPaid", PaymentRefund: "RefundGiven",
}

// EventType is the type of the event that moved the money.
func (k PaymentKind) EventType() string { return paymentEvents[k] }

// Feedback is what a client said of a contract. Its moment is never if nothing.
type Feedback struct {
	Moment
	Overall   int16 // mean in hundredths of a star
	Recommend int8  // 0 to 10, -1 if not given; private
}

// Dispute is one dispute of a contract.
type Dispute struct {
	ID        uuid.UUID
	Opened    Moment
	Cancelled Moment
}

// Fold takes the stream's next event in. It fails with a *FoldError, and leaves
// the record as it is, for an event that is not the stream's next one or cannot
// be in it.
func (r *ContractRecord) Fold(env *event.Envelope) error {
	var ch change
	if err := ch.setFor(env, contracts); err != nil {
		return err
	}
	return r.fold(&ch)
}

func (r *ContractRecord) fold(ch *change) error {
	if err := ch.follows(r.Next); err != nil {
		return err
	}
	if !r.apply(ch) {
		return ch.fail(r.Next, ErrContradiction)
	}
	r.Next++
	return nil
}

// apply reports false, and changes nothing, if the record cannot hold the change.
func (r *ContractRecord) apply(ch *change) bool {
	switch ch.kind {
	case opened:
		via := event.Via(ch.word)
		if via != event.ViaInvite && via != event.ViaProposal && via != event.ViaDirect {
			return false
		}
		*r = ContractRecord{
			ID: ch.stream, Client: ch.client, Freelancer: ch.freelancer, Via: via,
			Started: ch.at, Ended: never, Excluded: never, Feedback: Feedback{Moment: never},
		}
	case contractEnded:
		if r.Ended.Happened() {
			return false
		}
		r.Ended = ch.at
	case moneyMoved:
		// Quarters are counted in the order of time, which a stream keeps.
		if n := len(r.Payments); n > 0 && r.Payments[n-1].At > ch.at.At {
			return false
		}
		r.Payments = append(r.Payments, Payment{ch.at, ch.amount, PaymentKind(ch.detail)})
	case feedbackGiven:
		if r.Feedback.Happened() || event.Side(ch.word) != event.SideClient ||
			ch.overall < 100 || ch.overall > 500 || ch.recommend < -1 || ch.recommend > 10 {
			return false
		}
		r.Feedback = Feedback{ch.at, int16(ch.overall), int8(ch.recommend)}
	case feedbackExcluded:
		if r.Excluded.Happened() {
			return false
		}
		r.Excluded = ch.at
	case disputeOpened:
		if r.dispute(ch.dispute) != nil {
			return false
		}
		r.Disputes = append(r.Disputes, Dispute{ch.dispute, ch.at, never})
	case disputeCancelled:
		d := r.dispute(ch.dispute)
		if d == nil || d.Cancelled.Happened() {
			return false
		}
		d.Cancelled = ch.at
	}
	return true
}

func (r *ContractRecord) dispute(id uuid.UUID) *Dispute {
	for i := range r.Disputes {
		if r.Disputes[i].ID == id {
			return &r.Disputes[i]
		}
	}
	return nil
}

// Paid is what the freelancer got as of the moment, net: escrow released +
// hours paid + bonuses - refunds given, in minor units. For the client it is
// what the contract cost.
func (r *ContractRecord) Paid(asOf event.Time) event.Money {
	var sum event.Money
	for i := range r.Payments {
		switch p := &r.Payments[i]; {
		case p.At > asOf:
		case p.Kind == PaymentRefund:
			sum -= p.Amount
		default:
			sum += p.Amount
		}
	}
	return sum
}

// Disputed is the first dispute opened as of the moment and not cancelled as of
// it, nil if there is none.
func (r *ContractRecord) Disputed(asOf event.Time) *Dispute {
	for i := range r.Disputes {
		if d := &r.Disputes[i]; d.Opened.By(asOf) && !d.Cancelled.By(asOf) {
			return d
		}
	}
	return nil
}
