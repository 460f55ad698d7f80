package readmodel

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// A row's values are in the order of its table's columns: the functions here
// and the definitions of the tables change together.

var freelancerRecords = &recordKind[projection.FreelancerRecord]{
	category: event.CategoryFreelancer,
	table:    freelancersTable,
	facts: []factTable[projection.FreelancerRecord]{factsOf[projection.FreelancerRecord, projection.FreelancerMark]{
		table:   freelancerMarksTable,
		list:    func(r *projection.FreelancerRecord) *[]projection.FreelancerMark { return &r.Marks },
		newest:  func(m *projection.FreelancerMark) event.Position { return m.Position },
		row:     freelancerMarkRow,
		scanned: scanFreelancerMark,
	}},
	id:          func(r *projection.FreelancerRecord) uuid.UUID { return r.ID },
	row:         freelancerRow,
	scan:        scanFreelancer,
	in:          func(r *projection.Records) map[uuid.UUID]*projection.FreelancerRecord { return r.Freelancers },
	all:         (*projection.Model).Freelancers,
	differences: projection.Differences[projection.FreelancerRecord],
}

var clientRecords = &recordKind[projection.ClientRecord]{
	category: event.CategoryClient,
	table:    clientsTable,
	facts: []factTable[projection.ClientRecord]{factsOf[projection.ClientRecord, projection.ClientMark]{
		table:   clientMarksTable,
		list:    func(r *projection.ClientRecord) *[]projection.ClientMark { return &r.Marks },
		newest:  func(m *projection.ClientMark) event.Position { return m.Position },
		row:     clientMarkRow,
		scanned: scanClientMark,
	}},
	id:          func(r *projection.ClientRecord) uuid.UUID { return r.ID },
	row:         clientRow,
	scan:        scanClient,
	in:          func(r *projection.Records) map[uuid.UUID]*projection.ClientRecord { return r.Clients },
	all:         (*projection.Model).Clients,
	differences: projection.Differences[projection.ClientRecord],
}

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

// freelancerMarkRow has NULL for the number of an assessment without a score,
// and of what has none.
func freelancerMarkRow(freelancer uuid.UUID, m *projection.FreelancerMark) []any {
	var number any
	switch m.Kind {
	case projection.MarkAvailability, projection.MarkCompleteness:
		number = m.Number
	case projection.MarkAssessed:
		if m.Number != projection.NotScored {
			number = m.Number
		}
	}
	return []any{freelancer, positionValue(m.Position), m.At, freelancerMarkWords.of(m.Kind), m.Word, number}
}

func scanFreelancerMark(row Row) (freelancer uuid.UUID, m projection.FreelancerMark, err error) {
	var at readMoment
	var kind string
	var position int64
	var number *int64
	at.position = &position
	if err = row.Scan(&freelancer, &position, &at.at, &kind, &m.Word, &number); err != nil {
		return freelancer, m, err
	}
	if m.Moment, err = at.moment("freelancer_marks"); err != nil {
		return freelancer, m, err
	}
	if m.Kind, err = freelancerMarkWords.parse("freelancer_marks", kind); err != nil {
		return freelancer, m, err
	}
	switch {
	case number != nil:
		m.Number = *number
	case m.Kind == projection.MarkAssessed:
		m.Number = projection.NotScored
	}
	return freelancer, m, nil
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
	var freelancer any
	if m.Kind == projection.MarkComplaint {
		freelancer = m.Freelancer
	}
	return []any{client, positionValue(m.Position), m.At, clientMarkWords.of(m.Kind), m.Reason, freelancer}
}

func scanClientMark(row Row) (client uuid.UUID, m projection.ClientMark, err error) {
	var at readMoment
	var kind string
	var position int64
	var freelancer *uuid.UUID
	at.position = &position
	if err = row.Scan(&client, &position, &at.at, &kind, &m.Reason, &freelancer); err != nil {
		return client, m, err
	}
	if m.Moment, err = at.moment("client_marks"); err != nil {
		return client, m, err
	}
	if m.Kind, err = clientMarkWords.parse("client_marks", kind); err != nil {
		return client, m, err
	}
	if (freelancer != nil) != (m.Kind == projection.MarkComplaint) {
		return client, m, ErrCorrupt.With(nil, "table client_marks holds a complaint of nobody, or a freelancer without one")
	}
	if freelancer != nil {
		m.Freelancer = *freelancer
	}
	return client, m, nil
}

// voiding reports whether marks of the kind decide whether a client's feedback
// about freelancers is void: see projection.ClientRecord.Voided.
func voiding(k projection.MarkKind) bool {
	switch k {
	case projection.MarkFlagged, projection.MarkFlagLifted, projection.MarkSuspended, projection.MarkReinstated, projection.MarkBarred:
		return true
	}
	return false
}

// voidingWords are those of the marks that may void feedback.
var voidingWords = []string{
	clientMarkWords.of(projection.MarkFlagged), clientMarkWords.of(projection.MarkSuspended), clientMarkWords.of(projection.MarkBarred),
}
