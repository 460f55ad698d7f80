package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// noRecommendation is a projection.Feedback's Recommend if none was given.
const noRecommendation = -1

func contractRow(r *projection.ContractRecord) []any {
	startedAt, started := moment(r.Started)
	endedAt, ended := moment(r.Ended)
	feedbackAt, feedback := moment(r.Feedback.Moment)
	excludedAt, excluded := moment(r.Excluded)
	var overall, recommend any
	if r.Feedback.Happened() {
		overall = int64(r.Feedback.Overall)
		if r.Feedback.Recommend != noRecommendation {
			recommend = int64(r.Feedback.Recommend)
		}
	}
	return []any{
		r.ID, r.Client, r.Freelancer, int64(r.Next) - 1, string(r.Via),
		startedAt, started, endedAt, ended, feedbackAt, feedback, overall, recommend, excludedAt, excluded,
	}
}

func scanContract(row Row) (*projection.ContractRecord, error) {
	r := &projection.ContractRecord{}
	var revision int64
	var via string
	var started, ended, feedback, excluded readMoment
	var overall, recommend *int64
	err := row.Scan(&r.ID, &r.Client, &r.Freelancer, &revision, &via,
		&started.at, &started.position, &ended.at, &ended.position, &feedback.at, &feedback.position,
		&overall, &recommend, &excluded.at, &excluded.position)
	if err != nil {
		return nil, err
	}
	if r.Next, err = next("contracts", revision); err != nil {
		return nil, err
	}
	err = moments("contracts", momentPair{&started, &r.Started}, momentPair{&ended, &r.Ended},
		momentPair{&feedback, &r.Feedback.Moment}, momentPair{&excluded, &r.Excluded})
	if err != nil {
		return nil, err
	}
	switch r.Via = event.Via(via); r.Via {
	case event.ViaInvite, event.ViaProposal, event.ViaDirect:
	default:
		return nil, ErrCorrupt.With(nil, "table contracts holds %.40q, which is no way to start one", via)
	}
	if (overall != nil) != r.Feedback.Happened() || (recommend != nil && overall == nil) ||
		(overall != nil && (*overall < 100 || *overall > 500)) || (recommend != nil && (*recommend < 0 || *recommend > 10)) {
		return nil, ErrCorrupt.With(nil, "table contracts holds feedback that cannot be")
	}
	if overall != nil {
		r.Feedback.Overall, r.Feedback.Recommend = int16(*overall), noRecommendation
	}
	if recommend != nil {
		r.Feedback.Recommend = int8(*recommend)
	}
	return r, nil
}

func paymentRow(contract uuid.UUID, p *projection.Payment) []any {
	return []any{contract, positionValue(p.Position), p.At, paymentWords.of(p.Kind), int64(p.Amount)}
}

func scanPayment(row Row) (contract uuid.UUID, p projection.Payment, err error) {
	var at readMoment
	var kind string
	var position, amount int64
	at.position = &position
	if err = row.Scan(&contract, &position, &at.at, &kind, &amount); err != nil {
		return contract, p, err
	}
	p.Amount = event.Money(amount)
	if p.Moment, err = at.moment("payments"); err != nil {
		return contract, p, err
	}
	p.Kind, err = paymentWords.parse("payments", kind)
	return contract, p, err
}

func disputeRow(contract uuid.UUID, d *projection.Dispute) []any {
	openedAt, opened := moment(d.Opened)
	cancelledAt, cancelled := moment(d.Cancelled)
	return []any{contract, d.ID, openedAt, opened, cancelledAt, cancelled}
}

func scanDispute(row Row) (contract uuid.UUID, d projection.Dispute, err error) {
	var opened, cancelled readMoment
	err = row.Scan(&contract, &d.ID, &opened.at, &opened.position, &cancelled.at, &cancelled.position)
	if err != nil {
		return contract, d, err
	}
	return contract, d, moments("disputes", momentPair{&opened, &d.Opened}, momentPair{&cancelled, &d.Cancelled})
}
