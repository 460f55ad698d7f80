package projection

import (
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// ContractRecord is the fold of one contract's stream.
type ContractRecord struct {
	ID         uuid.UUID
	Client     uuid.UUID
	Freelancer uuid.UUID
	Job        uuid.UUID // as the caller named it; there need not be one of that id
	Next       uint64    // the revision that the stream's next event has
	Via        event.Via
	Started    Moment
	Ended      Moment
	Payments   []Payment // what moved between the two sides, in the stream's order
	Basis      event.ExclusionBasis
	Feedback   Feedback  // the client's, published or not
	Returned   Feedback  // the freelancer's, published or not
	Published  Moment    // when the feedback given until then became visible
	Excluded   Moment    // when the client's feedback was taken out of the count, on the Basis
	Disputes   []Dispute // in the stream's order
	Terms      Terms
	Words      *FeedbackWords // nil where nobody wrote anything
	Work       *Work          // nil where nothing was submitted
}

// Payment is money that moved: to the freelancer, or back as a refund.
type Payment struct {
	Moment
	Amount  event.Money
	Minutes int64 // paid for, of PaymentHours
	Kind    PaymentKind
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

var paymentWords = [...]string{
	PaymentRelease: "release", PaymentHours: "hours", PaymentBonus: "bonus", PaymentRefund: "refund",
}

// Feedback is what one side said of a contract. Its moment is never if nothing.
type Feedback struct {
	Moment
	Revised        Moment // when the side changed its marks
	Overall        int16  // mean in hundredths of a star
	RevisedOverall int16  // the same from Revised on
	Recommend      int8   // 0 to 10, -1 if not given; private, and never revised
}

var noFeedback = Feedback{Moment: never, Revised: never}

// OverallAt is the overall mark of feedback that was given as of the moment.
func (f *Feedback) OverallAt(asOf event.Time) int {
	if f.Revised.By(asOf) {
		return int(f.RevisedOverall)
	}
	return int(f.Overall)
}

// until is what of the feedback stands up to the position.
func (f *Feedback) until(position event.Position) Feedback {
	if f.Position > position {
		return noFeedback
	}
	told := *f
	if f.Revised.Position > position {
		told.Revised, told.RevisedOverall = never, 0
	}
	return told
}

// Dispute is one dispute of a contract.
type Dispute struct {
	ID        uuid.UUID
	By        event.Side // who opened it
	Opened    Moment
	Accepted  Moment // by the other side
	Lapsed    Moment // for want of an answer
	Cancelled Moment
	Resolved  Moment
	// How the amount was shared if it was resolved.
	ToFreelancer, ToClient event.Money
}

func (r *ContractRecord) fold(ch *change, d *dictionary) error {
	before := r.Next
	if r.Next == 0 {
		switch effects[ch.effect].action {
		case contractOffered: // begins the stream, and no record
			return ch.expect(0, d)
		case contractOfferClosed:
			return ch.expect(1, d)
		case opened:
			if event.Via(d.text(ch.word)) == event.ViaDirect && ch.revision == 1 {
				before = 1 // it accepts the offer
			}
		}
	}
	if before == r.Next {
		if err := ch.follows(before, d); err != nil {
			return err
		}
	}
	if !r.apply(ch, d) {
		return ch.fail(before, d, ErrContradiction)
	}
	r.Next = before + 1
	return nil
}

// apply reports false, and changes nothing, if the record cannot hold the change.
func (r *ContractRecord) apply(ch *change, d *dictionary) bool {
	switch e := &effects[ch.effect]; e.action {
	case opened:
		via := event.Via(d.text(ch.word))
		if via != event.ViaInvite && via != event.ViaProposal && via != event.ViaDirect {
			return false
		}
		*r = ContractRecord{
			ID: d.keys[ch.stream].id, Client: d.keys[ch.client].id, Freelancer: d.keys[ch.freelancer].id, Job: d.keys[ch.other].id, Via: via,
			Started: ch.at, Ended: never, Published: never, Excluded: never, Feedback: noFeedback, Returned: noFeedback,
			Terms: TermsOf(event.ContractKind(d.text(uint32(ch.number))), d.text(uint32(ch.second))),
		}
	case contractOffered, contractOfferClosed:
		return false
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
		r.Payments = append(r.Payments, Payment{ch.at, event.Money(ch.number), ch.second, PaymentKind(e.detail)})
		if PaymentKind(e.detail) == PaymentRelease {
			outcome := SubmissionReleased
			if ch.flag {
				outcome = SubmissionAutoReleased
			}
			r.answer(ch.at, d.keys[ch.other].id, outcome)
		}
	case workSubmitted:
		r.submit(ch.at, d.keys[ch.other].id)
	case workAnswered:
		r.answer(ch.at, d.keys[ch.other].id, SubmissionAnswered)
	case feedbackGiven:
		f := r.feedbackBy(event.Side(d.text(ch.word)))
		if f == nil || f.Happened() || !isOverall(ch.number) || ch.recommend == outOfRange {
			return false
		}
		*f = Feedback{Moment: ch.at, Revised: never, Overall: int16(ch.number), Recommend: ch.recommend}
		if ch.second != 0 {
			r.words().Comment = event.Text(d.text(uint32(ch.second)))
		}
	case feedbackRevised:
		f := r.feedbackBy(event.Side(d.text(ch.word)))
		if f == nil || !f.Happened() || f.Revised.Happened() || !isOverall(ch.number) {
			return false
		}
		f.Revised, f.RevisedOverall = ch.at, int16(ch.number)
		if ch.second != 0 {
			r.words().Revised = event.Text(d.text(uint32(ch.second)))
		}
	case feedbackAnswered:
		if ch.second == 0 {
			break // the client's, which nobody shows
		}
		if r.Words != nil && r.Words.Responded.Happened() {
			return false
		}
		words := r.words()
		words.Responded, words.Response = ch.at, event.Text(d.text(uint32(ch.second)))
	case feedbackPublished:
		if r.Published.Happened() {
			return false
		}
		r.Published = ch.at
	case feedbackExcluded:
		if r.Excluded.Happened() {
			return false
		}
		r.Excluded, r.Basis = ch.at, event.ExclusionBasis(d.text(ch.word))
	case disputeOpened:
		id, by := d.keys[ch.other].id, event.Side(d.text(ch.word))
		if r.dispute(id) != nil || by != event.SideClient && by != event.SideFreelancer {
			return false
		}
		r.Disputes = append(r.Disputes, Dispute{ID: id, By: by, Opened: ch.at, Accepted: never, Lapsed: never, Cancelled: never, Resolved: never})
	case disputeAnswered, disputeLapsed, disputeCancelled, disputeResolved:
		dispute := r.dispute(d.keys[ch.other].id)
		return dispute != nil && dispute.apply(e.action, ch, d)
	}
	return true
}

// apply takes in what becomes of the dispute. In a log of the first edition one may
// be resolved or cancelled that was accepted or has lapsed (fine print C6).
func (u *Dispute) apply(a action, ch *change, d *dictionary) bool {
	if u.Cancelled.Happened() || u.Resolved.Happened() {
		return false
	}
	switch a {
	case disputeAnswered:
		if u.Accepted.Happened() || u.Lapsed.Happened() {
			return false
		}
		if event.DisputeAnswer(d.text(ch.word)) == event.AnswerAccept {
			u.Accepted = ch.at
		}
	case disputeLapsed:
		if u.Accepted.Happened() || u.Lapsed.Happened() {
			return false
		}
		u.Lapsed = ch.at
	case disputeCancelled:
		u.Cancelled = ch.at
	case disputeResolved:
		u.Resolved, u.ToFreelancer, u.ToClient = ch.at, event.Money(ch.number), event.Money(ch.second)
	}
	return true
}

// Newest is the position of the newest fact of the dispute.
func (u *Dispute) Newest() event.Position {
	return max(u.Opened.Position, u.Accepted.Position, u.Lapsed.Position, u.Cancelled.Position, u.Resolved.Position)
}

// feedbackBy is the place of a side's feedback, nil if there is no such side.
func (r *ContractRecord) feedbackBy(side event.Side) *Feedback {
	switch side {
	case event.SideClient:
		return &r.Feedback
	case event.SideFreelancer:
		return &r.Returned
	}
	return nil
}

func isOverall(n int64) bool { return n >= 100 && n <= 500 }

func (r *ContractRecord) dispute(id uuid.UUID) *Dispute {
	for i := range r.Disputes {
		if r.Disputes[i].ID == id {
			return &r.Disputes[i]
		}
	}
	return nil
}

// Shown reports whether a side's feedback is visible as of the moment: published, and
// given before that.
func (r *ContractRecord) Shown(f *Feedback, asOf event.Time) bool {
	return f.By(asOf) && r.Published.By(asOf) && f.Position < r.Published.Position
}

// Paid is what the freelancer got as of the moment, net: escrow released +
// hours paid + bonuses - refunds given, in minor units. For the client it is
// what the contract cost.
func (r *ContractRecord) Paid(asOf event.Time) event.Money { return r.PaidSince(event.Earliest, asOf) }

// PaidSince is the same of what moved at or after another moment. It is below 0
// where more was refunded since then than paid.
func (r *ContractRecord) PaidSince(from, asOf event.Time) event.Money {
	var sum event.Money
	for i := range r.Payments {
		switch p := &r.Payments[i]; {
		case p.At < from || p.At > asOf:
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

type contractLinks struct {
	nextOfFreelancer, nextOfClient ref
	weeks                          list
}

func (l *contractLinks) join(t *tables, at ref, of owners) {
	l.nextOfFreelancer = t.freelancers.at(of.freelancer).links.contracts.push(at)
	l.nextOfClient = t.clients.at(of.client).links.contracts.push(at)
}

func (r *ContractRecord) stream() (key, uint64) { return key{id: r.ID, category: contracts}, r.Next }

func (r *ContractRecord) owners(t *tables) owners {
	return owners{client: t.clients.intern(r.Client), freelancer: t.freelancers.intern(r.Freelancer)}
}

func (r *ContractRecord) equal(s *ContractRecord) bool {
	return r.ID == s.ID && r.Client == s.Client && r.Freelancer == s.Freelancer && r.Job == s.Job && r.Via == s.Via &&
		r.Started == s.Started && r.Ended == s.Ended && r.Feedback == s.Feedback && r.Returned == s.Returned &&
		r.Published == s.Published && r.Excluded == s.Excluded && r.Basis == s.Basis &&
		r.Terms == s.Terms && r.sameWords(s) && slices.Equal(r.Payments, s.Payments) && slices.Equal(r.Disputes, s.Disputes) &&
		slices.Equal(r.Submissions(), s.Submissions())
}

func (r *ContractRecord) tell(t *telling) {
	t.add(r.Started, "ContractStarted", field{name: "client", value: r.Client.String()}, field{name: "freelancer", value: r.Freelancer.String()},
		field{name: "job", value: r.Job.String()}, field{name: "via", value: string(r.Via)},
		field{name: "kind", value: string(r.Terms.Kind())}, field{name: "category", value: r.Terms.Category()})
	t.add(r.Ended, "ContractEnded")
	for _, p := range r.Payments {
		t.add(p.Moment, p.Kind.EventType(), field{name: "amount", value: strconv.FormatInt(int64(p.Amount), 10)},
			field{name: "minutes", value: strconv.FormatInt(p.Minutes, 10)})
	}
	r.tellWork(t)
	feedback := func(f *Feedback, by event.Side, w *FeedbackWords) {
		t.add(f.Moment, "FeedbackSubmitted", field{name: "by", value: string(by)}, field{name: "overall", value: strconv.Itoa(int(f.Overall))},
			field{name: "recommend", value: strconv.Itoa(int(f.Recommend)), hidden: true}, textField("comment", w.Comment))
		t.add(f.Revised, "FeedbackRevised", field{name: "by", value: string(by)}, field{name: "overall", value: strconv.Itoa(int(f.RevisedOverall))},
			textField("comment", w.Revised))
	}
	words := r.Words
	if words == nil {
		words = &noWords
	}
	feedback(&r.Feedback, event.SideClient, words)
	feedback(&r.Returned, event.SideFreelancer, &noWords)
	t.add(words.Responded, "FeedbackResponded", textField("comment", words.Response))
	t.add(r.Published, "FeedbackPublished")
	t.add(r.Excluded, "FeedbackExcluded", field{name: "basis", value: string(r.Basis)})
	for _, d := range r.Disputes {
		t.add(d.Opened, "DisputeOpened", field{name: "dispute", value: d.ID.String()}, field{name: "by", value: string(d.By)})
		t.add(d.Accepted, "DisputeAnswered", field{name: "dispute", value: d.ID.String()})
		t.add(d.Lapsed, "DisputeLapsed", field{name: "dispute", value: d.ID.String()})
		t.add(d.Cancelled, "DisputeCancelled", field{name: "dispute", value: d.ID.String()})
		t.add(d.Resolved, "DisputeResolved", field{name: "dispute", value: d.ID.String()},
			field{name: "to_freelancer", value: strconv.FormatInt(int64(d.ToFreelancer), 10)}, field{name: "to_client", value: strconv.FormatInt(int64(d.ToClient), 10)})
	}
}

func (r *ContractRecord) until(position event.Position) *ContractRecord {
	if r.Started.Position > position {
		return nil
	}
	if r.Newest() <= position {
		return r
	}
	told := *r
	told.Payments = prefix(r.Payments, position, func(p *Payment) Moment { return p.Moment })
	told.Work = r.workUntil(position)
	told.Ended, told.Published = r.Ended.until(position), r.Published.until(position)
	told.Feedback, told.Returned = r.Feedback.until(position), r.Returned.until(position)
	told.Words = r.wordsUntil(position)
	if r.Excluded.Position > position {
		told.Excluded, told.Basis = never, ""
	}
	told.Disputes = slices.Clone(prefix(r.Disputes, position, func(d *Dispute) Moment { return d.Opened }))
	for i := range told.Disputes {
		d := &told.Disputes[i]
		for _, m := range []*Moment{&d.Accepted, &d.Lapsed, &d.Cancelled} {
			*m = m.until(position)
		}
		if d.Resolved.Position > position {
			d.Resolved, d.ToFreelancer, d.ToClient = never, 0, 0
		}
	}
	return &told
}

// Newest is the position of the newest fact of the record.
func (r *ContractRecord) Newest() event.Position {
	newest := max(r.Started.Position, r.Ended.Position, r.Feedback.Position, r.Feedback.Revised.Position,
		r.Returned.Position, r.Returned.Revised.Position, r.Published.Position, r.Excluded.Position)
	if r.Words != nil {
		newest = max(newest, r.Words.Responded.Position)
	}
	if n := len(r.Payments); n > 0 {
		newest = max(newest, r.Payments[n-1].Position)
	}
	for i := range r.Disputes {
		newest = max(newest, r.Disputes[i].Newest())
	}
	for i := range r.Submissions() {
		newest = max(newest, r.Work.All[i].Newest())
	}
	return newest
}
