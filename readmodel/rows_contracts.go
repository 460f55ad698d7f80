package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

var contractRecords = &recordKind[projection.ContractRecord]{
	category: event.CategoryContract,
	table:    contractsTable,
	facts: []factTable[projection.ContractRecord]{
		factsOf[projection.ContractRecord, projection.Payment]{
			table:   paymentsTable,
			list:    func(r *projection.ContractRecord) *[]projection.Payment { return &r.Payments },
			newest:  func(p *projection.Payment) event.Position { return p.Position },
			row:     paymentRow,
			scanned: scanPayment,
		},
		factsOf[projection.ContractRecord, projection.Dispute]{
			table:   disputesTable,
			changes: true,
			list:    func(r *projection.ContractRecord) *[]projection.Dispute { return &r.Disputes },
			newest: func(d *projection.Dispute) event.Position {
				return max(d.Opened.Position, d.Cancelled.Position, d.Resolved.Position)
			},
			row:     disputeRow,
			scanned: scanDispute,
		},
	},
	looks:       true,
	id:          func(r *projection.ContractRecord) uuid.UUID { return r.ID },
	row:         contractRow,
	scan:        scanContract,
	in:          func(r *projection.Records) map[uuid.UUID]*projection.ContractRecord { return r.Contracts },
	all:         (*projection.Model).Contracts,
	differences: projection.Differences[projection.ContractRecord],
}

// noRecommendation is a projection.Feedback's Recommend if none was given.
const noRecommendation = -1

func contractRow(r *projection.ContractRecord) []any {
	startedAt, started := moment(r.Started)
	endedAt, ended := moment(r.Ended)
	excludedAt, excluded := moment(r.Excluded)
	publishedAt, published := moment(r.Published)
	row := []any{
		r.ID, r.Client, r.Freelancer, r.Job, int64(r.Next) - 1, string(r.Via), startedAt, started, endedAt, ended,
	}
	row = append(appendFeedback(row, &r.Feedback), excludedAt, excluded)
	return append(appendFeedback(row, &r.Returned), publishedAt, published)
}

func appendFeedback(row []any, f *projection.Feedback) []any {
	at, position := moment(f.Moment)
	var overall, recommend any
	if f.Happened() {
		overall = int64(f.Overall)
		if f.Recommend != noRecommendation {
			recommend = int64(f.Recommend)
		}
	}
	return append(row, at, position, overall, recommend)
}

func scanContract(row Row) (*projection.ContractRecord, error) {
	r := &projection.ContractRecord{}
	var revision int64
	var via string
	var started, ended, excluded, published readMoment
	var feedback, returned readFeedback
	err := row.Scan(&r.ID, &r.Client, &r.Freelancer, &r.Job, &revision, &via, &started.at, &started.position, &ended.at, &ended.position,
		&feedback.at, &feedback.position, &feedback.overall, &feedback.recommend, &excluded.at, &excluded.position,
		&returned.at, &returned.position, &returned.overall, &returned.recommend, &published.at, &published.position)
	if err != nil {
		return nil, err
	}
	if r.Next, err = next("contracts", revision); err != nil {
		return nil, err
	}
	err = moments("contracts", momentPair{&started, &r.Started}, momentPair{&ended, &r.Ended},
		momentPair{&excluded, &r.Excluded}, momentPair{&published, &r.Published})
	if err != nil {
		return nil, err
	}
	switch r.Via = event.Via(via); r.Via {
	case event.ViaInvite, event.ViaProposal, event.ViaDirect:
	default:
		return nil, ErrCorrupt.With(nil, "table contracts holds %.40q, which is no way to start one", via)
	}
	if err := feedback.into(&r.Feedback); err != nil {
		return nil, err
	}
	return r, returned.into(&r.Returned)
}

// readFeedback is where the columns of a side's feedback are scanned to.
type readFeedback struct {
	readMoment
	overall, recommend *int64
}

func (f *readFeedback) into(to *projection.Feedback) (err error) {
	if to.Moment, err = f.moment("contracts"); err != nil {
		return err
	}
	overall, recommend := f.overall, f.recommend
	if (overall != nil) != to.Happened() || (recommend != nil && overall == nil) ||
		(overall != nil && (*overall < 100 || *overall > 500)) || (recommend != nil && (*recommend < 0 || *recommend > 10)) {
		return ErrCorrupt.With(nil, "table contracts holds feedback that cannot be")
	}
	if overall != nil {
		to.Overall, to.Recommend = int16(*overall), noRecommendation
	}
	if recommend != nil {
		to.Recommend = int8(*recommend)
	}
	return nil
}

func paymentRow(contract uuid.UUID, p *projection.Payment) []any {
	var minutes any
	if p.Kind == projection.PaymentHours {
		minutes = p.Minutes
	}
	return []any{contract, positionValue(p.Position), p.At, paymentWords.of(p.Kind), int64(p.Amount), minutes}
}

func scanPayment(row Row) (contract uuid.UUID, p projection.Payment, err error) {
	var at readMoment
	var kind string
	var position, amount int64
	var minutes *int64
	at.position = &position
	if err = row.Scan(&contract, &position, &at.at, &kind, &amount, &minutes); err != nil {
		return contract, p, err
	}
	p.Amount = event.Money(amount)
	if p.Moment, err = at.moment("payments"); err != nil {
		return contract, p, err
	}
	if p.Kind, err = paymentWords.parse("payments", kind); err != nil {
		return contract, p, err
	}
	if (minutes != nil) != (p.Kind == projection.PaymentHours) {
		return contract, p, ErrCorrupt.With(nil, "table payments holds hours without minutes, or minutes without hours")
	}
	if minutes != nil {
		p.Minutes = *minutes
	}
	return contract, p, nil
}

func disputeRow(contract uuid.UUID, d *projection.Dispute) []any {
	openedAt, opened := moment(d.Opened)
	cancelledAt, cancelled := moment(d.Cancelled)
	resolvedAt, resolved := moment(d.Resolved)
	var toFreelancer, toClient any
	if d.Resolved.Happened() {
		toFreelancer, toClient = int64(d.ToFreelancer), int64(d.ToClient)
	}
	return []any{contract, d.ID, openedAt, opened, cancelledAt, cancelled, resolvedAt, resolved, toFreelancer, toClient}
}

func scanDispute(row Row) (contract uuid.UUID, d projection.Dispute, err error) {
	var opened, cancelled, resolved readMoment
	var toFreelancer, toClient *int64
	err = row.Scan(&contract, &d.ID, &opened.at, &opened.position, &cancelled.at, &cancelled.position,
		&resolved.at, &resolved.position, &toFreelancer, &toClient)
	if err != nil {
		return contract, d, err
	}
	err = moments("disputes", momentPair{&opened, &d.Opened}, momentPair{&cancelled, &d.Cancelled}, momentPair{&resolved, &d.Resolved})
	if err != nil {
		return contract, d, err
	}
	if (toFreelancer != nil) != d.Resolved.Happened() || (toClient != nil) != d.Resolved.Happened() {
		return contract, d, ErrCorrupt.With(nil, "table disputes holds shares without a resolution, or one without shares")
	}
	if toFreelancer != nil {
		d.ToFreelancer, d.ToClient = event.Money(*toFreelancer), event.Money(*toClient)
	}
	return contract, d, nil
}
