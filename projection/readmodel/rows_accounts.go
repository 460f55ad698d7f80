package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

// A row's values are in the order of its table's columns: the functions here
// and the definitions of the tables change together.

func freelancerRow(r *projection.FreelancerRecord) []any {
	at, position := moment(r.Registered)
	return []any{r.ID, int64(r.Next) - 1, at, position}
}

func scanFreelancer(row Row) (*projection.FreelancerRecord, error) {
	r := &projection.FreelancerRecord{}
	var revision int64
	var registered readMoment
	if err := row.Scan(&r.ID, &revision, &registered.at, &registered.position); err != nil {
		return nil, err
	}
	var err error
	if r.Next, err = next("freelancers", revision); err != nil {
		return nil, err
	}
	return r, moments("freelancers", momentPair{&registered, &r.Registered})
}

func clientRow(r *projection.ClientRecord) []any {
	at, position := moment(r.Registered)
	return []any{r.ID, int64(r.Next) - 1, at, position}
}

func scanClient(row Row) (*projection.ClientRecord, error) {
	r := &projection.ClientRecord{}
	var revision int64
	var registered readMoment
	if err := row.Scan(&r.ID, &revision, &registered.at, &registered.position); err != nil {
		return nil, err
	}
	var err error
	if r.Next, err = next("clients", revision); err != nil {
		return nil, err
	}
	return r, moments("clients", momentPair{&registered, &r.Registered})
}

func clientMarkRow(client uuid.UUID, m *projection.ClientMark) []any {
	return []any{client, positionValue(m.Position), m.At, markWords.of(m.Kind), m.Reason}
}

func scanClientMark(row Row) (client uuid.UUID, m projection.ClientMark, err error) {
	var at readMoment
	var kind string
	var position int64
	at.position = &position
	if err = row.Scan(&client, &position, &at.at, &kind, &m.Reason); err != nil {
		return client, m, err
	}
	if m.Moment, err = at.moment("client_marks"); err != nil {
		return client, m, err
	}
	m.Kind, err = markWords.parse("client_marks", kind)
	return client, m, err
}
